"""What is learned of an address itself."""

from datetime import datetime

from sqlalchemy import select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from ..models import Address, table
from . import suppression

ADDRESS = table(Address)


async def is_unreachable(session: AsyncSession, recipient_id: int, channel: str, *, now: datetime) -> None:
    """Nobody is there: it sleeps until confirmed anew, since numbers are given to others."""
    connection = await session.connection()
    await connection.execute(
        update(ADDRESS)
        .where(ADDRESS.c.recipient_id == recipient_id, ADDRESS.c.channel == channel)
        .values(unreachable_on=now.date())
    )


async def said_no(session: AsyncSession, recipient_id: int, channel: str, *, reason: str, now: datetime) -> None:
    """Whoever is there wants no more."""
    connection = await session.connection()
    found = await connection.execute(
        select(ADDRESS.c.tag).where(ADDRESS.c.recipient_id == recipient_id, ADDRESS.c.channel == channel)
    )
    for tag in found.scalars():
        await suppression.suppress(session, channel=channel, tag=tag, reason=reason, now=now)
