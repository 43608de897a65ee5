"""What opens with the return code: how the report stands, and what was written about it."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from sqlmodel import case, col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from .. import consents
from ..models import Report, ReportKey, ReportState, ReturnCode
from ..vault import DataKey, Vault
from ..vocabulary import Purpose, Timing
from . import messages, return_code, sealed
from .messages import Said
from .return_code import Code

MOST_FAILURES_A_DAY = 10


@dataclass(frozen=True, slots=True)
class Opened:
    """A report that its code has opened."""

    report_id: UUID
    key: DataKey = field(repr=False)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a report stands, as its reporter sees it."""

    state: ReportState
    timing: Timing
    go_on: date | None
    consents: frozenset[Purpose]
    said: tuple[Said, ...]


async def open_with_code(session: AsyncSession, vault: Vault, code: Code, *, now: datetime) -> Opened | None:
    """What *code* opens, or None. Unknown, wrong, worn out and erased are the same work and the same answer."""
    tag = return_code.selector_tag(vault, code)
    found = await session.exec(
        select(ReturnCode, ReportKey)
        .join(ReportKey, col(ReportKey.report_id) == col(ReturnCode.report_id), isouter=True)
        .where(ReturnCode.selector == tag)
    )
    row, key = found.one_or_none() or (None, None)
    by_code = await return_code.verify(vault, code, row)
    if row is None or key is None or by_code is None or _is_worn_out(row, now.date()):
        return None
    return Opened(row.report_id, sealed.key_by_code(key, by_code))


async def count_failure(session: AsyncSession, vault: Vault, code: Code, *, now: datetime) -> None:
    """Count a wrong guess against its seven digits, whether anything has them or not."""
    today = now.date()
    so_far = case((col(ReturnCode.failed_on) == today, col(ReturnCode.failures)), else_=0)
    await session.exec(
        update(ReturnCode)
        .where(col(ReturnCode.selector) == return_code.selector_tag(vault, code))
        .values(failures=so_far + 1, failed_on=today)
    )


async def look(session: AsyncSession, opened: Opened) -> Standing:
    """How her report stands."""
    report = (await session.exec(select(Report).where(Report.id == opened.report_id))).one()
    given = await consents.standing(session, [opened.report_id])
    said = await messages.read(session, opened.key, opened.report_id)
    return Standing(report.state, report.timing, report.go_on, given[opened.report_id], tuple(said))


def _is_worn_out(row: ReturnCode, today: date) -> bool:
    return row.failed_on == today and row.failures >= MOST_FAILURES_A_DAY
