"""What waits and will never be taken: too late to tell, or in the hands of a worker of an older version.

Found on a connection that only reads, since whole queues are looked through; then a few rows are written.
"""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import String, func, null, select, type_coerce, update
from sqlmodel.ext.asyncio.session import AsyncSession

from ..models import Delivery, DeliveryState, table
from .clock import clock
from .ledger import is_in

DELIVERY = table(Delivery)
CHUNK: Final = 5_000
"""Few enough that nobody who sends waits for long."""
LEASED: Final = type_coerce(DELIVERY.c.state, String) == "leased"
"""What workers called a row that they had taken and not yet begun to send; there is no such state any more."""


async def too_late(session: AsyncSession, *, limit: int) -> Sequence[UUID]:
    """Some that are queued and stale, if there are any."""
    connection = await session.connection()
    found = await connection.execute(
        select(DELIVERY.c.id).where(is_in(DELIVERY, DeliveryState.QUEUED), DELIVERY.c.tell_by <= clock(0)).limit(limit)
    )
    return found.scalars().all()


async def lapse(session: AsyncSession, ids: Sequence[UUID]) -> int:
    """End those of *ids* that are still queued and stale; say how many. What another is just looking at is left."""
    connection = await session.connection()
    free = (
        select(DELIVERY.c.id)
        .where(DELIVERY.c.id.in_(ids), is_in(DELIVERY, DeliveryState.QUEUED), DELIVERY.c.tell_by <= clock(0))
        .order_by(DELIVERY.c.id)
        .with_for_update(skip_locked=True)
    )
    ended = await connection.execute(
        update(DELIVERY)
        .where(DELIVERY.c.id.in_(free))
        .values(state=DeliveryState.EXPIRED, settled_at=clock(0), content=null())
    )
    return ended.rowcount


async def leased(session: AsyncSession) -> int:
    """How many a worker of an older version has taken since the tables were changed."""
    connection = await session.connection()
    number: int = (await connection.execute(select(func.count()).where(LEASED))).scalar_one()
    return number


async def give_back(session: AsyncSession) -> None:
    """Queue them: none of them was begun, or they would be `sending`."""
    connection = await session.connection()
    await connection.execute(
        update(DELIVERY).where(LEASED).values(state=DeliveryState.QUEUED, lease_until=null(), leased_by=null())
    )
