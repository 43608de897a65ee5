"""The wire under Twilio's package: one shared session, one real timeout, no second tries.

The package's own client ignores its timeout, and posts again when told to retry.
"""

import json
import logging
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

import aiohttp
from twilio.http import AsyncHttpClient
from twilio.http.response import Response
from yarl import URL

from ugly_mugs.contract import SendFailed, Unknown

from .doorway import Doorway, Parcel
from .twilio_codes import refused

_log: Final = logging.getLogger("twilio.http_client")
LONGEST_WAIT: Final = timedelta(days=1)
A_MOMENT: Final = 0.01
_NEVER_CONNECTED: Final = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL)


class Wire(AsyncHttpClient):  # type: ignore[misc]  # the package has no types
    """Sends the package's requests, and raises the contract's failures for all that is not a success."""

    def __init__(self, *, timeout: float = 10) -> None:
        super().__init__(_log, True)
        self._timeout = timeout
        self._patience = _patience(timeout)
        self._door = Doorway()
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
        patience = self._patience
        body: bytes | Parcel | None = None
        if data is not None:
            # yarl writes a form several times faster than aiohttp does.
            body = _form(data)
            if not self._door.take():
                body, patience = await self._a_connection(body)
        is_open = False
        try:
            async with self._open().request(
                method, url, data=body, headers=head, allow_redirects=False, timeout=patience
            ) as response:
                status, text, kept = response.status, await response.text(errors="replace"), response.headers
            is_open = True
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            if isinstance(error, _NEVER_CONNECTED) or (isinstance(body, Parcel) and not body.is_written):
                raise SendFailed("twilio", f"cannot be reached: {type(error).__name__}") from None
            raise Unknown("twilio", f"no answer: {type(error).__name__}") from None
        finally:
            if body is not None:
                self._give_back(body, is_open=is_open)
        if not 200 <= status < 300:
            wait = retry_after(kept.get("Retry-After"), now=datetime.now(UTC))
            raise refused(status, _code(text), retry_after=wait)
        return Response(status, text, kept)

    async def _a_connection(self, form: bytes) -> tuple[bytes | Parcel, aiohttp.ClientTimeout]:
        """Wait for a turn to open one, and say how long the answer may then be waited for."""
        began = time.monotonic()
        try:
            body = await self._door.open(form, patience=self._timeout / 2)
        except TimeoutError:
            # Our own crowd, and no fault of the other side: whoever was first in it says whether that can be reached.
            raise SendFailed("twilio", "no connection was free in time", retry_after=timedelta()) from None
        waited = time.monotonic() - began
        return body, _patience(self._timeout - waited) if waited > A_MOMENT else self._patience

    def _give_back(self, body: bytes | Parcel, *, is_open: bool) -> None:
        if isinstance(body, Parcel):
            body.is_through()
        if is_open:
            self._door.give_back()
        else:
            self._door.lose()

    async def close(self) -> None:
        """Let go of the connections; the next request opens new ones."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    def _open(self) -> aiohttp.ClientSession:
        # Only here, since a session belongs to the loop that runs while it is made.
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0, ttl_dns_cache=60),  # the ledger says how many are in flight
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session

    def _url(self, uri: str) -> URL:
        if len(self._urls) > 100:
            self._urls.clear()
        return self._urls.setdefault(uri, URL(uri))

    def _login(self, auth: tuple[str, str]) -> str:
        return self._logins.setdefault(auth, aiohttp.encode_basic_auth(*auth))


def _patience(seconds: float) -> aiohttp.ClientTimeout:
    """Half of it at most for reaching the other side."""
    return aiohttp.ClientTimeout(total=seconds, sock_connect=seconds / 2)


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
