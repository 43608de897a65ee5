"""Telling us what happened, in a browser without JavaScript."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest
from sqlmodel import select

from tests.intake.stories import at_the_desk
from tests.web.site import Seen, a_browser, a_site
from ugly_mugs.intake.stretching import MOST_WAITING, POOL, THREADS, Busy
from ugly_mugs.models import Report
from ugly_mugs.service import Service, open_database
from ugly_mugs.vocabulary import Category, Timing

LIMITS = (
    "We tell others without asking you only if a child may be in danger, someone, you too, may soon be killed or badly "
    "hurt, or the law or a court makes us. We can't find you or send help. In danger call 999; if you can't speak, "
    "press 55."
)
STORY = "He had a knife and took my money."
EVERYTHING: dict[str, str | list[str]] = {
    "what_happened": STORY,
    "category": "robbery",
    "flags": ["weapon", "injury"],
    "happened_on": "2026-11-20",
    "part_of_day": "night",
    "district": "GU1 3AB",
    "place_kind": "vehicle",
    "phones.0": "07700 900447",
    "phones.1": "ends 900123",
    "vehicle.registration": "starts KX",
    "people.0.hair": "bald",
    "people.1.alias": "Big Dave",
    "would_know": "no",
    "timing": "now",
    "consents": ["alert_members", "share_with_schemes"],
    "wants": "warn",
}


def code_on(seen: Seen) -> str:
    """The code that the page shows."""
    assert seen.status == 200, seen.words
    return " ".join(seen.tree.xpath('string(//p[@class="code"])').split())


def all_bytes(folder: Path) -> bytes:
    """What every file in *folder* holds."""
    return b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())


async def reports(service: Service) -> list[Report]:
    """All there are."""
    async with service.reading() as session:
        return list(await session.exec(select(Report)))


async def test_nobody_gets_a_cookie_before_the_form(sqlite_service: Service) -> None:
    async with a_site(sqlite_service, {"intake"}) as browser:
        start = await browser.get("/")
        form = await browser.get("/report")

    assert start.cookies == ()
    assert re.fullmatch(r"__Host-s=\S{43}; Path=/; Secure; HttpOnly; SameSite=Strict", form.cookies[0])


async def test_no_title_says_what_this_is(sqlite_service: Service) -> None:
    async with a_site(sqlite_service, {"intake"}) as browser:
        pages = [await browser.get(path) for path in ("/", "/report", "/return", "/nothing")]

    assert {page.tree.findtext(".//title") for page in pages} == {sqlite_service.config.title}


async def test_the_whole_form_is_under_30_kb_and_needs_no_script(sqlite_service: Service) -> None:
    async with a_site(sqlite_service, {"intake"}) as browser:
        form = await browser.get("/report")
        others = [await browser.get(path) for path in form.tree.xpath("//link/@href")]

    assert sum(len(each.text.encode()) for each in [form, *others]) < 30 * 1024
    assert not form.tree.xpath("//script | //@onclick | //@style | //img")
    assert {path for path in form.tree.xpath("//@src | //link/@href") if not path.startswith("/static/")} == set()


async def test_the_limits_of_confidentiality_stand_before_the_first_field(sqlite_service: Service) -> None:
    async with a_site(sqlite_service, {"intake"}) as browser:
        form = await browser.get("/report")

    assert LIMITS in form.words
    assert form.words.index(LIMITS) < form.words.index("1. What happened?")


async def test_nothing_is_ticked_for_her(sqlite_service: Service) -> None:
    async with a_site(sqlite_service, {"intake"}) as browser:
        form = await browser.get("/report")

    assert form.tree.xpath("//input[@checked]") == []
    assert len(form.tree.xpath('//input[@name="consents"]')) == 8


async def test_a_report_reaches_the_desk_and_she_gets_a_number(service: Service) -> None:
    async with a_site(service, {"intake"}) as browser:
        await browser.get("/report")
        seen = await browser.submit(EVERYTHING)

    [report] = await reports(service)
    story = await at_the_desk(service, report.id)
    assert re.fullmatch(r"(\d{4} ){5}\d{4}", code_on(seen))
    assert "Keep this number" in seen.words
    assert (report.category, report.district, report.timing) == (Category.ROBBERY, "GU1", Timing.NOW)
    assert story.what_happened == STORY
    assert [person.alias for person in story.people] == ["", "Big Dave"]
    assert [each.value for each in story.identifiers] == ["+447700900447", "*900123", "KX*"]


async def test_the_page_with_the_number_never_shows_her_story(sqlite_service: Service) -> None:
    async with a_site(sqlite_service, {"intake"}) as browser:
        await browser.get("/report")
        seen = await browser.submit(EVERYTHING)

    code = code_on(seen)
    assert not [word for word in (STORY, "900447", "GU1", "Big Dave", "knife") if word in seen.text]
    assert code.replace(" ", "") not in str(seen.url)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "no warning goes out"),
        ({"consents": "alert_members"}, "Nothing goes out until you say so"),
        ({"consents": "alert_members", "timing": "now"}, "as soon as it is ready"),
        ({"consents": "share_with_schemes", "timing": "after_days", "days": "14"}, "but not before"),
    ],
)
async def test_the_page_says_what_happens_next(sqlite_service: Service, fields: dict[str, str], words: str) -> None:
    async with a_site(sqlite_service, {"intake"}) as browser:
        await browser.get("/report")
        seen = await browser.submit({"what_happened": STORY} | fields)

    assert words in seen.words


async def test_a_form_with_mistakes_comes_back_filled_in_with_words_beside_each_field(sqlite_service: Service) -> None:
    wrong = EVERYTHING | {"what_happened": "", "district": "ZZ9", "phones.1": "call me", "timing": "after_days"}

    async with a_site(sqlite_service, {"intake"}) as browser:
        await browser.get("/report")
        seen = await browser.submit(wrong)

    assert seen.status == 422
    assert set(seen.tree.xpath('//div[@role="alert"]//a/@href')) == {
        "#f-what_happened",
        "#f-district",
        "#f-phones.1",
        "#f-days",
    }
    for name in ("what_happened", "district", "phones.1", "days"):
        assert seen.tree.xpath(f'//*[@id="f-{name}-wrong"]'), name
    kept = dict(seen.form("/report").form_values())
    assert kept["district"] == "ZZ9"
    assert kept["people.0.hair"] == "bald"
    assert kept["phones.0"] == "07700 900447"
    assert sorted(seen.form("/report").fields["consents"]) == ["alert_members", "share_with_schemes"]
    assert await reports(sqlite_service) == []


async def test_what_is_folded_opens_where_something_is_wrong(sqlite_service: Service) -> None:
    async with a_site(sqlite_service, {"intake"}) as browser:
        await browser.get("/report")
        seen = await browser.submit({"what_happened": STORY, "people.0.age_from": "forty"})

    assert seen.tree.xpath('//details[@open]//*[@id="f-people.0.age_from-wrong"]')


async def test_a_mistake_mended_is_sent(sqlite_service: Service) -> None:
    async with a_site(sqlite_service, {"intake"}) as browser:
        await browser.get("/report")
        await browser.submit(EVERYTHING | {"district": "ZZ9"})
        code_on(await browser.submit({"district": "gu2"}))

    [report] = await reports(sqlite_service)
    assert report.district == "GU2"


async def test_sent_twice_shows_the_same_number(service: Service) -> None:
    async with a_site(service, {"intake"}) as browser:
        form = await browser.get("/report")
        codes = [code_on(await browser.submit(EVERYTHING))]
        browser.last = form
        codes.append(code_on(await browser.submit(EVERYTHING)))

    assert codes[0] == codes[1]
    assert len(await reports(service)) == 1


async def test_a_page_that_stood_open_too_long_loses_nothing(sqlite_service: Service) -> None:
    async with a_site(sqlite_service, {"intake"}) as browser:
        await browser.get("/report")
        browser.session.cookie_jar.clear()
        stale = await browser.submit(EVERYTHING)
        code_on(await browser.submit({}))

    assert stale.status == 403
    assert "not sent" in stale.words
    assert STORY in stale.text
    assert len(await reports(sqlite_service)) == 1


async def test_with_the_database_away_her_words_are_still_there_and_not_sent(sqlite_service: Service) -> None:
    away = replace(sqlite_service, database=open_database("postgresql+psycopg://nobody@127.0.0.1:1/nowhere"))

    async with a_site(away, {"intake"}) as browser:
        await browser.get("/report")
        seen = await browser.submit(EVERYTHING)
    await away.database.close()

    assert seen.status == 503
    assert "not sent" in seen.words
    assert dict(seen.form("/report").form_values())["what_happened"].strip() == STORY


@asynccontextmanager
async def a_flood() -> AsyncIterator[None]:
    """So many codes at once, and again as they are done, that there is never room for one more."""

    async def one() -> None:
        while True:
            with suppress(Busy):
                await POOL.stretch(b"1", salt=bytes(16), size=64)
            await asyncio.sleep(0)

    flood = [asyncio.create_task(one()) for _ in range(3 * (THREADS + MOST_WAITING))]
    await asyncio.sleep(0.01)
    try:
        yield
    finally:
        for each in flood:
            each.cancel()
        await asyncio.gather(*flood, return_exceptions=True)


async def test_when_too_many_send_at_once_her_words_come_back_too(sqlite_service: Service) -> None:
    async with a_site(sqlite_service, {"intake"}) as browser:
        await browser.get("/report")
        async with a_flood():
            seen = await browser.submit(EVERYTHING)

    assert seen.status == 503
    assert "not sent" in seen.words
    assert STORY in seen.text


async def test_names_that_the_form_does_not_have_are_ignored(sqlite_service: Service) -> None:
    async with a_site(sqlite_service, {"intake"}) as browser:
        form = await browser.get("/report")
        pairs = {**dict(form.form().form_values()), "what_happened": STORY, "nationality": "x", "people.0.skin": "x"}
        code_on(await browser.post("/report", pairs))


async def test_a_long_story_in_any_script_fits(sqlite_service: Service) -> None:
    async with a_site(sqlite_service, {"intake"}) as browser:
        await browser.get("/report")
        code_on(await browser.submit({"what_happened": "字" * 20_000}))
        await browser.get("/report")
        seen = await browser.submit({"what_happened": "字" * 20_001})

    assert seen.status == 422


async def test_what_she_typed_is_inert_on_her_own_page(sqlite_service: Service) -> None:
    evil = '"></textarea><script>alert(1)</script>{{ 7*7 }}'

    async with a_site(sqlite_service, {"intake"}) as browser:
        await browser.get("/report")
        seen = await browser.submit({"what_happened": evil, "district": evil, "people.0.hair": evil, "category": ""})

    assert seen.status == 422
    assert not seen.tree.xpath("//script")
    assert dict(seen.form("/report").form_values())["people.0.hair"] == evil


async def test_a_choice_that_is_none_is_said_so(sqlite_service: Service) -> None:
    async with a_site(sqlite_service, {"intake"}) as browser:
        form = await browser.get("/report")
        pairs = {**dict(form.form().form_values()), "what_happened": STORY, "category": "gossip", "timing": "never"}
        seen = await browser.post("/report", pairs)

    assert seen.status == 422
    assert seen.words.count("Choose one of the answers given.") >= 2


async def test_nothing_is_written_to_disk_in_clear(sqlite_service: Service, tmp_path: Path) -> None:
    async with a_site(sqlite_service, {"intake"}) as browser:
        await browser.get("/report")
        code = code_on(await browser.submit(EVERYTHING))

    everything = all_bytes(tmp_path)
    for secret in (STORY, "900447", "Big Dave", code, code.replace(" ", "")):
        assert secret.encode() not in everything


async def test_the_page_with_the_number_is_a_page_of_its_own_and_opens_only_for_her(sqlite_service: Service) -> None:
    async with a_site(sqlite_service, {"intake"}) as hers:
        await hers.get("/report")
        answer = await hers.submit({"what_happened": "SENTINEL"}, action="/report", follow=False)
        shown = await hers.get(answer.headers["Location"])
        other = await hers.get("/report/code?seen=another", follow=False)
        async with a_browser(hers.base) as stranger:
            not_his = await stranger.get(answer.headers["Location"], follow=False)

    assert answer.status == 303
    assert re.search(r"\d{4}( \d{4}){5}", shown.words)
    assert "SENTINEL" not in shown.text
    assert [(each.status, each.headers["Location"]) for each in (other, not_his)] == [(303, "/return")] * 2
