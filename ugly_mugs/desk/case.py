"""One report on the desk: opened by a moderator, asked about, and decided."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from .. import audit, consents
from ..intake import messages, retention
from ..intake.messages import Said
from ..intake.new_report import Story
from ..models import (
    Alert,
    AlertReport,
    AlertState,
    Band,
    Proposal,
    ProposalState,
    Report,
    ReportClock,
    ReportState,
)
from ..vault import CannotOpen, Vault
from ..vocabulary import Purpose
from . import linking, stories
from .linking import Known

UNDECIDED = frozenset({ReportState.RECEIVED, ReportState.ON_DESK})
BANDS = (
    (timedelta(minutes=15), Band.MINUTES_15),
    (timedelta(hours=4), Band.HOURS_4),
    (timedelta(days=2), Band.DAYS_2),
)


class Closing(StrEnum):
    """Why a report becomes no alert."""

    HEARD = "heard"
    NO_CONSENT = "no_consent"
    NOT_RECOGNISABLE = "not_recognisable"
    SAME_EVENT = "same_event"
    NOBODY_AT_RISK = "nobody_at_risk"
    ABOUT_A_WORKER = "about_a_worker"
    SUSPECTED_FALSE = "suspected_false"
    NOT_A_REPORT = "not_a_report"


class NotThere(Exception):
    """No such report."""


class Decided(Exception):
    """The report has been decided, or withdrawn, in the meantime."""


class WaitsForAnswer(Exception):
    """A warning about it lies before a second moderator; that comes first."""


class Forgotten(Exception):
    """The report's key is gone: nothing can be read or written under it any more."""


@dataclass(frozen=True, slots=True)
class Case:
    """A report as a moderator sees it."""

    report: Report
    story: Story | None = field(repr=False)
    """None once it is forgotten."""
    consents: frozenset[Purpose]
    received_at: datetime | None
    """While it is undecided."""
    talk: tuple[Said, ...] = field(repr=False)
    known: Known
    alerts: tuple[Alert, ...]

    @property
    def is_undecided(self) -> bool:
        return self.report.state in UNDECIDED

    @property
    def may_warn(self) -> bool:
        """Whether anybody at all may be told."""
        return bool(self.consents & {Purpose.ALERT_MEMBERS, Purpose.SHARE_WITH_SCHEMES})

    @property
    def draft(self) -> Alert | None:
        """The warning being written about it."""
        return next((alert for alert in self.alerts if alert.state is AlertState.DRAFT), None)


async def open_case(session: AsyncSession, vault: Vault, report_id: UUID, *, by: UUID, now: datetime) -> Case:
    """Open a report for a moderator, which the audit log notes; raise `NotThere`."""
    # Held, so that what its reporter takes back at this moment is not brought back by opening it.
    report = (await session.exec(select(Report).where(Report.id == report_id).with_for_update())).first()
    if report is None or report.state is ReportState.ERASED:
        raise NotThere
    await audit.write(session, actor=f"moderator:{by}", act="report.opened", subject=f"report:{report_id}", now=now)
    if report.state is ReportState.RECEIVED:
        report.state = ReportState.ON_DESK
        session.add(report)
    clock = await session.get(ReportClock, report_id)
    given = await consents.standing(session, [report_id])
    story, talk = await _opened(session, vault, report)
    return Case(
        report=report,
        story=story,
        consents=given[report_id],
        received_at=clock.received_at if clock else None,
        talk=talk,
        known=await linking.known(session, vault, report_id, story),
        alerts=tuple(await _alerts(session, report_id)),
    )


async def _opened(session: AsyncSession, vault: Vault, report: Report) -> tuple[Story | None, tuple[Said, ...]]:
    try:
        key = await stories.key_of(session, vault, report.id)
        if key is None or report.body is None:
            return None, ()
        story = stories.read(report, key)
    except CannotOpen:
        return None, ()
    return story, tuple(await messages.read(session, key, report.id))


async def read_story(session: AsyncSession, vault: Vault, report_id: UUID) -> Story | None:
    """The story alone, to start a warning from its fields."""
    report = await session.get(Report, report_id)
    if report is None:
        raise NotThere
    story, _ = await _opened(session, vault, report)
    return story


async def ask(session: AsyncSession, vault: Vault, report_id: UUID, *, text: str, by: UUID, now: datetime) -> None:
    """Leave a question that the reporter finds with her code; raise `NotThere`, `Forgotten`, `messages.CannotWrite`."""
    await _held(session, report_id)
    if (key := await stories.key_of(session, vault, report_id)) is None:
        raise Forgotten
    await messages.add(session, key, report_id, text, from_desk=True, on_day=now.date())
    await audit.write(session, actor=f"moderator:{by}", act="report.asked", subject=f"report:{report_id}", now=now)


async def close(session: AsyncSession, report_id: UUID, *, because: Closing, by: UUID, now: datetime) -> None:
    """Decide that a report becomes no alert; raise `NotThere`, `Decided`, `WaitsForAnswer`."""
    report = await _held(session, report_id)
    if report.state not in UNDECIDED:
        raise Decided
    waiting = await session.exec(
        select(Proposal.id)
        .join(AlertReport, col(AlertReport.alert_id) == Proposal.alert_id)
        .where(AlertReport.report_id == report_id, Proposal.state == ProposalState.OPEN)
    )
    if waiting.first() is not None:
        raise WaitsForAnswer
    report.state = ReportState.CLOSED
    await decide(session, report, now=now)
    await audit.write(
        session,
        actor=f"moderator:{by}",
        act="report.closed",
        subject=f"report:{report_id}",
        now=now,
        detail={"because": because.value},
    )


async def decided(session: AsyncSession, alert_id: UUID, *, now: datetime) -> None:
    """A warning on *alert_id* has been approved: the clocks of the reports behind it stop."""
    reports = await session.exec(
        select(Report)
        .join(AlertReport, col(AlertReport.report_id) == Report.id)
        .where(AlertReport.alert_id == alert_id)
    )
    for report in list(reports):
        await decide(session, report, now=now)


async def decide(session: AsyncSession, report: Report, *, now: datetime) -> None:
    """Take the report's exact time away; only how long it waited is left, and only roughly."""
    clock = await session.get(ReportClock, report.id)
    if clock is not None:
        waited = now - clock.received_at
        report.waited = next((band for longest, band in BANDS if waited <= longest), Band.LONGER)
        await session.delete(clock)
    retention.needed_until(report, today=now.date())
    session.add(report)
    await session.flush()


async def _held(session: AsyncSession, report_id: UUID) -> Report:
    """The report, held until commit."""
    found = await session.exec(select(Report).where(Report.id == report_id).with_for_update())
    report = found.first()
    if report is None or report.state in {ReportState.WITHDRAWN, ReportState.ERASED}:
        raise NotThere
    return report


async def _alerts(session: AsyncSession, report_id: UUID) -> list[Alert]:
    found = await session.exec(
        select(Alert)
        .join(AlertReport, col(AlertReport.alert_id) == Alert.id)
        .where(AlertReport.report_id == report_id)
        .order_by(col(Alert.opened_at).desc())
    )
    return list(found)
