"""What came of sending, written down: each outcome is a value, and what follows from it is decided here."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Float, and_, bindparam, case, or_, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from .. import retry
from ..contract import (
    Complained,
    Failure,
    Heard,
    OptedOut,
    Progress,
    Receipt,
    Rejected,
    SendFailed,
    Undeliverable,
    Unknown,
)
from ..models import BEFORE_THE_WIRE, Address, Delivery, DeliveryState, table
from . import suppression
from .clock import clock
from .ledger import Job

DELIVERY, ADDRESS = table(Delivery), table(Address)
AT_THE_WIRE = (DeliveryState.SENDING, DeliveryState.UNKNOWN)
# Two comparisons and not IN: these statements run once for many rows.
WAITING = or_(*(DELIVERY.c.state == state for state in AT_THE_WIRE))
FREE = {"lease_until": None, "leased_by": None}


@dataclass(frozen=True, slots=True)
class Outcome:
    """One job and what came of it."""

    job: Job
    result: Receipt | Failure


async def settle(session: AsyncSession, outcomes: Sequence[Outcome], *, now: datetime) -> dict[str, int]:
    """Write down *outcomes*; a callback that was quicker is never set back. Say how many of each kind."""
    rows: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for outcome in outcomes:
        kind, values = _decide(outcome, now=now)
        rows[kind].append({"this": outcome.job.id, "worker": outcome.job.leased_by, **values})
    connection = await session.connection()
    for kind, those in rows.items():
        await connection.execute(_STATEMENTS[kind], those)
    for outcome in outcomes:
        await _about_the_address(session, outcome, now=now)
    return {kind: len(those) for kind, those in rows.items()}


def _decide(outcome: Outcome, *, now: datetime) -> tuple[str, dict[str, Any]]:
    job, result = outcome.job, outcome.result
    match result:
        case Receipt():
            return "sent", {"ref": result.reference[:80], "now": now}
        case SendFailed():
            attempts = job.attempts + retry.counts(result)
            again = retry.next_try(result, max(attempts, 1), now=now, until=job.tell_by)
            if again is None:
                return "failed", {"why": result.code[:80], "now": now, "tries": attempts}
            # As a span, since the database's clock says when it is over.
            return "later", {"why": result.code[:80], "wait": (again - now).total_seconds(), "tries": attempts}
        case Unknown():
            return "unknown", {"why": result.code[:80]}
        case OptedOut():
            return "suppressed", {"why": result.code[:80], "now": now}
        case _:
            return "failed", {"why": result.code[:80], "now": now, "tries": job.attempts + 1}


def _at_the_wire(**values: Any) -> Any:
    """What is only true of this worker's own try: by the time it says so, another may be sending it again."""
    ours = (DELIVERY.c.id == bindparam("this"), DELIVERY.c.leased_by == bindparam("worker"))
    return update(DELIVERY).where(*ours, WAITING).values({**FREE, **values})


_STATEMENTS = {
    # Whatever a callback has said meanwhile stays; the provider's reference is news in any case.
    "sent": update(DELIVERY)
    .where(DELIVERY.c.id == bindparam("this"))
    .values(
        reference=bindparam("ref"),
        sent_at=bindparam("now"),
        settled_at=bindparam("now"),
        content=None,
        state=case((WAITING, DeliveryState.SENT.value), else_=DELIVERY.c.state),
        failure=case((WAITING, None), else_=DELIVERY.c.failure),
        **FREE,
    ),
    "later": _at_the_wire(
        state=DeliveryState.QUEUED,
        failure=bindparam("why"),
        due_at=clock(bindparam("wait", type_=Float())),
        attempts=bindparam("tries"),
    ),
    "failed": _at_the_wire(
        content=None,
        state=DeliveryState.FAILED,
        failure=bindparam("why"),
        settled_at=bindparam("now"),
        attempts=bindparam("tries"),
    ),
    "suppressed": _at_the_wire(
        content=None, state=DeliveryState.SUPPRESSED, failure=bindparam("why"), settled_at=bindparam("now")
    ),
    "unknown": _at_the_wire(
        state=DeliveryState.UNKNOWN,
        failure=bindparam("why"),
        due_at=clock(0),
        settled_at=clock(0),
        leased_by=DELIVERY.c.leased_by,
    ),
}


async def _about_the_address(session: AsyncSession, outcome: Outcome, *, now: datetime) -> None:
    """Remember what a failure says about the address itself."""
    job, result = outcome.job, outcome.result
    if isinstance(result, OptedOut):
        await suppression.suppress(session, channel=job.channel, tag=job.tag, reason="provider", now=now)
    elif isinstance(result, Undeliverable) and not isinstance(result, Rejected):
        await _unreachable(session, job.recipient_id, job.channel, now=now)


async def _unreachable(session: AsyncSession, recipient_id: int, channel: str, *, now: datetime) -> None:
    connection = await session.connection()
    await connection.execute(
        update(ADDRESS)
        .where(ADDRESS.c.recipient_id == recipient_id, ADDRESS.c.channel == channel)
        .values(unreachable_on=now.date())
    )


_REACHES = {
    Progress.SENT: (DeliveryState.SENT, AT_THE_WIRE),
    Progress.DELIVERED: (DeliveryState.DELIVERED, (*AT_THE_WIRE, DeliveryState.SENT, DeliveryState.UNDELIVERED)),
    Progress.UNDELIVERED: (DeliveryState.UNDELIVERED, (*AT_THE_WIRE, DeliveryState.SENT)),
}
"""What each report of the provider moves a row to, and from where: only ever forward."""
MAY_BE_COMPLAINED_OF = (*AT_THE_WIRE, DeliveryState.SENT, DeliveryState.DELIVERED, DeliveryState.UNDELIVERED)


async def learn(session: AsyncSession, heard: Heard, *, now: datetime) -> bool:
    """Take in what a provider reports of a message; say whether it was news.

    Reports come twice, late, early and out of order, and for messages we do not know.
    """
    if heard.progress is None:
        return False
    which = _named(heard)
    if which is None:
        return False
    if isinstance(heard.failure, Complained):
        return await _complained(session, which, heard.failure, now=now)
    state, before = _REACHES[heard.progress]
    # Whoever was told that it was never taken was told wrong: it must not go out again.
    taken_after_all = and_(DELIVERY.c.state.in_(BEFORE_THE_WIRE), DELIVERY.c.reference.is_(None))
    connection = await session.connection()
    moved = await connection.execute(
        update(DELIVERY)
        .where(which, or_(DELIVERY.c.state.in_(before), taken_after_all))
        .values(
            state=state,
            settled_at=now,
            reference=case((DELIVERY.c.reference.is_(None), heard.reference), else_=DELIVERY.c.reference),
            failure=heard.failure.code[:80] if heard.failure else None,
            **FREE,
        )
        .returning(DELIVERY.c.recipient_id, DELIVERY.c.channel)
    )
    row = moved.first()
    if row is None:
        return False
    if isinstance(heard.failure, Undeliverable) and not isinstance(heard.failure, Rejected):
        await _after_failing(session, row.recipient_id, row.channel, heard.failure, now=now)
    return True


async def _complained(session: AsyncSession, which: ColumnElement[bool], failure: Complained, *, now: datetime) -> bool:
    """Send nothing more to whoever complained, however far the message is said to have come.

    The same complaint again is no news: she may have come back in the meantime.
    """
    connection = await session.connection()
    moved = await connection.execute(
        update(DELIVERY)
        .where(which, DELIVERY.c.state.in_(MAY_BE_COMPLAINED_OF), DELIVERY.c.failure.is_distinct_from(failure.code))
        .values(state=DeliveryState.DELIVERED, settled_at=now, failure=failure.code, **FREE)
        .returning(DELIVERY.c.recipient_id, DELIVERY.c.channel)
    )
    row = moved.first()
    if row is None:
        return False
    await _said_no(session, row.recipient_id, row.channel, reason="complaint", now=now)
    return True


def _named(heard: Heard) -> ColumnElement[bool] | None:
    if heard.delivery is not None:
        try:
            return DELIVERY.c.id == UUID(heard.delivery)
        except ValueError:
            return None
    return DELIVERY.c.reference == heard.reference if heard.reference else None


async def _after_failing(
    session: AsyncSession, recipient_id: int, channel: str, failure: Failure, *, now: datetime
) -> None:
    if isinstance(failure, OptedOut):
        await _said_no(session, recipient_id, channel, reason="provider", now=now)
    else:
        await _unreachable(session, recipient_id, channel, now=now)


async def _said_no(session: AsyncSession, recipient_id: int, channel: str, *, reason: str, now: datetime) -> None:
    connection = await session.connection()
    found = await connection.execute(
        select(ADDRESS.c.tag).where(ADDRESS.c.recipient_id == recipient_id, ADDRESS.c.channel == channel)
    )
    for tag in found.scalars():
        await suppression.suppress(session, channel=channel, tag=tag, reason=reason, now=now)
