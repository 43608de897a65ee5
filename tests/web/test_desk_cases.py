"""The queue and the case: the worst first, the story folded, and what a reporter wrote is inert."""

from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlmodel import select

from tests import makers
from tests.desk import people
from tests.desk.stories import a_report
from tests.web.desk_site import Desk, a_desk, acts, in_guildford, log_in
from ugly_mugs.intake import changing
from ugly_mugs.models import Alert, DeskRole, Report, ReportState
from ugly_mugs.service import Service
from ugly_mugs.vocabulary import Category, Timing
from ugly_mugs.workers.index import index_reports

NASTY = """"><script>alert(1)</script><img src=x onerror=alert(2)>{{ 7*7 }}=cmd|'/c calc'!A1"""


@pytest.fixture
async def desk(sqlite_service: Service) -> AsyncIterator[Desk]:
    async with a_desk(sqlite_service) as made:
        yield made


async def test_an_empty_desk_says_why_it_is_empty(desk: Desk) -> None:
    seen = await desk.ada.get("/desk")

    assert "None waits." in seen.words
    assert "until another has answered" in seen.words


async def test_severity_is_a_word_a_shape_and_a_colour(desk: Desk) -> None:
    await in_guildford(desk.service)

    seen = await desk.ada.get("/desk")

    (mark,) = seen.tree.find_class("severity")
    assert mark.text_content() == "Critical"
    assert "s4" in mark.get("class", "").split()


async def test_the_case_shows_what_she_told_and_her_story_folded(desk: Desk) -> None:
    report_id = await in_guildford(desk.service, would_know="yes")

    seen = await desk.ada.get(f"/desk/reports/{report_id}")

    for words in ("07700900123", "KX12ABC", "silver Astra", "GU1, Guildford area", "40s, bald, Leeds accent"):
        assert words.replace("07700", "+447700") in seen.words
    assert "He would know that it was her." in seen.words
    assert "warn members, share the warning with schemes" in seen.words
    (story,) = [each for each in seen.tree.iter("p") if "SENTINEL" in each.text_content()]
    folded = next(each for each in story.iterancestors("details"))
    assert folded.get("open") is None
    assert "report.opened" in await acts(desk.service)


async def test_what_she_typed_is_inert(desk: Desk) -> None:
    report_id = await in_guildford(
        desk.service,
        what_happened=NASTY,
        contact_how=NASTY,
        people=[{"alias": NASTY, "marks": NASTY}],
        others_should_know=NASTY,
    )

    case = await desk.ada.get(f"/desk/reports/{report_id}")
    form = await desk.ada.submit({}, action=f"/desk/reports/{report_id}/warn")
    looked = await desk.ada.submit({"act": "preview"}, action=form.url.path)

    for seen in (case, form, looked):
        assert seen.status == 200
        assert list(seen.tree.iter("script", "img")) == []
        assert "49=cmd" not in seen.text


async def test_a_report_that_is_none_reads_like_any_other_nothing(desk: Desk) -> None:
    erased = await in_guildford(desk.service)
    async with desk.service.transaction() as session:
        await changing.erase(session, erased, now=desk.service.now())
    nothing = await desk.ada.get("/desk/nothing")

    for path in (f"/desk/reports/{uuid4()}", f"/desk/reports/{erased}", "/desk/reports/banana"):
        seen = await desk.ada.get(path)
        assert (seen.status, seen.text) == (404, nothing.text)


async def test_a_question_is_left_for_her_but_never_with_a_code_in_it(desk: Desk) -> None:
    report_id = await in_guildford(desk.service)
    action = f"/desk/reports/{report_id}/ask"

    await desk.ada.get(f"/desk/reports/{report_id}")
    empty = await desk.ada.submit({"text": ""}, action=action)
    asked = await desk.ada.submit({"text": "Was there a second man?"}, action=action)

    assert empty.status == 422
    assert "This is needed." in empty.words
    assert "From the desk" in asked.words
    assert "Was there a second man?" in asked.words


async def test_closing_needs_a_reason_and_takes_it_off_the_queue(desk: Desk) -> None:
    report_id = await in_guildford(desk.service)
    action = f"/desk/reports/{report_id}/close"

    await desk.ada.get(f"/desk/reports/{report_id}")
    without = await desk.ada.submit({}, action=action)
    closed = await desk.ada.submit({"because": "heard"}, action=action)

    assert without.status == 422
    assert "None waits." in closed.words
    again = await desk.ada.get(f"/desk/reports/{report_id}")
    assert "closed without an alert" in again.words
    assert f"/desk/reports/{report_id}/warn" not in again.text


async def test_the_same_phone_in_another_report_is_shown(desk: Desk) -> None:
    other = await in_guildford(desk.service)
    report_id = await in_guildford(desk.service, vehicle=None)
    while await index_reports(desk.service):
        pass

    seen = await desk.ada.get(f"/desk/reports/{report_id}")

    assert "Same phone" in seen.words
    assert f"/desk/reports/{other}" in seen.text


async def test_a_link_is_confirmed_refused_and_taken_back(desk: Desk) -> None:
    other = await in_guildford(desk.service)
    report_id = await in_guildford(desk.service)
    while await index_reports(desk.service):
        pass
    action = f"/desk/reports/{report_id}/links/{other}"
    await desk.ada.get(f"/desk/reports/{report_id}")

    same = await desk.ada.submit({"says": "same_event"}, action=action)
    there = await desk.bea.get(f"/desk/reports/{other}")
    back = await desk.bea.submit({"says": "suggested"}, action=f"/desk/reports/{other}/links/{report_id}")
    refused = await desk.bea.submit({"says": "refused"}, action=f"/desk/reports/{other}/links/{report_id}")

    assert "Confirmed: the same event, one source." in same.words
    assert "2 reports of 1 event. That is one source" in same.words
    assert "2 reports of 1 event." in there.words
    assert "Same event, told twice" in back.words
    assert "Refused: not the same man." in refused.words
    assert "2 reports" not in refused.words
    assert (await acts(desk.service)).count("report.link_said") == 3


async def test_once_the_other_report_of_an_event_is_decided_this_one_can_be_closed_with_it(desk: Desk) -> None:
    other = await in_guildford(desk.service)
    report_id = await in_guildford(desk.service)
    while await index_reports(desk.service):
        pass
    await desk.ada.get(f"/desk/reports/{report_id}")
    before = await desk.ada.submit({"says": "same_event"}, action=f"/desk/reports/{report_id}/links/{other}")
    await desk.ada.get(f"/desk/reports/{other}")
    await desk.ada.submit({"because": "heard"}, action=f"/desk/reports/{other}/close")

    after = await desk.ada.get(f"/desk/reports/{report_id}")

    assert "can be closed as the same event" not in before.words
    assert "can be closed as the same event" in after.words


async def test_what_was_never_suggested_reads_like_nothing(desk: Desk) -> None:
    other = await in_guildford(desk.service, phones=["07700 900777"], vehicle=None)
    report_id = await in_guildford(desk.service, phones=["07700 900123"], vehicle=None)
    seen = await desk.ada.get(f"/desk/reports/{report_id}")
    token = dict(seen.form(f"/desk/reports/{report_id}/ask").form_values())["csrf"]

    for where in (other, uuid4(), "x"):
        for says in ("same_man", "anything"):
            answer = await desk.ada.post(
                f"/desk/reports/{report_id}/links/{where}", {"csrf": token, "says": says}, headers={"Origin": "null"}
            )
            assert answer.status == 404
    assert "report.link_said" not in await acts(desk.service)


async def test_a_report_that_nothing_links_says_so(desk: Desk) -> None:
    report_id = await in_guildford(desk.service)
    before = await desk.ada.get(f"/desk/reports/{report_id}")
    while await index_reports(desk.service):
        pass
    after = await desk.ada.get(f"/desk/reports/{report_id}")

    assert "Not looked up yet" in before.words
    assert "No other report names any of its phones" in after.words


async def test_without_her_yes_there_is_nothing_to_write(desk: Desk) -> None:
    report_id = await in_guildford(desk.service, consents=[])

    seen = await desk.ada.get(f"/desk/reports/{report_id}")

    assert "Nobody may be told." in seen.words
    assert "/warn" not in seen.text


async def test_her_timing_stands_beside_the_button(desk: Desk) -> None:
    report_id = await in_guildford(desk.service, timing=Timing.WHEN_I_SAY)

    seen = await desk.ada.get(f"/desk/reports/{report_id}")

    assert "A warning waits until she says so." in seen.words


async def test_only_the_lead_warns_where_a_child_is_concerned(desk: Desk) -> None:
    report_id = await a_report(desk.service, now=desk.service.now(), category=Category.CHILD_CONCERN)
    await desk.ada.get(f"/desk/reports/{report_id}")
    assert desk.ada.last is not None
    csrf = desk.ada.last.tree.xpath("//input[@name='csrf']/@value")[0]

    refused = await desk.ada.post(f"/desk/reports/{report_id}/warn", {"csrf": str(csrf)})
    roles = [DeskRole.MODERATOR, DeskRole.LEAD]
    lead = await people.a_moderator(desk.service, "Lea", roles=roles, now=desk.service.now())
    await log_in(desk.stranger, lead, now=desk.service.now())
    await desk.stranger.get(f"/desk/reports/{report_id}")
    begun = await desk.stranger.submit({}, action=f"/desk/reports/{report_id}/warn")

    assert refused.status == 403
    assert begun.url.path.endswith("/write")


async def test_a_warning_is_begun_once_however_often_the_button_is_pressed(desk: Desk) -> None:
    report_id = await in_guildford(desk.service)

    places = []
    for browser in (desk.ada, desk.bea):
        await browser.get(f"/desk/reports/{report_id}")
        places.append((await browser.submit({}, action=f"/desk/reports/{report_id}/warn")).url.path)

    assert places[0] == places[1]
    async with desk.service.reading() as session:
        assert len(list(await session.exec(select(Alert)))) == 1
        report = await session.get(Report, report_id)
        assert report is not None
        assert report.state is ReportState.ON_DESK


async def test_an_alert_that_told_nobody_stands_first_and_loud(desk: Desk) -> None:
    await makers.a_subscriber(desk.service)
    version = await makers.an_alert(desk.service, now=desk.service.now() - timedelta(minutes=6))

    seen = await desk.ada.get("/desk")

    (first,) = seen.tree.xpath("//*[@class='next']")
    assert first.xpath("string(h2)") == "Not told anybody yet"
    assert f"/desk/alerts/{version.alert_id}" in first.xpath(".//a/@href")
