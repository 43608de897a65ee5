"""The story clicked through in a real Chromium without scripts, and every page as axe sees it."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Error, Page, expect
from sqlmodel import update
from yarl import URL

from tests import makers
from tests.browser import clicks
from tests.browser.chromium import DESK, PHONE, Witness, a_page, chromium
from tests.desk import people
from tests.houses import BY_EMAIL, NEAR, NEXT_TOWN, House, until
from ugly_mugs.models import Delivery, DeliveryState

pytestmark = pytest.mark.browser

SENTINEL = "SENTINEL He would not let me leave."
HEAVIEST = 30_000
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Debian's Chromium."""
    async with chromium() as made:
        yield made


@pytest.fixture
def witness(sqlite_house: House) -> Witness:
    """Sees what pages ask for, send and complain about."""
    return Witness(str(sqlite_house.url), sqlite_house.service.config.leave_url)


async def test_the_story_can_be_clicked_through_without_scripts(
    sqlite_house: House, browser: Browser, witness: Witness
) -> None:
    house, url = sqlite_house, str(sqlite_house.url)
    async with (
        a_page(browser, PHONE, witness=witness) as hers,
        a_page(browser, DESK, witness=witness) as robins,
        a_page(browser, DESK, witness=witness) as sashas,
    ):
        await clicks.tell(hers, url, SENTINEL)
        code = await clicks.send(hers)
        assert "SENTINEL" not in await hers.content()
        await has_our_cookie(hers)

        await log_in(robins, house, house.robin)
        await clicks.open_case(robins, url)
        await clicks.press(robins, "Write a warning")
        await clicks.write(robins, "Man, bald, would not take no")
        await expect(robins.get_by_text("1 segment").first).to_be_visible()
        await expect(robins.locator("svg.reach").first).to_be_visible()
        await clicks.press(robins, "Propose")
        await expect(robins.get_by_text("Somebody else has to agree")).to_be_visible()

        await log_in(sashas, house, house.sasha)
        await clicks.second(sashas, url)
        await clicks.press(sashas, "Send to 3 people")
        assert sorted(await house.texts(2)) == [NEAR, NEXT_TOWN]
        await until(lambda: [mail.to for mail in house.mailbox.mails] == [BY_EMAIL])
        await expect(sashas.get_by_text("3 of 3").last).to_be_visible()  # the page looks again by itself

        await sashas.get_by_role("link", name="Cancel").click()
        await clicks.fill(sashas, {"people": "3"})
        await clicks.press(sashas, "Tell 3 people that it is withdrawn")
        await house.texts(4)

        await clicks.come_back(hers, url, code)
        await hers.get_by_role("link", name="Stop everything").click()
        await expect(hers.get_by_text("Stopping now may show him that it was you")).to_be_visible()
        await clicks.press(hers, "Stop everything")
        await expect(hers.get_by_role("heading", name="Your report")).to_be_visible()

    assert witness.foreign == []
    assert witness.complaints == []
    assert witness.origins_sent == {"null"}
    her_page = ("/report", "/static/site.css", "/static/icon.png")
    assert sum(witness.weights.get(path, 0) for path in her_page) < HEAVIEST


async def test_what_went_wrong_stays_unfolded_while_the_page_looks_again(
    sqlite_house: House, browser: Browser, witness: Witness
) -> None:
    house, service = sqlite_house, sqlite_house.service

    async def becomes(state: DeliveryState, failure: str) -> None:
        later = service.now() + timedelta(hours=1)
        async with service.transaction() as session:
            await session.exec(update(Delivery).values(state=state, failure=failure, due_at=later))

    version = await makers.an_alert(service)
    # Not only at the phones: until it stands in the ledger, that they were sent would come after what follows here.
    async with asyncio.timeout(20):
        while await makers.states(service) != {DeliveryState.DELIVERED: 2, DeliveryState.SENT: 1}:  # noqa: ASYNC110 -- no bell
            await asyncio.sleep(0.05)
    await becomes(DeliveryState.QUEUED, "capped")

    async with a_page(browser, DESK, witness=witness, java_script_enabled=True) as robins:
        await log_in(robins, house, house.robin)
        await robins.goto(f"{house.url}/desk/alerts/{version.alert_id}")
        await robins.get_by_text("What went wrong").click()
        await expect(robins.get_by_role("cell", name="Will be tried again")).to_be_visible()
        await becomes(DeliveryState.EXPIRED, "capped")

        await expect(robins.get_by_role("cell", name="Too late")).to_be_visible()
        await expect(robins.get_by_text("3 too late")).to_be_visible()

    assert witness.complaints == []


async def has_our_cookie(page: Page) -> None:
    """One, that no script can read and no other site borrows."""
    (cookie,) = await page.context.cookies()
    assert (cookie["name"], cookie["path"], cookie["httpOnly"], cookie["secure"]) == ("__Host-s", "/", True, True)
    assert cookie["expires"] == -1, "it ends with the browser"


async def log_in(page: Page, house: House, who: people.Person) -> None:
    """Password and second factor."""
    code = who.code(house.service.now())
    await clicks.log_in(page, str(house.url), name=who.name, password=who.password, code=code)


async def test_whoever_leaves_is_somewhere_harmless_and_back_shows_nothing(
    sqlite_house: House, browser: Browser
) -> None:
    url, elsewhere = str(sqlite_house.url), sqlite_house.service.config.leave_url
    # Nobody watches this page: a browser whose requests are looked into sends forms again by itself.
    async with a_page(browser, PHONE) as page:
        await clicks.tell(page, url, SENTINEL)
        code = await clicks.send(page)
        await clicks.come_back(page, url, code)
        await clicks.fill(page, {"text": SENTINEL})
        await clicks.press(page, "Send message")
        await expect(page.get_by_text(SENTINEL)).to_be_visible()

        await page.get_by_role("link", name="Leave this page").click()
        await expect(page).to_have_url(elsewhere)
        assert await page.context.cookies() == []

        for _ in range(8):
            seen = await back(page)
            assert "SENTINEL" not in seen
            assert code not in seen
            assert "Your report" not in seen
            if page.url == "about:blank":
                break
        assert page.url == "about:blank"


async def back(page: Page) -> str:
    """What Back shows."""
    try:
        await page.go_back()
    except Error as error:
        # Nothing was kept of the answer to a form: Chromium would have to send it again, and does not unasked.
        assert "ERR_CACHE_MISS" in str(error)  # noqa: PT017 -- most steps back do not fail
        await expect(page.locator("body")).not_to_be_empty()
    return await page.content()


async def test_no_page_of_hers_keeps_anybody_out(sqlite_house: House, browser: Browser, witness: Witness) -> None:
    house, url = sqlite_house, str(sqlite_house.url)
    async with a_page(browser, PHONE, witness=witness, java_script_enabled=True) as page:
        for path in ("/", "/report", "/return", "/join", "/sign-in", "/erased", "/nothing-here"):
            await page.goto(url + path)
            await is_open_to_everybody(page)
        await page.goto(f"{url}/report")
        await clicks.press(page, "Send")
        await is_open_to_everybody(page, "with mistakes")
        await clicks.tell(page, url, SENTINEL)
        await is_open_to_everybody(page, "filled in")
        code = await clicks.send(page)
        await is_open_to_everybody(page, "her number")
        await clicks.come_back(page, url, code)
        await is_open_to_everybody(page)
        for path in ("/return/stop", "/return/erase"):
            await page.goto(url + path)
            await is_open_to_everybody(page)

        await page.goto(f"{url}/join")
        await clicks.press(page, "Send me a code")
        await is_open_to_everybody(page, "with mistakes")
        await clicks.join(page, url, phone="07700 900777")
        await is_open_to_everybody(page, "asks for the code")
        await house.texts(1)
        code = re.findall(r"\d{6}", makers.arrived(house.carrier)[0].body)[0]
        await clicks.fill(page, {"code": code})
        await clicks.press(page, "Go on")
        await is_open_to_everybody(page, "joined")
        for path in ("/me", "/me/warnings"):
            await page.goto(url + path)
            await is_open_to_everybody(page)
    assert witness.foreign == []
    assert [words for words in witness.complaints if "Security Policy" in words] == []


async def test_no_page_of_the_desk_keeps_anybody_out(sqlite_house: House, browser: Browser, witness: Witness) -> None:
    house, url = sqlite_house, str(sqlite_house.url)
    with_scripts: dict[str, Any] = {"witness": witness, "java_script_enabled": True}
    async with a_page(browser, PHONE, witness=witness) as hers:
        await clicks.tell(hers, url)
        await clicks.send(hers)
    async with a_page(browser, DESK, **with_scripts) as robins, a_page(browser, DESK, **with_scripts) as sashas:
        await robins.goto(f"{url}/desk/login")
        await is_open_to_everybody(robins)
        await clicks.press(robins, "Log in")
        await is_open_to_everybody(robins, "with mistakes")
        await log_in(robins, house, house.robin)
        await is_open_to_everybody(robins, "the queue")
        await clicks.open_case(robins, url)
        await robins.get_by_text("What happened, in her words").click()
        await is_open_to_everybody(robins, "a case")
        await clicks.press(robins, "Write a warning")
        await is_open_to_everybody(robins, "writing")
        await clicks.write(robins, "Man, bald, would not take no")
        await robins.get_by_text("What it was written from").click()
        await is_open_to_everybody(robins, "the preview")
        await clicks.press(robins, "Propose")
        await is_open_to_everybody(robins, "her own proposal")

        await log_in(sashas, house, house.sasha)
        await is_open_to_everybody(sashas, "something waits")
        await clicks.second(sashas, url)
        await is_open_to_everybody(sashas, "a proposal")
        await clicks.press(sashas, "Send to 3 people")
        await is_open_to_everybody(sashas, "on its way")
        await expect(sashas.get_by_text("3 of 3").last).to_be_visible()
        await is_open_to_everybody(sashas, "sent")
        for path in (f"{URL(sashas.url).path}/cancel", "/desk/accounts", "/desk"):
            await sashas.goto(url + path)
            await is_open_to_everybody(sashas)

        await until(lambda: bool(house.mailbox.mails))
        link = re.search(r"http\S+/u/\S+", next(iter(house.mailbox.mails)).text)
        assert link
        await sashas.goto(link[0])
        await is_open_to_everybody(sashas, "unsubscribe")
        await clicks.press(sashas, "Stop them")
        await is_open_to_everybody(sashas, "unsubscribed")
    assert witness.foreign == []
    assert [words for words in witness.complaints if "Security Policy" in words] == []


async def is_open_to_everybody(page: Page, state: str = "") -> None:
    """No violation of WCAG 2.2 AA that a machine can see, dark or light, and nothing to scroll sideways at 320 px."""
    where = f"{URL(page.url).path} {state}".strip()
    # With its style: on a busy machine that may come a moment after the words.
    await page.wait_for_load_state("load")
    await page.emulate_media(color_scheme="light")
    found = await Axe().run(page, options=RULES)
    assert found.violations_count == 0, f"{where}\n{found.generate_report()}"
    await page.emulate_media(color_scheme="dark")
    faint = await page.evaluate("axe.run({runOnly: ['color-contrast']}).then(found => found.violations)")
    assert faint == [], f"{where}, dark"

    size = page.viewport_size
    assert size
    await page.set_viewport_size({"width": 320, "height": 640})
    assert await page.evaluate("document.documentElement.scrollWidth") <= 320, f"{where} is too wide for a small phone"
    await page.set_viewport_size(size)
