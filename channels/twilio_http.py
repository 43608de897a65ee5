"""The wire under Twilio's package: one shared session, one real timeout, no second tries.

The package's own client ignores its timeout, and posts again when told to retry.
"""

import asyncio
import json
import logging
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Final

import aiohttp
from twilio.http import AsyncHttpClient
from twilio.http.response import Response
from yarl import URL

from ugly_mugs.contract import SendFailed, Unknown

from .twilio_codes import refused

_log: Final = logging.getLogger("twilio.http_client")
LONGEST_WAIT: Final = timedelta(days=1)
OPENING_AT_ONCE: Final = 50
"""Hundreds at once would look like an outage: all of them slow, and none there in time."""


class Wire(AsyncHttpClient):  # type: ignore[misc]  # the package has no types
    """Sends the package's requests, and raises the contract's failures for all that is not a success."""

    def __init__(self, *, timeout: float = 10) -> None:
        super().__init__(_log, True)
        # `connect` counts the wait for a turn as well: whoever gets none in time has not written a byte.
        self._patience = aiohttp.ClientTimeout(total=timeout, connect=timeout / 2)
        self._session: aiohttp.ClientSession | None = None
        self._urls: dict[str, URL] = {}
        self._logins: dict[tuple[str, str], str] = {}

    async def request(  # noqa: PLR0917 -- the package's signature
        self,
        method: str,
        uri: str,
        params: Mapping[str, object] | None = None,
        data: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 -- likewise; ours is kept to instead
        allow_redirects: bool = False,
    ) -> Response:
        """Make one request; log nothing, since addresses and bodies hold numbers."""
        head = dict(headers or {})
        if auth is not None:
            head["Authorization"] = self._login(auth)
        url = self._url(uri)
        if params:
            url = url.update_query({name: str(value) for name, value in params.items()})
        # yarl writes a form several times faster than aiohttp does.
        body = _form(data) if data is not None else None
        try:
            async with self._open().request(
                method, url, data=body, headers=head, allow_redirects=False, timeout=self._patience
            ) as response:
                status, kept = response.status, response.headers
                # Twilio writes UTF-8; being asked for each answer what it is written in costs more than reading it.
                text = (await response.read()).decode(errors="replace")
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL) as error:
            # No connection, so not one byte was written.
            raise SendFailed("twilio", f"cannot be reached: {type(error).__name__}") from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Unknown("twilio", f"no answer: {type(error).__name__}") from None
        if not 200 <= status < 300:
            wait = retry_after(kept.get("Retry-After"), now=datetime.now(UTC))
            raise refused(status, _code(text), retry_after=wait)
        return Response(status, text, kept)

    async def close(self) -> None:
        """Let go of the connections; the next request opens new ones."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    def _open(self) -> aiohttp.ClientSession:
        # Only here, since a session belongs to the loop that runs while it is made.
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=_Unhurried(limit=0, ttl_dns_cache=60),  # the ledger says how many are in flight
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session

    def _url(self, uri: str) -> URL:
        if len(self._urls) > 100:
            self._urls.clear()
        return self._urls.setdefault(uri, URL(uri))

    def _login(self, auth: tuple[str, str]) -> str:
        return self._logins.setdefault(auth, aiohttp.encode_basic_auth(*auth))


class _Unhurried(aiohttp.TCPConnector):
    """Keeps as many connections as are wanted, and opens a few of them at a time."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self._turns = asyncio.Semaphore(OPENING_AT_ONCE)

    # The one place where all of aiohttp's connections are made; a limit on how many there are would also hold
    # back messages that wait for an answer.
    async def _create_connection(self, req: Any, traces: Any, timeout: Any) -> Any:  # noqa: ASYNC109 - because aiohttp calls it so
        async with self._turns:
            return await super()._create_connection(req, traces, timeout)


def _form(data: Mapping[str, object]) -> bytes:
    return URL.build(query={name: str(value) for name, value in data.items()}).raw_query_string.encode()


def _code(text: str) -> int | None:
    """Find Twilio's code in the body of a refusal."""
    try:
        body = json.loads(text)
    except ValueError:
        return None
    code = body.get("code") if isinstance(body, dict) else None
    return code if isinstance(code, int) else None


def retry_after(value: str | None, *, now: datetime) -> timedelta | None:
    """Read a Retry-After, which is seconds or a date; None where it says nothing."""
    if value is None:
        return None
    value = value.strip()
    if value.isascii() and value.isdecimal():
        return min(timedelta(seconds=int(value[:9])), LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(value)
    except ValueError:
        return None
    return min(max(until.replace(tzinfo=until.tzinfo or UTC) - now, timedelta()), LONGEST_WAIT)
