"""From one approved version to a delivery for each person: in repeatable chunks, nearest first."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Uuid, and_, case, false, literal, null, or_, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col
from sqlmodel import select as pick
from sqlmodel.ext.asyncio.session import AsyncSession

from .. import bell
from ..models import (
    BEFORE_THE_WIRE,
    MAY_HAVE_GOT_IT,
    Address,
    Delivery,
    DeliveryState,
    FanOut,
    Occasion,
    Reach,
    Subscriber,
    SubscriberState,
    Subscription,
    Suppression,
    Version,
    VersionKind,
    table,
)
from ..models.columns import Utc, random_id, word
from ..vocabulary import Severity, Wording
from . import hours

FIRST_CHUNK = 500
"""Small, so that the nearest are on their way while the rest is still being written."""
CHUNK = 10_000

ADDRESS, DELIVERY, REACH = table(Address), table(Delivery), table(Reach)
SUBSCRIBER, SUBSCRIPTION, SUPPRESSION = table(Subscriber), table(Subscription), table(Suppression)
COLUMNS = (
    "id", "occasion", "subject", "recipient_id", "channel", "state", "lane", "rank", "alert_id", "number",
    "original_id", "wording", "language", "created_at", "due_at", "tell_by", "attempts", "segments", "doubtful",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Chunk:
    """Where the last chunk ended; rows after it, in this order, are not written yet."""

    metres: int
    area_id: int
    recipient_id: int


async def expand(session: AsyncSession, *, now: datetime, size: int | None = None) -> bool:
    """Write one chunk of deliveries for the most urgent unfinished fan-out; say whether there was one."""
    found = await session.exec(
        pick(FanOut, Version)
        .join(Version, col(Version.id) == FanOut.version_id)
        .where(col(FanOut.done_at).is_(None))
        .order_by(col(FanOut.severity).desc(), col(FanOut.created_at))
        .limit(1)
        .with_for_update(of=FanOut, skip_locked=True)
    )
    row = found.first()
    if row is None:
        return False
    fan_out, version = row
    fresh = fan_out.metres < 0
    limit = size or (FIRST_CHUNK if fresh else CHUNK)
    if version.kind is not VersionKind.ALERT and not fan_out.told_done:
        keys = _Keys(DELIVERY.c.rank, literal(0), DELIVERY.c.recipient_id)
        end = await _write(session, _told(version, now=now), keys, fan_out, limit)
        if end is None:
            fan_out.told_done = True
            fan_out.metres, fan_out.area_id, fan_out.recipient_id = -1, 0, 0
            end = Chunk(-1, 0, 0) if version.kind is VersionKind.UPDATE else None
    else:
        keys = _Keys(REACH.c.metres, REACH.c.area_id, SUBSCRIPTION.c.recipient_id)
        end = await _write(session, _in_reach(version, now=now), keys, fan_out, limit)
    if end is None:
        fan_out.done_at = now
    else:
        fan_out.metres, fan_out.area_id, fan_out.recipient_id = end.metres, end.area_id, end.recipient_id
    session.add(fan_out)
    await session.flush()
    await bell.ask(session, "deliver")
    return True


async def stop(session: AsyncSession, alert_id: UUID, *, now: datetime) -> None:
    """End every fan-out of an alert and call back whatever has not reached the wire."""
    versions = select(table(Version).c.id).where(table(Version).c.alert_id == alert_id)
    connection = await session.connection()
    # The fan-outs first: a chunk being written holds its row, so this waits for it.
    await connection.execute(
        update(table(FanOut))
        .where(table(FanOut).c.version_id.in_(versions), table(FanOut).c.done_at.is_(None))
        .values(done_at=now)
    )
    await connection.execute(
        update(DELIVERY)
        .where(DELIVERY.c.alert_id == alert_id, DELIVERY.c.state.in_(BEFORE_THE_WIRE))
        .values(state=DeliveryState.CANCELLED, settled_at=now, lease_until=None, leased_by=None)
    )


@dataclass(frozen=True, slots=True)
class _Keys:
    """The columns that order a chunk."""

    metres: Any
    area_id: Any
    recipient_id: Any

    def after(self, at: Chunk) -> ColumnElement[bool]:
        # Said twice: the first half is what an index can begin at.
        return and_(self.metres >= at.metres, self._all() > tuple_(at.metres, at.area_id, at.recipient_id))

    def until(self, at: Chunk) -> ColumnElement[bool]:
        return and_(self.metres <= at.metres, self._all() <= tuple_(at.metres, at.area_id, at.recipient_id))

    def _all(self) -> Any:
        return tuple_(self.metres, self.area_id, self.recipient_id)

    def columns(self) -> tuple[Any, Any, Any]:
        return self.metres, self.area_id, self.recipient_id


async def _write(session: AsyncSession, rows: Select[Any], keys: _Keys, fan_out: FanOut, limit: int) -> Chunk | None:
    """Insert the next *limit* of *rows* after the cursor; say where they end, or None when there were none."""
    connection = await session.connection()
    begin = Chunk(fan_out.metres, fan_out.area_id, fan_out.recipient_id)
    window = rows.where(keys.after(begin))
    listed = (
        window.with_only_columns(*(c.label(n) for c, n in zip(keys.columns(), ("m", "a", "r"), strict=True)))
        .order_by(*keys.columns())
        .limit(limit)
        .subquery()
    )
    backwards = select(listed).order_by(listed.c.m.desc(), listed.c.a.desc(), listed.c.r.desc()).limit(1)
    last = (await connection.execute(backwards)).first()
    if last is None:
        return None
    end = Chunk(*last)
    chosen = window.where(keys.until(end)).order_by(*keys.columns())
    make = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    await connection.execute(make(DELIVERY).from_select(COLUMNS, chosen).on_conflict_do_nothing())
    return end


def _in_reach(version: Version, *, now: datetime) -> Select[Any]:
    """A delivery for each person who wants warnings for an area in reach, unless she has this version already."""
    have = DELIVERY.alias("have")
    has_it = select(have.c.id).where(have.c.subject == version.id, have.c.recipient_id == SUBSCRIPTION.c.recipient_id)
    rows = select(
        *_columns(
            version,
            recipient_id=SUBSCRIPTION.c.recipient_id,
            channel=SUBSCRIBER.c.channel,
            rank=REACH.c.metres,
            original_id=null(),
            wording=_as_told(),
            now=now,
        )
    ).where(
        REACH.c.version_id == version.id,
        SUBSCRIPTION.c.area_id == REACH.c.area_id,
        *wanted(version.severity, today=now.date()),
    )
    return rows if version.kind is VersionKind.ALERT else rows.where(~has_it.exists())


def _told(version: Version, *, now: datetime) -> Select[Any]:
    """A delivery for each person who got, or may have got, an earlier version and still subscribes.

    On the channel on which she got it, in the more discreet of her choice then and now.
    """
    later = DELIVERY.alias("later")
    newer = select(later.c.id).where(
        later.c.alert_id == version.alert_id,
        later.c.recipient_id == DELIVERY.c.recipient_id,
        later.c.number > DELIVERY.c.number,
        later.c.state.in_(MAY_HAVE_GOT_IT),
    )
    then = case((DELIVERY.c.wording == Wording.FULL, _as_told()), else_=DISCREET)
    return select(
        *_columns(
            version,
            recipient_id=DELIVERY.c.recipient_id,
            channel=DELIVERY.c.channel,
            rank=DELIVERY.c.rank,
            original_id=DELIVERY.c.id,
            wording=then,
            now=now,
        )
    ).where(
        DELIVERY.c.alert_id == version.alert_id,
        DELIVERY.c.number < version.number,
        DELIVERY.c.state.in_(MAY_HAVE_GOT_IT),
        ~newer.exists(),
        SUBSCRIBER.c.recipient_id == DELIVERY.c.recipient_id,
        SUBSCRIBER.c.state != SubscriberState.STOPPED,
        ADDRESS.c.recipient_id == DELIVERY.c.recipient_id,
        ADDRESS.c.channel == DELIVERY.c.channel,
        ADDRESS.c.unreachable_on.is_(None),
        not_suppressed(),
    )


def wanted(severity: Severity, *, today: date) -> list[ColumnElement[bool]]:
    """When a subscription is told: active, reachable, not too slight, not suppressed."""
    return [
        SUBSCRIBER.c.recipient_id == SUBSCRIPTION.c.recipient_id,
        ADDRESS.c.recipient_id == SUBSCRIPTION.c.recipient_id,
        ADDRESS.c.channel == SUBSCRIBER.c.channel,
        SUBSCRIBER.c.state == SubscriberState.ACTIVE,
        or_(SUBSCRIBER.c.paused_until.is_(None), SUBSCRIBER.c.paused_until < today),
        or_(SUBSCRIPTION.c.until.is_(None), SUBSCRIPTION.c.until >= today),
        ADDRESS.c.least_severity <= int(severity),
        ADDRESS.c.unreachable_on.is_(None),
        not_suppressed(),
    ]


def not_suppressed() -> ColumnElement[bool]:
    """Whether nobody has said no to this address."""
    no_more = select(SUPPRESSION.c.tag).where(
        SUPPRESSION.c.channel == ADDRESS.c.channel, SUPPRESSION.c.tag == ADDRESS.c.tag
    )
    return ~no_more.exists()


DISCREET = literal(Wording.DISCREET, word(Wording))


def _as_told() -> ColumnElement[Any]:
    """Full only for those who chose it and are vouched for."""
    return case((SUBSCRIBER.c.vouched, SUBSCRIBER.c.wording), else_=DISCREET)


def _columns(version: Version, *, now: datetime, **each: Any) -> list[Any]:
    """A row of the ledger as a select list, in the order of `COLUMNS`."""
    values: dict[str, Any] = {
        "id": random_id(),
        "occasion": literal(Occasion(version.kind), word(Occasion)),
        "subject": literal(version.id, Uuid()),
        "state": literal(DeliveryState.QUEUED, word(DeliveryState)),
        "lane": literal(-int(version.severity)),
        "alert_id": literal(version.alert_id, Uuid()),
        "number": literal(version.number),
        "language": SUBSCRIBER.c.language,
        "created_at": literal(now, Utc()),
        "due_at": hours.due(SUBSCRIBER, version.severity, now=now),
        "tell_by": hours.tell_by(SUBSCRIBER, version.severity, now=now),
        "attempts": literal(0),
        "segments": literal(0),
        "doubtful": false(),
        **each,
    }
    return [values[name] for name in COLUMNS]
