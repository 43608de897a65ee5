"""Where connections are opened: a few at a time, and none for whom one that is given back will do.

Hundreds at once would look like an outage on a busy machine: all of them are slow, and none is there in time.
"""

import asyncio
import time
from collections import deque
from typing import Final

from aiohttp.abc import AbstractStreamWriter
from aiohttp.payload import BytesPayload

AT_ONCE: Final = 50
"""Connections that are being opened at a time."""
KEPT: Final = 10.0
"""Seconds for which a connection that nobody uses is reckoned with; the pool keeps it for longer."""


class Doorway:
    """Counts connections that are being opened, in use and kept; it reckons, the pool decides."""

    def __init__(self, *, at_once: int = AT_ONCE) -> None:
        self._at_once = at_once
        self._opening = self._used = self._kept = self._peak = 0
        self._since = self._last = time.monotonic()
        self._waiting: deque[asyncio.Future[bool]] = deque()

    def take(self) -> bool:
        """Say whether there is a connection that nobody uses, and take it."""
        now = time.monotonic()
        if now - self._last > KEPT or now - self._since > KEPT:
            self._forget_what_the_pool_let_go(now)
        self._last = now
        if not self._kept:
            return False
        self._kept -= 1
        self._used += 1
        self._peak = max(self._peak, self._used)
        return True

    async def open(self, form: bytes, *, patience: float) -> "bytes | Parcel":
        """Wait for what carries *form*; raise `TimeoutError` after *patience* seconds."""
        opens = True
        if self._opening < self._at_once and not self._waiting:
            self._opening += 1
        else:
            opens = await self._turn(patience)
        self._used += 1
        self._peak = max(self._peak, self._used)
        return Parcel(form, self) if opens else form

    async def _turn(self, patience: float) -> bool:
        """Wait; say whether it is to open one, or to take one that was given back."""
        turn: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            async with asyncio.timeout(patience):
                return await turn
        except BaseException:  # whatever it was, also a cancellation: its turn is the next one's
            if turn.done() and not turn.cancelled():
                self._pass_on(opens=turn.result())
            raise

    def opened(self) -> None:
        """One that was being opened is open, or never will be."""
        self._opening -= 1
        if self._opening < self._at_once and self._call(opens=True):
            self._opening += 1

    def give_back(self) -> None:
        """What was taken or opened is free again."""
        self._used -= 1
        if not self._waiting or not self._call(opens=False):
            self._kept += 1

    def lose(self) -> None:
        """What was taken or opened is gone."""
        self._used -= 1

    def _pass_on(self, *, opens: bool) -> None:
        if opens:
            self.opened()
        elif not self._call(opens=False):
            self._kept += 1

    def _call(self, *, opens: bool) -> bool:
        """Call whoever waits longest; say whether there was anybody."""
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(opens)
                return True
        return False

    def _forget_what_the_pool_let_go(self, now: float) -> None:
        if now - self._last > KEPT:
            self._kept = 0
        elif now - self._since > KEPT:
            self._kept = min(self._kept, max(self._peak - self._used, 0))
        if now - self._since > KEPT:
            self._since, self._peak = now, self._used


class Parcel(BytesPayload):
    """A body that knows whether any of it was written: until then there is no message."""

    def __init__(self, form: bytes, door: Doorway) -> None:
        super().__init__(form)
        self.is_written = False
        self._form = form
        self._door: Doorway | None = door

    async def write_with_length(self, writer: AbstractStreamWriter, content_length: int | None) -> None:
        """Write it; aiohttp calls this as soon as there is a connection."""
        self.is_through()
        self.is_written = True
        await writer.write(self._form)

    def is_through(self) -> None:
        """Let the next one open a connection, if this one did."""
        if self._door is not None:
            door, self._door = self._door, None
            door.opened()
