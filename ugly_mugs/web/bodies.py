"""The bytes of a request, bounded, cleaned and nested; `forms` is how to ask for them."""

import asyncio
import json
import math
import re
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from urllib.parse import parse_qsl

from aiohttp import BodyPartReader, hdrs, web

from ..languages import lazy

LIMIT = 64 * 1024
SECONDS = 60
"""How long a body may take: Tor is slow, and somebody holding a connection open is slower."""
FIELDS = 400
DEPTH = 8
ITEMS = 50
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}(\.[A-Za-z0-9_-]{1,64}){0,7}")
# Controls but newline and tab, and what turns the direction of text around to disguise it.
_CONTROLS = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_LINE_END = re.compile("\r\n?|\u2028|\u2029")

Sent = dict[str, object]


class BadBody(Exception):
    """What was sent cannot be read; *words* say why and never repeat it."""

    def __init__(self, status: int, words: lazy) -> None:
        super().__init__(str(status))
        self.status = status
        self.words = words


TOO_LARGE = lazy("This is too large to send at once.")
NOT_TEXT = lazy("This holds bytes that are no text. Please write it again.")
NOT_OURS = lazy("This did not come in a form that we can read.")
TOO_DEEP = lazy("This is nested too deeply.")
TOO_MANY = lazy("These are too many fields.")
NO_FILES = lazy("Files cannot be sent here.")
TOO_SLOW = lazy("This took too long to arrive.")


async def nested(request: web.Request, *, limit: int) -> Sent:
    """Read a form or JSON into dicts, lists and clean strings; raise `BadBody`."""
    kind = request.content_type if hdrs.CONTENT_TYPE in request.headers else ""
    async with _in_time():
        if kind == "application/json":
            return _object(await _bytes(request, limit))
        if kind == "multipart/form-data":
            return nest([pair async for pair in _parts(request, limit)])
        if kind == "application/x-www-form-urlencoded":
            return nest(_pairs(await _bytes(request, limit)))
        if not await _bytes(request, limit):
            return {}
    raise BadBody(415, NOT_OURS)


async def raw(request: web.Request, *, limit: int) -> bytes:
    """Read the bytes as they are; raise `BadBody`."""
    async with _in_time():
        return await _bytes(request, limit)


async def flat(request: web.Request, *, limit: int) -> dict[str, str]:
    """Read an urlencoded form without changing a character; raise `BadBody`."""
    async with _in_time():
        return dict(_pairs(await _bytes(request, limit)))


def nest(pairs: Iterable[tuple[str, str]]) -> Sent:
    """Turn ``people.0.hair`` into dicts and lists; groups in which nothing was filled in are left out."""
    tree: dict[str, object] = {}
    for count, (name, value) in enumerate(pairs):
        if count >= FIELDS:
            raise BadBody(413, TOO_MANY)
        if not _NAME.fullmatch(name):
            raise BadBody(400, NOT_OURS)
        *path, last = name.split(".")
        place = tree
        for step in path:
            deeper = place.setdefault(step, {})
            if not isinstance(deeper, dict):
                raise BadBody(400, NOT_OURS)
            place = deeper
        before = place.get(last)
        if isinstance(before, dict):
            raise BadBody(400, NOT_OURS)
        text = clean(value)
        place[last] = text if before is None else [*(before if isinstance(before, list) else [before]), text]
    return {key: _lists(value) for key, value in tree.items()}


def clean(value: str) -> str:
    """*value* without what only hides or disguises; raise `BadBody` for NUL and lone surrogates."""
    if "\0" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
        raise BadBody(400, NOT_TEXT)
    return _CONTROLS.sub("", _LINE_END.sub("\n", value))


def _lists(value: object) -> object:
    if not isinstance(value, dict):
        return value
    if not value or not all(key.isdecimal() and len(key) < 4 for key in value):
        return {key: _lists(each) for key, each in value.items()}
    filled = [_lists(value[key]) for key in sorted(value, key=int) if _has_words(value[key])]
    if len(filled) > ITEMS:
        raise BadBody(413, TOO_MANY)
    return filled


def _has_words(value: object) -> bool:
    if isinstance(value, dict):
        return any(_has_words(each) for each in value.values())
    return any(str(each).strip() for each in value) if isinstance(value, list) else bool(str(value).strip())


def _pairs(raw: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(raw.decode(), keep_blank_values=True, errors="strict", max_num_fields=FIELDS)
    except UnicodeDecodeError:
        raise BadBody(400, NOT_TEXT) from None
    except ValueError:
        raise BadBody(413, TOO_MANY) from None


async def _parts(request: web.Request, limit: int) -> AsyncIterator[tuple[str, str]]:
    """Text fields of a multipart form. (`request.post()` would spool large ones to disk, in clear.)"""
    _check_length(request, limit)
    try:
        reader = await request.multipart()
        while (part := await reader.next()) is not None:
            if not isinstance(part, BodyPartReader) or not part.name:
                raise BadBody(400, NOT_OURS)
            if part.filename:
                raise BadBody(415, NO_FILES)
            value = bytearray()
            while chunk := await part.read_chunk():
                value += chunk
                _check_read(request, limit)
            _check_read(request, limit)
            if part.filename is None:  # an empty file field is one that was left out
                yield part.name, value.decode()
    except UnicodeDecodeError:
        raise BadBody(400, NOT_TEXT) from None
    except (ValueError, AssertionError, web.HTTPException):  # aiohttp asserts on malformed headers
        raise BadBody(400, NOT_OURS) from None


async def _bytes(request: web.Request, limit: int) -> bytes:
    _check_length(request, limit)
    raw = bytearray()
    async for chunk in request.content.iter_chunked(limit):
        raw += chunk
        if len(raw) > limit:
            raise BadBody(413, TOO_LARGE)
    return bytes(raw)


def _check_length(request: web.Request, limit: int) -> None:
    if request.headers.get(hdrs.CONTENT_ENCODING, "identity") != "identity":
        raise BadBody(415, NOT_OURS)
    if (request.content_length or 0) > limit:
        raise BadBody(413, TOO_LARGE)


def _check_read(request: web.Request, limit: int) -> None:
    # Counts preambles and headers of parts as well, when the length was not announced.
    if request.content.total_bytes > limit + LIMIT:
        raise BadBody(413, TOO_LARGE)


@asynccontextmanager
async def _in_time() -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(SECONDS):
            yield
    except TimeoutError:
        raise BadBody(408, TOO_SLOW) from None


def _object(raw: bytes) -> Sent:
    try:
        found = json.loads(raw.decode(), object_pairs_hook=_once)
    except UnicodeDecodeError:
        raise BadBody(400, NOT_TEXT) from None
    except RecursionError:
        raise BadBody(400, TOO_DEEP) from None
    except ValueError:
        raise BadBody(400, NOT_OURS) from None
    if not isinstance(found, dict):
        raise BadBody(400, NOT_OURS)
    return {key: _checked(value, DEPTH - 1) for key, value in found.items()}


def _checked(value: object, depth: int) -> object:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, float) and not math.isfinite(value):
        raise BadBody(400, NOT_OURS)
    if not isinstance(value, dict | list):
        return value
    if depth == 0:
        raise BadBody(400, TOO_DEEP)
    if len(value) > FIELDS:
        raise BadBody(413, TOO_MANY)
    if isinstance(value, list):
        return [_checked(each, depth - 1) for each in value]
    return {key: _checked(each, depth - 1) for key, each in value.items()}


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs) or len(found) > FIELDS or not all(_NAME.fullmatch(key) for key in found):
        raise ValueError("a name comes twice, or is none")
    return found
