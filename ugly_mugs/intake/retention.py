"""What is forgotten of a report by the clock: how to reach her after thirty days, her story after a year."""

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from .. import consents
from ..alerts import stopping
from ..models import (
    Alert,
    AlertReport,
    AlertState,
    Report,
    ReportIdentifier,
    ReportKey,
    ReportLink,
    ReportMessage,
    ReportPiece,
    ReportRedaction,
    ReportState,
    ReturnCode,
)
from ..vault import CannotOpen, Vault
from ..vocabulary import Purpose
from . import sealed

CONTACT_KEPT = timedelta(days=30)
STORY_KEPT = timedelta(days=365)
DECIDED = (ReportState.ALERTED, ReportState.CLOSED, ReportState.WITHDRAWN)
OPEN = (AlertState.LIVE, AlertState.STOPPED)
AT_ONCE = 100


def needed_until(report: Report, *, today: date) -> None:
    """Nobody needs to reach her any more, as of *today*: from now on the days are counted."""
    report.contact_until = today + CONTACT_KEPT


async def forget_contacts(session: AsyncSession, vault: Vault, *, now: datetime) -> int:
    """Take how to reach her out of stories that are due; say how many could not be opened. Needs the desk's key."""
    found = await session.exec(
        select(Report)
        .where(col(Report.contact_until) < now.date(), col(Report.state).in_(DECIDED))
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    unreadable = 0
    for report in found:
        report.contact_until = None
        session.add(report)
        row = await session.get(ReportKey, report.id)
        if report.body is None or row is None:
            continue
        try:
            key = sealed.key_at_desk(vault, row)
            report.body = sealed.without_contact(report.body, key, report_id=report.id)
        except CannotOpen:
            unreadable += 1
    await session.flush()
    return unreadable


async def forget_stories(session: AsyncSession, *, now: datetime) -> int:
    """Forget decided reports of more than a year ago that stand behind no open alert; say how many."""
    behind = select(AlertReport.report_id).join(Alert, col(Alert.id) == AlertReport.alert_id)
    found = await session.exec(
        select(Report)
        .where(
            col(Report.received_on) < (now - STORY_KEPT).date(),
            col(Report.state).in_(DECIDED),
            # While somebody still writes or is written to, it is open as well.
            col(Report.contact_until).is_(None),
            col(Report.id).not_in(behind.where(col(Alert.state).in_(OPEN))),
        )
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    reports = list(found)
    allowed = await consents.standing(session, [report.id for report in reports])
    for report in reports:
        counts = report.category, report.district
        await forget(session, report)
        if Purpose.RESEARCH_STATISTICS in allowed[report.id]:
            report.category, report.district = counts
            session.add(report)
    await session.flush()
    return len(reports)


async def forget(session: AsyncSession, report: Report) -> None:
    """Delete key, words, messages, decisions, index, code and drafts. Only that there was a report remains."""
    report.state = ReportState.ERASED
    report.body = report.category = report.district = report.place_kind = None
    report.happened_on = report.part_of_day = report.go_on = report.contact_until = None
    report.flags = []
    session.add(report)
    await unlink(session, report.id)
    for table in (ReportKey, ReportMessage, ReportRedaction, ReturnCode):
        await _empty(session, table, report.id)
    await session.flush()
    await stopping.forget_drafts(session, report.id)


async def unlink(session: AsyncSession, report_id: UUID) -> None:
    """Delete all by which other reports are found from this one, and the links that were."""
    await session.exec(
        delete(ReportLink).where((col(ReportLink.one_id) == report_id) | (col(ReportLink.other_id) == report_id))
    )
    for table in (ReportIdentifier, ReportPiece):
        await _empty(session, table, report_id)


_Table = type[ReportKey | ReportMessage | ReportRedaction | ReportIdentifier | ReportPiece | ReturnCode]


async def _empty(
    session: AsyncSession,
    table: _Table,
    report_id: UUID,
) -> None:
    await session.exec(delete(table).where(col(table.report_id) == report_id))
