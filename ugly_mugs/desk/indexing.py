"""The blind index of suspects' identifiers: made by the desk worker, because intake can open nothing."""

from dataclasses import dataclass

from sqlmodel import col, delete, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from .. import identifiers
from ..identifiers import Kind, Normal
from ..models import Report, ReportIdentifier, ReportState
from ..vault import CannotOpen, Vault
from . import stories

KEY = "index_identifier"
BATCH = 50
UNREADABLE = 0
"""Stored instead of a version where a report could not be opened: not tried for ever."""


@dataclass(frozen=True, slots=True)
class Indexed:
    """How many reports a batch held, and how many of them could not be opened."""

    reports: int
    unreadable: int


async def index_batch(session: AsyncSession, vault: Vault, *, limit: int = BATCH) -> Indexed:
    """Index reports that are new, or were indexed by an older `normalise`; doing it twice changes nothing."""
    found = await session.exec(
        select(Report)
        .where(
            or_(
                col(Report.indexed_with).is_(None),
                col(Report.indexed_with).between(UNREADABLE + 1, identifiers.VERSION - 1),
            ),
            col(Report.body).is_not(None),
            col(Report.state).not_in((ReportState.WITHDRAWN, ReportState.ERASED)),
        )
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    reports = list(found)
    unreadable = 0
    for report in reports:
        try:
            await _index(session, vault, report)
        except CannotOpen:
            report.indexed_with = UNREADABLE
            unreadable += 1
        session.add(report)
    await session.flush()
    return Indexed(len(reports), unreadable)


async def _index(session: AsyncSession, vault: Vault, report: Report) -> None:
    key = await stories.key_of(session, vault, report.id)
    if key is None:
        raise CannotOpen("report_key.to_desk")
    story = stories.read(report, key)
    await session.exec(delete(ReportIdentifier).where(col(ReportIdentifier.report_id) == report.id))
    for normal in story.identifiers:
        session.add(
            ReportIdentifier(
                report_id=report.id,
                tag=tag(vault, normal),
                folded=folded(vault, normal),
                kind=normal.kind.value,
                partial=normal.partial,
                version=identifiers.VERSION,
            )
        )
    report.indexed_with = identifiers.VERSION


def tag(vault: Vault, normal: Normal) -> bytes:
    """Under what *normal* is found."""
    return vault.tag(KEY, normal.kind.value, normal.value)


def folded(vault: Vault, normal: Normal) -> bytes:
    """Under what *normal* and everything that is easily misread for it are found."""
    return vault.tag(KEY, "folded", normal.kind.value, identifiers.fold(Kind(normal.kind), normal.value))
