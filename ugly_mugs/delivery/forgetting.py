"""Who got what is kept for as long as it may have to be taken back, and thirty days; then only counts a district."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import case, delete, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..models import (
    Alert,
    AlertState,
    Area,
    Delivery,
    FanOut,
    Reach,
    Recipient,
    RecipientKind,
    Subscription,
    ToldCount,
    Version,
    VersionKind,
    may_have_got_it,
    table,
)
from ..models.upsert import insert

ALERT, AREA, DELIVERY, FAN_OUT = table(Alert), table(Area), table(Delivery), table(FanOut)
REACH, RECIPIENT, SUBSCRIPTION = table(Reach), table(Recipient), table(Subscription)
TOLD, VERSION = table(ToldCount), table(Version)
KEPT = timedelta(days=30)
CHUNK = 2_000
"""Small, so that nobody who sends or reports has to wait for it."""


async def forget(session: AsyncSession, *, now: datetime, size: int = CHUNK) -> bool:
    """Forget one chunk of deliveries; say whether there may be more."""
    version_id = await _one_that_is_over(session, before=now - KEPT)
    if version_id is None:
        return await _by_themselves(session, before=now - KEPT, size=size)
    connection = await session.connection()
    chunk = list(
        (await connection.execute(select(DELIVERY.c.id).where(DELIVERY.c.subject == version_id).limit(size))).scalars()
    )
    if chunk:
        await _count(session, version_id, chunk)
        await connection.execute(delete(DELIVERY).where(DELIVERY.c.id.in_(chunk)))
    else:
        # Its fan-out row goes last: while it is there, there may be deliveries.
        await connection.execute(delete(FAN_OUT).where(FAN_OUT.c.version_id == version_id))
    return True


async def _one_that_is_over(session: AsyncSession, *, before: datetime) -> UUID | None:
    """A version of an alert that was cancelled or expired before then: nothing can be taken back any more."""
    last, later = VERSION.alias("last"), VERSION.alias("later")
    newer = select(later.c.id).where(later.c.alert_id == last.c.alert_id, later.c.number > last.c.number)
    ended_at = case((last.c.kind == VersionKind.CANCEL, last.c.issued_at), else_=last.c.expires_at)
    connection = await session.connection()
    found = await connection.execute(
        select(FAN_OUT.c.version_id)
        .join(VERSION, VERSION.c.id == FAN_OUT.c.version_id)
        .join(ALERT, ALERT.c.id == VERSION.c.alert_id)
        .join(last, last.c.alert_id == ALERT.c.id)
        .where(
            FAN_OUT.c.done_at < before,
            ALERT.c.state.in_((AlertState.CANCELLED, AlertState.EXPIRED)),
            ~newer.exists(),
            ended_at < before,
        )
        .order_by(FAN_OUT.c.done_at)
        .limit(1)
        .with_for_update(of=FAN_OUT, skip_locked=True)
    )
    version_id: UUID | None = found.scalar()
    return version_id


async def _count(session: AsyncSession, version_id: UUID, ids: list[UUID]) -> None:
    """Add who got it to the counts of where they want to be warned."""
    where = (
        select(func.min(AREA.c.code))
        .join(SUBSCRIPTION, SUBSCRIPTION.c.area_id == AREA.c.id)
        .join(REACH, REACH.c.area_id == AREA.c.id)
        .where(REACH.c.version_id == version_id, SUBSCRIPTION.c.recipient_id == DELIVERY.c.recipient_id)
        .correlate(DELIVERY)
        .scalar_subquery()
    )
    each = (
        select(func.coalesce(where, "").label("district"))
        .where(DELIVERY.c.id.in_(ids), may_have_got_it(DELIVERY))
        .subquery()
    )
    connection = await session.connection()
    rows = await connection.execute(select(each.c.district, func.count()).group_by(each.c.district))
    counted = [{"version_id": version_id, "district": district, "people": people} for district, people in rows]
    if not counted:
        return
    new = insert(session, TOLD).values(counted)
    await connection.execute(
        new.on_conflict_do_update(
            index_elements=["version_id", "district"], set_={"people": TOLD.c.people + new.excluded.people}
        )
    )


async def _by_themselves(session: AsyncSession, *, before: datetime, size: int) -> bool:
    """Forget old welcomes and answers, which are about no alert."""
    connection = await session.connection()
    old = (
        select(DELIVERY.c.id)
        .join(RECIPIENT, RECIPIENT.c.id == DELIVERY.c.recipient_id)
        .where(
            DELIVERY.c.alert_id.is_(None),
            DELIVERY.c.created_at < before,
            # Those go together with their address.
            RECIPIENT.c.kind != RecipientKind.ONE_OFF,
        )
        .limit(size)
    )
    gone = await connection.execute(delete(DELIVERY).where(DELIVERY.c.id.in_(old)).returning(DELIVERY.c.id))
    return len(gone.all()) == size
