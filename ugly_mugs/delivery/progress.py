"""How far an alert has come, by state: what the desk shows; and the canary: alerts that have told nobody."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, distinct, func, not_, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel.ext.asyncio.session import AsyncSession

from ..models import Alert, AlertState, Delivery, DeliveryState, FanOut, Version, table
from ..vocabulary import Severity

DELIVERY, FAN_OUT = table(Delivery), table(FanOut)
ALERT, VERSION = table(Alert), table(Version)
TOLD = (DeliveryState.SENT, DeliveryState.DELIVERED)
LOOKS_BACK = timedelta(hours=48)
SOON = {Severity.CRITICAL: timedelta(minutes=5)}
SOON_OTHERS = timedelta(minutes=30)
"""How long an alert may take until the first is told."""


@dataclass(frozen=True, slots=True)
class Setback:
    """Something that went wrong with deliveries of a version."""

    state: DeliveryState
    """How it stands with them now."""
    code: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How the deliveries of a version stand."""

    states: Mapping[DeliveryState, int]
    setbacks: Sequence[Setback]
    """The most frequent first."""
    doubtful: int
    """Sent again, or another way, although the first may have arrived."""
    other_way: int
    """People told on their other channel, because the first did not work."""


@dataclass(frozen=True, slots=True)
class Silent:
    """An alert that was issued for people in reach, and has reached none of them."""

    alert_id: UUID
    reference: str
    severity: Severity
    headline: str
    people: int
    at: datetime


async def standing(session: AsyncSession, version_id: UUID) -> Standing:
    """How deliveries of one version stand; its rows are gone through once, since the page asks every few seconds."""
    connection = await session.connection()
    rows = await connection.execute(
        select(DELIVERY.c.state, DELIVERY.c.failure, DELIVERY.c.doubtful, func.count())
        .where(DELIVERY.c.subject == version_id)
        .group_by(DELIVERY.c.state, DELIVERY.c.failure, DELIVERY.c.doubtful)
    )
    states: Counter[DeliveryState] = Counter()
    wrong: Counter[tuple[DeliveryState, str]] = Counter()
    doubtful = 0
    for state, code, is_doubtful, number in rows:
        states[DeliveryState(state)] += number
        doubtful += number if is_doubtful else 0
        if code is not None:
            wrong[DeliveryState(state), code] += number
    setbacks = [Setback(state, code, number) for (state, code), number in wrong.items()]
    return Standing(
        states=states,
        setbacks=sorted(setbacks, key=lambda each: (-each.number, each.code, each.state)),
        doubtful=doubtful,
        other_way=await _other_way(connection, version_id),
    )


async def _other_way(connection: AsyncConnection, version_id: UUID) -> int:
    """How many were told on another channel than the one that did not work: begun with those few that failed."""
    failed, other = DELIVERY.alias("failed"), DELIVERY.alias("other")
    number = await connection.execute(
        select(func.count(distinct(failed.c.recipient_id))).where(
            failed.c.subject == version_id,
            failed.c.state.in_((DeliveryState.FAILED, DeliveryState.UNDELIVERED)),
            other.c.occasion == failed.c.occasion,
            other.c.subject == failed.c.subject,
            other.c.recipient_id == failed.c.recipient_id,
            other.c.channel != failed.c.channel,
            other.c.state.in_(TOLD),
        )
    )
    return int(number.scalar_one())


async def is_running(session: AsyncSession, version_id: UUID) -> bool:
    """Whether deliveries of one version are still being written."""
    connection = await session.connection()
    unfinished = select(FAN_OUT.c.version_id).where(FAN_OUT.c.version_id == version_id, FAN_OUT.c.done_at.is_(None))
    return (await connection.execute(unfinished)).first() is not None


async def silent(session: AsyncSession, *, now: datetime) -> list[Silent]:
    """Alerts that should have told somebody by now and have told nobody, the most severe first.

    Those who sleep may be told later: an alert whose only deliveries wait for the end of quiet hours is not silent.
    """
    asleep = and_(
        DELIVERY.c.state == DeliveryState.QUEUED,
        DELIVERY.c.due_at > now,
        DELIVERY.c.attempts == 0,
        DELIVERY.c.failure.is_(None),
    )
    awake = OF_IT.where(not_(asleep), DELIVERY.c.state != DeliveryState.NOT_NEEDED)
    connection = await session.connection()
    rows = await connection.execute(
        select(VERSION, ALERT.c.reference)
        .join(ALERT, ALERT.c.id == VERSION.c.alert_id)
        .where(*_looked_at(now), ~HAS_TOLD, or_(awake.exists(), ~OF_IT.exists()))
        .order_by(VERSION.c.severity.desc(), VERSION.c.issued_at)
    )
    return [
        Silent(row.alert_id, row.reference, row.severity, str(row.said.get("headline", "")), row.people, row.issued_at)
        for row in rows
        if row.issued_at <= now - SOON.get(row.severity, SOON_OTHERS)
    ]


async def told(session: AsyncSession, *, now: datetime) -> int:
    """How many of the alerts that the canary looks at have told somebody."""
    connection = await session.connection()
    number = await connection.execute(
        select(func.count())
        .select_from(VERSION.join(ALERT, ALERT.c.id == VERSION.c.alert_id))
        .where(*_looked_at(now), HAS_TOLD)
    )
    return int(number.scalar_one())


OF_IT = select(DELIVERY.c.id).where(DELIVERY.c.subject == VERSION.c.id)
HAS_TOLD = OF_IT.where(DELIVERY.c.state.in_(TOLD)).exists()


def _looked_at(now: datetime) -> list[ColumnElement[bool]]:
    """The newest versions that were lately issued for people in reach."""
    newer = VERSION.alias("newer")
    return [
        VERSION.c.issued_at.between(now - LOOKS_BACK, now - min(SOON.values())),
        VERSION.c.to_members,
        VERSION.c.people > 0,
        ALERT.c.state.in_([AlertState.LIVE, AlertState.CANCELLED]),
        ~select(newer.c.id).where(newer.c.alert_id == ALERT.c.id, newer.c.number > VERSION.c.number).exists(),
    ]
