"""`POST /api/v1/reports`: a scheme reports for somebody."""

import json
from collections.abc import AsyncIterator

import aiohttp
import pytest
from sqlmodel import select
from yarl import URL

from tests.intake.stories import opened
from tests.web.site import served
from ugly_mugs.feed import tokens
from ugly_mugs.feed.tokens import Scope
from ugly_mugs.models import Report
from ugly_mugs.service import Service
from ugly_mugs.web import app as web_app

STORY = {"what_happened": "She asked us to write this down.", "consents": ["alert_members"], "district": "GU1"}


@pytest.fixture
async def site(sqlite_service: Service) -> AsyncIterator[URL]:
    """Intake alone, as on a machine of its own."""
    async with served(web_app.build(sqlite_service, {"intake"})) as base:
        yield base / "api/v1/reports"


async def a_token(service: Service, *scopes: Scope) -> str:
    """The token of a scheme that may do *scopes*."""
    async with service.transaction() as session:
        now = service.now()
        scheme = await tokens.add_scheme(session, service.atlas, name="North", areas=[], police_force=None, now=now)
        return await tokens.make(session, scheme.recipient_id, scopes=frozenset(scopes), now=now)


async def ask(
    site: URL, body: object, *, token: str = "", key: str = "", kind: str = "application/json"
) -> tuple[int, dict[str, object]]:
    """Send *body*; the status and what came back."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"Content-Type": kind} | ({"Authorization": f"Bearer {token}"} if token else {})
    headers |= {"Idempotency-Key": key} if key else {}
    async with aiohttp.ClientSession() as client, client.post(site, data=raw, headers=headers) as answer:
        assert answer.content_type in {"application/json", "application/problem+json"}
        if answer.status == 401:
            assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        return answer.status, await answer.json(content_type=None)


async def stored(service: Service) -> list[Report]:
    """Every report there is."""
    async with service.reading() as session:
        return list(await session.exec(select(Report)))


async def test_a_scheme_gets_the_code_for_her(sqlite_service: Service, site: URL) -> None:
    token = await a_token(sqlite_service, Scope.REPORT)

    status, answer = await ask(site, STORY, token=token)

    [report] = await stored(sqlite_service)
    assert status == 201
    assert await opened(sqlite_service, str(answer["code"])) is not None
    assert report.handed_in_by is not None
    assert report.district == "GU1"


async def test_without_a_token_that_may_report_nothing_is_kept(sqlite_service: Service, site: URL) -> None:
    reading = await a_token(sqlite_service, Scope.READ)

    statuses = [(await ask(site, STORY, token=token))[0] for token in ("", "feed_wrong", reading)]

    assert statuses == [401, 401, 403]
    assert await stored(sqlite_service) == []


async def test_sent_again_with_the_same_key_it_is_one_report(sqlite_service: Service, site: URL) -> None:
    token = await a_token(sqlite_service, Scope.REPORT)

    codes = {(await ask(site, STORY, token=token, key=key))[1]["code"] for key in ("1", "1", "2")}

    assert len(codes) == 2
    assert len(await stored(sqlite_service)) == 2


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"nationality": "x"}, "nationality"),
        ({"people": [{"skin": "x"}]}, "people.0.skin"),
        ({"what_happened": ""}, "what_happened"),
        ({"what_happened": "a" * 20_001}, "what_happened"),
        ({"what_happened": 7}, "what_happened"),
        ({"district": "ZZ9"}, "district"),
        ({"district": 7}, "district"),
        ({"phones": ["call me"]}, "phones.0"),
        ({"category": "gossip"}, "category"),
        ({"consents": ["everything"]}, "consents.0"),
        ({"timing": "after_days"}, "days"),
        ({"people": [{}] * 6}, "people"),
        ({"happened_on": "2999-01-01"}, "happened_on"),
    ],
)
async def test_what_is_wrong_is_named_and_never_repeated(
    sqlite_service: Service, site: URL, change: dict[str, object], field: str
) -> None:
    token = await a_token(sqlite_service, Scope.REPORT)

    status, answer = await ask(site, STORY | change, token=token)

    assert status == 422
    assert answer["status"] == 422
    assert [each["field"] for each in answer["errors"]] == [field]  # type: ignore[attr-defined]  # JSON
    assert "call me" not in str(answer)
    assert await stored(sqlite_service) == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"[]", 400),
        (b'"story"', 400),
        (b'{"what_happened": "\xff\xfe"}', 400),
        (b'{"what_happened": "a\\u0000b"}', 400),
        (b'{"what_happened": "a\\ud800b"}', 400),
        (b'{"what_happened": "a", "what_happened": "b"}', 400),
        (b'{"people": ' + b"[" * 40 + b"]" * 40 + b"}", 400),
        (b'{"people": ' + b"[" * 20_000 + b"]" * 20_000 + b"}", 400),
        (b'{"days": NaN}', 400),
        (b'{"what_happened": "' + b"a" * 65_536 + b'"}', 413),
    ],
)
async def test_what_cannot_be_read_is_refused_whole(
    sqlite_service: Service, site: URL, body: bytes, status: int
) -> None:
    token = await a_token(sqlite_service, Scope.REPORT)

    assert (await ask(site, body, token=token))[0] == status
    assert await stored(sqlite_service) == []


async def test_only_json_is_taken(sqlite_service: Service, site: URL) -> None:
    token = await a_token(sqlite_service, Scope.REPORT)

    for kind in ("application/x-www-form-urlencoded", "text/plain"):
        assert (await ask(site, b"what_happened=a", token=token, kind=kind))[0] == 415
