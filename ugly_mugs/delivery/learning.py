"""What is heard of a message after it was taken: reports come twice, late, early, out of order, and for unknown ids."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, case, true, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel.ext.asyncio.session import AsyncSession

from ..contract import Complained, Failure, Heard, OptedOut, Progress, Rejected, Undeliverable
from ..models import Delivery, DeliveryState, table
from . import addresses, alarms, fallback, second_try
from .settling import AT_THE_WIRE, FREE

DELIVERY = table(Delivery)
_REACHES = {
    Progress.SENT: (DeliveryState.SENT, AT_THE_WIRE),
    Progress.DELIVERED: (DeliveryState.DELIVERED, (*AT_THE_WIRE, DeliveryState.SENT)),
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
    connection = await session.connection()
    row = await _move(connection, which, second_try.moves(heard, before), heard, state, now=now)
    if row is None and heard.progress is Progress.DELIVERED:
        # Late after all: by now it may have gone another way as well.
        row = await _move(connection, which, DELIVERY.c.state == DeliveryState.UNDELIVERED, heard, state, now=now)
        if row is not None:
            await fallback.arrived_after_all(connection, row.id, now=now)
    if row is None:
        return False
    if state is DeliveryState.UNDELIVERED and heard.failure is not None:
        await _after_failing(session, row, heard.failure, now=now)
    return True


async def _move(
    connection: AsyncConnection,
    which: ColumnElement[bool],
    movable: ColumnElement[bool],
    heard: Heard,
    state: DeliveryState,
    *,
    now: datetime,
) -> Row[Any] | None:
    has_left_again = DELIVERY.c.state.in_((*AT_THE_WIRE, DeliveryState.SENT))
    moved = await connection.execute(
        update(DELIVERY)
        .where(which, movable)
        .values(
            state=state,
            settled_at=now,
            reference=case((DELIVERY.c.reference.is_(None), heard.reference), else_=DELIVERY.c.reference),
            failure=heard.failure.code[:80] if heard.failure else None,
            doubtful=case((and_(second_try.is_of_the_first(heard), has_left_again), true()), else_=DELIVERY.c.doubtful),
            **FREE,
        )
        .returning(DELIVERY.c.id, DELIVERY.c.recipient_id, DELIVERY.c.channel)
    )
    return moved.first()


async def _after_failing(session: AsyncSession, row: Row[Any], failure: Failure, *, now: datetime) -> None:
    """What it says about the address, and what follows for her."""
    connection = await session.connection()
    match failure:
        case OptedOut():
            await addresses.said_no(session, row.recipient_id, row.channel, reason="provider", now=now)
        case Rejected():
            pass  # our own fault, and nothing against the address
        case Undeliverable():
            await addresses.is_unreachable(session, row.recipient_id, row.channel, now=now)
    await fallback.go_on(connection, row.id, failure, now=now)
    kind = alarms.tally_of("", failure)
    if kind:
        # As sent it has been counted before; rows that others wait for come last.
        await alarms.count(connection, row.channel, {kind: 1}, now=now)


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
    await addresses.said_no(session, row.recipient_id, row.channel, reason="complaint", now=now)
    return True


def _named(heard: Heard) -> ColumnElement[bool] | None:
    if heard.delivery is not None:
        try:
            return DELIVERY.c.id == UUID(heard.delivery)
        except ValueError:
            return None
    return DELIVERY.c.reference == heard.reference if heard.reference else None
