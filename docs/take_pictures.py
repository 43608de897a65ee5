"""Takes the pictures of the README in docs/pictures: python -m docs.take_pictures

Starts a demo of its own in a folder that is gone afterwards, and clicks the story through in Chromium.
"""

import asyncio
import json
import os
import re
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pyotp
from playwright.async_api import Browser, Page, expect

from tests.browser import clicks
from tests.browser.chromium import DESK, PHONE, a_page, chromium
from ugly_mugs.demo.surroundings import HOST, any_port

PICTURES = Path(__file__).parent / "pictures"
TALL = (390, 1000)
JOINING = "07700 900998"
Doors = dict[str, Any]
STORY = (
    "I'm Mei, I work at Sunny Spa with my friend Rosie. He was polite on the phone and came to my flat at 12 Rosebery "
    "Avenue. When I said no he locked the door and would not let me leave. Rosie heard it and knocked. He texted me "
    "after from his other number 07700 900417."
)
WAITING: list[dict[str, object]] = [
    {"category": "robbery", "district": "BN1", "phones": ["07700 900456"], "flags": ["weapon"], "timing": "now"},
    {"category": "stalking", "district": "RG1", "flags": ["ongoing"], "timing": "when_i_say"},
    {"category": "threats", "district": "SO14", "phones": ["07700 900457"], "timing": "after_days", "days": 7},
    {"category": "nonpayment_fraud", "district": "GU2", "handles": ["made_up_name"], "timing": "now"},
    {"category": "exploitation", "district": "TW9"},
    {"category": "time_waster", "district": "KT1", "phones": ["07700 900458"], "consents": []},
]
"""What else is on the desk."""


async def main() -> None:
    """Tell, write, send, and look at it from everywhere."""
    PICTURES.mkdir(exist_ok=True)
    async with a_demo() as doors, chromium() as browser:
        url = str(doors["report_url"]).removesuffix("/report")
        await fill_the_desk(doors)
        async with a_page(browser, TALL) as hers:
            await hers.goto(f"{url}/report")
            await take(hers, "report")
            await hers.goto(f"{url}/join")
            await take(hers, "join")
            await clicks.tell(hers, url, STORY)
            await clicks.send(hers)
            await hers.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
            await take(hers, "code")
        await the_desk(browser, doors, url)
        async with a_page(browser, DESK) as visitor:
            await visitor.goto(f"{doors['carrier_url']}/messages")
            await take(visitor, "phones")
            await visitor.goto(f"{doors['mailbox_url']}/messages")
            await take(visitor, "mailbox")


async def the_desk(browser: Browser, doors: Doors, url: str) -> None:
    """Robin writes, Sasha sends."""
    robin, sasha = doors["moderators"]
    # Smaller than it is, for the many dots of its maps.
    async with (
        a_page(browser, DESK, device_scale_factor=0.7, java_script_enabled=True) as robins,
        a_page(browser, DESK) as sashas,
    ):
        await log_in(robins, url, robin)
        await take(robins, "desk")
        await robins.get_by_role("link", name=re.compile("Rape")).click()
        await robins.get_by_role("link", name="Hide what identifies her").click()
        number = await robins.locator(".thing[data-open]").count()
        await robins.keyboard.press("j")
        for place in range(number):
            await robins.keyboard.press("h")
            if place == 1:
                await take(robins, "words")
        await robins.keyboard.press("s")
        await clicks.press(robins, "Write a warning")
        await clicks.write(robins, "Man 40s, bald, Leeds accent")
        await robins.set_viewport_size({"width": 1280, "height": 1390})
        await take(robins, "preview")
        await clicks.press(robins, "Propose")

        await log_in(sashas, url, sasha)
        await clicks.second(sashas, url)
        await sashas.get_by_role("button", name=re.compile("^Send to")).click()
        while not re.search(r"[1-9]\d* of", await sashas.locator("#progress").inner_text()):
            await asyncio.sleep(0.2)
            await sashas.reload()
        await take(sashas, "progress")
        await expect(sashas.locator("#progress[data-again]")).to_have_count(0, timeout=30_000)


async def log_in(page: Page, url: str, who: dict[str, str]) -> None:
    """With the code of the moment."""
    code = pyotp.TOTP(who["totp_secret"]).now()
    await clicks.log_in(page, url, name=who["name"], password=who["password"], code=code)


async def take(page: Page, name: str) -> None:
    """What is on the screen, as docs/pictures/NAME.png."""
    await page.screenshot(path=PICTURES / f"{name}.png", animations="disabled")


async def fill_the_desk(doors: Doors) -> None:
    """Hand in a few more reports, as a scheme does."""
    url = str(doors["report_url"]).removesuffix("/report")
    headers = {"Authorization": f"Bearer {doors['scheme_tokens'][0]}"}
    async with aiohttp.ClientSession(headers=headers, raise_for_status=True) as session:
        for told in WAITING:
            report = {"what_happened": "Made up.", "consents": ["alert_members"]} | told
            async with session.post(f"{url}/api/v1/reports", json=report):
                pass


@asynccontextmanager
async def a_demo() -> AsyncIterator[Doors]:
    """Run the demo in a folder of its own until the pictures are taken."""
    with tempfile.TemporaryDirectory() as folder:
        port = any_port(HOST)
        settings = {
            "ENV": "demo",
            "VAR": folder,
            "KEYS": f"{folder}/keys",
            "DATABASE_URL": f"sqlite+aiosqlite:///{folder}/service.db",
            "LISTEN": f"{HOST}:{port}",
            "PUBLIC_URL": f"http://localhost:{port}",
        }
        env = os.environ | {f"UGLY_MUGS_{name}": value for name, value in settings.items()}
        demo = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "ugly_mugs", "run", env=env, stdout=asyncio.subprocess.DEVNULL
        )
        try:
            yield await _doors(Path(folder) / "demo.json", settings["PUBLIC_URL"])
        finally:
            demo.terminate()
            await demo.wait()


async def _doors(file: Path, url: str) -> Doors:
    """Where everything is, once it is there."""
    async with asyncio.timeout(60), aiohttp.ClientSession() as session:
        while True:
            await asyncio.sleep(0.2)
            try:
                async with session.get(f"{url}/health", raise_for_status=True):
                    doors: Doors = json.loads(await asyncio.to_thread(file.read_text))
                    return doors
            except (aiohttp.ClientError, OSError):
                continue


if __name__ == "__main__":
    asyncio.run(main())
