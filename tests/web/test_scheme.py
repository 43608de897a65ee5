import base64
import gzip
import hashlib
import json
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from uuid import uuid4

import aiohttp
import feedparser
import pytest
from sqlalchemy import event
from yarl import URL

from tests import makers
from tests.feed.chains import GUILDFORD, NOON, a_chain, a_scheme, a_token, no_longer_shared, stamped, valid
from tests.web.site import served
from ugly_mugs.feed import signature, tokens
from ugly_mugs.feed.tokens import Scope
from ugly_mugs.models import Version
from ugly_mugs.service import Service
from ugly_mugs.web import app as web_app

CHANGES, ATOM = "/feed/v1/changes", "/feed/v1/atom"


@dataclass(frozen=True)
class Got:
    """An answer as it came over the wire."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, object]:
        found: dict[str, object] = json.loads(self.body)
        return found


@dataclass(frozen=True)
class Program:
    """A scheme's own system: it sends what it is told to, and unpacks nothing."""

    session: aiohttp.ClientSession
    base: URL

    async def get(self, path: str, *, token: str = "", method: str = "GET", **headers: str) -> Got:
        """Ask for *path*; headers are written with underscores."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if token:
            sent["Authorization"] = f"Bearer {token}"
        url = URL(str(self.base) + path, encoded=True)
        async with self.session.request(method, url, headers=sent) as answer:
            return Got(answer.status, answer.headers, await answer.read())


@asynccontextmanager
async def a_program(service: Service) -> AsyncIterator[Program]:
    """The feed, served on loopback, with a program that reads it."""
    timeout = aiohttp.ClientTimeout(total=20)
    async with (
        served(web_app.build(service, {"feed"})) as base,
        aiohttp.ClientSession(timeout=timeout, auto_decompress=False, skip_auto_headers=["Accept-Encoding"]) as session,
    ):
        yield Program(session, base)


@pytest.fixture
async def program(sqlite_service: Service) -> AsyncIterator[Program]:
    """A program that reads the feed."""
    async with a_program(sqlite_service) as made:
        yield made


@pytest.fixture
async def chain(sqlite_service: Service) -> list[Version]:
    """An alert, an update and a cancel, in the feed."""
    versions = await a_chain(sqlite_service)
    await stamped(sqlite_service)
    return versions


@pytest.fixture
async def token(sqlite_service: Service) -> str:
    """The token of a scheme in Guildford."""
    return await a_token(sqlite_service, GUILDFORD)


def cap_path(version: Version) -> str:
    return f"/feed/v1/alerts/{version.id}.cap"


@contextmanager
def queries(service: Service) -> Iterator[list[str]]:
    """What the database is asked inside the block."""
    asked: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        if statement != "BEGIN":
            asked.append(statement)

    engine = service.database.reader.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(engine, "before_cursor_execute", note)


async def test_a_scheme_follows_the_log_to_the_signed_documents(service: Service) -> None:
    versions = await a_chain(service)
    await stamped(service)
    token = await a_token(service, GUILDFORD)

    async with a_program(service) as program:
        log = await program.get(f"{CHANGES}?limit=2", token=token)
        rest = await program.get(f"{CHANGES}?after={log.json['next']}", token=token)
        entries = [*log.json["entries"], *rest.json["entries"]]  # type: ignore[misc]  # JSON
        documents = [await program.get(URL(each["cap_url"]).path, token=token) for each in entries]

    assert (log.status, rest.status) == (200, 200)
    assert (log.json["more"], rest.json["more"]) == (True, False)
    assert [each["message_id"] for each in entries] == [str(each.id) for each in versions]
    for entry, document in zip(entries, documents, strict=True):
        assert document.headers["Content-Type"] == "application/cap+xml"
        assert hashlib.sha256(document.body).hexdigest() == entry["sha256"]
        valid(document.body)
        signature.verify(document.body, service.vault.raw("feed_certificate"), at=NOON)


async def test_an_ordinary_reader_gives_its_token_as_a_password(
    program: Program, chain: list[Version], token: str
) -> None:
    basic = "Basic " + base64.b64encode(f"anything:{token}".encode()).decode()

    feed = await program.get(ATOM, Authorization=basic)
    log = await program.get(CHANGES, Authorization=basic)

    assert feed.headers["Content-Type"] == "application/atom+xml"
    assert len(feedparser.parse(feed.body).entries) == len(chain)
    assert log.status == 401


@pytest.mark.parametrize("path", [CHANGES, ATOM, "/feed/v1/alerts/8c1f2f0e-8f0c-4a5e-9d0b-6a1f0a0d3c11.cap"])
async def test_without_a_live_token_there_is_nothing_but_a_challenge(program: Program, path: str) -> None:
    nothing = await program.get(path)
    wrong = await program.get(path, token="feed_" + "x" * 43)

    for answer in (nothing, wrong):
        assert answer.status == 401
        assert answer.headers["Content-Type"].startswith("application/problem+json")
        assert answer.json["status"] == 401
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    "presented", ["", "Bearer", "Bearer ", "Basic !!!", "Basic " + base64.b64encode(b"\xff:\xff").decode(), "Digest x"]
)
async def test_odd_credentials_are_no_credentials(program: Program, presented: str) -> None:
    assert (await program.get(ATOM, Authorization=presented)).status == 401


async def test_a_feed_reader_is_told_that_a_password_will_do(program: Program) -> None:
    async with program.session.get(program.base / "feed/v1/atom") as answer:
        challenges = answer.headers.getall("WWW-Authenticate")

    assert [each.split()[0] for each in challenges] == ["Bearer", "Basic"]


async def test_a_token_for_something_else_may_not_read(sqlite_service: Service, program: Program) -> None:
    token = await a_token(sqlite_service, scopes=[Scope.REPORT])

    for path in (CHANGES, ATOM, f"/feed/v1/alerts/{uuid4()}.cap"):
        assert (await program.get(path, token=token)).status == 403


async def test_a_revoked_token_is_refused_at_once(sqlite_service: Service, program: Program, token: str) -> None:
    assert (await program.get(CHANGES, token=token)).status == 200
    async with sqlite_service.transaction() as session:
        found = await tokens.find(session, token)
        assert found is not None
        await tokens.revoke(session, found[1].id, now=NOON)

    assert (await program.get(CHANGES, token=token)).status == 401


async def test_a_message_for_others_reads_exactly_like_none(
    sqlite_service: Service, program: Program, token: str
) -> None:
    wording = makers.a_wording(sqlite_service.atlas, district="TR1", miles=5)
    elsewhere = await makers.an_alert(sqlite_service, wording=wording, now=NOON)
    await stamped(sqlite_service)

    for_others = await program.get(cap_path(elsewhere), token=token)
    none = await program.get(f"/feed/v1/alerts/{uuid4()}.cap", token=token)
    nonsense = await program.get("/feed/v1/alerts/%3Cx%3E.cap", token=token)

    assert for_others.status == none.status == nonsense.status == 404
    assert for_others.body == none.body == nonsense.body


async def test_an_erased_document_is_gone(
    sqlite_service: Service, program: Program, chain: list[Version], token: str
) -> None:
    known = await program.get(cap_path(chain[0]), token=token)
    await no_longer_shared(sqlite_service, chain[0].alert_id)
    await stamped(sqlite_service)

    gone = await program.get(cap_path(chain[0]), token=token, If_None_Match=known.headers["ETag"])

    assert gone.status == 410
    assert gone.headers["Content-Type"].startswith("application/problem+json")
    assert gone.headers["Cache-Control"] == "no-store"
    assert b"Rape" not in gone.body


async def test_what_has_not_changed_costs_two_queries_and_no_body(
    sqlite_service: Service, program: Program, chain: list[Version], token: str
) -> None:
    for path in (CHANGES, ATOM, cap_path(chain[1])):
        first = await program.get(path, token=token)

        with queries(sqlite_service) as asked:
            again = await program.get(path, token=token, If_None_Match=first.headers["ETag"])

        assert again.status == 304
        assert again.body == b""
        assert again.headers["ETag"] == first.headers["ETag"]
        assert len(asked) <= 2


async def test_something_new_changes_the_tag(
    sqlite_service: Service, program: Program, chain: list[Version], token: str
) -> None:
    before = {path: await program.get(path, token=token) for path in (CHANGES, ATOM)}
    await makers.an_alert(sqlite_service, now=NOON)
    await stamped(sqlite_service)

    for path, old in before.items():
        new = await program.get(path, token=token, If_None_Match=old.headers["ETag"])
        assert new.status == 200
        assert new.headers["ETag"] != old.headers["ETag"]
        assert len(new.body) > len(old.body)


async def test_every_answer_says_how_it_may_be_kept(program: Program, chain: list[Version], token: str) -> None:
    for path in (CHANGES, ATOM, cap_path(chain[0])):
        answer = await program.get(path, token=token)

        assert answer.headers["Cache-Control"] == "private, no-cache"
        assert {"Authorization", "Accept"} <= set(answer.headers["Vary"].split(", "))
        assert not answer.headers["ETag"].startswith("W/")
        assert "Set-Cookie" not in answer.headers


async def test_head_is_get_without_the_body(program: Program, chain: list[Version], token: str) -> None:
    for path in (CHANGES, ATOM, cap_path(chain[0])):
        whole = await program.get(path, token=token)

        head = await program.get(path, token=token, method="HEAD")

        assert head.status == 200
        assert head.body == b""
        for name in ("ETag", "Content-Type", "Content-Length"):
            assert head.headers[name] == whole.headers[name]


async def test_a_packed_answer_holds_the_same_and_has_a_tag_of_its_own(
    program: Program, chain: list[Version], token: str
) -> None:
    plain = await program.get(cap_path(chain[0]), token=token)

    packed = await program.get(cap_path(chain[0]), token=token, Accept_Encoding="br, gzip;q=0.8")
    refused = await program.get(cap_path(chain[0]), token=token, Accept_Encoding="gzip;q=0, identity")
    again = await program.get(
        cap_path(chain[0]), token=token, Accept_Encoding="gzip", If_None_Match=packed.headers["ETag"]
    )

    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.body) < len(plain.body) / 2
    assert gzip.decompress(packed.body) == plain.body
    assert packed.headers["ETag"] != plain.headers["ETag"]
    assert refused.body == plain.body
    assert again.status == 304


@pytest.mark.parametrize("after", ["x", "MS45OTkuMQ", "%00", "%C3%A9", "a" * 3000])
async def test_a_cursor_that_says_nothing_is_told_where_to_start_again(
    program: Program, token: str, after: str
) -> None:
    answer = await program.get(f"{CHANGES}?after={after}", token=token)

    assert answer.status == 410
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert answer.headers["Link"] == '<http://localhost:8080/feed/v1/changes>; rel="start"'


@pytest.mark.parametrize("limit", ["0", "-1", "501", "many", "1e9"])
async def test_a_limit_out_of_bounds_is_named(program: Program, token: str, limit: str) -> None:
    answer = await program.get(f"{CHANGES}?limit={limit}", token=token)

    assert answer.status == 422
    assert [each["field"] for each in answer.json["errors"]] == ["limit"]  # type: ignore[attr-defined]  # JSON


async def test_an_empty_cursor_is_the_beginning(program: Program, chain: list[Version], token: str) -> None:
    answer = await program.get(f"{CHANGES}?after=", token=token)

    assert len(answer.json["entries"]) == len(chain)  # type: ignore[arg-type]  # JSON


async def test_a_scheme_reads_after_its_token_was_changed(sqlite_service: Service, program: Program) -> None:
    scheme = await a_scheme(sqlite_service, GUILDFORD)
    old, new = await a_token(sqlite_service, scheme=scheme), await a_token(sqlite_service, scheme=scheme)

    assert (await program.get(CHANGES, token=old)).status == 200
    assert (await program.get(CHANGES, token=new)).status == 200


async def test_nothing_can_be_written_here(program: Program, token: str) -> None:
    for path in (CHANGES, ATOM):
        assert (await program.get(path, token=token, method="POST")).status == 405
