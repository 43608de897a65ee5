"""The national feed over HTTP, for schemes and their systems: a change log, the documents, an Atom feed."""

import base64
import hashlib
import json
import re
from uuid import UUID

from aiohttp import ETag, hdrs, web
from pydantic import Field

from ..feed import atom, cap, changes, cursors, documents, readers
from ..feed.readers import Reader
from ..feed.tokens import LONGEST, Scope
from ..languages import lazy
from . import SERVICE, errors, forms, guard
from .guard import NoAccess, Role, Routes
from .respond import problem

routes = Routes()

READER = web.RequestKey("reader", Reader)
FEED = "/feed/v1"
ATOM = f"{FEED}/atom"
CHALLENGE = 'Bearer realm="feed"'
# Ordinary readers know no bearer tokens: there the token may be a password, under any name.
BASIC_CHALLENGE = 'Basic realm="feed", charset="UTF-8"'
VARY = "Authorization, Accept, Accept-Encoding"
_GZIP = re.compile(r"(?:^|,)\s*(?:x-)?gzip\s*(?:;\s*q=(?!0(?:\.0*)?\s*(?:,|$))[0-9.]+\s*)?(?:,|$)", re.IGNORECASE)


class NoToken(Exception):
    """No token, or none that is live."""


class NotAllowed(Exception):
    """The token is live, but not for this."""


errors.say(NoToken, 401, lazy("This needs the token of a scheme. It may have been revoked."))
errors.say(NotAllowed, 403, lazy("This token may not do that."))
errors.say(documents.NoSuchMessage, 404, errors.NOTHING)
errors.say(documents.Erased, 410, lazy("This was erased. Please delete every copy of it."))
errors.say(
    cursors.Resync,
    410,
    lazy("Your place in the change log is no longer known: start again without 'after', at the address in 'Link'."),
)


class Asked(forms.Form):
    """What a reader of the change log asks for."""

    after: str | None = None
    limit: int = Field(100, ge=1, le=500)


@routes.get(f"{FEED}/changes", role=Role.SCHEME)
async def changed(request: web.Request) -> web.Response:
    """What is new for this scheme since its cursor."""
    reader = _may(request, Scope.READ)
    asked, wrong = forms.read(Asked, request.query)
    if asked is None:
        return problem(422, errors=wrong)
    after = cursors.parse(asked.after) if asked.after is not None else None
    service = request.app[SERVICE]
    async with service.reading() as session:
        log = await changes.ends(session)
        position = changes.check(after, reader, log)
        tag = _tag(reader, "changes", position, asked.limit, log.newest)
        if _is_known(request, tag):
            return _not_modified(request, tag)
        page = await changes.read(
            session, service.atlas, reader, position=position, limit=asked.limit, newest=log.newest
        )
    body = json.dumps(changes.as_json(page, service.atlas, url=_url(request))).encode()
    return _answer(request, tag, body, "application/json")


@routes.get(FEED + "/alerts/{message}.cap", role=Role.SCHEME)
async def document(request: web.Request) -> web.Response:
    """One message as it was signed."""
    reader = _may(request, Scope.READ)
    service = request.app[SERVICE]
    async with service.reading() as session:
        found = await documents.find(session, service.atlas, reader, _message(request))
    if _is_known(request, found.sha256):
        return _not_modified(request, found.sha256)
    return _answer(request, found.sha256, found.document, cap.MEDIA_TYPE)


@routes.get(ATOM, role=Role.SCHEME)
async def index(request: web.Request) -> web.Response:
    """The newest messages for an ordinary feed reader."""
    reader = _may(request, Scope.READ)
    service = request.app[SERVICE]
    async with service.reading() as session:
        log = await changes.ends(session)
        tag = _tag(reader, "atom", log.newest)
        if _is_known(request, tag):
            return _not_modified(request, tag)
        lines = await atom.newest(session, service.atlas, reader, until=log.newest)
    body = atom.write(lines, service.atlas, url=_url(request), title=service.config.title)
    return _answer(request, tag, body, atom.MEDIA_TYPE)


async def gate(request: web.Request, *, fresh: bool) -> None:
    """Let in whoever shows a live token; there is no second factor to be fresh."""
    presented = _presented(request)
    if presented is None:
        raise NoToken
    service = request.app[SERVICE]
    async with service.reading() as session:
        reader = await readers.at_the_door(session, service.atlas, presented)
    if reader is None:
        raise NoToken
    request[READER] = reader


def setup(app: web.Application) -> None:
    """Put the gate up, and say in headers what an error wants done."""
    guard.install(app, Role.SCHEME, gate)
    app.on_response_prepare.append(_explain)


async def _explain(request: web.Request, response: web.StreamResponse) -> None:
    if not request.path.startswith(f"{FEED}/"):
        return
    if response.status == 401:
        response.headers.add(hdrs.WWW_AUTHENTICATE, CHALLENGE)
        if request.path == ATOM:
            response.headers.add(hdrs.WWW_AUTHENTICATE, BASIC_CHALLENGE)
    if response.status == 410 and request.path == f"{FEED}/changes":
        response.headers[hdrs.LINK] = f'<{_url(request)}/changes>; rel="start"'
    response.headers.setdefault(hdrs.VARY, VARY)


def _presented(request: web.Request) -> str | None:
    sent = request.headers.getall(hdrs.AUTHORIZATION, [])
    if len(sent) != 1 or len(sent[0]) > 4 * LONGEST:
        return None
    scheme, _, rest = sent[0].partition(" ")
    match scheme.lower():
        case "bearer":
            return rest.strip()
        case "basic" if request.path == ATOM:
            return _password(rest.strip())
    return None


def _password(credentials: str) -> str | None:
    try:
        return base64.b64decode(credentials, validate=True).decode().partition(":")[2]
    except ValueError:
        return None


def _may(request: web.Request, scope: Scope) -> Reader:
    reader = request[READER]
    if scope not in reader.scopes:
        raise NotAllowed
    return reader


def _message(request: web.Request) -> UUID:
    try:
        return UUID(request.match_info["message"])
    except ValueError:
        raise NoAccess from None


def _url(request: web.Request) -> str:
    return request.app[SERVICE].config.public_url + FEED


def _tag(reader: Reader, *parts: object) -> str:
    """Changes whenever the answer could: the log only grows, and a scheme's areas have an epoch."""
    said = "\n".join(map(str, (reader.scheme, reader.epoch, *parts)))
    return hashlib.sha256(said.encode()).hexdigest()


def _wants_gzip(request: web.Request) -> bool:
    return _GZIP.search(request.headers.get(hdrs.ACCEPT_ENCODING, "")) is not None


def _is_known(request: web.Request, tag: str) -> bool:
    return any(each.value in {"*", tag, f"{tag}-gzip"} for each in request.if_none_match or ())


def _headers(request: web.Request, response: web.Response, tag: str) -> web.Response:
    # Other bytes, other tag.
    response.etag = ETag(value=f"{tag}-gzip" if _wants_gzip(request) else tag)
    response.headers[hdrs.CACHE_CONTROL] = "private, no-cache"
    response.headers[hdrs.VARY] = VARY
    return response


def _not_modified(request: web.Request, tag: str) -> web.Response:
    return _headers(request, web.Response(status=304), tag)


def _answer(request: web.Request, tag: str, body: bytes, kind: str) -> web.Response:
    response = web.Response(body=body, content_type=kind)
    if _wants_gzip(request):
        response.enable_compression(web.ContentCoding.gzip)
    return _headers(request, response, tag)
