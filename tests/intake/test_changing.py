"""She changes her mind: consents, timing, stopping, erasing."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import SQLModel, func, select

from tests.intake.stories import a_report, opened
from ugly_mugs import consents
from ugly_mugs.intake import changing, messages
from ugly_mugs.models import Consent, Report, ReportClock, ReportKey, ReportState
from ugly_mugs.service import Service
from ugly_mugs.vocabulary import Purpose, Timing

BOTH = ["alert_members", "share_with_schemes"]


async def hers(service: Service, **fields: object) -> UUID:
    """A report that its code has opened; its id."""
    found = await opened(service, await a_report(service, **fields))
    assert found is not None
    return found.report_id


async def lines(service: Service, report_id: UUID) -> list[tuple[Purpose, bool]]:
    """The ledger of the report."""
    async with service.reading() as session:
        rows = await session.exec(select(Consent).where(Consent.report_id == report_id).order_by("number"))
        return [(row.purpose, row.given) for row in rows]


async def test_each_consent_is_taken_back_alone_and_the_ledger_keeps_both_lines(service: Service) -> None:
    report_id = await hers(service, consents=BOTH)

    async with service.transaction() as session:
        await changing.consent(session, report_id, [Purpose.ALERT_MEMBERS], now=service.now())
        await changing.consent(session, report_id, [Purpose.ALERT_MEMBERS], now=service.now())

    assert await lines(service, report_id) == [
        (Purpose.ALERT_MEMBERS, True),
        (Purpose.SHARE_WITH_SCHEMES, True),
        (Purpose.SHARE_WITH_SCHEMES, False),
    ]


async def test_send_it_now(service: Service) -> None:
    report_id = await hers(service)

    async with service.transaction() as session:
        await changing.time(session, report_id, Timing.NOW, days=None, now=service.now())

    async with service.reading() as session:
        report = await session.get_one(Report, report_id)
    assert report.timing is Timing.NOW
    assert report.go_on is None


async def test_send_it_after_some_days_counts_from_today(service: Service) -> None:
    report_id = await hers(service)

    async with service.transaction() as session:
        await changing.time(session, report_id, Timing.AFTER_DAYS, days=7, now=service.now())

    async with service.reading() as session:
        report = await session.get_one(Report, report_id)
    assert report.go_on == service.now().date() + timedelta(days=7)


async def test_a_withdrawn_report_allows_nothing_and_its_clock_is_gone(service: Service) -> None:
    report_id = await hers(service, consents=BOTH)

    async with service.transaction() as session:
        await changing.withdraw(session, report_id, now=service.now())

    async with service.reading() as session:
        report = await session.get_one(Report, report_id)
        assert report.state is ReportState.WITHDRAWN
        assert (await consents.standing(session, [report_id]))[report_id] == frozenset()
        assert await session.get(ReportClock, report_id) is None
        assert await session.get(ReportKey, report_id) is not None, "she can still read and erase it"


async def test_an_erased_report_leaves_only_that_there_was_one(service: Service) -> None:
    code = await a_report(service, consents=BOTH, category="rape", district="GU1", happened_on="2026-11-20")
    found = await opened(service, code)
    assert found is not None
    async with service.transaction() as session:
        await messages.add(session, found.key, found.report_id, "Hello?", from_desk=False, on_day=service.now().date())

    async with service.transaction() as session:
        await changing.erase(session, found.report_id, now=service.now())

    async with service.reading() as session:
        report = await session.get_one(Report, found.report_id)
        left = {
            table.name
            for table in SQLModel.metadata.sorted_tables
            if table.name.startswith(("report", "return"))
            and (await (await session.connection()).execute(select(func.count()).select_from(table))).scalar_one()
        }
    assert report.state is ReportState.ERASED
    assert (report.body, report.category, report.district, report.happened_on) == (None,) * 4
    assert left == {"report"}
    assert await opened(service, code) is None


@pytest.mark.parametrize("times", [1, 2])
async def test_stopping_twice_is_stopping_once(service: Service, times: int) -> None:
    report_id = await hers(service, consents=BOTH)

    for _ in range(times):
        async with service.transaction() as session:
            await changing.withdraw(session, report_id, now=service.now())

    assert len(await lines(service, report_id)) == 4
