"""What holds for every address: a role, safe headers, no third party, no 500, no cookie without a form."""

import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from aiohttp import web

from tests import makers
from tests.web.site import Seen, a_browser, served
from tests.web.test_headers import EXACT
from ugly_mugs.delivery import rendering
from ugly_mugs.service import Service
from ugly_mugs.vault import WEB_KEYS
from ugly_mugs.web import app as web_app
from ugly_mugs.web import guard
from ugly_mugs.web.guard import Role

PARTS = sorted(WEB_KEYS)
CACHED_BY_READERS = ("/feed/v1/",)
THIRD_PARTY = re.compile(
    r"""(?:src|href|action|data|poster|srcset)\s*=\s*["']?(?:https?:)?//|url\(\s*["']?(?:https?:)?//"""
)


@asynccontextmanager
async def alone(part: str, url: str, key_folder: Path, folder: Path) -> AsyncIterator[tuple[Service, web.Application]]:
    """The web part *part* with its own keys only."""
    own = folder / f"keys-{part}"
    own.mkdir()
    for key in WEB_KEYS[part]:
        shutil.copy(key_folder / key, own / key)
    async with makers.a_service(url, own, var=folder, web=frozenset({part}), work=frozenset()) as service:
        yield service, web_app.build(service, [part])


def addresses(app: web.Application) -> list[tuple[str, str]]:
    """Every method and path of *app*, with something made up where an id or token goes."""
    found = []
    for route in app.router.routes():
        assert route.resource is not None
        path = route.resource.canonical.replace("{message}", str(uuid4())).replace("{id}", str(uuid4()))
        found.append((route.method, re.sub(r"\{\w+\}", "made-up", path)))
    return found


def check(seen: Seen, path: str) -> None:
    told = dict(EXACT)
    if path.startswith(CACHED_BY_READERS):
        told["Cache-Control"] = seen.headers["Cache-Control"]
    assert {name: seen.headers.get(name) for name in EXACT} == told
    assert seen.status < 500
    assert not THIRD_PARTY.search(seen.text)
    if seen.cookies:
        (cookie,) = seen.cookies
        gone = "Max-Age=0" in cookie
        assert re.fullmatch(
            r"__Host-s=([A-Za-z0-9_-]{43})?; Path=/; Secure; HttpOnly; SameSite=Strict(; Max-Age=0)?", cookie
        )
        assert gone or not seen.text or 'name="csrf"' in seen.text, "no cookie without a form"


@pytest.mark.parametrize("part", PARTS)
async def test_every_address_answers_safely_with_the_keys_of_its_part(
    part: str, sqlite_url: str, key_folder: Path, tmp_path: Path
) -> None:
    async with (
        alone(part, sqlite_url, key_folder, tmp_path) as (service, app),
        served(app) as base,
        a_browser(base) as browser,
    ):
        ours = addresses(app)
        for method, path in ours:
            check(await browser._ask(method, path, allow_redirects=False), path)
        for path in {path for _, path in ours} | {
            "/nothing",
            "/desk",
            "/me",
            "/../etc/passwd",
            "/%00",
            "/static/%2e%2e",
        }:
            for method in ("GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "MADEUP"):
                check(await browser._ask(method, path, allow_redirects=False), path)
            for kind in ("application/json", "multipart/form-data; boundary=x", "text/plain", "made/up"):
                headers = {"Content-Type": kind}
                seen = await browser._ask("POST", path, data=b"{\xff", headers=headers, allow_redirects=False)
                check(seen, path)
    assert service.vault.keys.keys() == WEB_KEYS[part]


@pytest.mark.parametrize("part", PARTS)
async def test_a_post_without_the_token_of_a_form_changes_nothing(
    part: str, sqlite_url: str, key_folder: Path, tmp_path: Path
) -> None:
    async with (
        alone(part, sqlite_url, key_folder, tmp_path) as (_, app),
        served(app) as base,
        a_browser(base) as browser,
    ):
        for route in app.router.routes():
            rule = guard._RULES[route.handler]
            if route.method != "POST" or rule.role in guard.NO_COOKIE:
                continue
            assert route.resource is not None
            path = re.sub(r"\{\w+\}", str(uuid4()), route.resource.canonical)
            for headers in ({}, {"Cookie": f"__Host-s={'x' * 43}"}):
                seen = await browser.post(path, {"what_happened": "x"}, headers=headers, follow=False)
                assert seen.status in {303, 403}, path
                assert rule.role is not Role.ANYONE or seen.status == 403, path
            for foreign in ({"Origin": "https://elsewhere.example"}, {"Sec-Fetch-Site": "cross-site"}):
                assert (await browser.post(path, {"a": "b"}, headers=foreign, follow=False)).status == 403, path


async def test_the_link_in_an_email_works_where_only_the_hooks_keys_are(
    sqlite_url: str, key_folder: Path, tmp_path: Path
) -> None:
    async with makers.a_service(sqlite_url, key_folder, var=tmp_path) as whole:
        await makers.a_subscriber(whole, email="roxy@example.org")
    async with (
        alone("hooks", sqlite_url, key_folder, tmp_path) as (service, app),
        served(app) as base,
        a_browser(base) as browser,
    ):
        tag = service.vault.tag("index_subscriber", "email", "roxy@example.org")
        link = rendering.unsubscribe_url(service.config, service.vault, channel="email", tag=tag)
        path = link.removeprefix(service.config.public_url)
        looked = await browser.get(path)
        pressed = await browser.post(path, {"List-Unsubscribe": "One-Click"})

    assert (looked.status, pressed.status) == (200, 200)
    assert "roxy" not in looked.text + pressed.text + link
