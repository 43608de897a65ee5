"""Who said no: one table, asked on every route; a no also stops what is already queued."""

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from ..models import BEFORE_THE_WIRE, Address, Delivery, DeliveryState, Suppression, table
from ..models.upsert import insert

ADDRESS, DELIVERY = table(Address), table(Delivery)


async def suppress(session: AsyncSession, *, channel: str, tag: bytes, reason: str, now: datetime) -> None:
    """Send nothing more to the address with *tag* on *channel*, what is queued included."""
    connection = await session.connection()
    # Of two who say it at once, both are right.
    row = insert(session, table(Suppression)).values(channel=channel, tag=tag, reason=reason, on_day=now.date())
    await connection.execute(row.on_conflict_do_nothing())
    theirs = select(ADDRESS.c.recipient_id).where(ADDRESS.c.channel == channel, ADDRESS.c.tag == tag)
    await connection.execute(
        update(DELIVERY)
        .where(
            DELIVERY.c.channel == channel,
            DELIVERY.c.recipient_id.in_(theirs),
            DELIVERY.c.state.in_(BEFORE_THE_WIRE),
        )
        .values(state=DeliveryState.SUPPRESSED, failure=reason, settled_at=now, lease_until=None, leased_by=None)
    )


async def lift(session: AsyncSession, *, channel: str, tag: bytes) -> None:
    """They said yes again."""
    gone = delete(table(Suppression)).where(table(Suppression).c.channel == channel, table(Suppression).c.tag == tag)
    connection = await session.connection()
    await connection.execute(gone)


async def is_suppressed(session: AsyncSession, *, channel: str, tag: bytes) -> bool:
    """Whether the address with *tag* said no on *channel*."""
    return await session.get(Suppression, (channel, tag)) is not None
