"""Joining and signing in: without a script, with a code, and without telling anybody who is a member."""

import re
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import event
from sqlmodel import select

from tests import makers
from tests.subscribers.made import HERS, NOW, a_subscriber, codes_sent, queued
from tests.web.site import Browser, Seen, a_site, marked, untranslated
from ugly_mugs.delivery import recipients, suppression
from ugly_mugs.demo.carrier import Carrier
from ugly_mugs.demo.mailbox import Mailbox
from ugly_mugs.models import Subscriber
from ugly_mugs.service import Service

WISH = {
    "kind": "individual",
    "working_name": "Roxy",
    "phone": "07700 900321",
    "district": "gu1",
    "miles": "15",
    "adult": "yes",
}


@pytest.fixture
async def browser(service: Service) -> AsyncIterator[Browser]:
    async with a_site(service, {"member"}) as browser:
        yield browser


@pytest.fixture
async def lone(sqlite_service: Service) -> AsyncIterator[Browser]:
    """A browser at a service on SQLite alone."""
    async with a_site(sqlite_service, {"member"}) as browser:
        yield browser


async def ask(browser: Browser, **fields: str) -> Seen:
    await browser.get("/join")
    return await browser.submit(WISH | fields, action="/join")


async def subscribers(service: Service) -> int:
    async with service.reading() as session:
        return len((await session.exec(select(Subscriber))).all())


async def test_she_joins_by_phone_with_a_code(service: Service, browser: Browser) -> None:
    seen = await ask(browser)
    assert seen.url.path == "/join/code"
    assert await subscribers(service) == 0

    [code] = await codes_sent(service)
    seen = await browser.submit({"code": f"{code[:3]} {code[3:]}"})

    assert seen.url.path == "/me/joined"
    assert "GU1" in seen.words
    assert await subscribers(service) == 1
    assert "15 miles around it" in (await browser.get("/me")).words


async def test_she_joins_by_email_with_a_code(telling: Service, mailbox: Mailbox) -> None:
    async with a_site(telling, {"member"}) as browser:
        await ask(browser, phone="", email="Roxy@Example.org")
        await makers.deliver_all(telling)
        (mail,) = mailbox.mails
        code = re.findall(r"\b\d{6}\b", mail.text)[0]

        seen = await browser.submit({"code": code})

    assert seen.url.path == "/me/joined"
    assert code in mail.html
    for telling_word in ("warn", "sex", "alert", "join", "member"):
        assert telling_word not in (mail.subject + mail.text.partition("http")[0]).lower()


async def test_the_code_arrives_on_her_phone_in_neutral_words(telling: Service, carrier: Carrier) -> None:
    async with a_site(telling, {"member"}) as browser:
        await ask(browser)
        await makers.deliver_all(telling)

    (text,) = makers.arrived(carrier)
    assert text.to == HERS
    assert re.fullmatch(
        r"\d{6} is your code, good for ten minutes\. If you did not ask for one, ignore this\.", text.body
    )


async def test_nobody_who_said_stop_gets_a_code(telling: Service, carrier: Carrier) -> None:
    tag = recipients.tag_of(telling.vault, "sms", HERS)
    async with telling.transaction() as session:
        await suppression.suppress(session, channel="sms", tag=tag, reason="stop", now=NOW)

    async with a_site(telling, {"member"}) as browser:
        seen = await ask(browser)
        await makers.deliver_all(telling)

    assert seen.url.path == "/join/code"
    assert makers.arrived(carrier) == []


async def test_known_unknown_and_opted_out_get_the_same_bytes_for_the_same_work(service: Service) -> None:
    await a_subscriber(service, "+447700900001")
    tag = recipients.tag_of(service.vault, "sms", "+447700900002")
    async with service.transaction() as session:
        await suppression.suppress(session, channel="sms", tag=tag, reason="stop", now=NOW)

    for path in ("/join", "/sign-in"):
        pages: set[tuple[int, str, str]] = set()
        work: set[tuple[str, ...]] = set()
        for number in ("07700 900001", "07700 900002", "07700 900003"):
            statements: list[str] = []
            engine = service.database.writer.sync_engine

            def note(*args: object, into: list[str] = statements) -> None:
                into.append(str(args[2]))

            async with a_site(service, {"member"}) as browser:
                await browser.get(path)
                event.listen(engine, "before_cursor_execute", note)
                fields = WISH | {"phone": number} if path == "/join" else {"phone": number}
                seen = await browser.submit(fields, action=path)
                event.remove(engine, "before_cursor_execute", note)
            pages.add((seen.status, seen.url.path, re.sub(r'value="[\w-]{43}"', "", seen.text)))
            work.add(tuple(statements))
        assert len(pages) == 1
        assert len(work) == 1


async def test_too_many_codes_look_the_same_as_one(service: Service, browser: Browser) -> None:
    seen = {re.sub(r'value="[\w-]{43}"', "", (await ask(browser)).text) for _ in range(5)}

    assert len(seen) == 1
    assert len(await codes_sent(service)) == 3


async def test_a_wrong_code_says_so_and_the_right_one_still_fits(service: Service, browser: Browser) -> None:
    await ask(browser)
    [code] = await codes_sent(service)

    seen = await browser.submit({"code": f"{(int(code) + 1) % 1_000_000:06}"})
    assert seen.status == 422
    assert "This is not the code" in seen.words
    assert (await browser.submit({"code": code})).url.path == "/me/joined"


async def test_after_five_guesses_no_code_fits(service: Service, browser: Browser) -> None:
    await ask(browser)
    [code] = await codes_sent(service)
    for _ in range(5):
        await browser.submit({"code": f"{(int(code) + 1) % 1_000_000:06}"})

    assert (await browser.submit({"code": code})).status == 422
    assert await subscribers(service) == 0


async def test_a_code_fits_only_in_the_browser_that_asked(service: Service, browser: Browser) -> None:
    await ask(browser)
    [code] = await codes_sent(service)

    async with a_site(service, {"member"}) as elsewhere:
        await elsewhere.get("/join/code")
        seen = await elsewhere.submit({"code": code})

    assert seen.status == 422
    assert "This is not the code" in seen.words


async def test_a_cookie_that_was_planted_is_not_the_one_that_is_let_in(service: Service, browser: Browser) -> None:
    await ask(browser)
    before = {cookie.value for cookie in browser.session.cookie_jar}
    [code] = await codes_sent(service)

    await browser.submit({"code": code})

    assert before.isdisjoint({cookie.value for cookie in browser.session.cookie_jar})


async def test_who_has_joined_signs_in_with_her_number_alone(service: Service, browser: Browser) -> None:
    await a_subscriber(service)
    await browser.get("/sign-in")
    await browser.submit({"phone": "07700900321"})

    seen = await browser.submit({"code": (await codes_sent(service))[0]})

    assert seen.url.path == "/me"
    assert "Hello Roxy" in seen.words


async def test_who_joins_a_second_time_is_just_let_in(service: Service, browser: Browser) -> None:
    await a_subscriber(service)
    await ask(browser, working_name="Another")

    seen = await browser.submit({"code": (await codes_sent(service))[0]})

    assert seen.url.path == "/me"
    assert "Hello Roxy" in seen.words
    assert await subscribers(service) == 1


async def test_who_signs_in_without_having_joined_is_asked_the_rest(service: Service, browser: Browser) -> None:
    await browser.get("/sign-in")
    await browser.submit({"phone": "07700900321"})

    seen = await browser.submit({"code": (await codes_sent(service))[0]})

    assert "You have not joined yet" in seen.words
    assert seen.form("/join").fields["phone"] == HERS
    assert await subscribers(service) == 0


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"phone": "0113 496 0123"}, "This is a landline"),
        ({"phone": "+1 202 555 0123"}, "We can only text UK mobile numbers"),
        ({"phone": ""}, "Give a mobile number or an email address."),
        ({"email": "roxy@example.org"}, "Give only one of them"),
        ({"phone": "", "email": "roxy"}, "Write an email address"),
        ({"district": "ZZ99"}, "There is no such postcode"),
        ({"district": ""}, "Enter the first half of a postcode"),
        ({"adult": ""}, "You can join from 18 on."),
        ({"working_name": "  "}, "A name to call you by This is needed."),
        ({"working_name": "x" * 61}, "This is too long"),
        ({"miles": "60"}, "Choose one of the answers given."),
        ({"kind": "police"}, "Choose one of the answers given."),
    ],
)
async def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_lost(
    sqlite_service: Service, lone: Browser, fields: dict[str, str], words: str
) -> None:
    await lone.get("/join")
    typed = {name: value for name, value in (WISH | fields).items() if value or name not in {"adult"}}
    token = lone.last.form("/join").fields["csrf"] if lone.last else ""

    seen = await lone.post("/join", {**typed, "csrf": str(token)}, headers={"Origin": "null"})

    assert seen.status == 422
    assert words in seen.words
    assert (seen.form("/join").fields["district"] or "") == typed.get("district", "")
    assert await queued(sqlite_service) == []


async def test_a_project_needs_no_age(service: Service, browser: Browser) -> None:
    await browser.get("/join")

    seen = await browser.submit({name: WISH[name] for name in WISH if name != "adult"} | {"kind": "project"})

    assert seen.url.path == "/join/code"


async def test_when_the_database_is_away_her_words_are_still_in_the_form(
    sqlite_service: Service, lone: Browser
) -> None:
    await lone.get("/join")
    async with sqlite_service.transaction() as session:
        await (await session.connection()).exec_driver_sql("ALTER TABLE join_code RENAME TO away")

    seen = await lone.submit(WISH)

    assert seen.status == 503
    assert "It was not sent" in seen.words
    assert seen.form("/join").fields["working_name"] == "Roxy"


async def test_no_page_for_joining_needs_a_script_or_says_what_it_is_in_its_title(lone: Browser) -> None:
    for path in ("/join", "/sign-in", "/join/code"):
        seen = await lone.get(path)

        assert "<script" not in seen.text
        assert seen.tree.findtext(".//title") == "Notes"
        assert len(seen.text) < 12_000


async def test_every_word_is_translated(lone: Browser) -> None:
    with marked():
        for path in ("/join", "/sign-in", "/join/code", "/erased"):
            assert untranslated((await lone.get(path)).text, allowed={"Notes", ":"}) == []
