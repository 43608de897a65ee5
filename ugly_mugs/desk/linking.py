"""What is already known: other reports that name the same phone, mailbox, account or car.

Equal tags are compared, so this needs no key. Two reports of one event are one event: that is for a moderator to see.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlmodel import and_, col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..identifiers import Kind
from ..models import Alert, AlertReport, Report, ReportIdentifier, ReportState
from ..vocabulary import Category

GONE = (ReportState.WITHDRAWN, ReportState.ERASED)


@dataclass(frozen=True, slots=True)
class Link:
    """Another report that names the same thing, or one that looks the same."""

    report_id: UUID
    category: Category | None
    district: str | None
    received_on: date
    state: ReportState
    same: frozenset[Kind]
    alike: frozenset[Kind]
    """Not the same, but easily misread for it."""
    references: tuple[str, ...]
    """Alerts that it stands behind."""


async def known(session: AsyncSession, report_id: UUID) -> list[Link]:
    """Other reports that name what *report_id* names, newest first."""
    mine = list(await session.exec(select(ReportIdentifier).where(ReportIdentifier.report_id == report_id)))
    if not mine:
        return []
    # Tags of two versions of `normalise` say nothing about each other.
    theirs = await session.exec(
        select(ReportIdentifier).where(
            ReportIdentifier.report_id != report_id,
            or_(
                *(
                    and_(
                        col(ReportIdentifier.kind) == each.kind,
                        col(ReportIdentifier.version) == each.version,
                        or_(col(ReportIdentifier.tag) == each.tag, col(ReportIdentifier.folded) == each.folded),
                    )
                    for each in mine
                )
            ),
        )
    )
    tags = {each.tag for each in mine}
    same: dict[UUID, set[Kind]] = {}
    alike: dict[UUID, set[Kind]] = {}
    for each in theirs:
        (same if each.tag in tags else alike).setdefault(each.report_id, set()).add(Kind(each.kind))
    ids = [*same, *(id_ for id_ in alike if id_ not in same)]
    references = await _references(session, ids)
    reports = await session.exec(select(Report).where(col(Report.id).in_(ids), col(Report.state).not_in(GONE)))
    links = [
        Link(
            report_id=report.id,
            category=report.category,
            district=report.district,
            received_on=report.received_on,
            state=report.state,
            same=frozenset(same.get(report.id, ())),
            alike=frozenset(alike.get(report.id, ())),
            references=references.get(report.id, ()),
        )
        for report in reports
    ]
    return sorted(links, key=lambda link: (-len(link.same), -link.received_on.toordinal(), link.report_id))


async def _references(session: AsyncSession, report_ids: list[UUID]) -> dict[UUID, tuple[str, ...]]:
    rows = await session.exec(
        select(AlertReport.report_id, Alert.reference)
        .join(Alert, col(Alert.id) == AlertReport.alert_id)
        .where(col(AlertReport.report_id).in_(report_ids))
    )
    found: dict[UUID, tuple[str, ...]] = {}
    for report_id, reference in rows:
        found[report_id] = (*found.get(report_id, ()), reference)
    return found
