"""What stops by itself when a reporter changes her mind: what is unsent, and the feed."""

from datetime import datetime
from uuid import UUID

from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from .. import bell, consents
from ..delivery import fan_out
from ..models import Alert, AlertReport, AlertState, Proposal, Version
from ..vocabulary import Purpose
from . import approval, drafts
from .cancelling import newest


async def consent_changed(session: AsyncSession, report_id: UUID, *, now: datetime) -> None:
    """Look again at each alert that *report_id* stands behind, after its consents changed or it was withdrawn.

    Without another consenting report, nothing more is sent to members, or the feed ends at schemes.
    """
    # The day, not the time, and no line in the audit log: this is the reporter's own act.
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    found = await session.exec(
        select(Alert.id)
        .join(AlertReport, col(AlertReport.alert_id) == Alert.id)
        .where(AlertReport.report_id == report_id, Alert.state != AlertState.DRAFT)
    )
    for alert_id in list(found):
        alert = await drafts.lock(session, alert_id)
        purposes = await _standing_behind(session, alert_id)
        version = await newest(session, alert_id)
        # In every state, and for every version: a cancelled alert still stands in the feed.
        if (
            await _was_in_feed(session, alert_id)
            and Purpose.SHARE_WITH_SCHEMES not in purposes
            and alert.feed_ended_at is None
        ):
            alert.feed_ended_at = day
        if alert.state is AlertState.LIVE and version.to_members and Purpose.ALERT_MEMBERS not in purposes:
            await fan_out.stop(session, alert_id, now=day)
            alert.state, alert.stopped_on = AlertState.STOPPED, now.date()
        session.add(alert)
        await session.flush()
    await bell.ask(session, "feed")


async def forget_drafts(session: AsyncSession, report_id: UUID) -> None:
    """Delete what was proposed on *report_id*, which is being erased, and never issued; it was made of her answers."""
    found = await session.exec(
        select(Alert.id)
        .join(AlertReport, col(AlertReport.alert_id) == Alert.id)
        .where(AlertReport.report_id == report_id, Alert.state == AlertState.DRAFT)
    )
    for alert_id in list(found):
        await drafts.lock(session, alert_id)
        if not await approval.reports_behind(session, alert_id):
            await session.exec(delete(Proposal).where(col(Proposal.alert_id) == alert_id))


async def _was_in_feed(session: AsyncSession, alert_id: UUID) -> bool:
    found = await session.exec(select(Version.id).where(Version.alert_id == alert_id, col(Version.to_feed)).limit(1))
    return found.first() is not None


async def _standing_behind(session: AsyncSession, alert_id: UUID) -> frozenset[Purpose]:
    reports = await approval.reports_behind(session, alert_id)
    allowed = await consents.standing(session, [report.id for report in reports])
    return frozenset[Purpose]().union(*allowed.values())
