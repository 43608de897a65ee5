"""Reports for tests, told as a reporter tells them."""

import secrets
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlmodel import col, select

from ugly_mugs.intake import reports
from ugly_mugs.intake.new_report import NewReport, Story
from ugly_mugs.models import Report
from ugly_mugs.service import Service
from ugly_mugs.vocabulary import Category, Purpose, Timing

WARN_ALL = (Purpose.ALERT_MEMBERS, Purpose.SHARE_WITH_SCHEMES)


async def a_report(
    service: Service,
    *,
    now: datetime,
    category: Category | None = Category.ROBBERY,
    consents: Collection[Purpose] = WARN_ALL,
    timing: Timing = Timing.NOW,
    what_happened: str = "He took my money and my phone.",
    **told: object,
) -> UUID:
    """A report as the form sends it; gives its id."""
    said = {"what_happened": what_happened, "category": category, "consents": tuple(consents), "timing": timing} | told
    new = NewReport.model_validate({name: value for name, value in said.items() if value is not None})
    async with service.reading() as session:
        before = set(await session.exec(select(Report.id)))
    async with service.transaction() as session:
        await reports.submit(session, service.vault, new, draft=secrets.token_bytes(32), now=now)
    async with service.reading() as session:
        return (await session.exec(select(Report.id).where(col(Report.id).not_in(before)))).one()


def told(what_happened: str = "He took my money.", **more: object) -> Story:
    """A story by itself."""
    return Story.model_validate({"what_happened": what_happened} | more)
