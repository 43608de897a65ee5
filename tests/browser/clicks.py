"""The story as people click through it: fields by their names, buttons by their words, no scripts."""

from playwright.async_api import Page, expect

STORY = "He was polite on the phone. When I said no he locked the door and would not let me leave."
HIS_NUMBER, HIS_PLATE = "07700 900123", "KX12 ABC"


async def fill(page: Page, words: dict[str, str]) -> None:
    """Type into fields, by name."""
    for name, value in words.items():
        await page.locator(f'[name="{name}"]').fill(value)


async def tick(page: Page, name: str, *values: str) -> None:
    """Tick boxes, or choose the one."""
    for value in values:
        await page.locator(f'[name="{name}"][value="{value}"]').check()


async def press(page: Page, words: str) -> None:
    """Press the button that says exactly this."""
    await page.get_by_role("button", name=words, exact=True).click()


async def tell(page: Page, url: str, story: str = STORY) -> None:
    """Fill in the report form; it is not sent yet."""
    await page.goto(f"{url}/report")
    await fill(page, {"what_happened": story, "district": "GU1 3AB", "when_words": "on Monday night"})
    await page.locator("[name=category]").select_option("rape")
    await tick(page, "flags", "attempted")
    await fill(page, {"phones.0": HIS_NUMBER, "vehicle.registration": HIS_PLATE})
    await page.get_by_text("More about the vehicle").click()
    await fill(page, {"vehicle.make": "Astra", "vehicle.colour": "silver"})
    await page.get_by_text("What did he look like?").click()
    person = {"age_from": "40", "age_to": "49", "hair": "bald", "accent": "Leeds accent"}
    await fill(page, {f"people.0.{name}": value for name, value in person.items()})
    await tick(page, "timing", "now")
    await tick(page, "consents", "alert_members", "share_with_schemes")


async def send(page: Page) -> str:
    """Send the report form; her number."""
    await press(page, "Send")
    await expect(page.locator(".code")).to_be_visible()
    return " ".join((await page.locator(".code").inner_text()).split())


async def come_back(page: Page, url: str, code: str) -> None:
    """Open her report with her number."""
    await page.goto(f"{url}/return")
    await fill(page, {"code": code})
    await press(page, "Open")
    await expect(page.get_by_role("heading", name="Your report")).to_be_visible()


async def log_in(page: Page, url: str, *, name: str, password: str, code: str) -> None:
    """Password and second factor."""
    await page.goto(f"{url}/desk/login")
    await fill(page, {"name": name, "password": password, "code": code})
    await press(page, "Log in")
    await expect(page.locator("#queue")).to_be_visible()


async def open_case(page: Page, url: str) -> None:
    """The first report in the queue."""
    await page.goto(f"{url}/desk")
    await page.locator('a[href^="/desk/reports/"]').first.click()


async def write(page: Page, description: str) -> None:
    """Say it in a moderator's own words, and look at it."""
    await fill(page, {"description": description})
    await press(page, "Look at it")


async def second(page: Page, url: str) -> None:
    """What waits for a second moderator."""
    await page.goto(f"{url}/desk")
    await page.locator('a[href^="/desk/proposals/"]').first.click()


async def join(page: Page, url: str, *, phone: str, district: str = "GU1") -> None:
    """Fill in the form of joining and ask for a code."""
    await page.goto(f"{url}/join")
    await tick(page, "kind", "individual")
    await fill(page, {"working_name": "Rose", "phone": phone, "district": district})
    await tick(page, "wording", "discreet")
    await page.locator("[name=adult]").check()
    await press(page, "Send me a code")
    await expect(page.get_by_role("heading", name="What is the code?")).to_be_visible()
