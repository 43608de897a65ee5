"""A report is taken once, sealed, and opened by the desk or by her code."""

import asyncio
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import SQLModel, select

from tests import makers
from tests.intake.stories import a_new_report, a_report, at_the_desk, draft, only_report, opened
from ugly_mugs import consents
from ugly_mugs.intake import messages, reports, return_code, sealed
from ugly_mugs.models import Consent, Report, ReportClock, ReportKey, ReportMessage, ReportState, ReturnCode
from ugly_mugs.service import Service
from ugly_mugs.vault import WEB_KEYS, KeyNotHere
from ugly_mugs.vocabulary import Category, Flag, Purpose, Timing

NOON = datetime(2026, 11, 25, 12, 34, 56, tzinfo=UTC)


async def submit(service: Service, sent: bytes, **fields: object) -> str:
    """Send the form with the draft *sent*."""
    async with service.transaction() as session:
        return await reports.submit(session, service.vault, a_new_report(**fields), draft=sent, now=NOON)


async def test_the_desk_reads_what_she_wrote(service: Service) -> None:
    await a_report(
        service, what_happened="He had a knife.", people=[{"hair": "none", "alias": "Mark"}], phones="ends 900447"
    )

    async with service.reading() as session:
        report = await only_report(session)
    story = await at_the_desk(service, report.id)

    assert story.what_happened == "He had a knife."
    assert story.people[0].alias == "Mark"
    assert story.phones == ("ends 900447",)


async def test_only_what_the_queue_is_sorted_by_is_in_the_clear(service: Service) -> None:
    await a_report(
        service,
        category="robbery",
        flags=["weapon"],
        district="GU1 3AB",
        timing="after_days",
        days="14",
        others_should_know="sealed words",
    )

    async with service.reading() as session:
        report = await only_report(session)

    assert report.category is Category.ROBBERY
    assert report.flags == [Flag.WEAPON]
    assert report.district == "GU1"
    assert report.timing is Timing.AFTER_DAYS
    assert report.go_on == report.received_on + timedelta(days=14)
    assert "sealed words" not in repr(report)


async def test_the_time_of_a_report_is_a_day_but_for_its_clock(service: Service) -> None:
    await submit(service, draft())

    async with service.reading() as session:
        report, clock = await only_report(session), (await session.exec(select(ReportClock))).one()

    assert report.received_on == NOON.date()
    assert clock.received_at == NOON
    others = [
        table for table in SQLModel.metadata.sorted_tables if table.name.startswith(("report", "consent", "return"))
    ]
    times = [
        f"{c.table.name}.{c.name}"
        for table in others
        for c in table.c
        if isinstance(c.type.python_type, type(datetime))
    ]
    assert [name for name in times if "_at" in name] == ["report_clock.received_at"]


async def test_only_what_she_ticked_is_in_the_ledger(service: Service) -> None:
    await a_report(service, consents=["alert_members"])
    await a_report(service)

    async with service.reading() as session:
        lines = (await session.exec(select(Consent))).all()

    assert [(line.purpose, line.given, line.words) for line in lines] == [(Purpose.ALERT_MEMBERS, True, "1")]


async def test_her_code_opens_her_report_and_no_other(service: Service) -> None:
    first, second = await a_report(service), await a_report(service)

    mine, other = await opened(service, first), await opened(service, second)

    assert mine is not None
    assert other is not None
    assert mine.report_id != other.report_id


async def test_sending_twice_is_one_report_with_the_same_code(service: Service) -> None:
    same = draft()

    codes = {await submit(service, same) for _ in range(3)}

    assert len(codes) == 1
    async with service.reading() as session:
        await only_report(session)


async def test_sending_twice_at_the_same_moment_is_one_report(service: Service) -> None:
    same = draft()

    codes = await asyncio.gather(*(submit(service, same, consents=["alert_members"]) for _ in range(6)))

    assert len(set(codes)) == 1
    async with service.reading() as session:
        report = await only_report(session)
        assert (await consents.standing(session, [report.id]))[report.id] == {Purpose.ALERT_MEMBERS}


async def test_going_back_to_correct_a_word_and_sending_again_corrects_the_report(service: Service) -> None:
    same = draft()
    await submit(service, same, what_happened="A red car.", consents=["alert_members"], district="GU1")

    await submit(service, same, what_happened="A blue car.", timing="now", district="GU2")

    async with service.reading() as session:
        report = await only_report(session)
        standing = await consents.standing(session, [report.id])
    assert (await at_the_desk(service, report.id)).what_happened == "A blue car."
    assert report.district == "GU2"
    assert report.timing is Timing.NOW
    assert standing[report.id] == frozenset()


async def test_a_correction_after_the_desk_began_stands_below_the_first_words(service: Service) -> None:
    same = draft()
    await submit(service, same, what_happened="A red car.")
    async with service.transaction() as session:
        report = await only_report(session)
        report.state = ReportState.ON_DESK
        session.add(report)

    await submit(service, same, what_happened="A blue car.")

    assert (await at_the_desk(service, report.id)).what_happened == "A red car."
    async with service.reading() as session:
        assert len((await session.exec(select(ReportMessage))).all()) == 1


async def test_what_she_adds_after_the_desk_began_is_all_there_and_there_once(service: Service) -> None:
    same = draft()
    await submit(service, same, what_happened="A red car.", district="GU1")
    async with service.transaction() as session:
        report = await only_report(session)
        report.state = ReportState.ON_DESK
        session.add(report)
    long = "A red car. " * 600

    for _ in range(2):
        code = await submit(service, same, what_happened=long, phones=["07700 900678"], people=[{"hair": "bald"}])

    hers = await opened(service, code)
    assert hers is not None
    async with service.reading() as session:
        said = [each.text for each in await messages.read(session, hers.key, report.id)]
    assert len(said) == 2
    assert "".join(said).startswith(long.strip())
    assert "people 1 hair: bald\nphones 1: 07700 900678\ndistrict: –" in said[-1]


async def test_a_form_sent_again_does_not_bring_back_what_was_withdrawn(service: Service) -> None:
    same = draft()
    await submit(service, same)
    async with service.transaction() as session:
        report = await only_report(session)
        report.state = ReportState.WITHDRAWN
        session.add(report)

    await submit(service, same, consents=["alert_members"], what_happened="Other words.")

    async with service.reading() as session:
        assert (await consents.standing(session, [report.id]))[report.id] == frozenset()


async def test_two_reports_never_share_their_first_seven_digits(service: Service) -> None:
    mine = draft()
    first = await return_code.make(service.vault, mine)
    other = await a_report(service)
    async with service.transaction() as session:
        taken = (await session.exec(select(ReturnCode))).one()
        taken.selector = return_code.selector_tag(service.vault, first.code)
        session.add(taken)

    code = await submit(service, mine)
    again = await submit(service, mine)

    assert code == again
    assert code not in {first.code.shown, other}
    assert await opened(service, code) is not None


async def test_whoever_holds_only_intakes_keys_cannot_open_a_report(
    database_url: str, key_folder: Path, tmp_path: Path
) -> None:
    intake, folder = frozenset({"intake"}), tmp_path / "keys"
    folder.mkdir()
    for name in WEB_KEYS["intake"]:
        shutil.copy(key_folder / name, folder)

    async with makers.a_service(database_url, folder, var=tmp_path, web=intake, work=frozenset()) as service:
        await a_report(service, phones="07700 900123")
        async with service.reading() as session:
            row = (await session.exec(select(ReportKey))).one()

        with pytest.raises(KeyNotHere):
            sealed.key_at_desk(service.vault, row)
        with pytest.raises(KeyNotHere):
            service.vault.tag("index_identifier", "phone", "+447700900123")


async def test_a_new_report_wakes_the_desk(sqlite_service: Service) -> None:
    ear = sqlite_service.bell.ear("desk")

    await a_report(sqlite_service)

    await asyncio.wait_for(ear.wait(seconds=60), timeout=1)


async def test_public_ids_are_random(service: Service) -> None:
    for _ in range(3):
        await a_report(service)

    async with service.reading() as session:
        ids = (await session.exec(select(Report.id))).all()

    assert {each.version for each in ids} == {4}
