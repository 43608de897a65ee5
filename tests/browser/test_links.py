"""Links between reports, clicked through without scripts and seen as axe sees them."""

import os
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from tests.browser.chromium import DESK, a_page, chromium
from tests.desk.stories import a_report
from tests.houses import House
from tests.test_browser import is_open_to_everybody, log_in
from ugly_mugs.workers.index import index_reports

pytestmark = pytest.mark.browser

HIM = {"role": "client", "alias": "Big Kev", "age_from": 40, "age_to": 49, "build": "stocky", "accent": "Welsh"}
OTHERS = [
    {"phones": ["07700 900123"], "people": [HIM], "category": "robbery", "district": "BN1"},
    {"people": [{**HIM, "build": "slim"}], "vehicle": {"registration": "KX12 ABN"}, "category": "threats"},
    {"people": [HIM], "vehicle": {"registration": "KX12 A??"}, "phones": ["020 7946 0999"], "category": "rape"},
]


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Debian's Chromium."""
    async with chromium() as made:
        yield made


async def three_links(house: House) -> UUID:
    """A report, and three that may be about the same man."""
    service = house.service
    for told in OTHERS:
        await a_report(service, now=service.now(), **told)  # type: ignore[arg-type]  # a dict of whatever it tells
    report_id = await a_report(
        service, now=service.now(), people=[HIM], phones=["07700 900123"], district="GU1",
        vehicle={"registration": "KX12 ABM"},
    )  # fmt: skip
    while await index_reports(service):
        pass
    return report_id


async def test_a_link_is_confirmed_and_undone_without_scripts(sqlite_house: House, browser: Browser) -> None:
    house = sqlite_house
    report_id = await three_links(house)
    async with a_page(browser, DESK) as page:
        await log_in(page, house, house.robin)
        await page.goto(f"{house.url}/desk/reports/{report_id}")
        await expect(page.get_by_text("Same phone")).to_be_visible()

        await page.get_by_role("button", name="Same man", exact=True).first.click()
        await expect(page.get_by_text("2 reports of 2 events.")).to_be_visible()
        await page.get_by_role("button", name="Same event, told twice").first.click()
        await expect(page.get_by_text("3 reports of 2 events.")).to_be_visible()
        await page.get_by_role("button", name="Undo").first.click()
        await expect(page.get_by_text("2 reports of 2 events.")).to_be_visible()


async def test_links_keep_nobody_out(sqlite_house: House, browser: Browser) -> None:
    house = sqlite_house
    report_id = await three_links(house)
    async with a_page(browser, DESK, java_script_enabled=True) as page:
        await log_in(page, house, house.robin)
        await page.goto(f"{house.url}/desk/reports/{report_id}")
        await page.get_by_role("button", name="Same man", exact=True).first.click()
        await is_open_to_everybody(page, "with links")
        await page.get_by_role("button", name="Not the same man").first.click()
        await is_open_to_everybody(page, "with one refused")
        assert (await Axe().run(page)).violations_count == 0
        if folder := os.environ.get("LINK_PICTURES"):
            await _pictures(page, Path(folder))


async def _pictures(page: Page, folder: Path) -> None:
    for width in (320, 1280):
        for scheme in ("dark", "light"):
            await page.set_viewport_size({"width": width, "height": 900})
            await page.emulate_media(color_scheme=scheme)
            await page.screenshot(path=folder / f"links-{width}-{scheme}.png", full_page=True)
