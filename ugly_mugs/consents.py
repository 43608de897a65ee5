"""The consent ledger: append-only, one line a purpose, and the newest line of a purpose counts."""

from collections.abc import Collection, Mapping
from datetime import date
from uuid import UUID

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from .models import Consent
from .vocabulary import Purpose


async def record(
    session: AsyncSession, report_id: UUID, changes: Mapping[Purpose, bool], *, words: str, on_day: date
) -> None:
    """Add a line for each change; *words* is the version of the words she saw."""
    last = (await session.exec(select(func.max(Consent.number)).where(Consent.report_id == report_id))).one() or 0
    for number, (purpose, given) in enumerate(changes.items(), start=last + 1):
        session.add(
            Consent(report_id=report_id, number=number, purpose=purpose, given=given, words=words, on_day=on_day)
        )
    await session.flush()


async def standing(session: AsyncSession, report_ids: Collection[UUID]) -> dict[UUID, frozenset[Purpose]]:
    """What each report's newest lines allow; nothing for a report without any."""
    lines = await session.exec(
        select(Consent)
        .where(col(Consent.report_id).in_(report_ids))
        .order_by(col(Consent.report_id), col(Consent.number))
    )
    given: dict[UUID, dict[Purpose, bool]] = {report_id: {} for report_id in report_ids}
    for line in lines:
        given[line.report_id][line.purpose] = line.given
    return {report_id: frozenset(p for p, yes in each.items() if yes) for report_id, each in given.items()}
