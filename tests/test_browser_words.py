"""Her words in a real Chromium: by keyboard, with scripts and without, on a phone, and as axe sees them."""

from collections.abc import AsyncIterator
from uuid import UUID

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from tests.browser import clicks
from tests.browser.chromium import DESK, Witness, a_page, chromium
from tests.houses import House, until
from tests.web.desk_site import an_hour_passes, in_guildford
from ugly_mugs.desk import redacting
from ugly_mugs.desk.redacting import Words
from ugly_mugs.web import desk_redaction

pytestmark = pytest.mark.browser

SMALL_PHONE = (360, 740)
STORY = (
    "I'm Mei and I work at Sunny Spa with my friend Rosie. He calls himself Dave and he drove a red van. He came to "
    "my flat at 12 Rosebery Avenue on Monday night. When I said no he locked the door and would not let me leave. "
    "Rosie heard it through the wall and knocked.\n\nHe took a picture, bluebird44 was written on his arm. "
    "Please don't say it was Mei."
)
HIS = 1
"""Things of his in it, which are kept from the start."""
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


async def hers(house: House, **said: object) -> UUID:
    """A report in which she names herself, her friend, her workplace and her street; he is in the form."""
    usual: dict[str, object] = {"what_happened": STORY, "people": [{"alias": "Dave", "hair": "bald"}]}
    return await in_guildford(house.service, **(usual | said))


async def now(house: House, report_id: UUID) -> Words:
    """What is decided."""
    async with house.service.reading() as session:
        found = await redacting.open_words(session, house.service.vault, report_id)
    assert found is not None
    return found


async def test_everything_is_decided_by_keyboard_alone_without_a_script(
    sqlite_house: House, browser: Browser, witness: Witness
) -> None:
    report_id = await hers(sqlite_house)
    async with a_page(browser, SMALL_PHONE, witness=witness) as page:
        await opened(page, sqlite_house, report_id)
        number = await page.locator(".thing[data-open]").count()
        assert number > 3

        # Tab comes to each pair once, and Space chooses the first of it; then to the button, and Enter presses that.
        for _ in range(4 * number + 20):
            await page.keyboard.press("Tab")
            name = await focused(page)
            if name.startswith("choice.") and await page.locator(f'input[name="{name}"]:checked').count() == 0:
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


async def test_with_a_script_one_key_decides_and_another_takes_it_back(
    sqlite_house: House, browser: Browser, witness: Witness
) -> None:
    report_id = await hers(sqlite_house)
    async with a_page(browser, DESK, witness=witness, java_script_enabled=True) as page:
        await opened(page, sqlite_house, report_id)
        things = page.locator(".thing[data-open]")
        number = await things.count()
        names = await page.locator(".thing legend b").all_inner_texts()

        for key in ("j", "h", "k"):
            await page.keyboard.press(key)
        await expect(page.locator("#count")).to_contain_text(f"{number - 2} to decide")
        await expect(page.locator('mark[data-state="hide"]').first).to_contain_text(names[0])
        await page.keyboard.press("u")
        await expect(page.locator("#count")).to_contain_text(f"{number - 1} to decide")
        await expect(page.locator(".thing:focus-within legend")).to_contain_text(names[1])
        for _ in range(number - 1):
            await page.keyboard.press("h")
        await expect(page.locator("#count")).to_contain_text("Everything is decided")
        await page.keyboard.press("s")

        await expect(page).to_have_url(f"{sqlite_house.url}/desk/reports/{report_id}")
    assert (await now(sqlite_house, report_id)).undecided == ()
    assert witness.complaints == []


async def test_selected_words_are_hidden_with_one_key(sqlite_house: House, browser: Browser, witness: Witness) -> None:
    report_id = await hers(sqlite_house, what_happened="He knows the blue door. He wrote about the BLUE DOOR again.")
    async with a_page(browser, DESK, witness=witness, java_script_enabled=True) as page:
        await opened(page, sqlite_house, report_id)
        await page.evaluate(
            """() => { const text = document.querySelector("[data-hers]").firstChild;
            getSelection().setBaseAndExtent(text, text.data.indexOf("blue"), text, text.data.indexOf("door") + 4); }"""
        )

        await page.keyboard.press("m")

        await expect(page.locator("mark")).to_have_count(2)
        await expect(page.locator("mark").first).to_have_attribute("data-state", "hide")
    assert "blue door" in (await now(sqlite_house, report_id)).hidden
    assert witness.complaints == []


async def test_what_was_chosen_is_saved_when_the_page_is_left(
    sqlite_house: House, browser: Browser, witness: Witness
) -> None:
    report_id = await hers(sqlite_house)
    async with a_page(browser, DESK, witness=witness, java_script_enabled=True) as page:
        await opened(page, sqlite_house, report_id)
        before = len((await now(sqlite_house, report_id)).undecided)
        for key in ("j", "h"):
            await page.keyboard.press(key)

        await page.get_by_role("link", name="Back to the report").click()

        await expect(page.get_by_text(f"{before - 1} things in her words")).to_be_visible()

        await page.goto(f"{sqlite_house.url}/desk/reports/{report_id}/words")
        for key in ("j", "j", "h"):
            await page.keyboard.press(key)
        await page.close()  # without a click on anything

        async def is_saved() -> bool:
            return len((await now(sqlite_house, report_id)).undecided) == before - 2

        await until(is_saved)
    assert witness.complaints == []


AWAY = """() => { Object.defineProperty(document, "hidden", { value: true, configurable: true });
document.dispatchEvent(new Event("visibilitychange")); delete document.hidden; }"""
"""As when she looks at another tab."""


async def test_what_was_saved_while_she_looked_elsewhere_is_not_half_undone(
    sqlite_house: House, browser: Browser, witness: Witness
) -> None:
    report_id = await hers(sqlite_house)
    async with a_page(browser, DESK, witness=witness, java_script_enabled=True) as page:
        await opened(page, sqlite_house, report_id)
        number = len((await now(sqlite_house, report_id)).undecided)
        for key in ("j", "k"):
            await page.keyboard.press(key)
        async with page.expect_response(lambda answer: answer.request.method == "POST"):
            await page.evaluate(AWAY)
        await page.keyboard.press("u")

        await expect(page.locator("#count")).to_contain_text(f"{number - 1} to decide")
        assert len((await now(sqlite_house, report_id)).undecided) == number - 1, "the page says what is"

        # And what she says next counts, also if it is what was there at first.
        await page.locator(".thing input:checked").first.focus()
        await page.keyboard.press("h")
        await page.keyboard.press("s")
        await expect(page.locator("mark[data-state=hide]").first).to_be_visible()
    first = (await now(sqlite_house, report_id)).suggestions[0]
    assert (await now(sqlite_house, report_id)).decided.choice(first) == "hide"
    assert witness.complaints == []


async def test_what_cannot_be_saved_on_the_way_out_comes_back(
    sqlite_house: House, browser: Browser, witness: Witness
) -> None:
    report_id = await hers(sqlite_house)
    async with a_page(browser, DESK, witness=witness, java_script_enabled=True) as page:
        await opened(page, sqlite_house, report_id)
        for key in ("j", "h"):
            await page.keyboard.press(key)
        await an_hour_passes(sqlite_house.service, seen=False)

        await page.get_by_role("link", name="Back to the report").click()

        await expect(page.get_by_text("What you chose is kept in this page, and not saved yet")).to_be_visible()
        assert await page.locator('input[type=hidden][name^="choice."][value=hide]').count() == 1


async def test_everything_is_decided_only_if_nothing_follows(
    sqlite_house: House, browser: Browser, witness: Witness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk_redaction, "MOST_SHOWN", 2)
    report_id = await hers(sqlite_house)
    async with a_page(browser, DESK, witness=witness, java_script_enabled=True) as page:
        await opened(page, sqlite_house, report_id)
        number = len((await now(sqlite_house, report_id)).undecided)
        for key in ("j", "h", "h"):
            await page.keyboard.press(key)

        await expect(page.locator("#count")).to_contain_text(f"{number - 2} to decide")
    assert witness.complaints == []


async def test_keys_can_be_switched_off_and_leave_whoever_types_alone(
    sqlite_house: House, browser: Browser, witness: Witness
) -> None:
    report_id = await hers(sqlite_house)
    async with a_page(browser, DESK, witness=witness, java_script_enabled=True) as page:
        await opened(page, sqlite_house, report_id)
        await page.locator("#f-missed").fill("")
        await page.locator("#f-missed").press_sequentially("hkjum")
        assert await page.locator("#f-missed").input_value() == "hkjum"
        await page.locator("h1").click()
        await page.keyboard.press("?")
        await page.get_by_label("Use these keys").uncheck()
        for key in ("j", "h"):
            await page.keyboard.press(key)

        await expect(page.locator(".thing input:checked")).to_have_count(HIS)
    assert witness.complaints == []


async def test_her_words_are_open_to_everybody(sqlite_house: House, browser: Browser, witness: Witness) -> None:
    report_id = await hers(sqlite_house)
    async with a_page(browser, DESK, witness=witness, java_script_enabled=True) as page:
        await opened(page, sqlite_house, report_id)
        await is_open_to_everybody(page, "to decide")
        await page.keyboard.press("j")
        await page.keyboard.press("h")
        await page.keyboard.press("k")
        await page.locator("summary").first.click()
        await is_open_to_everybody(page, "half decided")
        async with page.expect_navigation():
            await page.keyboard.press("s")
        await page.goto(f"{sqlite_house.url}/desk/reports/{report_id}")
        await clicks.press(page, "Write a warning")
        await clicks.write(page, "Man, bald, asks for Rosie")
        await expect(page.get_by_text("This could tell who reported it")).to_be_visible()
        await is_open_to_everybody(page, "refused")


async def is_open_to_everybody(page: Page, state: str) -> None:
    """No violation of WCAG 2.2 AA that a machine can see, dark or light, and nothing to scroll sideways at 320 px."""
    await page.wait_for_load_state("load")
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme=scheme)
        found = await Axe().run(page, options=RULES)
        assert found.violations_count == 0, f"{state}, {scheme}\n{found.generate_report()}"
    await page.set_viewport_size({"width": 320, "height": 740})
    widest = await page.evaluate("document.documentElement.scrollWidth")
    await page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
    assert widest <= 320, state
