"""The one cookie: an opaque random name for a browser, given to it with its first form and not before."""

import re
import secrets

from aiohttp import web

COOKIE = "__Host-s"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_NEW = web.RequestKey("new cookie", str)
_GONE = ""


def sent_token(request: web.Request) -> str | None:
    """The token that the browser sent, if it is one; never log it, and store only its keyed hash."""
    token = request.cookies.get(COOKIE, "")
    return token if _TOKEN.fullmatch(token) else None


def browser_token(request: web.Request) -> str:
    """The browser's token; a new one goes out with the answer if it has none."""
    return request.get(_NEW) or sent_token(request) or new_token(request)


def new_token(request: web.Request) -> str:
    """Give the browser another token, as at every log-in: one that was planted is worth nothing."""
    token = request[_NEW] = secrets.token_urlsafe(32)
    return token


def forget(request: web.Request) -> None:
    """Take the cookie away."""
    request[_NEW] = _GONE


def install(app: web.Application) -> None:
    """Send the cookie with whatever *app* answers, when it has changed."""

    async def add(request: web.Request, response: web.StreamResponse) -> None:
        if (token := request.get(_NEW)) is not None:
            age = "" if token else "; Max-Age=0"
            response.headers.add("Set-Cookie", f"{COOKIE}={token}; Path=/; Secure; HttpOnly; SameSite=Strict{age}")

    app.on_response_prepare.append(add)
