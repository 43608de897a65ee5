"""The second pair of eyes: a different person agrees, and the warning is on its way."""

from datetime import date, datetime
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from .. import consents
from ..areas import Atlas
from ..models import AlertReport, AlertState, ProposalState, Report, ReportState, Version
from ..vault import Vault
from ..vocabulary import SAFEGUARDING, Purpose, Timing
from . import drafts, issuing


class SamePerson(Exception):
    """Whoever proposed it cannot approve it as well."""


class NotConsented(Exception):
    """No report behind it may be told to anybody."""


class TooEarly(Exception):
    """The reporter wants it to wait: until a day, or until she says."""

    def __init__(self, until: date | None) -> None:
        super().__init__(until.isoformat() if until else "until she says")
        self.until = until


class LeadDecides(Exception):
    """A child, or somebody controlled by others: only the safeguarding lead decides."""


async def approve(
    session: AsyncSession,
    vault: Vault,
    atlas: Atlas,
    proposal_id: UUID,
    *,
    by: UUID,
    now: datetime,
) -> Version:
    """Issue what another moderator proposed; raise `SamePerson`, `NotOpen`, `NotConsented`, `TooEarly`."""
    proposal = await drafts.take(session, proposal_id)
    if proposal.proposed_by == by:
        raise SamePerson
    # The reports first, as whoever changes her mind does: of the two, the second sees what the first did.
    await _hold_reports(session, proposal.alert_id)
    alert = await drafts.lock(session, proposal.alert_id)
    wanted = AlertState.DRAFT if proposal.kind == "alert" else AlertState.LIVE
    if alert.state is not wanted:
        raise drafts.NotNow(alert.state)
    wording = drafts.read(vault, proposal)
    if wording.category in SAFEGUARDING:
        raise LeadDecides
    to_members, to_feed = await permitted(session, alert.id, today=now.date())
    version = await issuing.issue(
        session,
        atlas,
        alert,
        issuing.Issue(
            wording=wording,
            kind=proposal.kind,
            proposed_by=proposal.proposed_by,
            approved_by=by,
            to_members=to_members,
            to_feed=to_feed,
            cost=drafts.cost_of(proposal),
        ),
        now=now,
    )
    proposal.state, proposal.answered_by, proposal.answered_at = ProposalState.APPROVED, by, now
    alert.state = AlertState.LIVE
    session.add_all([proposal, alert])
    for report in await reports_behind(session, alert.id):
        report.state = ReportState.ALERTED
        session.add(report)
    await session.flush()
    return version


async def reports_behind(session: AsyncSession, alert_id: UUID) -> list[Report]:
    """The reports that stand behind *alert_id* and have not been withdrawn."""
    gone = (ReportState.WITHDRAWN, ReportState.ERASED)
    found = await session.exec(
        select(Report)
        .join(AlertReport, col(AlertReport.report_id) == Report.id)
        .where(AlertReport.alert_id == alert_id, col(Report.state).not_in(gone))
    )
    return list(found)


async def _hold_reports(session: AsyncSession, alert_id: UUID) -> None:
    """Hold the reports behind an alert until commit: nobody withdraws one while it goes out."""
    behind = select(AlertReport.report_id).where(AlertReport.alert_id == alert_id)
    await session.exec(select(Report).where(col(Report.id).in_(behind)).order_by(col(Report.id)).with_for_update())


async def permitted(session: AsyncSession, alert_id: UUID, *, today: date) -> tuple[bool, bool]:
    """Whether members, and whether schemes, may be told now; raise `NotConsented` or `TooEarly`."""
    reports = await reports_behind(session, alert_id)
    allowed = await consents.standing(session, [report.id for report in reports])
    told = {Purpose.ALERT_MEMBERS, Purpose.SHARE_WITH_SCHEMES}
    willing = [report for report in reports if allowed[report.id] & told]
    if not willing:
        raise NotConsented
    ready = [report for report in willing if may_go(report, today=today)]
    if not ready:
        days = [report.go_on for report in willing if report.timing is Timing.AFTER_DAYS and report.go_on]
        raise TooEarly(min(days, default=None))
    purposes = frozenset[Purpose]().union(*(allowed[report.id] for report in ready))
    return Purpose.ALERT_MEMBERS in purposes, Purpose.SHARE_WITH_SCHEMES in purposes


def may_go(report: Report, *, today: date) -> bool:
    """Whether the reporter has said that a warning may leave the desk by *today*."""
    if report.timing is Timing.NOW:
        return True
    return report.timing is Timing.AFTER_DAYS and report.go_on is not None and report.go_on <= today
