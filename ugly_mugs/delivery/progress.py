"""How far an alert has come, by state: what the desk shows; and the canary: alerts that have told nobody."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, not_, or_, select
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


@dataclass(frozen=True, slots=True)
class Silent:
    """An alert that was issued for people in reach, and has reached none of them."""

    alert_id: UUID
    reference: str
    severity: Severity
    headline: str
    people: int
    at: datetime


async def progress(session: AsyncSession, version_id: UUID) -> dict[DeliveryState, int]:
    """How many deliveries of one version are in each state."""
    connection = await session.connection()
    rows = await connection.execute(
        select(DELIVERY.c.state, func.count()).where(DELIVERY.c.subject == version_id).group_by(DELIVERY.c.state)
    )
    return {DeliveryState(state): number for state, number in rows}


async def setbacks(session: AsyncSession, version_id: UUID) -> list[Setback]:
    """What went wrong with deliveries of one version, how it stands with them now, and how many each; most first."""
    connection = await session.connection()
    rows = await connection.execute(
        select(DELIVERY.c.state, DELIVERY.c.failure, func.count())
        .where(DELIVERY.c.subject == version_id, DELIVERY.c.failure.is_not(None))
        .group_by(DELIVERY.c.state, DELIVERY.c.failure)
    )
    found = [Setback(DeliveryState(state), code, number) for state, code, number in rows]
    return sorted(found, key=lambda each: (-each.number, each.code))


async def doubtful(session: AsyncSession, version_id: UUID) -> int:
    """How many deliveries of one version were sent again although the first may have arrived."""
    connection = await session.connection()
    number = await connection.execute(select(func.count()).where(DELIVERY.c.subject == version_id, DELIVERY.c.doubtful))
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
