"""What the desk and the reporter write to each other, sealed under the report's own key."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..languages import lazy
from ..models import Report, ReportMessage
from ..vault import DataKey
from . import retention, return_code

LONGEST = 5_000
MOST = 200


class CannotWrite(Exception):
    """A message that is not taken; *words* say why."""

    def __init__(self, words: lazy) -> None:
        super().__init__("message refused")
        self.words = words


HOLDS_CODE = lazy("Your number is in this message. Take it out: nobody but you should have it.")
TOO_MANY = lazy("No more messages fit here. Please make a new report and say that it belongs to this one.")


@dataclass(frozen=True, slots=True)
class Said:
    """One message."""

    from_desk: bool
    on_day: date
    text: str = field(repr=False)


async def add(
    session: AsyncSession, key: DataKey, report_id: UUID, text: str, *, from_desk: bool, on_day: date
) -> None:
    """Add one message to the report; raise `CannotWrite`."""
    if return_code.is_in(text):
        raise CannotWrite(HOLDS_CODE)
    report = await hold(session, report_id)
    if report.contact_until is not None:
        retention.needed_until(report, today=on_day)
        session.add(report)
    last = select(func.max(ReportMessage.number)).where(ReportMessage.report_id == report_id)
    number = ((await session.exec(last)).one() or 0) + 1
    if number > MOST:
        raise CannotWrite(TOO_MANY)
    body = key.seal(text.encode(), table="report_message", column="body", row=_row(report_id, number))
    session.add(ReportMessage(report_id=report_id, number=number, from_desk=from_desk, on_day=on_day, body=body))
    await session.flush()


async def read(session: AsyncSession, key: DataKey, report_id: UUID) -> list[Said]:
    """All of them, the oldest first."""
    rows = await session.exec(
        select(ReportMessage).where(ReportMessage.report_id == report_id).order_by(col(ReportMessage.number))
    )
    return [
        Said(
            row.from_desk,
            row.on_day,
            key.open(row.body, table="report_message", column="body", row=_row(report_id, row.number)).decode(),
        )
        for row in rows
    ]


async def hold(session: AsyncSession, report_id: UUID) -> Report:
    """The report, with its row locked: numbers within it are given out one at a time."""
    return (await session.exec(select(Report).where(Report.id == report_id).with_for_update())).one()


def _row(report_id: UUID, number: int) -> str:
    return f"{report_id}:{number}"
