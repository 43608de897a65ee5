"""One more try of what a provider took and then lost: a phone that was off may be on again.

The row is the same, so that there is still one a person; what the provider called the first try stays
beside it. What is still said of that one counts only if it arrived after all.
"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, literal, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from ..contract import Heard, Progress
from ..models import BEFORE_THE_WIRE, Address, Delivery, DeliveryState, Remnant, Subscriber, table
from . import audience, hours

ADDRESS, DELIVERY, REMNANT, SUBSCRIBER = table(Address), table(Delivery), table(Remnant), table(Subscriber)
AFTER = timedelta(minutes=2)
"""A phone in a tunnel is back by then; one that stays off should not keep her from her other channel for long."""


async def once_more(connection: AsyncConnection, delivery_id: UUID, *, now: datetime) -> bool:
    """Queue an undelivered row again, if it is the first time and still worth it; say whether it was."""
    may_go = (
        select(SUBSCRIBER.c.recipient_id)
        .where(
            *audience.still_worth_it(today=now.date()),
            ADDRESS.c.recipient_id == DELIVERY.c.recipient_id,
            ADDRESS.c.channel == DELIVERY.c.channel,
            ADDRESS.c.unreachable_on.is_(None),
            audience.not_suppressed(),
            DELIVERY.c.tell_by > hours.due_again(SUBSCRIBER, DELIVERY.c.lane, now=now + AFTER),
        )
        .correlate(DELIVERY)
    )
    due = (
        select(hours.due_again(SUBSCRIBER, DELIVERY.c.lane, now=now + AFTER))
        .where(SUBSCRIBER.c.recipient_id == DELIVERY.c.recipient_id)
        .correlate(DELIVERY)
        .scalar_subquery()
    )
    queued = await connection.execute(
        update(DELIVERY)
        .where(
            DELIVERY.c.id == delivery_id,
            DELIVERY.c.state == DeliveryState.UNDELIVERED,
            DELIVERY.c.first_reference.is_(None),
            may_go.exists(),
        )
        .values(
            state=DeliveryState.QUEUED,
            attempts=DELIVERY.c.attempts + 1,
            first_reference=func.coalesce(DELIVERY.c.reference, ""),
            reference=None,
            # Whoever looks for this try at the provider must not find the first one, whosever clock is off.
            created_at=now + AFTER / 2,
            due_at=due,
            settled_at=None,
            emptied_at=None,
            empty_tries=0,
            lease_until=None,
            leased_by=None,
        )
        .returning(DELIVERY.c.channel, DELIVERY.c.first_reference)
    )
    row = queued.first()
    if row is None:
        return False
    if row.first_reference:
        await _empty(connection, row.channel, row.first_reference, now=now)
    return True


def is_of_the_first(heard: Heard) -> ColumnElement[bool]:
    """Whether *heard* speaks of a try after which there was another."""
    return and_(literal(heard.reference is not None), DELIVERY.c.first_reference == heard.reference)


def moves(heard: Heard, before: tuple[DeliveryState, ...]) -> ColumnElement[bool]:
    """Which rows *heard* moves: those in *before*, and those queued again that were taken after all.

    What was queued for one more try stays queued whatever else is said of the first, unless that arrived.
    """
    # Whoever was told that it was never taken was told wrong: it must not go out again.
    here = DELIVERY.c.state.in_((*before, *BEFORE_THE_WIRE))
    if heard.reference is None or heard.progress is Progress.DELIVERED:
        return here
    return and_(here, DELIVERY.c.first_reference.is_distinct_from(heard.reference))


async def _empty(connection: AsyncConnection, channel: str, reference: str, *, now: datetime) -> None:
    """The words of the first try lie at the provider under a name that the row does not keep for long."""
    make = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    row = {"channel": channel, "reference": reference, "due_at": now, "tries": 0}
    await connection.execute(make(REMNANT).values(row).on_conflict_do_nothing())
