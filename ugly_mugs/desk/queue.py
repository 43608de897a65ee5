"""What waits for a moderator, the most dangerous first: a rape report is never below ten time-wasters."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from .. import consents, vocabulary
from ..models import Alert, AlertReport, AlertState, Proposal, ProposalState, Report, ReportClock, ReportMessage
from ..vocabulary import SAFEGUARDING, Category, Flag, Purpose, Severity, Timing
from .case import UNDECIDED

MOST = 500
LATELY = timedelta(days=1)
UNSORTED = Severity.SERIOUS
"""Where a report stands whose category nobody chose: high enough to be seen soon."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A line of the queue."""

    report_id: UUID
    category: Category | None
    severity: Severity | None
    """None where the safeguarding lead decides, and while it has no category."""
    is_safeguarding: bool
    is_urgent: bool
    district: str | None
    received_at: datetime | None
    received_on: date
    timing: Timing
    go_on: date | None
    may_warn: bool
    has_draft: bool
    has_answer: bool
    """The reporter wrote last."""

    @property
    def rank(self) -> tuple[int, bool, datetime]:
        """Severity, then urgency, then age."""
        severity = Severity.CRITICAL if self.is_safeguarding else self.severity or UNSORTED
        since = self.received_at or datetime.combine(self.received_on, time(), tzinfo=UTC)
        return -severity, not self.is_urgent, since


async def waiting(session: AsyncSession, *, now: datetime) -> list[Waiting]:
    """Reports that nobody has decided on; those before a second moderator are in the list of proposals."""
    before_second = select(AlertReport.report_id).join(
        Proposal,
        (col(Proposal.alert_id) == AlertReport.alert_id) & (col(Proposal.state) == ProposalState.OPEN),
    )
    rows = await session.exec(
        select(Report, ReportClock.received_at)
        .outerjoin(ReportClock, col(ReportClock.report_id) == Report.id)
        .where(col(Report.state).in_(UNDECIDED), col(Report.id).not_in(before_second))
    )
    found = list(rows)
    ids = [report.id for report, _ in found]
    given = await consents.standing(session, ids)
    drafts = set(
        await session.exec(
            select(AlertReport.report_id)
            .join(Alert, col(Alert.id) == AlertReport.alert_id)
            .where(Alert.state == AlertState.DRAFT)
        )
    )
    answered = set(await answers(session))
    lines = [
        Waiting(
            report_id=report.id,
            category=report.category,
            severity=severity_of(report),
            is_safeguarding=report.category in SAFEGUARDING,
            is_urgent=is_urgent(report, today=now.date()),
            district=report.district,
            received_at=received_at,
            received_on=report.received_on,
            timing=report.timing,
            go_on=report.go_on,
            may_warn=bool(given[report.id] & {Purpose.ALERT_MEMBERS, Purpose.SHARE_WITH_SCHEMES}),
            has_draft=report.id in drafts,
            has_answer=report.id in answered,
        )
        for report, received_at in found
    ]
    return sorted(lines, key=lambda line: line.rank)[:MOST]


async def answers(session: AsyncSession) -> list[UUID]:
    """Reports on which the reporter wrote last, also those that were decided long ago."""
    last = (
        select(ReportMessage.report_id, func.max(ReportMessage.number).label("number"))
        .group_by(col(ReportMessage.report_id))
        .subquery()
    )
    found = await session.exec(
        select(ReportMessage.report_id)
        .join(last, (last.c.report_id == ReportMessage.report_id) & (last.c.number == ReportMessage.number))
        .where(col(ReportMessage.from_desk).is_(False))
        .order_by(col(ReportMessage.on_day))
    )
    return list(found)


def is_urgent(report: Report, *, today: date) -> bool:
    """Whether it goes on, or happened within a day."""
    if Flag.ONGOING in report.flags:
        return True
    return report.happened_on is not None and today - report.happened_on <= LATELY


def severity_of(report: Report) -> Severity | None:
    """How severe it is by default; None for the safeguarding lead's, and while it has no category."""
    if report.category is None:
        return None
    return vocabulary.severity(report.category, frozenset(Flag(flag) for flag in report.flags))
