"""The other channel of somebody who could not be reached on her first: falling back adds a row, once.

Never after a no: whoever said STOP to texts has not asked for mail instead. Nor where our words were
refused: they would be the same ones.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, false, literal, select, true, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from ..contract import ChannelDown, Failure, OnceMore, OptedOut, Rejected, SendFailed, Undeliverable
from ..models import BEFORE_THE_WIRE, MAY_HAVE_GOT_IT, Address, Delivery, DeliveryState, Subscriber, Suppression, table
from ..models.columns import Utc, random_id, word
from . import audience, hours
from .second_try import once_more

ADDRESS, DELIVERY, SUBSCRIBER, SUPPRESSION = table(Address), table(Delivery), table(Subscriber), table(Suppression)
DID_NOT_ARRIVE = (DeliveryState.FAILED, DeliveryState.UNDELIVERED)


def deserves(failure: Failure) -> bool:
    """Whether *failure*, once it is final, is one that another channel may not have."""
    match failure:
        case ChannelDown() | OptedOut() | Rejected():
            return False
        case SendFailed() | Undeliverable():
            return True
        case _:
            return False


async def go_on(connection: AsyncConnection, delivery_id: UUID, failure: Failure, *, now: datetime) -> None:
    """What follows when a delivery that was taken did not arrive: one more try, or the other channel, or nothing."""
    if isinstance(failure, OnceMore) and await once_more(connection, delivery_id, now=now):
        return
    if deserves(failure):
        await fall_back(connection, [delivery_id], now=now)


async def fall_back(connection: AsyncConnection, delivery_ids: Collection[UUID], *, now: datetime) -> int:
    """Queue the same for those whose delivery did not arrive and who have another channel; say how many."""
    if not delivery_ids:
        return 0
    make = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    added = await connection.execute(
        make(DELIVERY)
        .from_select(audience.COLUMNS, _rows(delivery_ids, now=now))
        .on_conflict_do_nothing()
        .returning(DELIVERY.c.id)
    )
    return len(added.all())


async def arrived_after_all(connection: AsyncConnection, delivery_id: UUID, *, now: datetime) -> int:
    """The first one did arrive: call back the other, or say that she may have got it twice."""
    first = DELIVERY.alias("first")
    has_left = DELIVERY.c.state.in_(MAY_HAVE_GOT_IT)
    changed = await connection.execute(
        update(DELIVERY)
        .where(
            first.c.id == delivery_id,
            DELIVERY.c.occasion == first.c.occasion,
            DELIVERY.c.subject == first.c.subject,
            DELIVERY.c.recipient_id == first.c.recipient_id,
            DELIVERY.c.channel != first.c.channel,
            DELIVERY.c.state.in_((*BEFORE_THE_WIRE, *MAY_HAVE_GOT_IT)),
        )
        .values(
            state=case((has_left, DELIVERY.c.state), else_=literal(DeliveryState.NOT_NEEDED, word(DeliveryState))),
            settled_at=case((has_left, DELIVERY.c.settled_at), else_=literal(now, Utc())),
            doubtful=case((has_left, true()), else_=DELIVERY.c.doubtful),
        )
        .returning(DELIVERY.c.id)
    )
    return len(changed.all())


def _rows(delivery_ids: Collection[UUID], *, now: datetime) -> Select[Any]:
    due = hours.due_again(SUBSCRIBER, DELIVERY.c.lane, now=now)
    values: dict[str, Any] = {
        **{name: DELIVERY.c[name] for name in audience.COLUMNS},
        "id": random_id(now=now),
        "channel": ADDRESS.c.channel,
        "state": literal(DeliveryState.QUEUED, word(DeliveryState)),
        "wording": audience.as_told_then(),
        "language": SUBSCRIBER.c.language,
        "created_at": literal(now, Utc()),
        "due_at": due,
        "attempts": literal(0),
        "segments": literal(0),
        "doubtful": false(),
    }
    return select(*(values[name] for name in audience.COLUMNS)).where(
        DELIVERY.c.id.in_(delivery_ids),
        DELIVERY.c.state.in_(DID_NOT_ARRIVE),
        # Whoever sleeps until it is stale is not woken, and not told stale news.
        DELIVERY.c.tell_by > due,
        *audience.still_worth_it(today=now.date()),
        ADDRESS.c.recipient_id == DELIVERY.c.recipient_id,
        ADDRESS.c.channel != DELIVERY.c.channel,
        ADDRESS.c.confirmed_on.is_not(None),
        ADDRESS.c.unreachable_on.is_(None),
        ADDRESS.c.least_severity <= -DELIVERY.c.lane,
        audience.not_suppressed(),
        ~_said_no_there(),
    )


def _said_no_there() -> ColumnElement[bool]:
    """Whether she said no to the channel that failed."""
    there = ADDRESS.alias("there")
    return (
        select(there.c.tag)
        .where(
            there.c.recipient_id == DELIVERY.c.recipient_id,
            there.c.channel == DELIVERY.c.channel,
            SUPPRESSION.c.channel == there.c.channel,
            SUPPRESSION.c.tag == there.c.tag,
        )
        .exists()
    )
