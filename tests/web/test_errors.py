"""A failure shows a plain page with a reference, gives her words back, and tells the log nothing of them."""

import io
import json
import logging
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import structlog
from aiohttp import web
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from tests.web import made_up
from tests.web.site import a_bare_service, a_site
from ugly_mugs import logs
from ugly_mugs.languages import lazy
from ugly_mugs.service import Service, open_database
from ugly_mugs.web import SERVICE, errors, forms, guard
from ugly_mugs.web.guard import Role

ANSWERS = {"story": "SENTINEL he followed me", "place": "street"}


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """What the program writes to its log."""
    before = logging.getLogger().handlers[:], logging.getLogger().level
    out = io.StringIO()
    logs.configure(out)
    yield out
    structlog.reset_defaults()
    logging.captureWarnings(capture=False)
    logging.getLogger().handlers[:], level = before
    logging.getLogger().setLevel(level)


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[Service]:
    made = a_bare_service(tmp_path)
    yield made
    await made.database.close()


class TooManyTries(Exception):
    retry_after = timedelta(seconds=90)


errors.say(TooManyTries, 429, lazy("That was tried too often."))


async def test_an_unexpected_failure_gives_the_words_back_and_logs_only_where(
    service: Service, tmp_path: Path, logged: io.StringIO
) -> None:
    routes = made_up.routes([], failing=ValueError("SENTINEL in a message"))

    async with a_site(service, routes=routes, pages=made_up.write_pages(tmp_path)) as site:
        await site.get("/form")
        seen = await site.submit(ANSWERS)

    assert seen.status == 500
    assert seen.form().fields["story"] == ANSWERS["story"]
    assert "we cannot say whether it was sent" in seen.words
    [line] = logged.getvalue().splitlines()
    told = json.loads(line)
    assert told["event"] == "web.failed"
    assert told["error"] == "ValueError"
    assert told["places"][-1].startswith("tests/web/made_up.py:")
    assert "SENTINEL" not in line


async def test_the_database_away_says_not_sent_with_the_words_still_in_the_form(tmp_path: Path) -> None:
    gone = open_database("postgresql+psycopg://nobody@127.0.0.1:1/none")
    service = replace(a_bare_service(tmp_path), database=gone)
    routes = guard.Routes()

    @routes.get("/form", role=Role.ANYONE)
    async def show(request: web.Request) -> web.Response:
        return made_up.blank(request, {})

    @routes.post("/form", role=Role.ANYONE, again=made_up.blank)
    async def take(request: web.Request) -> web.Response:
        await forms.body(request)
        async with request.app[SERVICE].transaction() as session:
            await (await session.connection()).execute(text("SELECT 1"))
        return web.Response(text="sent")

    async with a_site(service, routes=routes, pages=made_up.write_pages(tmp_path)) as site:
        await site.get("/form")
        seen = await site.submit(ANSWERS)
    await gone.close()

    assert seen.status == 503
    assert "It was not sent" in seen.words
    assert seen.form().fields["story"] == ANSWERS["story"]
    assert seen.form().fields["place"] == "street"


async def test_a_page_that_breaks_shows_a_reference_that_the_log_knows(service: Service, logged: io.StringIO) -> None:
    routes = guard.Routes()

    @routes.get("/broken", role=Role.ANYONE)
    async def broken(_: web.Request) -> web.Response:
        raise RuntimeError("SENTINEL") from ValueError("SENTINEL")

    async with a_site(service, routes=routes) as site:
        page = await site.get("/broken")
        api = await site.get("/broken", headers={"Accept": "application/json"})

    first, second = (json.loads(line) for line in logged.getvalue().splitlines())
    assert (page.status, api.status) == (500, 500)
    assert first["reference"] in page.words
    assert first["error"] == "RuntimeError/ValueError"
    assert json.loads(api.text)["reference"] == second["reference"]
    assert api.headers["Content-Type"].startswith("application/problem+json")
    assert "SENTINEL" not in logged.getvalue() + page.text + api.text


async def test_a_failure_with_a_name_is_told_as_the_table_says(service: Service) -> None:
    routes = guard.Routes()

    @routes.get("/api/v1/tries", role=Role.ANYONE)
    @routes.get("/tries", role=Role.ANYONE)
    async def tries(_: web.Request) -> web.Response:
        raise TooManyTries

    async with a_site(service, routes=routes) as site:
        page = await site.get("/tries")
        problem = await site.get("/api/v1/tries")

    assert (page.status, page.headers["Retry-After"]) == (429, "90")
    assert "That was tried too often." in page.words
    assert json.loads(problem.text) == {
        "type": "about:blank",
        "title": "Too Many Requests",
        "status": 429,
        "detail": "That was tried too often.",
    }


async def test_the_database_away_is_told_to_programs_too(service: Service) -> None:
    routes = guard.Routes()

    @routes.get("/feed/v1/changes", role=Role.ANYONE)
    async def changes(_: web.Request) -> web.Response:
        raise OperationalError("SENTINEL", {}, Exception("SENTINEL"))

    async with a_site(service, routes=routes) as site:
        seen = await site.get("/feed/v1/changes")

    assert (seen.status, seen.headers["Retry-After"]) == (503, "60")
    assert "sent" not in seen.words, "nothing was to be sent: somebody only looked"
    assert "SENTINEL" not in seen.text


async def test_a_wrong_method_says_which_are_right(service: Service) -> None:
    async with a_site(service) as site:
        seen = await site.post("/robots.txt")

    assert seen.status == 405
    assert seen.headers["Allow"] == "GET,HEAD"


async def test_a_form_that_breaks_while_it_is_shown_again_still_gets_a_page(service: Service) -> None:
    routes = guard.Routes()

    def no_page(_request: web.Request, _data: forms.Sent, _notice: str) -> web.Response:
        raise KeyError("SENTINEL")

    @routes.post("/form", role=Role.ANYONE, again=no_page)
    async def take(_: web.Request) -> web.Response:
        return web.Response()

    async with a_site(service, routes=routes) as site:
        seen = await site.post("/form", ANSWERS)

    assert seen.status == 403
    assert "SENTINEL" not in seen.text
