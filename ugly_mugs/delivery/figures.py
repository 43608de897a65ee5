"""The ledger in figures, for whoever keeps the service running: nothing in them is about one person or one report."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import case, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..models import Delivery, DeliveryState, FanOut, Spending, table
from ..models.delivery import LANE_NOW
from ..vocabulary import Severity
from . import alarms, ledger, progress

DELIVERY, FAN_OUT, SPENDING = table(Delivery), table(FanOut), table(Spending)
LANES = {-LANE_NOW: "answers"} | {-severity: severity.name.lower() for severity in reversed(Severity)}
MILLIPENCE = 100 * 1000
"""In a pound."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What the ledger looks like at one moment."""

    deliveries: Mapping[tuple[str, DeliveryState], int]
    """By channel and state, those that have not been forgotten."""
    doubtful: int
    """Sent again although the first may have arrived."""
    fan_outs: int
    """Versions whose deliveries are still being written."""
    overdue: Mapping[str, float]
    """For how many seconds the longest overdue has been, by lane; 0 where nobody waits."""
    spent_today: Mapping[str, Decimal]
    """Pounds, by purpose."""
    spent_this_month: Decimal
    alerts_told: int
    alerts_silent: int
    ringing: frozenset[tuple[str, str]]
    """Alarms, by kind and channel."""
    senders: Mapping[tuple[str, str], bool]
    """Our own, by channel and name, and whether each is refused."""


async def take(session: AsyncSession, *, now: datetime) -> Figures:
    """Count; each table is gone through once."""
    connection = await session.connection()
    counted = (
        await connection.execute(
            select(
                DELIVERY.c.channel, DELIVERY.c.state, func.count(), func.sum(case((DELIVERY.c.doubtful, 1), else_=0))
            ).group_by(DELIVERY.c.channel, DELIVERY.c.state)
        )
    ).all()
    waiting = await connection.execute(
        select(DELIVERY.c.lane, func.min(DELIVERY.c.due_at))
        .where(ledger.is_in(DELIVERY, DeliveryState.QUEUED), DELIVERY.c.due_at <= now, ledger.may_go(DELIVERY))
        .group_by(DELIVERY.c.lane)
    )
    overdue = dict.fromkeys(LANES.values(), 0.0)
    for lane, since in waiting:
        overdue[LANES.get(lane, str(lane))] = (now - since).total_seconds()
    unfinished = select(func.count()).select_from(FAN_OUT).where(FAN_OUT.c.done_at.is_(None))
    fan_outs = (await connection.execute(unfinished)).scalar_one()
    first = now.date().replace(day=1)
    alarming = await alarms.ringing(session, now=now)
    spent = (await connection.execute(select(SPENDING).where(SPENDING.c.on_day >= first))).all()
    return Figures(
        deliveries={(channel, DeliveryState(state)): number for channel, state, number, _ in counted},
        doubtful=sum(int(doubtful or 0) for *_, doubtful in counted),
        fan_outs=fan_outs,
        overdue=overdue,
        spent_today={row.purpose: _pounds(row.millipence) for row in spent if row.on_day == now.date()},
        spent_this_month=_pounds(sum(row.millipence for row in spent)),
        alerts_told=await progress.told(session, now=now),
        alerts_silent=sum(alarm.number for alarm in alarming if alarm.kind is alarms.Kind.SILENT),
        ringing=frozenset((alarm.kind.value, alarm.channel) for alarm in alarming),
        senders=await alarms.senders(session),
    )


def _pounds(millipence: int) -> Decimal:
    return Decimal(millipence) / MILLIPENCE
