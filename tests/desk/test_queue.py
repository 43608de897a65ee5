"""The queue shows the worst first, whoever else came in between."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from tests.desk import people
from tests.desk.stories import a_report
from ugly_mugs.desk import case, queue
from ugly_mugs.intake import changing
from ugly_mugs.service import Service
from ugly_mugs.vocabulary import Category, Flag, Severity

NOW = datetime(2026, 11, 25, 21, 30, tzinfo=UTC)


async def ids(service: Service) -> list[UUID]:
    """The queue from top to bottom."""
    async with service.reading() as session:
        return [line.report_id for line in await queue.waiting(session, now=NOW)]


async def test_a_rape_is_not_below_ten_time_wasters(service: Service) -> None:
    for minute in range(10):
        await a_report(service, now=NOW - timedelta(minutes=20 - minute), category=Category.TIME_WASTER)
    rape = await a_report(service, now=NOW, category=Category.RAPE)

    assert (await ids(service))[0] == rape


async def test_severity_comes_before_urgency_and_urgency_before_age(service: Service) -> None:
    old = await a_report(service, now=NOW - timedelta(days=2))
    older = await a_report(service, now=NOW - timedelta(days=3))
    ongoing = await a_report(service, now=NOW, flags=[Flag.ONGOING])
    today = await a_report(service, now=NOW + timedelta(seconds=1), happened_on=NOW.date())
    nuisance = await a_report(service, now=NOW, category=Category.SUSPICIOUS, flags=[Flag.ONGOING])
    weapon = await a_report(service, now=NOW, category=Category.HARASSMENT_COMMS, flags=[Flag.WEAPON])

    assert await ids(service) == [weapon, ongoing, today, older, old, nuisance]


async def test_a_child_comes_first_and_a_report_without_category_is_not_at_the_end(service: Service) -> None:
    nuisance = await a_report(service, now=NOW, category=Category.TIME_WASTER)
    unsorted = await a_report(service, now=NOW, category=None)
    child = await a_report(service, now=NOW, category=Category.CHILD_CONCERN)

    assert await ids(service) == [child, unsorted, nuisance]
    async with service.reading() as session:
        first, second, third = await queue.waiting(session, now=NOW)
    assert (first.is_safeguarding, first.severity) == (True, None)
    assert (second.is_safeguarding, second.severity) == (False, None)
    assert third.severity is Severity.NUISANCE


async def test_what_is_closed_or_withdrawn_has_left_the_queue(service: Service) -> None:
    ada, _ = await people.two_moderators(service, now=NOW)
    closed, withdrawn, stays = [await a_report(service, now=NOW) for _ in range(3)]
    async with service.transaction() as session:
        await case.close(session, closed, because=case.Closing.HEARD, by=ada.id, now=NOW)
        await changing.withdraw(session, withdrawn, now=NOW)

    assert await ids(service) == [stays]


async def test_a_line_says_whether_anybody_may_be_told_and_whether_she_answered(service: Service) -> None:
    ada, _ = await people.two_moderators(service, now=NOW)
    report_id = await a_report(service, now=NOW, consents=[])
    async with service.transaction() as session:
        await case.ask(session, service.vault, report_id, text="May we warn others?", by=ada.id, now=NOW)

    async with service.reading() as session:
        (line,) = await queue.waiting(session, now=NOW)

    assert not line.may_warn
    assert not line.has_answer
