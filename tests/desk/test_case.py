"""A report is opened under the audit's eyes, asked about under its own key, and leaves no exact time behind."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlmodel import col, select

from tests.desk import people
from tests.desk.stories import a_report, told
from ugly_mugs.desk import case, stories
from ugly_mugs.intake import changing, messages, sealed
from ugly_mugs.models import AuditEntry, Band, Report, ReportClock, ReportKey, ReportState
from ugly_mugs.service import Service
from ugly_mugs.vault import DataKey
from ugly_mugs.vocabulary import Purpose

NOW = datetime(2026, 11, 25, 21, 30, tzinfo=UTC)


async def opened(service: Service, report_id: UUID, *, by: UUID) -> case.Case:
    """The report as a moderator sees it."""
    async with service.transaction() as session:
        return await case.open_case(session, service.vault, report_id, by=by, now=NOW)


async def test_a_moderator_reads_what_the_reporter_wrote_and_what_she_allows(service: Service) -> None:
    ada, _ = await people.two_moderators(service, now=NOW)
    report_id = await a_report(service, now=NOW, what_happened="He knew my name.", consents=[Purpose.ALERT_MEMBERS])

    seen = await opened(service, report_id, by=ada.id)

    assert seen.story is not None
    assert seen.story.what_happened == "He knew my name."
    assert seen.consents == {Purpose.ALERT_MEMBERS}
    assert seen.may_warn
    assert seen.received_at == NOW
    assert seen.report.state is ReportState.ON_DESK


async def test_opening_is_in_the_audit_and_the_words_are_not(service: Service) -> None:
    ada, _ = await people.two_moderators(service, now=NOW)
    report_id = await a_report(service, now=NOW, what_happened="SENTINEL")

    await opened(service, report_id, by=ada.id)

    async with service.reading() as session:
        entry = (await session.exec(select(AuditEntry).order_by(col(AuditEntry.number).desc()).limit(1))).one()
    assert (entry.actor, entry.act) == (f"moderator:{ada.id}", "report.opened")
    assert entry.subject == f"report:{report_id}"
    assert "SENTINEL" not in str(entry.detail)


async def test_no_report_and_an_erased_one_read_alike(service: Service) -> None:
    erased = await a_report(service, now=NOW)
    async with service.transaction() as session:
        await changing.erase(session, erased, now=NOW)

    for missing in (erased, uuid4()):
        with pytest.raises(case.NotThere):
            await opened(service, missing, by=uuid4())


async def test_a_question_waits_for_the_reporter_under_the_reports_own_key(service: Service) -> None:
    ada, _ = await people.two_moderators(service, now=NOW)
    report_id = await a_report(service, now=NOW)

    async with service.transaction() as session:
        await case.ask(session, service.vault, report_id, text="Was there a second man?", by=ada.id, now=NOW)

    seen = await opened(service, report_id, by=ada.id)
    assert [(said.from_desk, said.text, said.on_day) for said in seen.talk] == [
        (True, "Was there a second man?", date(2026, 11, 25))
    ]


async def test_a_forgotten_report_can_be_opened_but_says_nothing_and_takes_no_question(service: Service) -> None:
    ada, _ = await people.two_moderators(service, now=NOW)
    report_id = await a_report(service, now=NOW)
    async with service.transaction() as session:
        await session.delete(await session.get(ReportKey, report_id))

    seen = await opened(service, report_id, by=ada.id)

    assert seen.story is None
    async with service.transaction() as session:
        with pytest.raises(case.Forgotten):
            await case.ask(session, service.vault, report_id, text="Anything else?", by=ada.id, now=NOW)


@pytest.mark.parametrize(
    ("waited", "band"),
    [
        (timedelta(minutes=15), Band.MINUTES_15),
        (timedelta(minutes=16), Band.HOURS_4),
        (timedelta(hours=5), Band.DAYS_2),
        (timedelta(days=3), Band.LONGER),
    ],
)
async def test_closing_takes_the_exact_time_away_and_leaves_how_long_it_waited_roughly(
    sqlite_service: Service, waited: timedelta, band: Band
) -> None:
    service = sqlite_service
    ada, _ = await people.two_moderators(service, now=NOW)
    report_id = await a_report(service, now=NOW)

    async with service.transaction() as session:
        await case.close(session, report_id, because=case.Closing.HEARD, by=ada.id, now=NOW + waited)

    async with service.reading() as session:
        report = await session.get(Report, report_id)
        assert report is not None
        assert (report.state, report.waited) == (ReportState.CLOSED, band)
        assert list(await session.exec(select(ReportClock))) == []


async def test_a_report_is_decided_once(service: Service) -> None:
    ada, _ = await people.two_moderators(service, now=NOW)
    report_id = await a_report(service, now=NOW)

    async with service.transaction() as session:
        await case.close(session, report_id, because=case.Closing.NO_CONSENT, by=ada.id, now=NOW)
    async with service.transaction() as session:
        with pytest.raises(case.Decided):
            await case.close(session, report_id, because=case.Closing.HEARD, by=ada.id, now=NOW)


async def test_a_withdrawn_report_can_be_neither_closed_nor_asked(service: Service) -> None:
    ada, _ = await people.two_moderators(service, now=NOW)
    report_id = await a_report(service, now=NOW)
    async with service.transaction() as session:
        await changing.withdraw(session, report_id, now=NOW)

    async with service.transaction() as session:
        with pytest.raises(case.NotThere):
            await case.close(session, report_id, because=case.Closing.HEARD, by=ada.id, now=NOW)
        with pytest.raises(case.NotThere):
            await case.ask(session, service.vault, report_id, text="Why?", by=ada.id, now=NOW)


def test_a_rule_that_grew_stricter_does_not_hide_the_rest_of_an_old_story() -> None:
    key, report_id = DataKey.new(), uuid4()
    story = told("She wrote this.", accent="", phones=["07700 900123"], people=[{"hair": "dark", "age_from": 40}])
    broken = story.model_copy(update={"phones": ("07700 900123", "no phone at all"), "district": "ZZ99"})
    report = Report(id=report_id, received_on=NOW.date(), body=sealed.seal(broken, key, report_id=report_id))

    read = stories.read(report, key)

    assert read.what_happened == "She wrote this."
    assert read.people[0].hair == "dark"
    assert read.district is None


def test_longest_question_fits_a_message() -> None:
    assert messages.LONGEST >= 1_000
