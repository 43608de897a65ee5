"""The ledger's acts before the wire: what is due, the intent, and what becomes of a dead worker's rows.

What is due is read, judged, paid for and marked as `sending` in one commit, for no more rows than are
about to be in flight. Their lease runs by the database's clock. A row in `sending` whose lease ran out
may have been taken, so it becomes `unknown`, never `queued`.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    FromClause,
    Integer,
    Row,
    Select,
    Uuid,
    and_,
    bindparam,
    case,
    null,
    or_,
    select,
    update,
)
from sqlmodel.ext.asyncio.session import AsyncSession

from ..models import (
    Address,
    Alert,
    AlertState,
    Delivery,
    DeliveryState,
    Occasion,
    Subscriber,
    SubscriberState,
    Suppression,
    Version,
    may_have_got_it,
    table,
)
from ..models.many import Given
from ..vocabulary import Wording
from . import hours
from .clock import clock

DELIVERY, ADDRESS, SUPPRESSION = table(Delivery), table(Address), table(Suppression)
ALERT, SUBSCRIBER, VERSION = table(Alert), table(Subscriber), table(Version)
LEASE_SECONDS = 30
SETTLING = (DeliveryState.SENDING, DeliveryState.UNKNOWN)
STATE = DELIVERY.c.state.type
NOBODY_THERE = "no address"


# Compared and hashed as the object it is: what is in flight is looked up once a message.
@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Job:
    """A row that this worker has, and where it goes."""

    id: UUID
    occasion: Occasion
    subject: UUID
    recipient_id: int
    channel: str
    wording: Wording
    language: str
    lane: int
    attempts: int
    created_at: datetime
    tell_by: datetime
    settled_at: datetime | None
    alert_id: UUID | None
    leased_by: str | None
    """The worker that has it, or had it when it became unknown; by another name each time it takes some."""
    sender: str | None = None
    """What it was last sent from."""
    content: bytes | None = field(repr=False)
    address: bytes = field(repr=False)
    tag: bytes = field(repr=False)

    @property
    def since(self) -> datetime:
        """Since when nobody knows, for a job that is unknown."""
        return self.settled_at or self.created_at


JOB_COLUMNS = (
    "id", "occasion", "subject", "recipient_id", "channel", "wording", "language", "lane",
    "attempts", "created_at", "tell_by", "settled_at", "alert_id", "leased_by", "content", "sender",
)  # fmt: skip
_NAMES = (*JOB_COLUMNS, "address", "tag")


async def due(
    session: AsyncSession,
    *,
    channel: str,
    worker: str,
    limit: int,
    now: datetime,
    occasions: Collection[Occasion] | None = None,
) -> tuple[list[Job], int]:
    """The *limit* most urgent rows of *channel* that are due, for *worker* and this transaction alone.

    Severity first, then nearest, then oldest; of *occasions* only, if given. Asked here: in time,
    somebody there, not suppressed, the newest version, the alert not withdrawn, still subscribed, not
    asleep. Those that should not go are settled with the reason, or put off until she is awake: the
    second value is how many, and they count towards *limit*.
    """
    connection = await session.connection()
    given: dict[str, Any] = {
        "channel": channel,
        "most": limit,
        "hour": hours.hour_in_the_hall(now),
        "today": now.date(),
    }
    if occasions is not None:
        given["occasions"] = list(occasions)
    rows = await connection.execute(_due(of_some=occasions is not None), given)
    jobs: list[Job] = []
    ended: defaultdict[DeliveryState, list[UUID]] = defaultdict(list)
    asleep: defaultdict[int, list[UUID]] = defaultdict(list)
    for row in rows:
        if row.verdict is DeliveryState.SENDING:
            jobs.append(_job(row, worker))
        elif row.verdict is DeliveryState.QUEUED:
            asleep[row.quiet_until].append(row.id)
        else:
            ended[row.verdict].append(row.id)
    for state, ids in ended.items():
        await end(session, ids, state)
    for hour, ids in asleep.items():
        await put_off(session, ids, until=hours.next_at(hour, now=now))
    return jobs, sum(map(len, (*ended.values(), *asleep.values())))


@cache
def _due(*, of_some: bool) -> Select[Any]:
    chosen = (
        select(DELIVERY)
        .where(
            DELIVERY.c.channel == bindparam("channel"),
            is_in(DELIVERY, DeliveryState.QUEUED),
            DELIVERY.c.due_at <= clock(0),
            *([DELIVERY.c.occasion.in_(bindparam("occasions", expanding=True))] if of_some else []),
            may_go(DELIVERY),
        )
        .order_by(DELIVERY.c.lane, DELIVERY.c.rank, DELIVERY.c.due_at)
        .limit(bindparam("most", type_=Integer()))
        .with_for_update(skip_locked=True)
        .cte("chosen")
    )
    here = chosen.c
    return (
        select(
            *(here[name] for name in JOB_COLUMNS),
            ADDRESS.c.address,
            ADDRESS.c.tag,
            _verdict(here),
            SUBSCRIBER.c.quiet_until,
        )
        .select_from(
            chosen.outerjoin(
                ADDRESS, and_(ADDRESS.c.recipient_id == here.recipient_id, ADDRESS.c.channel == here.channel)
            ).outerjoin(SUBSCRIBER, SUBSCRIBER.c.recipient_id == here.recipient_id)
        )
        .order_by(here.lane, here.rank, here.due_at)
    )


def _verdict(here: Any) -> ColumnElement[Any]:
    """What is to become of a row: `sending`, or a reason why not."""
    newer = select(VERSION.c.id).where(VERSION.c.alert_id == here.alert_id, VERSION.c.number > here.number)
    live = select(ALERT.c.id).where(ALERT.c.id == here.alert_id, ALERT.c.state == AlertState.LIVE)
    said_no = select(SUPPRESSION.c.tag).where(SUPPRESSION.c.channel == here.channel, SUPPRESSION.c.tag == ADDRESS.c.tag)
    original = DELIVERY.alias("taken_back")
    got_it = select(original.c.id).where(original.c.id == here.original_id, may_have_got_it(original))
    told = here.occasion.in_([Occasion.ALERT, Occasion.UPDATE])
    asleep = hours.sleeps(SUBSCRIBER, here.lane, hour=bindparam("hour", type_=Integer()))
    return case(
        (here.tell_by <= clock(0), _state(DeliveryState.EXPIRED)),
        (ADDRESS.c.tag.is_(None), _state(DeliveryState.FAILED)),
        (said_no.exists(), _state(DeliveryState.SUPPRESSED)),
        (and_(here.alert_id.is_not(None), newer.exists()), _state(DeliveryState.CANCELLED)),
        (and_(told, ~live.exists()), _state(DeliveryState.CANCELLED)),
        (and_(here.occasion == Occasion.CANCEL, ~got_it.exists()), _state(DeliveryState.NOT_NEEDED)),
        (and_(here.alert_id.is_not(None), _has_left(here)), _state(DeliveryState.CANCELLED)),
        (and_(here.alert_id.is_not(None), asleep), _state(DeliveryState.QUEUED)),
        else_=_state(DeliveryState.SENDING),
    ).label("verdict")


def _has_left(here: Any) -> ColumnElement[bool]:
    """Whether she wants it no more; who only pauses still gets what follows something that she got."""
    pauses = or_(
        SUBSCRIBER.c.state != SubscriberState.ACTIVE, SUBSCRIBER.c.paused_until >= bindparam("today", type_=Date())
    )
    return or_(SUBSCRIBER.c.state == SubscriberState.STOPPED, and_(here.original_id.is_(None), pauses))


def may_go(deliveries: FromClause) -> ColumnElement[bool]:
    """Whether nothing has to settle before a delivery: a cancel waits for what it takes back."""
    original = DELIVERY.alias("original")
    settling = select(original.c.id).where(original.c.id == deliveries.c.original_id, original.c.state.in_(SETTLING))
    return or_(deliveries.c.original_id.is_(None), ~settling.exists())


def is_in(deliveries: FromClause, state: DeliveryState) -> ColumnElement[bool]:
    """Whether a delivery is in *state*, written out: a plan for any state could not use the index of those in it."""
    return deliveries.c.state == bindparam(None, state, type_=STATE, literal_execute=True)


def _state(state: DeliveryState) -> ColumnElement[Any]:
    return bindparam(None, state, type_=STATE)


def _job(row: Row[Any], worker: str) -> Job:
    values = dict(zip(_NAMES, row, strict=False))  # the rest is the verdict and its reason
    return Job(**values | {"leased_by": worker})


async def addressed(session: AsyncSession, rows: Sequence[Any], *, channel: str) -> list[Job]:
    """The jobs in *rows*, each with where it goes."""
    connection = await session.connection()
    found = await connection.execute(
        select(ADDRESS.c.recipient_id, ADDRESS.c.address, ADDRESS.c.tag).where(
            ADDRESS.c.channel == channel, ADDRESS.c.recipient_id.in_({row.recipient_id for row in rows})
        )
    )
    addresses = {row.recipient_id: row for row in found}
    return [
        Job(
            **{name: getattr(row, name) for name in JOB_COLUMNS},
            address=addresses[row.recipient_id].address,
            tag=addresses[row.recipient_id].tag,
        )
        for row in rows
        if row.recipient_id in addresses
    ]


async def intend(
    session: AsyncSession,
    jobs: Collection[Job],
    *,
    worker: str,
    segments: Mapping[UUID, int],
    senders: Mapping[UUID, str],
    seconds: float = LEASE_SECONDS,
) -> None:
    """Write down that *worker* is about to send *jobs*, how long they are and what from; `due` gave them just now.

    After so many *seconds* it counts as dead, whatever it is called: by then it must have said what came of them.
    """
    alike: defaultdict[tuple[int, str | None], list[UUID]] = defaultdict(list)
    for job in jobs:
        alike[segments.get(job.id, 1), senders.get(job.id)].append(job.id)
    connection = await session.connection()
    statement, given = _intend(connection.dialect.name)
    for (length, sender), ids in alike.items():
        shared = {"length": length, "worker": worker, "sender": sender, "lasts": seconds}
        await connection.execute(statement, shared | given.values([(each,) for each in ids]))


@cache
def _intend(dialect: str) -> tuple[Any, Given]:
    given = Given(dialect, {"id": Uuid()})
    return (
        update(DELIVERY)
        .where(DELIVERY.c.id == given.columns()["id"])
        .values(
            state=DeliveryState.SENDING,
            segments=bindparam("length"),
            sender=bindparam("sender"),
            lease_until=clock(bindparam("lasts")),
            leased_by=bindparam("worker"),
        )
    ), given


async def end(session: AsyncSession, ids: Collection[UUID], state: DeliveryState, *, why: str | None = None) -> None:
    """Settle rows that this transaction has without sending them."""
    connection = await session.connection()
    await connection.execute(
        update(DELIVERY)
        .where(DELIVERY.c.id.in_(ids), DELIVERY.c.state == DeliveryState.QUEUED)
        .values(
            state=state,
            settled_at=clock(0),
            failure=why or (NOBODY_THERE if state is DeliveryState.FAILED else DELIVERY.c.failure),
            content=null(),
        )
    )


async def put_off(session: AsyncSession, ids: Collection[UUID], *, until: datetime, why: str | None = None) -> None:
    """Leave rows that this transaction has queued until a later time."""
    connection = await session.connection()
    await connection.execute(
        update(DELIVERY)
        .where(DELIVERY.c.id.in_(ids), DELIVERY.c.state == DeliveryState.QUEUED)
        .values(failure=why or DELIVERY.c.failure, due_at=until)
    )


async def recover(session: AsyncSession) -> int:
    """Find rows whose worker died; say how many. What is being settled just now is not among them."""
    connection = await session.connection()
    left = (
        select(DELIVERY.c.id)
        .where(is_in(DELIVERY, DeliveryState.SENDING), DELIVERY.c.lease_until < clock(0))
        .with_for_update(skip_locked=True)
    )
    found = await connection.execute(
        update(DELIVERY)
        .where(DELIVERY.c.id.in_(left))
        .values(
            state=DeliveryState.UNKNOWN,
            failure="worker died",
            due_at=clock(0),
            settled_at=clock(0),
            # Its own word on it still counts, should it come after all.
            lease_until=None,
        )
    )
    return found.rowcount
