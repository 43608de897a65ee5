"""A subscriber changes what she gets, reads her warnings, and leaves without a trace."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlmodel import select

from tests import makers
from tests.subscribers.made import HERS, a_subscriber, codes_sent, dump, queued
from tests.web.site import Browser, a_site, marked, untranslated
from ugly_mugs.alerts.wording import Named
from ugly_mugs.delivery import recipients
from ugly_mugs.models import Alert, Occasion, Subscriber, Visit
from ugly_mugs.service import Service
from ugly_mugs.subscribers import leaving, vouching
from ugly_mugs.vocabulary import Wording


@pytest.fixture
async def browser(service: Service) -> AsyncIterator[Browser]:
    """The browser of somebody who has just signed in."""
    await a_subscriber(service)
    async with a_site(service, {"member"}) as browser:
        await signed_in(service, browser)
        yield browser


async def signed_in(service: Service, browser: Browser) -> None:
    await browser.get("/sign-in")
    await browser.submit({"phone": HERS})
    seen = await browser.submit({"code": (await codes_sent(service))[-1]})
    assert seen.url.path == "/me"


async def her(service: Service) -> Subscriber:
    async with service.reading() as session:
        return (await session.exec(select(Subscriber))).one()


@pytest.mark.parametrize("path", ["/me", "/me/warnings", "/me/joined"])
async def test_nobody_sees_her_pages_without_a_code(sqlite_service: Service, path: str) -> None:
    await a_subscriber(sqlite_service)

    async with a_site(sqlite_service, {"member"}) as stranger:
        seen = await stranger.get(path)

    assert seen.url.path == "/sign-in"
    assert "Roxy" not in seen.text


async def test_her_choices_are_kept(service: Service, browser: Browser) -> None:
    seen = await browser.submit(
        {
            "wording": "discreet",
            "least_severity": "3",
            "quiet_from": "22",
            "quiet_until": "8",
            "critical_breaks_quiet": "yes",
        },
        action="/me/choices",
    )

    assert "Saved." in seen.words
    found = await her(service)
    assert found.wording is Wording.DISCREET
    assert (found.quiet_from, found.quiet_until, found.critical_breaks_quiet) == (22, 8, True)
    form = seen.form("/me/choices")
    assert (form.fields["least_severity"], form.fields["quiet_from"]) == ("3", "22")


async def test_half_a_quiet_time_is_pointed_out(browser: Browser) -> None:
    seen = await browser.submit({"quiet_from": "22"}, action="/me/choices")

    assert seen.status == 422
    assert "Choose both hours, or neither." in seen.words


async def test_a_place_for_a_few_days_comes_and_goes(service: Service, browser: Browser) -> None:
    until = (service.now() + timedelta(days=3)).date()
    seen = await browser.submit({"district": "ls1", "miles": "5", "until": until.isoformat()}, action="/me/areas")
    assert "LS1, 5 miles around it" in seen.words
    assert "until" in seen.words

    drop = next(form for form in seen.tree.forms if form.xpath('.//button[@aria-label="Remove LS1"]'))
    seen = await browser.post("/me/areas/drop", list(drop.form_values()))

    assert "LS1" not in seen.words
    assert "GU1" in seen.words


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"district": "nowhere"}, "That does not look like a postcode."),
        ({"district": "LS1", "until": "2020-01-01"}, "Choose a day from today on, within a year."),
        ({"district": "LS1", "until": "soon"}, "Write a day"),
    ],
)
async def test_a_place_that_is_wrong_comes_back_as_typed(browser: Browser, fields: dict[str, str], words: str) -> None:
    seen = await browser.submit(fields, action="/me/areas")

    assert seen.status == 422
    assert words in seen.words
    assert seen.form("/me/areas").fields["district"] == fields["district"]


async def test_the_areas_have_an_end(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ugly_mugs.subscribers.preferences.MOST_AREAS", 1)

    seen = await browser.submit({"district": "LS1"}, action="/me/areas")

    assert seen.status == 422
    assert "Remove one first." in seen.words


async def test_she_pauses_and_ends_the_pause(service: Service, browser: Browser) -> None:
    day = service.now().date() + timedelta(days=2)

    seen = await browser.submit({"pause_until": day.isoformat()}, action="/me/pause")
    assert "Paused until" in seen.words
    assert (await her(service)).paused_until == day

    seen = await browser.submit({}, action="/me/start")
    assert "Paused until" not in seen.words


async def test_she_stops_is_told_so_and_starts_again(service: Service, browser: Browser) -> None:
    seen = await browser.submit({}, action="/me/stop")
    assert "Stopped: we send you nothing." in seen.words

    await browser.submit({}, action="/me/start")

    told = [row.occasion for row in await queued(service) if row.occasion is not Occasion.JOIN_CODE]
    assert sorted(told) == [Occasion.STARTED, Occasion.STOPPED]


async def test_erasing_asks_once_and_leaves_nothing(service: Service, browser: Browser) -> None:
    await browser.submit({"district": "LS1"}, action="/me/areas")
    seen = await browser.submit({}, action="/me/erase")
    assert seen.status == 422
    assert "Tick this if you are sure." in seen.words

    seen = await browser.submit({"sure": "yes"}, action="/me/erase")

    assert seen.url.path == "/erased"
    text = await dump(service)
    tag = recipients.tag_of(service.vault, "sms", HERS)
    for secret in (tag.hex(), HERS.removeprefix("+44"), "Roxy"):
        assert secret not in text
    assert (await browser.get("/me")).url.path == "/sign-in"


async def test_a_visit_of_somebody_erased_opens_nothing(service: Service, browser: Browser) -> None:
    page = await browser.get("/me")
    async with service.transaction() as session:
        await leaving.erase(session, (await her(service)).recipient_id)

    assert (await browser.get("/me/warnings")).url.path == "/sign-in"
    for action in ("/me/stop", "/me/choices", "/me/areas", "/me/sign-out"):
        seen = await browser.post(action, list(page.form(action).form_values()))
        assert seen.url.path == "/sign-in"


async def test_signing_out_ends_the_visit_here_and_in_the_table(service: Service, browser: Browser) -> None:
    await browser.submit({}, action="/me/sign-out")

    assert (await browser.get("/me")).url.path == "/sign-in"
    async with service.reading() as session:
        assert (await session.exec(select(Visit))).all() == []


async def test_leaving_in_a_hurry_ends_the_visit(service: Service, browser: Browser) -> None:
    await browser.get("/leave", follow=False)

    async with service.reading() as session:
        assert (await session.exec(select(Visit))).all() == []


async def test_another_site_can_change_nothing(service: Service, browser: Browser) -> None:
    for path in ("/me/stop", "/me/erase", "/me/choices", "/me/areas", "/me/sign-out"):
        seen = await browser.post(path, {"sure": "yes", "csrf": "made up"})
        assert seen.status == 403
        seen = await browser.post(path, {"sure": "yes"}, headers={"Origin": "https://other.example"})
        assert seen.status == 403

    assert "Hello Roxy" in (await browser.get("/me")).words


async def test_she_reads_what_stands_for_her_places_without_plates_until_she_is_trusted(service: Service) -> None:
    plate = [Named(kind="vrm", value="JK12ABC")]
    text = "Reported to us, not proven: rape. Silver Astra JK12 ABC. Avoid. Ref 7K2Q"
    words = makers.a_wording(service.atlas, text=text, vehicle="silver Astra JK12 ABC", identifiers=plate)
    await makers.an_alert(service, wording=words)
    somebody = await a_subscriber(service, vouched=False)
    async with a_site(service, {"member"}) as browser:
        await signed_in(service, browser)

        before = await browser.get("/me/warnings")
        async with service.transaction() as session:
            await vouching.vouch(session, somebody, by="moderator:1", now=service.now())
        after = await browser.get("/me/warnings")

    assert "silver Astra" in before.words
    assert "JK12" not in before.text
    assert "Silver Astra JK12 ABC" in after.words
    assert "Critical" in after.words


async def test_no_warning_is_not_called_safe(browser: Browser) -> None:
    seen = await browser.get("/me/warnings")

    assert "That does not mean that they are safe." in seen.words


async def test_every_word_is_translated(service: Service, browser: Browser) -> None:
    version = await makers.an_alert(service)
    data = {"Notes", ":", "GU1", "Roxy", "Rape, Guildford area", version.text}
    async with service.reading() as session:
        data.add((await session.exec(select(Alert.reference))).one())

    with marked():
        for path in ("/me", "/me/joined", "/me/warnings"):
            loose = untranslated((await browser.get(path)).text, allowed=data)
            # How long ago it was comes from the language's own tables.
            assert [words for words in loose if not words.endswith("ago ·")] == []
