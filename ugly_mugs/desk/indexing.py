"""The blind index of suspects' identifiers: made by the desk worker, because intake can open nothing."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from .. import identifiers
from ..intake.new_report import Story
from ..matching import keys
from ..models import Report, ReportIdentifier, ReportPiece, ReportState
from ..vault import CannotOpen, Vault
from . import candidates, stories, suggesting

BATCH = 50
UNREADABLE = 0
"""Stored instead of a version where a report could not be opened: not tried for ever."""
_LOCK = 7_301_202_612
"""Held on PostgreSQL until commit: two reports indexed side by side would not see each other. SQLite has one writer."""


@dataclass(frozen=True, slots=True)
class Indexed:
    """How many reports a batch held, and how many of them could not be opened."""

    reports: int
    unreadable: int


def version() -> int:
    """What is stored with every tag: goes up with `normalise`, and with the keys a report is kept under."""
    return identifiers.VERSION * 100 + keys.VERSION


async def index_batch(session: AsyncSession, vault: Vault, *, limit: int = BATCH) -> Indexed:
    """Index reports that are new, or were indexed by an older version, and suggest what they belong to.

    Doing it twice changes nothing; while another worker is at it, nothing is done.
    """
    if not await _alone(session):
        return Indexed(0, 0)
    reports = await _waiting(session, limit=limit)
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


async def _waiting(session: AsyncSession, *, limit: int) -> list[Report]:
    """Reports that are new, or if there are none, those of an older version; held until commit."""
    with_ = col(Report.indexed_with)
    # Two questions with an index each: one with an `or` would read every report there is to find none.
    for waits in (with_.is_(None), with_.between(UNREADABLE + 1, version() - 1)):
        found = await session.exec(
            select(Report)
            .where(
                waits,
                col(Report.body).is_not(None),
                col(Report.state).not_in((ReportState.WITHDRAWN, ReportState.ERASED)),
            )
            .order_by(with_)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        if reports := list(found):
            return reports
    return []


async def _alone(session: AsyncSession) -> bool:
    if session.get_bind().dialect.name != "postgresql":
        return True
    connection = await session.connection()
    got = await connection.execute(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": _LOCK})
    return bool(got.scalar_one())


async def _index(session: AsyncSession, vault: Vault, report: Report) -> None:
    key = await stories.key_of(session, vault, report.id)
    if key is None:
        raise CannotOpen("report_key.to_desk")
    story = stories.read(report, key)
    await _keep(session, vault, report, story)
    await suggesting.suggest(session, vault, report.id, story, version=version())
    report.indexed_with = version()


async def _keep(session: AsyncSession, vault: Vault, report: Report, story: Story) -> None:
    """Write down under what *report* is found."""
    if report.indexed_with is not None:
        await session.exec(delete(ReportIdentifier).where(col(ReportIdentifier.report_id) == report.id))
        await session.exec(delete(ReportPiece).where(col(ReportPiece.report_id) == report.id))
        await suggesting.forget(session, report.id)
    for normal in story.identifiers:
        session.add(
            ReportIdentifier(
                report_id=report.id,
                tag=candidates.tag(vault, keys.exact(normal)),
                folded=candidates.tag(vault, keys.folded(normal)),
                kind=normal.kind.value,
                partial=normal.partial,
                version=version(),
            )
        )
    kept = keys.keys(story.identifiers)
    asks = {key: key not in kept.pieces or key in kept.known for key in kept.pieces | kept.known | kept.stems}
    for key, is_asked in asks.items():
        session.add(ReportPiece(report_id=report.id, tag=candidates.tag(vault, key), asks=is_asked, version=version()))
    await session.flush()
