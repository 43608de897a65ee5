"""Whatever is sent is bounded, cleaned and nested, or refused in words that do not repeat it."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote_plus, urlencode

import pytest
from aiohttp import FormData, web
from hypothesis import given
from hypothesis import strategies as st

from tests.web.site import Browser, a_bare_service, a_site
from ugly_mugs.web import bodies, forms, guard
from ugly_mugs.web.guard import Role

FORM = "application/x-www-form-urlencoded"


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Browser]:
    """`/echo` answers with what it understood, `/flat` with what was sent."""
    routes = guard.Routes()

    @routes.post("/api/echo", role=Role.LINK)
    async def echo(request: web.Request) -> web.Response:
        return web.json_response(await forms.body(request, limit=2_000))

    @routes.post("/api/flat", role=Role.HOOK)
    async def flat(request: web.Request) -> web.Response:
        return web.json_response(await forms.flat(request))

    service = a_bare_service(tmp_path)
    async with a_site(service, routes=routes) as made:
        yield made
    await service.database.close()


async def send(
    site: Browser, body: bytes | FormData, kind: str | None, *, path: str = "/api/echo"
) -> tuple[int, object]:
    """What the site answers to *body*."""
    headers = {"Content-Type": kind} if kind else {}
    async with site.session.post(site.base.with_path(path), data=body, headers=headers) as answer:
        return answer.status, json.loads(await answer.text())


async def test_names_with_dots_become_lists_and_groups(site: Browser) -> None:
    sent = {"people.0.hair": "dark", "people.0.age": "40", "people.1.hair": " ", "people.2.hair": "bald", "story": "x"}

    status, found = await send(site, urlencode(sent).encode(), FORM)

    assert status == 200
    assert found == {"people": [{"hair": "dark", "age": "40"}, {"hair": "bald"}], "story": "x"}


async def test_a_name_that_comes_twice_is_a_list(site: Browser) -> None:
    _, found = await send(site, b"consents=warn&consents=share&one=1", FORM)

    assert found == {"consents": ["warn", "share"], "one": "1"}


async def test_multipart_text_is_read_like_any_form(site: Browser) -> None:
    body = FormData(quote_fields=False)
    body.add_field("people.0.hair", "dünn", content_type="text/plain")
    body.add_field("story", "two\r\nlines")

    status, found = await send(site, body, None)

    assert (status, found) == (200, {"people": [{"hair": "dünn"}], "story": "two\nlines"})


async def test_a_file_is_refused(site: Browser) -> None:
    body = FormData()
    body.add_field("picture", b"\x89PNG", filename="me.png")

    status, _ = await send(site, body, None)

    assert status == 415


async def test_what_disguises_text_is_taken_out(site: Browser) -> None:
    hidden = "pay\u202epal \u2066x\u2069 bell\x07 line\r\nend\ttab \u200fمرحبا 👩\u200d👧"

    _, found = await send(site, urlencode({"story": hidden}).encode(), FORM)

    assert found == {"story": "paypal x bell line\nend\ttab مرحبا 👩\u200d👧"}


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"story=" + b"x" * 2_000, FORM, 413),
        (b"story=%00", FORM, 400),
        (b"story=%ff%fe", FORM, 400),
        (b"story=\xff", FORM, 400),
        (b"&".join(b"a%d=" % n for n in range(401)), FORM, 413),
        (b"a=1&a.b=2", FORM, 400),
        (b"a.b=2&a=1", FORM, 400),
        (b"a.b.c.d.e.f.g.h.i=1", FORM, 400),
        (b"__=1&a%20b=1", FORM, 400),
        (b"=1", FORM, 400),
        (b"{}", "text/plain", 415),
        (b"{}", None, 415),
        (b'{"a": NaN}', "application/json", 400),
        (b'{"a": 1e999}', "application/json", 400),
        (b'{"a": "\\ud800"}', "application/json", 400),
        (b'{"a": "\\u0000"}', "application/json", 400),
        (b'{"a": 1, "a": 2}', "application/json", 400),
        (b'{"a": ' + b"9" * 1_900 + b"}", "application/json", 200),
        (b"[]", "application/json", 400),
        (b"{", "application/json", 400),
        (b"\xff", "application/json", 400),
        (b'{"a": ' * 8 + b"1" + b"}" * 8, "application/json", 200),
        (b'{"a": ' * 9 + b"1" + b"}" * 9, "application/json", 400),
        (b"[" * 1_900, "application/json", 400),
        (b"--b\r\n\r\nx\r\n--b--\r\n", "multipart/form-data; boundary=b", 400),
        (b"no boundary at all", "multipart/form-data; boundary=b", 400),
        (b"", "multipart/form-data", 400),
        (
            b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n\xff\r\n--b--\r\n',
            "multipart/form-data; boundary=b",
            400,
        ),
        (b"", FORM, 200),
    ],
)
async def test_bad_bodies_are_refused_and_never_repeated(
    site: Browser, body: bytes, kind: str | None, status: int
) -> None:
    options = {} if kind else {"skip_auto_headers": ["Content-Type"]}

    async with site.session.post(
        site.base.with_path("/api/echo"),
        data=body,
        headers={"Content-Type": kind} if kind else {},
        **options,  # type: ignore[arg-type]  # one option
    ) as answer:
        said = await answer.text()

    assert answer.status == status, said
    if status >= 400:
        assert json.loads(said)["detail"]
        assert body[:12].decode(errors="replace") not in said or len(body) < 3


async def test_a_body_without_a_length_is_bounded_too(site: Browser) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b"x" * 1_000

    async with site.session.post(
        site.base.with_path("/api/echo"), data=endless(), headers={"Content-Type": FORM}
    ) as seen:
        assert seen.status == 413


async def test_a_compressed_body_is_refused(site: Browser) -> None:
    async with site.session.post(
        site.base.with_path("/api/echo"), data=b"story=x" * 50, headers={"Content-Type": FORM}, compress="gzip"
    ) as seen:
        assert seen.status == 415


async def test_a_callback_is_read_as_it_was_sent(site: Browser) -> None:
    _, found = await send(site, b"Body=a%E2%80%AEb%0D%0A&From=%2B447700900123", FORM, path="/api/flat")

    assert found == {"Body": "a\u202eb\r\n", "From": "+447700900123"}


async def test_a_slow_body_is_given_up(site: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "SECONDS", 0.05)

    async def slow() -> AsyncIterator[bytes]:
        yield b"story="
        await asyncio.sleep(0.5)
        yield b"x"

    async with site.session.post(site.base.with_path("/api/echo"), data=slow(), headers={"Content-Type": FORM}) as seen:
        assert seen.status == 408


@given(st.text())
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    try:
        once = bodies.clean(text)
    except bodies.BadBody:
        return

    assert bodies.clean(once) == once
    assert "\r" not in once


@given(
    st.lists(st.tuples(st.from_regex(r"[a-c0-2](\.[a-c0-2]){0,3}", fullmatch=True), st.text(max_size=5)), max_size=20)
)
def test_any_names_are_nested_or_refused(pairs: list[tuple[str, str]]) -> None:
    try:
        nested = bodies.nest(pairs)
    except bodies.BadBody:
        return

    assert nested.keys() <= {name.partition(".")[0] for name, _ in pairs}
    json.dumps(nested)


@given(st.binary(max_size=200))
def test_any_bytes_of_a_form_are_read_or_refused(raw: bytes) -> None:
    try:
        bodies.nest(bodies._pairs(raw))
        bodies.nest(bodies._pairs(quote_plus(raw).encode()))
    except bodies.BadBody:
        return
