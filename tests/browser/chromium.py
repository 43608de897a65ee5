"""Debian's Chromium, and a witness who sees everything it asks for and complains about."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    Request,
    Response,
    Route,
    async_playwright,
)

ARGS = [
    "--headless",
    "--no-sandbox",  # a build machine runs as root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=en-GB",  # dates as they are written here
]
PHONE, DESK = (390, 844), (1280, 800)
PATIENCE = 5_000
"""Milliseconds for anything to appear."""


@dataclass
class Witness:
    """What pages asked for, sent and complained about; *leave_url* is the only place outside that may be asked for."""

    origin: str
    leave_url: str
    foreign: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    origins_sent: set[str | None] = field(default_factory=set)
    weights: dict[str, int] = field(default_factory=dict)
    """The heaviest answer of each path."""

    async def watch(self, context: BrowserContext) -> None:
        """See whatever *context* does from now on; what goes elsewhere is stopped."""
        await context.route(lambda url: not self._is_ours(url), self._stop)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        context.on("response", self._weigh)

    def _is_ours(self, url: str) -> bool:
        return url.startswith((f"{self.origin}/", "data:")) or url == self.leave_url

    async def _stop(self, route: Route) -> None:
        self.foreign.append(route.request.url)
        await route.abort()

    async def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(f"{message.text} at {urlsplit(message.location.get('url', '')).path}")

    async def _weigh(self, response: Response) -> None:
        request: Request = response.request
        if request.method == "POST":
            self.origins_sent.add((await request.all_headers()).get("origin"))
        if not response.ok or not response.url.startswith(self.origin):
            return
        try:
            weight = len(await response.body())
        except Error:
            # Somebody left before it had all arrived.
            return
        path = urlsplit(response.url).path
        self.weights[path] = max(weight, self.weights.get(path, 0))


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A browser that keeps pages for Back, as people's do."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=ARGS,
            ignore_default_args=["--disable-back-forward-cache"],
        )
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def a_page(
    browser: Browser, size: tuple[int, int], *, witness: Witness | None = None, **also: Any
) -> AsyncIterator[Page]:
    """A page of a fresh browser of this size; no scripts unless *also* says so."""
    width, height = size
    options: dict[str, Any] = {"java_script_enabled": False, "color_scheme": "dark", "locale": "en-GB"} | also
    context = await browser.new_context(viewport={"width": width, "height": height}, **options)
    context.set_default_timeout(PATIENCE)
    try:
        if witness is not None:
            await witness.watch(context)
        yield await context.new_page()
    finally:
        await context.close()
