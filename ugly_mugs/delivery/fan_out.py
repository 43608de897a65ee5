"""From one approved version to a delivery for each person: in repeatable chunks, nearest first."""

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, Select, func, or_, select, tuple_, update
from sqlmodel import col
from sqlmodel import select as pick
from sqlmodel.ext.asyncio.session import AsyncSession

from .. import bell
from ..models import (
    BEFORE_THE_WIRE,
    Delivery,
    DeliveryState,
    FanOut,
    Occasion,
    Reach,
    Subscription,
    Version,
    VersionKind,
    table,
)
from ..models.many import Given
from ..models.upsert import insert
from . import audience

FIRST_CHUNK = 250
"""Small, so that the nearest are on their way while the rest is still being written."""
FIRST_AREAS = 50
CHUNK = {"postgresql": 10_000, "sqlite": 1_000}
"""On SQLite nobody else can write until a chunk is written."""
AREAS_AT_ONCE = 1_000

DELIVERY, REACH, SUBSCRIPTION = table(Delivery), table(Reach), table(Subscription)
VERSION = table(Version)
ONCE = ("occasion", "subject", "recipient_id", "channel")
"""What there is one delivery of."""


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
    limit = size or min(max(fan_out.written, FIRST_CHUNK), CHUNK[session.get_bind().dialect.name])
    if version.kind is not VersionKind.ALERT and not fan_out.told_done:
        is_over = await _write_told(session, fan_out, version, limit=limit, now=now)
        fan_out.told_done = is_over
        is_over = is_over and version.kind is VersionKind.CANCEL
    else:
        is_over = await _write_in_reach(session, fan_out, version, limit=limit, now=now)
    if is_over:
        fan_out.done_at = now
    session.add(fan_out)
    await session.flush()
    await bell.ask(session, "deliver")
    return True


async def stop(session: AsyncSession, alert_id: UUID, *, now: datetime) -> None:
    """End every fan-out of an alert and call back whatever has not reached the wire."""
    versions = select(VERSION.c.id).where(VERSION.c.alert_id == alert_id)
    connection = await session.connection()
    # The fan-outs first: a chunk being written holds its row, so this waits for it.
    await connection.execute(
        update(table(FanOut))
        .where(table(FanOut).c.version_id.in_(versions), table(FanOut).c.done_at.is_(None))
        .values(done_at=now)
    )
    await connection.execute(
        update(DELIVERY)
        .where(DELIVERY.c.subject.in_(versions), DELIVERY.c.state.in_(BEFORE_THE_WIRE))
        .values(state=DeliveryState.CANCELLED, settled_at=now, lease_until=None, leased_by=None)
    )


async def _write_in_reach(
    session: AsyncSession, fan_out: FanOut, version: Version, *, limit: int, now: datetime
) -> bool:
    """Write the next areas, nearest first, until *limit* is passed; say whether there were none left."""
    areas = await _next_areas(session, fan_out, limit=FIRST_AREAS if fan_out.metres < 0 else AREAS_AT_ONCE)
    if not areas:
        return True
    dialect = session.get_bind().dialect.name
    taken: list[tuple[int, int]] = []
    people = 0
    async for metres, area_id, here in _counted(session, areas, after=fan_out.recipient_id):
        if people and people + here > limit:
            break
        if here > limit:
            # One crowded area, a page at a time.
            last = await _page_end(session, area_id, after=fan_out.recipient_id, limit=limit)
            await _insert(
                session,
                audience.in_reach(version, [(metres, area_id)], dialect=dialect, now=now).where(
                    *_page(fan_out.recipient_id, last)
                ),
            )
            if taken:
                # Areas in which there was nobody.
                fan_out.metres, fan_out.area_id = taken[-1]
            fan_out.recipient_id = last
            fan_out.written += limit
            return False
        taken.append((metres, area_id))
        people += here
        if fan_out.recipient_id:
            # The rest of a crowded area: by itself, because the page only counts there.
            break
    rows = audience.in_reach(version, taken, dialect=dialect, now=now)
    await _insert(session, rows.where(*_page(fan_out.recipient_id, None)))
    (fan_out.metres, fan_out.area_id), fan_out.recipient_id = taken[-1], 0
    fan_out.written += people
    return False


async def _next_areas(session: AsyncSession, fan_out: FanOut, *, limit: int) -> list[tuple[int, int]]:
    connection = await session.connection()
    here = tuple_(REACH.c.metres, REACH.c.area_id)
    rows = await connection.execute(
        select(REACH.c.metres, REACH.c.area_id)
        .where(REACH.c.version_id == fan_out.version_id, here > tuple_(fan_out.metres, fan_out.area_id))
        .order_by(REACH.c.metres, REACH.c.area_id)
        .limit(limit)
    )
    return [(metres, area_id) for metres, area_id in rows]


async def _counted(
    session: AsyncSession, areas: Sequence[tuple[int, int]], *, after: int
) -> AsyncIterator[tuple[int, int, int]]:
    """Each area with how many subscribe to it; no more are counted than about twice what is looked at."""
    begin, end = 0, FIRST_AREAS
    while some := areas[begin:end]:
        counts = await _counts(session, [area_id for _, area_id in some], after=after if begin == 0 else 0)
        for metres, area_id in some:
            yield metres, area_id, counts[area_id]
        begin, end = end, end * 2


async def _counts(session: AsyncSession, area_ids: Sequence[int], *, after: int) -> Counter[int]:
    """How many subscribe to each area; of the first one, those after the page's end."""
    connection = await session.connection()
    is_left = or_(SUBSCRIPTION.c.area_id != area_ids[0], SUBSCRIPTION.c.recipient_id > after)
    given = Given(connection.dialect.name, {"area_id": Integer()})
    counted: Counter[int] = Counter()
    for area_id, number in await connection.execute(
        select(SUBSCRIPTION.c.area_id, func.count())
        .where(SUBSCRIPTION.c.area_id == given.columns()["area_id"], is_left)
        .group_by(SUBSCRIPTION.c.area_id),
        given.values([(each,) for each in area_ids]),
    ):
        counted[area_id] = number
    return counted


async def _page_end(session: AsyncSession, area_id: int, *, after: int, limit: int) -> int:
    connection = await session.connection()
    page = (
        select(SUBSCRIPTION.c.recipient_id)
        .where(SUBSCRIPTION.c.area_id == area_id, SUBSCRIPTION.c.recipient_id > after)
        .order_by(SUBSCRIPTION.c.recipient_id)
        .limit(limit)
        .subquery()
    )
    last: int = (await connection.execute(select(func.max(page.c.recipient_id)))).scalar_one()
    return last


def _page(after: int, until: int | None) -> list[ColumnElement[bool]]:
    begins = [SUBSCRIPTION.c.recipient_id > after] if after else []
    return begins if until is None else [*begins, SUBSCRIPTION.c.recipient_id <= until]


async def _write_told(session: AsyncSession, fan_out: FanOut, version: Version, *, limit: int, now: datetime) -> bool:
    """Write the next of those who got an earlier version; say whether there are none left."""
    connection = await session.connection()
    earlier = {
        row.id: row.kind
        for row in await connection.execute(
            select(VERSION.c.id, VERSION.c.kind).where(
                VERSION.c.alert_id == version.alert_id, VERSION.c.number < version.number
            )
        )
    }
    ends = [
        await _told_page_end(session, Occasion(kind), version_id, after=fan_out.recipient_id, limit=limit)
        for version_id, kind in earlier.items()
    ]
    last = min((end for end in ends if end is not None), default=None)
    told = audience.told(version, earlier, now=now).where(DELIVERY.c.recipient_id > fan_out.recipient_id)
    await _insert(session, told if last is None else told.where(DELIVERY.c.recipient_id <= last))
    fan_out.recipient_id = last or 0
    fan_out.written += limit
    return last is None


async def _told_page_end(
    session: AsyncSession, occasion: Occasion, version_id: UUID, *, after: int, limit: int
) -> int | None:
    """Up to whom one page of a version's deliveries goes; nobody if they all fit."""
    connection = await session.connection()
    its = (DELIVERY.c.occasion == occasion, DELIVERY.c.subject == version_id, DELIVERY.c.recipient_id > after)
    found = await connection.execute(
        select(DELIVERY.c.recipient_id).where(*its).order_by(DELIVERY.c.recipient_id).offset(limit - 1).limit(1)
    )
    last: int | None = found.scalar()
    return last


async def _insert(session: AsyncSession, rows: Select[Any]) -> None:
    """Write *rows* into the ledger; whoever has the message already keeps the one she has."""
    connection = await session.connection()
    statement = insert(session, DELIVERY).from_select(audience.COLUMNS, rows)
    await connection.execute(statement.on_conflict_do_nothing(index_elements=ONCE))
