"""What the demo's two servers share: a place to listen, pages for a person, lists for a program."""

import asyncio
import json
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TypeVar

import jinja2
import phonenumbers
from aiohttp import web

Row = TypeVar("Row")

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "demo"
MOST_AT_ONCE = 500
HEADERS = {
    "Cache-Control": "no-store",
    # A mail's own styles may show; its pictures, scripts and forms may not.
    "Content-Security-Policy": "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src data:; "
    "form-action 'self'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def phone(number: str) -> str:
    """Write *number* as people read it."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def clock(at: datetime) -> str:
    """Write the time of day of *at*, where this computer is."""
    return f"{at.astimezone():%H:%M:%S}"


_environment = jinja2.Environment(
    loader=jinja2.FileSystemLoader(TEMPLATES),
    undefined=jinja2.StrictUndefined,
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.filters.update(phone=phone, clock=clock)


class Serving:
    """One application at one address."""

    def __init__(self, host: str, port: int) -> None:
        self._host = host
        self._port = port
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        """Where it listens, without a slash at the end."""
        return f"http://{self._host}:{self._port}"

    async def start(self, app: web.Application) -> None:
        """Listen; a port of 0 becomes whichever is free."""
        # No access log: addresses in it hold numbers.
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        await web.TCPSite(self._runner, self._host, self._port, backlog=1024).start()
        self._port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()


def application() -> web.Application:
    """Make an application with what every page needs."""
    app = web.Application()
    app.router.add_get("/", _home)
    app.router.add_get("/style.css", style)
    return app


async def _home(_: web.Request) -> web.StreamResponse:
    raise web.HTTPFound("/messages")


async def style(_: web.Request) -> web.StreamResponse:
    return web.FileResponse(TEMPLATES / "style.css", headers={"Cache-Control": "no-cache"})


def page(template: str, *, status: int = 200, **context: object) -> web.Response:
    """Render a page for a person."""
    text = _environment.get_template(template).render(**context)
    return web.Response(text=text, status=status, content_type="text/html", headers={**HEADERS, "Vary": "Accept"})


def missing(what: str) -> web.Response:
    """Say that *what* is not here, to a person or a program."""
    return web.json_response({"status": 404, "title": f"No such {what}"}, status=404)


def for_a_person(request: web.Request) -> bool:
    """Say whether a browser asks."""
    return "text/html" in request.headers.get("Accept", "")


def number(request: web.Request, name: str, default: int) -> int:
    """Read a number, at least 0, from the query; anything else counts as *default*."""
    value = request.query.get(name, "")
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 10 else default


def address(request: web.Request, name: str) -> str | None:
    """Read a phone number or mail address from the query, also where a + was not encoded."""
    value = request.query.get(name)
    return "+" + value[1:] if value and value.startswith(" ") else value


def refuse_strangers(request: web.Request) -> None:
    """Refuse a form that another site's page sends through a visitor's browser."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        raise web.HTTPForbidden


async def listing(request: web.Request, rows: Iterator[Row], write: Callable[[Row], object]) -> web.StreamResponse:
    """Send *rows* as a JSON array, a few at a time, so that a long list stops nobody else."""
    response = web.StreamResponse(headers={"Content-Type": "application/json; charset=utf-8", "Vary": "Accept"})
    await response.prepare(request)
    opening = "["
    while some := list(islice(rows, MOST_AT_ONCE)):
        await response.write((opening + ",\n".join(json.dumps(write(row)) for row in some)).encode())
        opening = ",\n"
        await asyncio.sleep(0)
    await response.write(b"]" if opening != "[" else b"[]")
    return response
