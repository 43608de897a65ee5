"""Reports for tests: each says only what matters."""

import secrets
from uuid import UUID

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from ugly_mugs.intake import reports, return_code, returning, sealed
from ugly_mugs.intake.new_report import NewReport, Story
from ugly_mugs.intake.return_code import Code
from ugly_mugs.intake.returning import Opened
from ugly_mugs.models import Report, ReportKey
from ugly_mugs.service import Service

__all__ = ["a_new_report", "a_report", "another", "at_the_desk", "draft", "only_report", "opened"]


def draft() -> bytes:
    """What a form carries along."""
    return secrets.token_bytes(32)


def a_new_report(**fields: object) -> NewReport:
    """A report with *fields*, as the form would read them."""
    return NewReport.model_validate({"what_happened": "He came back with a knife."} | fields)


async def a_report(service: Service, **fields: object) -> str:
    """Submit one; its code."""
    async with service.transaction() as session:
        return await reports.submit(session, service.vault, a_new_report(**fields), draft=draft(), now=service.now())


def another(code: str, *, selector: bool) -> Code:
    """A code like *code* with other digits, in its first seven or after them."""
    digits = code.replace(" ", "")[:-1]
    at = 0 if selector else 10
    changed = digits[:at] + str((int(digits[at]) + 1) % 10) + digits[at + 1 :]
    return next(return_code.read(changed + last) for last in "0123456789" if return_code._check(changed + last) == "0")


async def opened(service: Service, code: str) -> Opened | None:
    """What *code* opens."""
    async with service.reading() as session:
        return await returning.open_with_code(session, service.vault, return_code.read(code), now=service.now())


async def only_report(session: AsyncSession) -> Report:
    """The one report there is."""
    return (await session.exec(select(Report))).one()


async def at_the_desk(service: Service, report_id: UUID) -> Story:
    """The story as a moderator reads it."""
    async with service.reading() as session:
        report, row = await session.get(Report, report_id), await session.get(ReportKey, report_id)
    assert report is not None
    assert report.body is not None
    assert row is not None
    return sealed.unseal(report.body, sealed.key_at_desk(service.vault, row), report_id=report_id)
