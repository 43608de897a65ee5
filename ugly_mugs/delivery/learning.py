"""What is heard of a message after it was taken: reports come twice, late, early, out of order, and for unknown ids."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, case, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from ..contract import Complained, Failure, Filtered, Heard, OnceMore, OptedOut, Progress, Rejected, Undeliverable
from ..models import Address, Delivery, DeliveryState, table
from . import addresses, alarms, fallback, second_try, suppression
from .settling import AT_THE_WIRE, FREE

DELIVERY, ADDRESS = table(Delivery), table(Address)
_REACHES = {
    Progress.SENT: (DeliveryState.SENT, AT_THE_WIRE),
    Progress.DELIVERED: (DeliveryState.DELIVERED, (*AT_THE_WIRE, DeliveryState.SENT, DeliveryState.UNDELIVERED)),
    Progress.UNDELIVERED: (DeliveryState.UNDELIVERED, (*AT_THE_WIRE, DeliveryState.SENT)),
}
"""What each report of the provider moves a row to, and from where: only ever forward."""
MAY_BE_COMPLAINED_OF = (*AT_THE_WIRE, DeliveryState.SENT, DeliveryState.DELIVERED, DeliveryState.UNDELIVERED)


async def learn(session: AsyncSession, heard: Heard, *, now: datetime) -> bool:
    """Take in what a provider reports of a message; say whether it was news."""
    if heard.progress is None:
        return False
    which = _named(heard)
    if which is None:
        return False
    if isinstance(heard.failure, Complained):
        return await _complained(session, which, heard.failure, now=now)
    state, before = _REACHES[heard.progress]
    # Whoever was told that it was never taken was told wrong: it must not go out again.
    taken_after_all = and_(DELIVERY.c.state.in_(BEFORE_THE_WIRE), DELIVERY.c.reference.is_(None))
    connection = await session.connection()
    moved = await connection.execute(
        update(DELIVERY)
        .where(which, or_(DELIVERY.c.state.in_(before), taken_after_all))
        .values(
            state=state,
            settled_at=now,
            reference=case((DELIVERY.c.reference.is_(None), heard.reference), else_=DELIVERY.c.reference),
            failure=heard.failure.code[:80] if heard.failure else None,
            **FREE,
        )
        .returning(DELIVERY.c.recipient_id, DELIVERY.c.channel)
    )
    row = moved.first()
    if row is None:
        return False
    if isinstance(heard.failure, Undeliverable) and not isinstance(heard.failure, Rejected):
        await _after_failing(session, row.recipient_id, row.channel, heard.failure, now=now)
    return True


async def _complained(session: AsyncSession, which: ColumnElement[bool], failure: Complained, *, now: datetime) -> bool:
    """Send nothing more to whoever complained, however far the message is said to have come.

    The same complaint again is no news: she may have come back in the meantime.
    """
    connection = await session.connection()
    moved = await connection.execute(
        update(DELIVERY)
        .where(which, DELIVERY.c.state.in_(MAY_BE_COMPLAINED_OF), DELIVERY.c.failure.is_distinct_from(failure.code))
        .values(state=DeliveryState.DELIVERED, settled_at=now, failure=failure.code, **FREE)
        .returning(DELIVERY.c.recipient_id, DELIVERY.c.channel)
    )
    row = moved.first()
    if row is None:
        return False
    await _said_no(session, row.recipient_id, row.channel, reason="complaint", now=now)
    return True


def _named(heard: Heard) -> ColumnElement[bool] | None:
    if heard.delivery is not None:
        try:
            return DELIVERY.c.id == UUID(heard.delivery)
        except ValueError:
            return None
    return DELIVERY.c.reference == heard.reference if heard.reference else None


async def _after_failing(
    session: AsyncSession, recipient_id: int, channel: str, failure: Failure, *, now: datetime
) -> None:
    if isinstance(failure, OptedOut):
        await _said_no(session, recipient_id, channel, reason="provider", now=now)
    else:
        await _unreachable(session, recipient_id, channel, now=now)


async def _said_no(session: AsyncSession, recipient_id: int, channel: str, *, reason: str, now: datetime) -> None:
    connection = await session.connection()
    found = await connection.execute(
        select(ADDRESS.c.tag).where(ADDRESS.c.recipient_id == recipient_id, ADDRESS.c.channel == channel)
    )
    for tag in found.scalars():
        await suppression.suppress(session, channel=channel, tag=tag, reason=reason, now=now)
