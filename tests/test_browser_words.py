"""Her words in a real Chromium: by keyboard, with scripts and without, on a phone, and as axe sees them."""

from collections.abc import AsyncIterator
from uuid import UUID

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser import clicks
from tests.browser.chromium import Witness, a_page, chromium
from tests.houses import House
from tests.web.desk_site import in_guildford
from ugly_mugs.desk import redacting
from ugly_mugs.desk.redacting import Words

pytestmark = pytest.mark.browser

SMALL_PHONE = (360, 740)
STORY = (
    "I'm Mei and I work at Sunny Spa with my friend Rosie. He calls himself Dave and he drove a red van. He came to "
    "my flat at 12 Rosebery Avenue on Monday night. When I said no he locked the door and would not let me leave. "
    "Rosie heard it through the wall and knocked.\n\nHe took a picture, bluebird44 was written on his arm. "
    "Please don't say it was Mei."
)
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


async def log_in(page: Page, house: House) -> None:
    """As Robin."""
    who = house.robin
    code = who.code(house.service.now())
    await clicks.log_in(page, str(house.url), name=who.name, password=who.password, code=code)


async def opened(page: Page, house: House, report_id: UUID) -> None:
    """Her words, after logging in."""
    await log_in(page, house)
    await page.goto(f"{house.url}/desk/reports/{report_id}/words")


async def now(house: House, report_id: UUID) -> Words:
    """What is decided."""
    async with house.service.reading() as session:
        found = await redacting.open_words(session, house.service.vault, report_id)
    assert found is not None
    return found


async def test_everything_is_decided_by_keyboard_alone_without_a_script(
    sqlite_house: House, browser: Browser, witness: Witness
) -> None:
    report_id = await in_guildford(sqlite_house.service, what_happened=STORY)
    async with a_page(browser, SMALL_PHONE, witness=witness) as page:
        await opened(page, sqlite_house, report_id)
        open_things = page.locator(".thing[data-open]")
        number = await open_things.count()
        assert number > 3
        await page.locator("h1").click()

        # Tab comes to each pair of radios once; the first arrow chooses, the other one goes on to Keep.
        for _ in range(number + 20):
            await page.keyboard.press("Tab")
            name = await page.evaluate("document.activeElement.name ?? ''") if False else await focused(page)
            if name.startswith("choice."):
                if await page.locator(f'input[name="{name}"]:checked').count() == 0:
                    await page.keyboard.press("Space")
            elif name == "act:save":
                await page.keyboard.press("Enter")
                break

        await expect(page).to_have_url(f"{sqlite_house.url}/desk/reports/{report_id}")
    assert (await now(sqlite_house, report_id)).undecided == ()
    assert witness.complaints == []


async def focused(page: Page) -> str:
    """The name of what has the focus; of a button, what it does as well."""
    element = page.locator(":focus")
    if await element.count() == 0:
        return ""
    name = await element.get_attribute("name") or ""
    return f"act:{await element.get_attribute('value')}" if name == "act" else name
