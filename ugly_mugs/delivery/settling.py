"""What came of sending, written down: each outcome is a value, and what follows from it is decided here."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import Float, Integer, String, Uuid, and_, bindparam, case, null, or_, update
from sqlmodel.ext.asyncio.session import AsyncSession

from .. import retry
from ..contract import (
    ChannelDown,
    Failure,
    OnceMore,
    OptedOut,
    Receipt,
    Rejected,
    SendFailed,
    Undeliverable,
    Unknown,
)
from ..models import Delivery, DeliveryState, table
from ..models.columns import Utc
from ..models.many import Given
from . import addresses, suppression
from .breaker import Results
from .clock import clock
from .fallback import deserves, fall_back
from .ledger import Job

DELIVERY = table(Delivery)
AT_THE_WIRE = (DeliveryState.SENDING, DeliveryState.UNKNOWN)
WAITING = DELIVERY.c.state.in_(AT_THE_WIRE)
FREE = {"lease_until": None, "leased_by": None}


@dataclass(frozen=True, slots=True)
class Outcome:
    """One job and what came of it."""

    job: Job
    result: Receipt | Failure
    sender: str = ""
    """What it was sent from, if it came that far."""
    cost: int = 0
    """What it was charged, in thousandths of a penny."""


def results(outcomes: Iterable[Outcome]) -> dict[str, Results]:
    """What *outcomes* say about the senders they went from."""
    found: defaultdict[str, list[Receipt | Failure]] = defaultdict(list)
    for outcome in outcomes:
        if outcome.sender and not isinstance(outcome.result, OnceMore):
            found[outcome.sender].append(outcome.result)
    return {sender: _of_a_sender(those) for sender, those in found.items()}


def _of_a_sender(those: Sequence[Receipt | Failure]) -> Results:
    down = [each for each in those if isinstance(each, ChannelDown)]
    later = [each for each in those if isinstance(each, SendFailed) and not isinstance(each, ChannelDown)]
    unknown = [each for each in those if isinstance(each, Unknown)]
    waits = [each.retry_after.total_seconds() for each in (*down, *later) if each.retry_after is not None]
    return Results(
        sent=len(those) - len(down) - len(later) - len(unknown),
        down=len(down),
        later=len(later),
        unknown=len(unknown),
        retry_after=max(waits, default=None),
        code=next((each.code[:80] for each in (*down, *later, *unknown)), None),
    )


async def settle(session: AsyncSession, outcomes: Sequence[Outcome], *, now: datetime) -> dict[str, list[Outcome]]:
    """Write down *outcomes*; a callback that was quicker is never set back. Give them back by what they came to."""
    rows: defaultdict[str, list[tuple[Any, ...]]] = defaultdict(list)
    found: defaultdict[str, list[Outcome]] = defaultdict(list)
    # In one order, here and below, so that two who settle do not wait for each other.
    for outcome in sorted(outcomes, key=lambda each: each.job.id):
        kind, values = _decide(outcome, now=now)
        found[kind].append(outcome)
        rows[kind].append((outcome.job.id, outcome.job.leased_by, *values))
    connection = await session.connection()
    for kind, those in rows.items():
        statement, given = _statement(kind, connection.dialect.name)
        await connection.execute(statement, {"now": now, **given.values(those)})
    for outcome in sorted(outcomes, key=lambda each: (each.job.recipient_id, each.job.channel)):
        if isinstance(outcome.result, Undeliverable):
            await _about_the_address(session, outcome, now=now)
    lost = [each.job.id for each in found["failed"] if isinstance(each.result, Failure) and deserves(each.result)]
    await fall_back(connection, lost, now=now)
    return {kind: those for kind, those in found.items() if those}


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
        # Whatever a callback has said meanwhile stays; the provider's reference is news in any case. What was queued
        # again was taken after all, and must not go twice; unless the first try had no name, which this may be.
        taken_after_all = and_(
            DELIVERY.c.state == DeliveryState.QUEUED, DELIVERY.c.first_reference.is_distinct_from("")
        )
        moves = or_(WAITING, taken_after_all)
        another_sends_it = and_(DELIVERY.c.state == DeliveryState.SENDING, DELIVERY.c.leased_by != its["worker"])
        return update(DELIVERY).where(
            DELIVERY.c.id == its["this"],
            # Of a try that a callback has already had put aside for one more, nothing is news.
            DELIVERY.c.first_reference.is_distinct_from(its["ref"]),
        ).values(
            reference=its["ref"],
            sent_at=now,
            settled_at=now,
            content=None,
            state=case((moves, DeliveryState.SENT.value), else_=DELIVERY.c.state),
            failure=case((moves, null()), else_=DELIVERY.c.failure),
            doubtful=or_(DELIVERY.c.doubtful, another_sends_it),
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
        await addresses.is_unreachable(session, job.recipient_id, job.channel, now=now)
