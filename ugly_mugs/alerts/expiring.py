"""Warnings end by the clock: nobody is told, and the desk sees that it may be time to look again."""

from datetime import datetime

from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from .. import audit
from ..delivery import fan_out
from ..models import Alert, AlertState, Proposal, ProposalState, Version
from . import drafts
from .cancelling import newest

AT_ONCE = 50


async def expire(session: AsyncSession, *, now: datetime) -> int:
    """End live alerts whose newest version has run out; say how many."""
    lasts = select(Version.alert_id).where(col(Version.expires_at) > now)
    found = await session.exec(
        select(Alert.id)
        .where(Alert.state == AlertState.LIVE, col(Alert.id).not_in(lasts))
        .order_by(col(Alert.id))
        .limit(AT_ONCE)
    )
    ended = 0
    for alert_id in list(found):
        alert = await drafts.lock(session, alert_id)
        # Asked again with the alert held: somebody may just have made it last longer.
        if alert.state is not AlertState.LIVE or (await newest(session, alert_id)).expires_at > now:
            continue
        await fan_out.stop(session, alert_id, now=now)
        alert.state = AlertState.EXPIRED
        session.add(alert)
        await session.exec(
            update(Proposal)
            .where(col(Proposal.alert_id) == alert_id, col(Proposal.state) == ProposalState.OPEN)
            .values(state=ProposalState.VOID)
        )
        await session.flush()
        await audit.write(session, actor=audit.SYSTEM, act="alert.expired", subject=f"alert:{alert_id}", now=now)
        ended += 1
    return ended
