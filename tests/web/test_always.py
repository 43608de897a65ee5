"""What every process serves."""

import json
from dataclasses import replace
from pathlib import Path

from aiohttp import web

from tests.web.site import a_bare_service, a_browser, a_site, served
from ugly_mugs.service import open_database
from ugly_mugs.web import always, app


async def test_health_asks_the_database(tmp_path: Path) -> None:
    service = a_bare_service(tmp_path)

    async with a_site(service) as site:
        seen = await site.get("/health")
    await service.database.close()

    assert (seen.status, json.loads(seen.text)) == (200, {"status": "ok"})


async def test_health_is_bad_without_the_database(tmp_path: Path) -> None:
    gone = open_database("postgresql+psycopg://nobody@127.0.0.1:1/none")
    service = replace(a_bare_service(tmp_path), database=gone)

    async with a_site(service) as site:
        seen = await site.get("/health")
    await gone.close()

    assert (seen.status, json.loads(seen.text)) == (503, {"status": "down"})


async def test_leaving_ends_what_each_part_keeps_and_gets_out_even_if_that_fails(tmp_path: Path) -> None:
    service = a_bare_service(tmp_path)
    ended: list[str] = []

    async def broken(_: web.Request) -> None:
        raise RuntimeError

    async def session(_: web.Request) -> None:
        ended.append("session")

    application = app.build(service, [])
    application[always.LEAVING].extend([broken, session])
    async with served(application) as base, a_browser(base) as visitor:
        seen = await visitor.get("/leave", follow=False)
    await service.database.close()

    assert seen.status == 303
    assert ended == ["session"]


async def test_search_engines_are_sent_away(tmp_path: Path) -> None:
    service = a_bare_service(tmp_path)

    async with a_site(service) as site:
        seen = await site.get("/robots.txt")

    assert seen.text == "User-agent: *\nDisallow: /\n"
