"""What every process serves: its health, style and icon, and the way out."""

from collections.abc import Awaitable, Callable
from functools import cache
from pathlib import Path

import structlog
from aiohttp import web
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from .. import logs
from . import SERVICE, browser
from .guard import NoAccess, Role, Routes

log = structlog.get_logger()
routes = Routes()

STATIC = Path(__file__).parents[2] / "templates" / "static"
KINDS = {".css": "text/css", ".js": "text/javascript", ".png": "image/png", ".svg": "image/svg+xml"}
LEAVING = web.AppKey("leaving", list[Callable[[web.Request], Awaitable[None]]])
"""What ends when somebody leaves in a hurry: each part with sessions adds its own in `setup`."""


@routes.get("/health", role=Role.ANYONE)
async def health(request: web.Request) -> web.Response:
    """Say whether the database answers."""
    try:
        async with request.app[SERVICE].reading() as session:
            await (await session.connection()).execute(text("SELECT 1"))
    except (SQLAlchemyError, OSError) as error:
        log.warning("health.down", error=logs.name_of(error))
        return web.json_response({"status": "down"}, status=503)
    return web.json_response({"status": "ok"})


@routes.get("/leave", role=Role.ANYONE)
async def leave(request: web.Request) -> web.Response:
    """End everything and be somewhere harmless. A plain link: nothing may stand between her and the way out."""
    for end in request.app[LEAVING]:
        try:
            await end(request)
        except Exception as error:  # noqa: BLE001 - she must get out, whatever is broken
            log.error("leave.failed", **logs.told(error))
    browser.forget(request)
    headers = {
        "Location": request.app[SERVICE].config.leave_url,
        "Clear-Site-Data": '"cache", "cookies", "storage"',
    }
    return web.Response(status=303, headers=headers)


@routes.get("/static/{name}", role=Role.ANYONE)
async def static(request: web.Request) -> web.Response:
    """One of our few files."""
    return _file(request.match_info["name"])


@routes.get("/favicon.ico", role=Role.ANYONE)
async def icon(request: web.Request) -> web.Response:
    """A grey dot, which says nothing."""
    return _file("icon.png")


@routes.get("/robots.txt", role=Role.ANYONE)
async def robots(request: web.Request) -> web.Response:
    """Nothing here is for search engines."""
    return web.Response(text="User-agent: *\nDisallow: /\n")


def setup(app: web.Application) -> None:
    """Begin with nothing to end."""
    app[LEAVING] = []


def _file(name: str) -> web.Response:
    # Only names that were there at the start: no path from outside ever reaches the disk.
    if (found := _files().get(name)) is None:
        raise NoAccess
    kind, content = found
    return web.Response(body=content, content_type=kind)


@cache
def _files() -> dict[str, tuple[str, bytes]]:
    return {path.name: (KINDS[path.suffix], path.read_bytes()) for path in STATIC.iterdir() if path.suffix in KINDS}
