"""What a carrier tells the service: signed as Twilio signs, few at a time, tried again when nobody answers."""

import asyncio
from dataclasses import dataclass, field
from urllib.parse import urlencode

import aiohttp
from twilio.request_validator import RequestValidator
from yarl import URL

TRIES = 4
PAUSE = 0.25
PATIENCE = aiohttp.ClientTimeout(total=15)


class NotAnswered(Exception):
    """The service could not be reached, or said that it is broken."""


@dataclass(slots=True)
class _Call:
    url: str = field(repr=False)
    fields: dict[str, str] = field(repr=False)
    tries: int = 0


class Callbacks:
    """Posts forms to the service; a burst waits in line and never opens more than *at_once* sockets."""

    def __init__(self, auth_token: str, *, at_once: int) -> None:
        self._signer = RequestValidator(auth_token)
        self._at_once = at_once
        self._line: asyncio.Queue[_Call] = asyncio.Queue()
        self._open = 0
        self._still = asyncio.Event()
        self._still.set()
        self._workers: list[asyncio.Task[None]] = []
        self._session: aiohttp.ClientSession | None = None
        self.given_up = 0

    async def start(self) -> None:
        """Begin to post."""
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=self._at_once), cookie_jar=aiohttp.DummyCookieJar(), timeout=PATIENCE
        )
        self._workers = [asyncio.create_task(self._work()) for _ in range(self._at_once)]

    async def stop(self) -> None:
        """Drop what still waits."""
        for worker in self._workers:
            worker.cancel()
        await asyncio.gather(*self._workers, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    def hold(self) -> None:
        """Count one thing that is still to happen."""
        self._open += 1
        self._still.clear()

    def release(self) -> None:
        """Count it off."""
        self._open -= 1
        if not self._open:
            self._still.set()

    async def settled(self) -> None:
        """Wait until nothing is still to happen."""
        await self._still.wait()

    def post_soon(self, url: str, fields: dict[str, str]) -> None:
        """Put a form in the line for *url*."""
        self.hold()
        self._line.put_nowait(_Call(url, fields))

    async def post(self, url: str, fields: dict[str, str]) -> tuple[int, str]:
        """Post a signed form now; give the status and what was said."""
        if self._session is None:
            raise NotAnswered
        headers = {
            "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
            "X-Twilio-Signature": self._signer.compute_signature(url, fields),
        }
        try:
            # The signature is over the address letter by letter: it goes out as it came.
            async with self._session.post(
                URL(url, encoded=True), data=urlencode(fields), headers=headers, allow_redirects=False
            ) as response:
                return response.status, await response.text(errors="replace")
        except (aiohttp.ClientError, TimeoutError, ValueError):
            raise NotAnswered from None

    async def _work(self) -> None:
        while True:
            call = await self._line.get()
            try:
                status, _ = await self.post(call.url, call.fields)
            except NotAnswered:
                status = 503
            call.tries += 1
            if status >= 500 and call.tries < TRIES:
                delay = PAUSE * 2**call.tries
                asyncio.get_running_loop().call_later(delay, self._line.put_nowait, call)
                continue
            self.given_up += status >= 400
            self.release()
