"""What came of sending, written down: each outcome is a value, and what follows from it is decided here."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Float, Integer, String, Uuid, and_, bindparam, case, null, or_, select, update
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
from ..models.columns import Utc
from ..models.many import Given
from . import suppression
from .clock import clock
from .ledger import Job

DELIVERY, ADDRESS = table(Delivery), table(Address)
AT_THE_WIRE = (DeliveryState.SENDING, DeliveryState.UNKNOWN)
WAITING = DELIVERY.c.state.in_(AT_THE_WIRE)
FREE = {"lease_until": None, "leased_by": None}


@dataclass(frozen=True, slots=True)
class Outcome:
    """One job and what came of it."""

    job: Job
    result: Receipt | Failure


async def settle(session: AsyncSession, outcomes: Sequence[Outcome], *, now: datetime) -> dict[str, int]:
    """Write down *outcomes*; a callback that was quicker is never set back. Say how many of each kind."""
    rows: defaultdict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for outcome in outcomes:
        kind, values = _decide(outcome, now=now)
        rows[kind].append((outcome.job.id, outcome.job.leased_by, *values))
    connection = await session.connection()
    for kind, those in rows.items():
        statement, given = _statement(kind, connection.dialect.name)
        await connection.execute(statement, {"now": now, **given.values(those)})
    for outcome in outcomes:
        if isinstance(outcome.result, Undeliverable):
            await _about_the_address(session, outcome, now=now)
    return {kind: len(those) for kind, those in rows.items()}


def _decide(outcome: Outcome, *, now: datetime) -> tuple[str, tuple[Any, ...]]:
    """What follows from *outcome*: its kind, and the values that `_GIVEN` names for it."""
    job, result = outcome.job, outcome.result
    match result:
        case Receipt():
            return "sent", (result.reference[:80],)
        case SendFailed():
            attempts = job.attempts + retry.counts(result)
            again = retry.next_try(result, max(attempts, 1), now=now, until=job.tell_by)
            if again is None:
                return "failed", (result.code[:80], attempts)
            # As a span, since the database's clock says when it is over.
            return "later", (result.code[:80], attempts, (again - now).total_seconds())
        case Unknown():
            return "unknown", (result.code[:80],)
        case OptedOut():
            return "suppressed", (result.code[:80],)
        case _:
            return "failed", (result.code[:80], job.attempts + 1)


_WHY: Final = {"why": String()}
_GIVEN: Final[dict[str, dict[str, Any]]] = {
    "sent": {"ref": String()},
    "later": {**_WHY, "tries": Integer(), "wait": Float()},
    "failed": {**_WHY, "tries": Integer()},
    "suppressed": _WHY,
    "unknown": _WHY,
}


@cache
def _statement(kind: str, dialect: str) -> tuple[Any, Given]:
    """How rows that came to *kind* are written down, all in one statement."""
    given = Given(dialect, {"this": Uuid(), "worker": String(), **_GIVEN[kind]})
    its = given.columns()
    now = bindparam("now", type_=Utc())
    if kind == "sent":
        # Whatever a callback has said meanwhile stays; the provider's reference is news in any case.
        return update(DELIVERY).where(DELIVERY.c.id == its["this"]).values(
            reference=its["ref"],
            sent_at=now,
            settled_at=now,
            content=None,
            state=case((WAITING, DeliveryState.SENT.value), else_=DELIVERY.c.state),
            failure=case((WAITING, null()), else_=DELIVERY.c.failure),
            **FREE,
        ), given
    becomes: dict[str, dict[str, Any]] = {
        "later": {
            "state": DeliveryState.QUEUED, "due_at": clock(its.get("wait", 0)), "attempts": its.get("tries"),
        },
        "failed": {
            "state": DeliveryState.FAILED, "settled_at": now, "attempts": its.get("tries"), "content": None,
        },
        "suppressed": {"state": DeliveryState.SUPPRESSED, "settled_at": now, "content": None},
        "unknown": {
            "state": DeliveryState.UNKNOWN, "due_at": clock(0), "settled_at": clock(0),
            "leased_by": DELIVERY.c.leased_by,
        },
    }  # fmt: skip
    # Only true of this worker's own try: by the time it says so, another may be sending it again.
    ours = (DELIVERY.c.id == its["this"], DELIVERY.c.leased_by == its["worker"])
    return update(DELIVERY).where(*ours, WAITING).values({**FREE, "failure": its["why"], **becomes[kind]}), given


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
