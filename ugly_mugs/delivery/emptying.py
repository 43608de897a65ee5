"""Words that lie at a provider, ours and those sent to us, until it is told to forget them.

Ours stay for as long as they are evidence of what became of a message. A failure is counted, and doubles the wait.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import case, delete, func, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from .. import bell
from ..contract import Failure
from ..models import Delivery, Remnant, table
from ..models.upsert import insert

DELIVERY, REMNANT = table(Delivery), table(Remnant)
EVIDENCE = timedelta(hours=1)
MOST_TRIES = 10
"""The last of them comes three weeks after the message."""


@dataclass(frozen=True, slots=True)
class Lying:
    """One message whose words the provider still has; without a *delivery* it is a remnant."""

    reference: str
    tries: int
    delivery: UUID | None = None


async def due(session: AsyncSession, *, channel: str, now: datetime, limit: int) -> list[Lying]:
    """What is to be forgotten by now, remnants first. Two workers may both ask: twice forgotten is forgotten."""
    connection = await session.connection()
    remnants = await connection.execute(
        select(REMNANT.c.reference, REMNANT.c.tries)
        .where(REMNANT.c.channel == channel, REMNANT.c.due_at <= now, REMNANT.c.tries < MOST_TRIES)
        .order_by(REMNANT.c.due_at)
        .limit(limit)
    )
    found = [Lying(row.reference, row.tries) for row in remnants]
    patience = case(
        {tries: now - EVIDENCE * 2**tries for tries in range(MOST_TRIES)}, value=DELIVERY.c.empty_tries, else_=None
    )
    settled = await connection.execute(
        select(DELIVERY.c.reference, DELIVERY.c.empty_tries, DELIVERY.c.id)
        .where(
            DELIVERY.c.channel == channel,
            DELIVERY.c.reference.is_not(None),
            DELIVERY.c.emptied_at.is_(None),
            DELIVERY.c.settled_at <= now - EVIDENCE,
            DELIVERY.c.settled_at <= patience,
        )
        .order_by(DELIVERY.c.settled_at)
        .limit(limit - len(found))
    )
    return found + [Lying(row.reference, row.empty_tries, row.id) for row in settled]


async def settle(
    session: AsyncSession, channel: str, outcomes: Sequence[tuple[Lying, Failure | None]], *, now: datetime
) -> None:
    """Write down which were forgotten, and which have to be asked for again."""
    connection = await session.connection()
    forgotten = [each for each, failure in outcomes if failure is None]
    await connection.execute(
        update(DELIVERY).where(DELIVERY.c.id.in_([each.delivery for each in forgotten])).values(emptied_at=now)
    )
    await connection.execute(
        delete(REMNANT).where(
            REMNANT.c.channel == channel,
            REMNANT.c.reference.in_([each.reference for each in forgotten if each.delivery is None]),
        )
    )
    for each, failure in outcomes:
        if failure is None:
            continue
        if each.delivery is not None:
            await connection.execute(
                update(DELIVERY).where(DELIVERY.c.id == each.delivery).values(empty_tries=each.tries + 1)
            )
        else:
            await connection.execute(
                update(REMNANT)
                .where(REMNANT.c.channel == channel, REMNANT.c.reference == each.reference)
                .values(tries=each.tries + 1, due_at=now + EVIDENCE * 2**each.tries)
            )


async def heard(session: AsyncSession, *, channel: str, reference: str, now: datetime) -> None:
    """Have what somebody sent to us forgotten at once: it was read, and is no evidence of anything."""
    if not reference:
        return
    row = {"channel": channel, "reference": reference[:80], "due_at": now, "tries": 0}
    connection = await session.connection()
    await connection.execute(insert(session, REMNANT).values(row).on_conflict_do_nothing())
    await bell.ask(session, "empty")


async def orphan(session: AsyncSession, recipient_ids: Collection[int]) -> None:
    """Remember what lies at providers of messages to these recipients, whose deliveries are about to be deleted."""
    rows = select(
        DELIVERY.c.channel,
        DELIVERY.c.reference,
        func.coalesce(DELIVERY.c.settled_at, DELIVERY.c.created_at),
        DELIVERY.c.empty_tries,
    ).where(
        DELIVERY.c.recipient_id.in_(recipient_ids),
        DELIVERY.c.reference.is_not(None),
        DELIVERY.c.emptied_at.is_(None),
    )
    connection = await session.connection()
    await connection.execute(
        insert(session, REMNANT).from_select(["channel", "reference", "due_at", "tries"], rows).on_conflict_do_nothing()
    )
    await bell.ask(session, "empty")


async def nothing_lies_there(session: AsyncSession, channel: str) -> None:
    """Forget remnants of a channel whose provider keeps no words."""
    connection = await session.connection()
    await connection.execute(delete(REMNANT).where(REMNANT.c.channel == channel))
