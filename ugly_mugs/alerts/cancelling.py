"""Taking a warning back, which one moderator may do alone."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..areas import Atlas
from ..models import AlertState, Version, VersionKind
from ..vocabulary import Wording as Told
from . import drafts, issuing, reach
from .issuing import DISCREET_SEGMENTS
from .wording import OPENING, said


async def cancel(
    session: AsyncSession, atlas: Atlas, alert_id: UUID, *, by: UUID, prices: Mapping[str, Decimal], now: datetime
) -> Version:
    """Withdraw a live or stopped alert and tell those who got it, giving no reason."""
    alert = await drafts.lock(session, alert_id)
    if alert.state not in {AlertState.LIVE, AlertState.STOPPED}:
        raise drafts.NotNow(alert.state)
    last = await newest(session, alert_id)
    text = f"{OPENING}: {alert.reference} is withdrawn. Please delete it. This does not mean safe."
    version = await issuing.issue(
        session,
        atlas,
        alert,
        issuing.Issue(
            wording=said(last).model_copy(update={"text": text, "headline": f"{alert.reference} is withdrawn"}),
            kind=VersionKind.CANCEL,
            proposed_by=by,
            approved_by=by,
            to_members=last.to_members,
            to_feed=last.to_feed and alert.feed_ended_at is None,
            cost=reach.quote(
                await reach.told(session, alert_id), segments=dict.fromkeys(Told, DISCREET_SEGMENTS), prices=prices
            ),
        ),
        now=now,
    )
    alert.state = AlertState.CANCELLED
    session.add(alert)
    await session.flush()
    return version


async def newest(session: AsyncSession, alert_id: UUID) -> Version:
    """The newest version of an alert; raise `drafts.NotThere` if it never had one."""
    found = await session.exec(
        select(Version).where(Version.alert_id == alert_id).order_by(col(Version.number).desc()).limit(1)
    )
    version = found.first()
    if version is None:
        raise drafts.NotThere
    return version
