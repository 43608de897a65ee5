"""What a reporter decides afterwards: consents, when it may go, stopping, erasing."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlmodel import col, delete
from sqlmodel.ext.asyncio.session import AsyncSession

from .. import bell, consents
from ..alerts import stopping
from ..models import ReportClock, ReportState
from ..vocabulary import Purpose, Timing
from . import retention
from .messages import hold
from .questions import WORDS_VERSION

OVER = frozenset({ReportState.WITHDRAWN, ReportState.ERASED})


async def consent(session: AsyncSession, report_id: UUID, given: Collection[Purpose], *, now: datetime) -> None:
    """From now on the report may be used for exactly what is in *given*."""
    await hold(session, report_id)
    standing = (await consents.standing(session, [report_id]))[report_id]
    changes = {purpose: purpose in given for purpose in Purpose if (purpose in given) != (purpose in standing)}
    if changes:
        await consents.record(session, report_id, changes, words=WORDS_VERSION, on_day=now.date())
        await stopping.consent_changed(session, report_id, now=now)
        await bell.ask(session, "desk")


async def time(session: AsyncSession, report_id: UUID, timing: Timing, *, days: int | None, now: datetime) -> None:
    """From now on a warning may go out as *timing* says."""
    report = await hold(session, report_id)
    report.timing = timing
    report.go_on = goes_on(timing, days, from_day=now.date())
    session.add(report)
    await bell.ask(session, "desk")


async def withdraw(session: AsyncSession, report_id: UUID, *, now: datetime) -> None:
    """Stop everything that has not gone out yet; the desk keeps what she wrote until she erases it."""
    report = await hold(session, report_id)
    if report.state in OVER:
        return
    report.state = ReportState.WITHDRAWN
    retention.needed_until(report, today=now.date())
    session.add(report)
    await _forget_clock(session, report_id)
    # Whoever takes hers back must not go on confirming somebody else's.
    await retention.unlink(session, report_id)
    await consent(session, report_id, (), now=now)
    await bell.ask(session, "desk")


async def erase(session: AsyncSession, report_id: UUID, *, now: datetime) -> None:
    """Forget the report: key, words, messages, index, code, drafts. Only that there was one remains."""
    await withdraw(session, report_id, now=now)
    await retention.forget(session, await hold(session, report_id))


def goes_on(timing: Timing, days: int | None, *, from_day: date) -> date | None:
    """The first day on which it may go, where she named one."""
    return from_day + timedelta(days=days) if timing is Timing.AFTER_DAYS and days else None


async def _forget_clock(session: AsyncSession, report_id: UUID) -> None:
    await session.exec(delete(ReportClock).where(col(ReportClock.report_id) == report_id))
