"""Who is in reach: interned areas that share a district with it, and the people who want warnings there."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import cast
from uuid import UUID
from weakref import WeakKeyDictionary

from sqlalchemy import ARRAY, ColumnElement, Engine, Integer, Uuid, func, insert, literal, select
from sqlmodel import select as pick
from sqlmodel.ext.asyncio.session import AsyncSession

from ..areas import Area as Around
from ..areas import Atlas, Kind
from ..delivery.audience import still_told, wanted
from ..models import Address, Area, Delivery, Reach, Subscriber, Subscription, Version, may_have_got_it, table
from ..vocabulary import Severity, Wording

ADDRESS, DELIVERY = table(Address), table(Delivery)
SUBSCRIBER, SUBSCRIPTION, VERSION = table(Subscriber), table(Subscription), table(Version)


@dataclass(frozen=True, slots=True)
class Known:
    """An interned area, kept in memory: it never changes."""

    around: Around
    districts: int


@dataclass(frozen=True, slots=True)
class Near:
    """An interned area in reach, and how far its middle is from the place."""

    area_id: int
    metres: int


@dataclass(frozen=True, slots=True)
class Audience:
    """How many people are in reach, by channel and by how much they are told."""

    counts: Mapping[tuple[str, Wording], int]

    @property
    def people(self) -> int:
        """All of them; each is told on one channel."""
        return sum(self.counts.values())

    def on(self, channel: str, wording: Wording | None = None) -> int:
        """Those told on *channel*, perhaps only those told in *wording*."""
        return sum(n for (c, w), n in self.counts.items() if c == channel and wording in {None, w})


@dataclass(frozen=True, slots=True)
class Quote:
    """What sending costs before anybody says yes."""

    people: int
    texts: int
    emails: int
    segments: int
    pence: Decimal


_known: WeakKeyDictionary[Engine, dict[int, Known]] = WeakKeyDictionary()


async def near(session: AsyncSession, atlas: Atlas, reach: int, *, district: str | None) -> list[Near]:
    """The interned areas that share a district with *reach*, nearest to *district* first."""
    known = await _interned(session, atlas)
    metres: dict[str, int] = {}
    found = []
    for area_id, area in known.items():
        if area.districts & reach:
            # A district's distance is that of its middle, however many miles around it are wanted.
            place = area.around.code
            if place not in metres:
                metres[place] = atlas.metres_between(area.around, district) if district else 0
            found.append(Near(area_id, metres[place]))
    return sorted(found, key=lambda item: (item.metres, item.area_id))


async def _interned(session: AsyncSession, atlas: Atlas) -> dict[int, Known]:
    """Every area that somebody wants. None is ever changed or deleted, so they are kept in memory."""
    bind = session.get_bind()
    known = _known.setdefault(bind if isinstance(bind, Engine) else bind.engine, {})
    # By number, not "newer than": on PostgreSQL a lower id may be committed after a higher one.
    if (await session.exec(pick(func.count()).select_from(Area))).one() != len(known):
        for area in await session.exec(pick(Area)):
            assert area.id is not None
            around = Around(kind=cast(Kind, area.kind), code=area.code, miles=area.miles)
            known[area.id] = Known(around, atlas.from_bytes(area.districts))
    return known


async def freeze(session: AsyncSession, version_id: UUID, areas: Sequence[Near]) -> None:
    """Write down for good which areas *version_id* reaches."""
    if not areas:
        return
    connection = await session.connection()
    area_ids, metres = [item.area_id for item in areas], [item.metres for item in areas]
    if connection.dialect.name == "postgresql":
        rows = (
            func.unnest(literal(area_ids, ARRAY(Integer)), literal(metres, ARRAY(Integer)))
            .table_valued("a", "m")
            .render_derived()
        )
        chosen = select(literal(version_id, Uuid()), rows.c.m, rows.c.a)
    else:
        pairs = func.json_each(json.dumps([*zip(area_ids, metres, strict=True)])).table_valued("value")
        first, second = (func.json_extract(pairs.c.value, path) for path in ("$[0]", "$[1]"))
        chosen = select(literal(version_id, Uuid()), second, first)
    await connection.execute(insert(Reach).from_select(["version_id", "metres", "area_id"], chosen))


async def count(session: AsyncSession, areas: Sequence[Near], *, severity: Severity, today: date) -> Audience:
    """How many people would be told if a warning of *severity* went to *areas* now."""
    told = SUBSCRIBER.c
    people = (
        select(SUBSCRIPTION.c.recipient_id, ADDRESS.c.channel, told.vouched, told.wording)
        .where(*wanted(severity, today=today), _is_one_of(session, [item.area_id for item in areas]))
        .distinct()
        .subquery()
    )
    kinds = (people.c.channel, people.c.vouched, people.c.wording)
    connection = await session.connection()
    counts: dict[tuple[str, Wording], int] = {}
    for channel, vouched, wording, number in await connection.execute(select(*kinds, func.count()).group_by(*kinds)):
        key = (channel, wording if vouched else Wording.DISCREET)
        counts[key] = counts.get(key, 0) + number
    return Audience(counts)


async def told(session: AsyncSession, alert_id: UUID) -> Audience:
    """Those who got, or may have got, any version of an alert and still get our messages: who hears of its end."""
    versions = select(VERSION.c.id).where(VERSION.c.alert_id == alert_id)
    people = (
        select(DELIVERY.c.recipient_id, DELIVERY.c.channel)
        .where(DELIVERY.c.subject.in_(versions), may_have_got_it(DELIVERY), *still_told())
        .distinct()
        .subquery()
    )
    connection = await session.connection()
    rows = await connection.execute(select(people.c.channel, func.count()).group_by(people.c.channel))
    return Audience({(channel, Wording.DISCREET): number for channel, number in rows})


def _is_one_of(session: AsyncSession, area_ids: Sequence[int]) -> ColumnElement[bool]:
    """Whether a subscription is for one of *area_ids*: one parameter, however many there are."""
    if session.get_bind().dialect.name == "postgresql":
        return SUBSCRIPTION.c.area_id == func.any(literal(list(area_ids), ARRAY(Integer)))
    ids = func.json_each(json.dumps(list(area_ids))).table_valued("value")
    return SUBSCRIPTION.c.area_id.in_(select(ids.c.value))


def quote(audience: Audience, *, segments: Mapping[Wording, int], prices: Mapping[str, Decimal]) -> Quote:
    """What it costs to tell *audience*, when a text of each wording has so many *segments*."""
    total = sum(audience.on("sms", wording) * size for wording, size in segments.items())
    texts = audience.on("sms")
    return Quote(
        people=audience.people,
        texts=texts,
        emails=audience.on("email"),
        segments=total,
        pence=total * prices.get("sms", Decimal(0)),
    )
