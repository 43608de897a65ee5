"""The exact headers on whatever is answered, and nothing about who answers."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest
from aiohttp import web

from tests.web.site import Browser, a_bare_service, a_site
from ugly_mugs.web import guard
from ugly_mugs.web.guard import Role

EXACT = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "script-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "object-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
EVERYTHING = [
    ("GET", "/health", 200),
    ("GET", "/static/site.css", 200),
    ("GET", "/static/icon.png", 200),
    ("GET", "/favicon.ico", 200),
    ("GET", "/robots.txt", 200),
    ("HEAD", "/robots.txt", 200),
    ("GET", "/leave", 303),
    ("GET", "/nowhere", 404),
    ("GET", "/static/nothing.css", 404),
    ("GET", "/static/..%2Fpages%2Fbase.html", 404),
    ("POST", "/health", 405),
    ("OPTIONS", "/health", 405),
    ("GET", "/broken", 500),
    ("GET", "/moved", 302),
    ("POST", "/taken", 403),
]


def some_routes() -> guard.Routes:
    routes = guard.Routes()

    @routes.get("/broken", role=Role.ANYONE)
    async def broken(_: web.Request) -> web.Response:
        raise ValueError("something she typed")

    @routes.get("/moved", role=Role.ANYONE)
    async def moved(_: web.Request) -> web.Response:
        raise web.HTTPFound("/health")

    @routes.post("/taken", role=Role.ANYONE)
    async def taken(_: web.Request) -> web.Response:
        return web.Response()

    @routes.get("/feed/v1/atom", role=Role.ANYONE)
    async def atom(_: web.Request) -> web.Response:
        return web.Response(headers={"Cache-Control": "private, no-cache"})

    return routes


@pytest.fixture
async def site(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Browser]:
    service = a_bare_service(tmp_path, **getattr(request, "param", {}))
    async with a_site(service, routes=some_routes()) as made:
        yield made
    await service.database.close()


async def headers_of(site: Browser, method: str, path: str) -> tuple[int, Mapping[str, str]]:
    seen = await site._ask(method, path, allow_redirects=False)
    return seen.status, seen.headers


@pytest.mark.parametrize(("method", "path", "status"), EVERYTHING)
async def test_every_answer_has_the_exact_headers(site: Browser, method: str, path: str, status: int) -> None:
    answered, headers = await headers_of(site, method, path)

    assert answered == status
    assert {name: headers.get(name) for name in EXACT} == EXACT
    assert "Server" not in headers
    assert "Strict-Transport-Security" not in headers


async def test_what_is_not_even_http_gets_them_too(site: Browser) -> None:
    reader, writer = await asyncio.open_connection(site.base.host, site.base.port)

    writer.write(b"GET /secret\x01words HTTP/9.9\r\n\r\n")
    answer = (await asyncio.wait_for(reader.read(), 5)).decode()
    writer.close()

    assert answer.startswith(("HTTP/1.0 400", "HTTP/1.1 400"))
    for name, value in EXACT.items():
        assert f"{name}: {value}\r\n" in answer
    assert "secret" not in answer
    assert "aiohttp" not in answer.lower()


async def test_a_handler_may_choose_its_own_caching(site: Browser) -> None:
    _, headers = await headers_of(site, "GET", "/feed/v1/atom")

    assert headers["Cache-Control"] == "private, no-cache"
    assert headers["Content-Security-Policy"] == EXACT["Content-Security-Policy"]


@pytest.mark.parametrize("site", [{"public_url": "https://notes.example"}], indirect=True)
@pytest.mark.parametrize(("method", "path", "status"), EVERYTHING)
async def test_over_tls_browsers_are_told_to_stay_there(site: Browser, method: str, path: str, status: int) -> None:
    answered, headers = await headers_of(site, method, path)

    assert answered == status
    assert headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"


@pytest.mark.parametrize(
    "site", [{"public_url": "http://abc.onion"}, {"public_url": "https://abc.onion"}], indirect=True
)
async def test_an_onion_never_sends_transport_security(site: Browser) -> None:
    _, headers = await headers_of(site, "GET", "/health")

    assert "Strict-Transport-Security" not in headers


@pytest.mark.parametrize("site", [{"public_url": "https://notes.example"}], indirect=True)
async def test_nor_when_the_same_service_is_reached_through_its_onion(site: Browser) -> None:
    seen = await site.get("/health", headers={"Host": "abc.onion:80"})

    assert "Strict-Transport-Security" not in seen.headers
