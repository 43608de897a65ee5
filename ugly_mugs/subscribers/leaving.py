"""Pausing, stopping, starting again, and being forgotten: each works at once, on what is queued too."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import uuid4

from sqlmodel import col, delete, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from ..delivery import emptying, recipients
from ..models import (
    BEFORE_THE_WIRE,
    Address,
    Answered,
    Delivery,
    DeliveryState,
    JoinCode,
    Occasion,
    Recipient,
    Subscriber,
    SubscriberState,
    Subscription,
    Suppression,
)
from ..vault import Vault

WARNINGS = (Occasion.ALERT, Occasion.UPDATE, Occasion.CANCEL)


async def pause(session: AsyncSession, recipient_id: int, *, until: date, now: datetime) -> None:
    """Send her nothing through the day *until*."""
    subscriber = await session.get_one(Subscriber, recipient_id)
    subscriber.paused_until = until
    await session.flush()
    # Corrections still go out: they are about something she was told.
    await _drop_queued(session, recipient_id, [Occasion.ALERT], why="paused", now=now)


async def stop(session: AsyncSession, recipient_id: int, *, now: datetime) -> bool:
    """Send her no more warnings until she starts again; her choices stay. Say whether that is new."""
    subscriber = await session.get_one(Subscriber, recipient_id)
    was_stopped = subscriber.state is SubscriberState.STOPPED
    subscriber.state = SubscriberState.STOPPED
    await session.flush()
    await _drop_queued(session, recipient_id, WARNINGS, why="stopped", now=now)
    return not was_stopped


async def start(session: AsyncSession, recipient_id: int) -> bool:
    """Send her warnings again, from now on. Say whether that is new."""
    subscriber = await session.get_one(Subscriber, recipient_id)
    was_silent = subscriber.state is not SubscriberState.ACTIVE or subscriber.paused_until is not None
    subscriber.state = SubscriberState.ACTIVE
    subscriber.paused_until = None
    await session.flush()
    return was_silent


async def tell(session: AsyncSession, vault: Vault, recipient_id: int, occasion: Occasion, *, now: datetime) -> None:
    """Say to her on her own channel what was changed: it may have been somebody else."""
    subscriber = await session.get_one(Subscriber, recipient_id)
    await recipients.send_to(
        session,
        vault,
        recipient_id,
        occasion=occasion,
        subject=uuid4(),
        channel=subscriber.channel,
        content={},
        language=subscriber.language,
        now=now,
    )


async def erase(session: AsyncSession, recipient_id: int) -> None:
    """Forget her: nothing by which she could be found stays, the index and the ledger included."""
    tags = (await session.exec(select(Address.tag).where(Address.recipient_id == recipient_id))).all()
    # Codes and answers to her went to recipients of their own.
    others = await session.exec(select(Address.recipient_id).where(col(Address.tag).in_(tags)))
    everyone = sorted({recipient_id, *others})
    # In the order of whoever settles or falls back: what was sent to her, and then she.
    await session.exec(
        select(Delivery.id).where(col(Delivery.recipient_id).in_(everyone)).order_by(col(Delivery.id)).with_for_update()
    )
    # Held before anything is deleted: a fan-out that is just writing a row for her waits, and then finds nobody.
    await session.exec(
        select(Recipient.id).where(col(Recipient.id).in_(everyone)).order_by(col(Recipient.id)).with_for_update()
    )
    await emptying.orphan(session, everyone)
    for table in (Delivery, Subscription, Subscriber, Address):
        await session.exec(delete(table).where(col(table.recipient_id).in_(everyone)))
    await session.exec(delete(Recipient).where(col(Recipient.id).in_(everyone)))
    await _forget_tags(session, tags)


async def _forget_tags(session: AsyncSession, tags: Sequence[bytes]) -> None:
    for table in (JoinCode, Suppression, Answered):
        await session.exec(delete(table).where(col(table.tag).in_(tags)))


async def _drop_queued(
    session: AsyncSession, recipient_id: int, occasions: Sequence[Occasion], *, why: str, now: datetime
) -> None:
    await session.exec(
        update(Delivery)
        .where(
            col(Delivery.recipient_id) == recipient_id,
            col(Delivery.occasion).in_(occasions),
            col(Delivery.state).in_(BEFORE_THE_WIRE),
        )
        .values(state=DeliveryState.CANCELLED, failure=why, settled_at=now, lease_until=None, leased_by=None)
    )
