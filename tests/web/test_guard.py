"""Nobody passes without a role, and nothing changes unless it came from our own page."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web

from tests.web import made_up
from tests.web.site import OURS, Browser, a_bare_service, a_browser, a_site, served
from ugly_mugs.service import Service
from ugly_mugs.web import app, browser, guard, headers
from ugly_mugs.web.guard import LogIn, NoAccess, Role

ANSWERS = {"story": "He followed me.", "place": "street"}


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[Service]:
    made = a_bare_service(tmp_path)
    yield made
    await made.database.close()


@pytest.fixture
def received() -> list[made_up.Told]:
    return []


@pytest.fixture
async def site(service: Service, received: list[made_up.Told], tmp_path: Path) -> AsyncIterator[Browser]:
    async with a_site(service, routes=made_up.routes(received), pages=made_up.write_pages(tmp_path)) as made:
        yield made


def test_a_route_without_a_role_cannot_be_written() -> None:
    routes = guard.Routes()

    with pytest.raises(TypeError):
        routes.post("/anything")  # type: ignore[call-arg]  # that is what is tested


async def test_everything_that_is_served_names_a_role_that_has_a_gate(service: Service) -> None:
    application = app.build(service, [])

    assert list(application.router.routes())
    assert guard.unguarded(application) == []


async def test_a_route_that_nobody_guards_is_found(service: Service) -> None:
    application = app.build(service, [])
    routes = guard.Routes()

    @routes.get("/desk", role=Role.MODERATOR)
    async def desk(_: web.Request) -> web.Response:
        return web.Response()

    async def bare(_: web.Request) -> web.Response:
        return web.Response()

    application.add_routes(routes)
    application.router.add_get("/bare", bare)

    assert guard.unguarded(application) == ["HEAD /desk", "GET /desk", "HEAD /bare", "GET /bare"]


async def test_no_access_reads_exactly_like_not_found(service: Service) -> None:
    routes = guard.Routes()

    @routes.get("/desk/reports/{id}", role=Role.MODERATOR)
    async def case(_: web.Request) -> web.Response:
        return web.Response(text="a hard story")

    @routes.get("/feed/v1/secret", role=Role.SCHEME)
    async def ungated(_: web.Request) -> web.Response:
        return web.Response(text="an alert")

    async def nobody(_: web.Request, *, fresh: bool) -> None:
        raise NoAccess

    application = app.build(service, [])
    guard.install(application, Role.MODERATOR, nobody)
    application.add_routes(routes)
    async with served(application) as base, a_browser(base) as visitor:
        denied = await visitor.get("/desk/reports/1")
        missing = await visitor.get("/desk/missing/1")
        no_gate = await visitor.get("/feed/v1/secret")
        no_feed = await visitor.get("/feed/v1/missing")

    assert (denied.status, denied.text) == (missing.status, missing.text)
    assert denied.status == 404
    assert (no_gate.status, no_gate.text) == (no_feed.status, no_feed.text)


async def test_who_is_not_logged_in_is_shown_the_way_in(service: Service) -> None:
    routes = guard.Routes()
    asked: list[bool] = []

    @routes.post("/desk/publish", role=Role.MODERATOR, fresh=True)
    async def publish(_: web.Request) -> web.Response:
        return web.Response(text="sent")

    async def gate(_: web.Request, *, fresh: bool) -> None:
        asked.append(fresh)
        raise LogIn("/desk/login")

    application = app.build(service, [])
    guard.install(application, Role.MODERATOR, gate)
    application.add_routes(routes)
    async with served(application) as base, a_browser(base) as visitor:
        seen = await visitor.post("/desk/publish", follow=False)

    assert (seen.status, seen.headers["Location"]) == (303, "/desk/login")
    assert asked == [True]


async def test_our_own_form_is_taken(site: Browser, received: list[made_up.Told]) -> None:
    await site.get("/form")

    seen = await site.submit(ANSWERS)

    assert seen.status == 200
    assert [told.story for told in received] == ["He followed me."]


@pytest.mark.parametrize(
    "sent",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "http://localhost"},
        {"Origin": OURS + ".evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
    ],
)
async def test_a_form_that_another_site_sends_is_refused(
    site: Browser, received: list[made_up.Told], sent: dict[str, str]
) -> None:
    await site.get("/form")

    seen = await site.submit(ANSWERS, headers=sent)

    assert seen.status == 403
    assert "He followed me." not in seen.text
    assert received == []


@pytest.mark.parametrize("sent", [{"Origin": OURS}, {"Origin": "null", "Sec-Fetch-Site": "same-origin"}, {}])
async def test_a_form_with_our_origin_is_taken(
    site: Browser, received: list[made_up.Told], sent: dict[str, str]
) -> None:
    await site.get("/form")

    await site.submit(ANSWERS, headers=sent)

    assert len(received) == 1


@pytest.mark.parametrize("token", ["", "x" * 43, "ü", None])
async def test_a_stale_form_comes_back_with_its_words(
    site: Browser, received: list[made_up.Told], token: str | None
) -> None:
    await site.get("/form")

    seen = await site.post("/form", ANSWERS if token is None else {**ANSWERS, "csrf": token})
    again = await site.submit({})

    assert seen.status == 403
    assert "page stood open too long" in seen.words
    assert seen.form().fields["story"] == "He followed me."
    assert again.status == 200
    assert [told.place for told in received] == [made_up.Place.STREET]


async def test_the_token_of_another_browser_is_worth_nothing(site: Browser, received: list[made_up.Told]) -> None:
    await site.get("/form")
    async with a_browser(site.base) as other:
        theirs = (await other.get("/form")).form().fields["csrf"]

    seen = await site.post("/form", {**ANSWERS, "csrf": str(theirs)})

    assert seen.status == 403
    assert received == []


async def test_json_without_a_cookie_needs_no_token_but_our_origin(site: Browser, received: list[made_up.Told]) -> None:
    async with a_browser(site.base) as program:
        fine = await program.session.post(site.base / "form", json=ANSWERS)
        foreign = await program.session.post(
            site.base / "form", json=ANSWERS, headers={"Origin": "https://evil.example"}
        )
        fine_status, foreign_status = fine.status, foreign.status

    assert (fine_status, foreign_status) == (200, 403)
    assert len(received) == 1


async def test_json_with_our_cookie_needs_the_token(site: Browser, received: list[made_up.Told]) -> None:
    await site.get("/form")

    answer = await site.session.post(site.base / "form", json=ANSWERS)

    assert answer.status == 403
    assert received == []


async def test_no_cookie_is_set_before_there_is_a_form(site: Browser) -> None:
    for path in ("/health", "/robots.txt", "/static/site.css", "/nowhere"):
        assert (await site.get(path)).cookies == ()

    [cookie] = (await site.get("/form")).cookies

    name, *attributes = cookie.split("; ")
    assert name.startswith(f"{browser.COOKIE}=")
    assert len(name.partition("=")[2]) == 43
    assert attributes == ["Path=/", "Secure", "HttpOnly", "SameSite=Strict"]


async def test_the_cookie_is_given_once(site: Browser) -> None:
    await site.get("/form")

    assert (await site.get("/form")).cookies == ()


async def test_a_cookie_that_is_not_one_of_ours_is_replaced(site: Browser) -> None:
    planted = await site.get("/form", headers={"Cookie": f"{browser.COOKIE}=planted"})

    assert len(planted.cookies) == 1


async def test_leaving_takes_the_cookie_and_everything_the_browser_kept(site: Browser) -> None:
    await site.get("/form")

    seen = await site.get("/leave", follow=False)

    assert (seen.status, seen.headers["Location"]) == (303, "https://www.bbc.co.uk/weather")
    assert seen.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert any("Max-Age=0" in cookie for cookie in seen.cookies)
    assert headers.UNLESS_SET.items() <= dict(seen.headers).items()
