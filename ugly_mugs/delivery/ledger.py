"""The ledger's four acts: claim rows by lease, write down the intent, settle what came of it, learn the rest.

Leases run by the database's clock. A row in `leased` whose lease ran out was never near the wire and
is queued again; one in `sending` may have been taken, so it becomes `unknown`, never `queued`.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, or_, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from ..models import (
    MAY_HAVE_GOT_IT,
    Address,
    Alert,
    AlertState,
    Delivery,
    DeliveryState,
    Occasion,
    Suppression,
    Version,
    table,
)
from ..vocabulary import Wording
from .clock import clock

DELIVERY, ADDRESS, SUPPRESSION = table(Delivery), table(Address), table(Suppression)
ALERT, VERSION = table(Alert), table(Version)
LEASE_SECONDS = 30
SENDING_LASTS = 2
"""How many leases a message may be at the wire: longer than any channel's own time-out, so its worker is dead."""
SETTLING = (DeliveryState.LEASED, DeliveryState.SENDING, DeliveryState.UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A leased row, and where it goes."""

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
    """The worker that has it, or had it when it became unknown."""
    content: bytes | None = field(repr=False)
    address: bytes = field(repr=False)
    tag: bytes = field(repr=False)

    @property
    def since(self) -> datetime:
        """Since when nobody knows, for a job that is unknown."""
        return self.settled_at or self.created_at


JOB_COLUMNS = (
    "id", "occasion", "subject", "recipient_id", "channel", "wording", "language",
    "lane", "attempts", "created_at", "tell_by", "settled_at", "alert_id", "leased_by", "content",
)  # fmt: skip


async def claim(
    session: AsyncSession, *, channel: str, worker: str, limit: int, seconds: int = LEASE_SECONDS
) -> list[Job]:
    """Lease the *limit* most urgent due rows of *channel* to *worker*."""
    connection = await session.connection()
    original = DELIVERY.alias("original")
    settling = select(original.c.id).where(original.c.id == DELIVERY.c.original_id, original.c.state.in_(SETTLING))
    chosen = (
        select(DELIVERY.c.id)
        .where(
            DELIVERY.c.channel == channel,
            DELIVERY.c.state == DeliveryState.QUEUED,
            DELIVERY.c.due_at <= clock(0),
            # A cancel waits until what it takes back has settled.
            or_(DELIVERY.c.original_id.is_(None), ~settling.exists()),
        )
        .order_by(DELIVERY.c.lane, DELIVERY.c.rank, DELIVERY.c.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    leased = (
        update(DELIVERY)
        .where(DELIVERY.c.id.in_(chosen))
        .values(state=DeliveryState.LEASED, lease_until=clock(seconds), leased_by=worker)
        .returning(*(DELIVERY.c[name] for name in JOB_COLUMNS), DELIVERY.c.rank)
    )
    rows = sorted(await connection.execute(leased), key=lambda row: (row.lane, row.rank))
    return await addressed(session, rows, channel=channel)


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
    segments: Mapping[UUID, int],
    worker: str,
    seconds: int = LEASE_SECONDS,
) -> set[UUID]:
    """Write down that *jobs* are about to be sent, and how long they are; say which still should be.

    Asked here: still ours, in time, not suppressed, the newest version, the alert not withdrawn.
    The others are settled with the reason.
    """
    if not jobs:
        return set()
    connection = await session.connection()
    lengths = {job.id: segments.get(job.id, 1) for job in jobs}
    ours = and_(
        DELIVERY.c.id.in_([job.id for job in jobs]),
        DELIVERY.c.state == DeliveryState.LEASED,
        DELIVERY.c.leased_by == worker,
    )
    verdict = case(
        (DELIVERY.c.tell_by <= clock(0), DeliveryState.EXPIRED.value),
        (_said_no(), DeliveryState.SUPPRESSED.value),
        (_has_newer_version(), DeliveryState.CANCELLED.value),
        (_is_withdrawn(), DeliveryState.CANCELLED.value),
        (_never_got_it(), DeliveryState.NOT_NEEDED.value),
        else_=DeliveryState.SENDING.value,
    )
    rows = await connection.execute(
        update(DELIVERY)
        .where(ours)
        .values(
            state=verdict,
            segments=case(lengths, value=DELIVERY.c.id, else_=1),
            lease_until=clock(seconds * SENDING_LASTS),
        )
        .returning(DELIVERY.c.id, DELIVERY.c.state)
    )
    return {row.id for row in rows if row.state == DeliveryState.SENDING}


def _said_no() -> ColumnElement[bool]:
    return (
        select(ADDRESS.c.tag)
        .where(
            ADDRESS.c.recipient_id == DELIVERY.c.recipient_id,
            ADDRESS.c.channel == DELIVERY.c.channel,
            SUPPRESSION.c.channel == ADDRESS.c.channel,
            SUPPRESSION.c.tag == ADDRESS.c.tag,
        )
        .exists()
    )


def _has_newer_version() -> ColumnElement[bool]:
    newer = select(VERSION.c.id).where(VERSION.c.alert_id == DELIVERY.c.alert_id, VERSION.c.number > DELIVERY.c.number)
    return and_(DELIVERY.c.alert_id.is_not(None), newer.exists())


def _is_withdrawn() -> ColumnElement[bool]:
    live = select(ALERT.c.id).where(ALERT.c.id == DELIVERY.c.alert_id, ALERT.c.state == AlertState.LIVE)
    return and_(DELIVERY.c.occasion.in_([Occasion.ALERT, Occasion.UPDATE]), ~live.exists())


def _never_got_it() -> ColumnElement[bool]:
    original = DELIVERY.alias("original")
    got_it = select(original.c.id).where(original.c.id == DELIVERY.c.original_id, original.c.state.in_(MAY_HAVE_GOT_IT))
    return and_(DELIVERY.c.occasion == Occasion.CANCEL, ~got_it.exists())


async def give_back(session: AsyncSession, ids: Collection[UUID], *, due_at: datetime) -> None:
    """Queue rows again that were intended in this very transaction but cannot be paid for now."""
    connection = await session.connection()
    await connection.execute(
        update(DELIVERY)
        .where(DELIVERY.c.id.in_(ids), DELIVERY.c.state == DeliveryState.SENDING)
        .values(state=DeliveryState.QUEUED, failure="capped", due_at=due_at, lease_until=None, leased_by=None)
    )


async def recover(session: AsyncSession, *, now: datetime) -> dict[str, int]:
    """Find rows whose worker died, and rows that came too late; say how many of each."""
    connection = await session.connection()
    ran_out = DELIVERY.c.lease_until < clock(0)
    free = {"lease_until": None, "leased_by": None}
    queued = await connection.execute(
        update(DELIVERY)
        .where(DELIVERY.c.state == DeliveryState.LEASED, ran_out)
        .values(state=DeliveryState.QUEUED, **free)
        .returning(DELIVERY.c.id)
    )
    unknown = await connection.execute(
        update(DELIVERY)
        .where(DELIVERY.c.state == DeliveryState.SENDING, ran_out)
        .values(
            state=DeliveryState.UNKNOWN,
            failure="worker died",
            due_at=clock(0),
            settled_at=clock(0),
            # Its own word on it still counts, should it come after all.
            lease_until=None,
        )
        .returning(DELIVERY.c.id)
    )
    expired = await connection.execute(
        update(DELIVERY)
        .where(DELIVERY.c.state == DeliveryState.QUEUED, DELIVERY.c.tell_by <= clock(0))
        .values(state=DeliveryState.EXPIRED, settled_at=now)
        .returning(DELIVERY.c.id)
    )
    return {"queued": len(queued.all()), "unknown": len(unknown.all()), "expired": len(expired.all())}
