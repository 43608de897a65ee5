"""How far an alert has come, by state: what the desk shows and what an operator watches."""

from uuid import UUID

from sqlalchemy import func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..models import Delivery, DeliveryState, FanOut, table

DELIVERY, FAN_OUT = table(Delivery), table(FanOut)


async def progress(session: AsyncSession, version_id: UUID) -> dict[DeliveryState, int]:
    """How many deliveries of one version are in each state."""
    connection = await session.connection()
    rows = await connection.execute(
        select(DELIVERY.c.state, func.count()).where(DELIVERY.c.subject == version_id).group_by(DELIVERY.c.state)
    )
    return {DeliveryState(state): number for state, number in rows}


async def failures(session: AsyncSession, version_id: UUID) -> dict[str, int]:
    """How many deliveries of one version failed, by the provider's code."""
    connection = await session.connection()
    rows = await connection.execute(
        select(DELIVERY.c.failure, func.count())
        .where(DELIVERY.c.subject == version_id, DELIVERY.c.failure.is_not(None))
        .group_by(DELIVERY.c.failure)
    )
    return {code: number for code, number in rows}  # noqa: C416 -- rows are not pairs to mypy


async def is_running(session: AsyncSession, version_id: UUID) -> bool:
    """Whether deliveries of one version are still being written."""
    connection = await session.connection()
    unfinished = select(FAN_OUT.c.version_id).where(FAN_OUT.c.version_id == version_id, FAN_OUT.c.done_at.is_(None))
    return (await connection.execute(unfinished)).first() is not None
