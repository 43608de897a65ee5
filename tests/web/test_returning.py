"""Coming back with the code."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from tests.intake.stories import a_report, another
from tests.web.site import Browser, Seen, a_site
from ugly_mugs import consents
from ugly_mugs.intake import messages, sealed
from ugly_mugs.intake.guesses import MOST_A_MINUTE
from ugly_mugs.models import Report, ReportKey, ReportState, ReturnCode, Visit
from ugly_mugs.service import Service, open_database
from ugly_mugs.vocabulary import Purpose, Timing

UNKNOWN = "opens nothing"


async def come_back(browser: Browser, code: str) -> Seen:
    """Type *code* in."""
    await browser.get("/return")
    return await browser.submit({"code": code})


async def the_report(service: Service) -> Report:
    """The one report there is."""
    async with service.reading() as session:
        return (await session.exec(select(Report))).one()


async def set_state(service: Service, state: ReportState) -> None:
    """As the desk would."""
    async with service.transaction() as session:
        report = (await session.exec(select(Report))).one()
        report.state = state
        session.add(report)


async def test_her_number_opens_her_report(service: Service) -> None:
    code = await a_report(service, what_happened="Do not show this.", consents="alert_members")

    async with a_site(service, {"intake"}) as browser:
        seen = await come_back(browser, code.replace(" ", "-"))

    assert seen.url.path == "/return/report"
    assert "waiting" in seen.words
    assert code.replace(" ", "") not in re.sub(r"\D", "", seen.text)


async def test_the_visit_gets_a_cookie_of_its_own(sqlite_service: Service) -> None:
    code = await a_report(sqlite_service)

    async with a_site(sqlite_service, {"intake"}) as browser:
        before = await browser.get("/return")
        answer = await browser.submit({"code": code}, follow=False)

    assert answer.status == 303
    assert before.cookies
    assert answer.cookies
    assert before.cookies[0].split(";")[0] != answer.cookies[0].split(";")[0]


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (ReportState.RECEIVED, "Nobody has opened it yet"),
        (ReportState.ON_DESK, "We are looking at it"),
        (ReportState.ALERTED, "It went out"),
        (ReportState.CLOSED, "It is closed"),
        (ReportState.WITHDRAWN, "You stopped it"),
    ],
)
async def test_she_reads_how_it_stands(sqlite_service: Service, state: ReportState, words: str) -> None:
    code = await a_report(sqlite_service)
    await set_state(sqlite_service, state)

    async with a_site(sqlite_service, {"intake"}) as browser:
        assert words in (await come_back(browser, code)).words


async def test_without_a_number_there_is_only_the_entrance(sqlite_service: Service) -> None:
    async with a_site(sqlite_service, {"intake"}) as browser:
        for path in ("/return/report", "/return/stop", "/return/erase"):
            seen = await browser.get(path)
            assert seen.url.path == "/return", path


async def test_wrong_and_unknown_numbers_get_the_same_bytes(sqlite_service: Service) -> None:
    code = await a_report(sqlite_service)
    typed = [another(code, selector=selector).shown for selector in (True, False)]

    async with a_site(sqlite_service, {"intake"}) as browser:
        answers = [await come_back(browser, each) for each in typed]

    texts = {answer.text.replace(each, "…") for answer, each in zip(answers, typed, strict=True)}
    assert {answer.status for answer in answers} == {422}
    assert UNKNOWN in answers[0].words
    assert len(texts) == 1


async def test_a_slip_of_the_pen_is_said_kindly_and_nothing_is_counted(sqlite_service: Service) -> None:
    code = await a_report(sqlite_service)
    slip = code[:-1] + str((int(code[-1]) + 1) % 10)

    async with a_site(sqlite_service, {"intake"}) as browser:
        seen = await come_back(browser, slip)

    assert seen.status == 422
    assert "One digit seems wrong" in seen.words
    async with sqlite_service.reading() as session:
        assert (await session.exec(select(ReturnCode.failures))).all() == [0]


async def test_a_flood_of_wrong_numbers_closes_the_entrance_for_a_minute(sqlite_service: Service) -> None:
    code = await a_report(sqlite_service)

    async with a_site(sqlite_service, {"intake"}) as browser:
        await browser.get("/return")
        form = browser.last
        for _ in range(MOST_A_MINUTE):
            assert (await browser.submit({"code": "0" * 24})).status == 422
            browser.last = form
        seen = await browser.submit({"code": code})

    assert seen.status == 429


async def test_what_she_writes_can_be_read_at_the_desk(service: Service) -> None:
    code = await a_report(service)

    async with a_site(service, {"intake"}) as browser:
        await come_back(browser, code)
        seen = await browser.submit({"text": "It was a <b>blue</b> car."}, action="/return/message")

    async with service.reading() as session:
        row = (await session.exec(select(ReportKey))).one()
        said = await messages.read(session, sealed.key_at_desk(service.vault, row), row.report_id)
    assert [each.text for each in said] == ["It was a <b>blue</b> car."]
    assert "Saved." in seen.words
    assert not seen.tree.xpath("//b")


async def test_her_number_in_a_message_is_sent_back_to_her(sqlite_service: Service) -> None:
    code = await a_report(sqlite_service)

    async with a_site(sqlite_service, {"intake"}) as browser:
        await come_back(browser, code)
        seen = await browser.submit({"text": f"call me about {code}"}, action="/return/message")

    assert seen.status == 422
    assert "Take it out" in seen.words
    assert "call me about" in seen.text


async def test_a_message_is_not_lost_when_the_database_goes_away(sqlite_service: Service) -> None:
    code = await a_report(sqlite_service)
    away = replace(sqlite_service, database=open_database("postgresql+psycopg://nobody@127.0.0.1:1/nowhere"))

    async with a_site(sqlite_service, {"intake"}) as browser, a_site(away, {"intake"}) as other:
        await come_back(browser, code)
        # Cookies are sent to hosts, not to ports.
        other.session.cookie_jar.update_cookies(browser.session.cookie_jar.filter_cookies(browser.base), other.base)
        other.last = browser.last
        seen = await other.submit({"text": "It was blue."}, action="/return/message")
    await away.database.close()

    assert seen.status == 503
    assert "It was blue." in seen.text
    assert "not sent" in seen.words


async def test_a_message_is_not_lost_when_her_visit_is_over(sqlite_service: Service) -> None:
    code = await a_report(sqlite_service)

    async with a_site(sqlite_service, {"intake"}) as browser:
        await come_back(browser, code)
        browser.session.cookie_jar.clear()
        seen = await browser.submit({"text": "It was blue."}, action="/return/message")
        written = browser.last
        await come_back(browser, code)
        browser.last = written
        again = await browser.submit({"text": "It was blue."}, action="/return/message")
        sent = await browser.submit({}, action="/return/message")

    assert (seen.status, again.status, sent.status) == (403, 403, 200)
    assert "It was blue." in seen.text
    assert "Nothing was sent" in seen.words
    assert "It was blue." in sent.words


async def test_each_consent_is_changed_by_itself(service: Service) -> None:
    code = await a_report(service, consents=["alert_members", "share_with_schemes"])

    async with a_site(service, {"intake"}) as browser:
        await come_back(browser, code)
        seen = await browser.submit({"consents": ["alert_members", "checker_index"]}, action="/return/consents")

    report = await the_report(service)
    async with service.reading() as session:
        standing = await consents.standing(session, [report.id])
    assert standing[report.id] == {Purpose.ALERT_MEMBERS, Purpose.CHECKER_INDEX}
    ticked = seen.tree.xpath('//input[@name="consents"][@checked]/@value')
    assert ticked == ["alert_members", "checker_index"]


async def test_send_it_now_and_wait_after_all(service: Service) -> None:
    code = await a_report(service)

    async with a_site(service, {"intake"}) as browser:
        await come_back(browser, code)
        form = next(form for form in browser.last.tree.forms if "It may go out now" in form.text_content())  # type: ignore[union-attr]  # it was opened above
        token = dict(form.form_values())["csrf"]
        now = await browser.post("/return/timing", {"csrf": token, "timing": "now"})
        assert (await the_report(service)).timing is Timing.NOW
        wrong = await browser.post("/return/timing", {"csrf": token, "timing": "after_days", "days": "900"})
        later = await browser.post("/return/timing", {"csrf": token, "timing": "after_days", "days": "3"})

    assert "as soon as it is ready" in now.words
    assert wrong.status == 422
    assert "Nothing goes out before" in later.words
    assert (await the_report(service)).go_on == datetime.now(UTC).date() + timedelta(days=3)


async def test_before_she_stops_she_reads_that_it_may_show_him(service: Service) -> None:
    code = await a_report(service, consents="alert_members")

    async with a_site(service, {"intake"}) as browser:
        await come_back(browser, code)
        asked = await browser.get("/return/stop")
        assert (await the_report(service)).state is ReportState.RECEIVED
        stopped = await browser.submit({})

    assert "Stopping now may show him that it was you" in asked.words
    assert (await the_report(service)).state is ReportState.WITHDRAWN
    assert "You stopped it" in stopped.words


async def test_she_erases_it_and_her_number_opens_nothing(service: Service) -> None:
    code = await a_report(service)

    async with a_site(service, {"intake"}) as browser:
        await come_back(browser, code)
        await browser.get("/return/erase")
        gone = await browser.submit({})
        after = await come_back(browser, code)

    assert "erased" in gone.words
    assert UNKNOWN in after.words
    assert (await the_report(service)).body is None


@pytest.mark.parametrize("way_out", ["/leave", "done"])
async def test_her_visit_ends_when_she_goes(sqlite_service: Service, way_out: str) -> None:
    code = await a_report(sqlite_service)

    async with a_site(sqlite_service, {"intake"}) as browser:
        await come_back(browser, code)
        if way_out == "done":
            await browser.submit({}, action="/return/done")
        else:
            await browser.get(way_out, follow=False)
        seen = await browser.get("/return/report")

    assert seen.url.path == "/return"
    async with sqlite_service.reading() as session:
        assert list(await session.exec(select(Visit))) == []


async def test_no_form_of_hers_works_without_its_token(sqlite_service: Service) -> None:
    code = await a_report(sqlite_service, consents="alert_members")

    async with a_site(sqlite_service, {"intake"}) as browser:
        await come_back(browser, code)
        for path in ("message", "consents", "timing", "stop", "erase", "done"):
            seen = await browser.post(f"/return/{path}", {"text": "x", "timing": "now"})
            assert seen.status == 403, path

    assert (await the_report(sqlite_service)).state is ReportState.RECEIVED
