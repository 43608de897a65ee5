"""Argon2id off the event loop, two at a time and few in the queue: a flood must not hold up everybody."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from threading import Lock

from .. import vault

THREADS = 2
MOST_WAITING = 32


class Busy(Exception):
    """Too many codes are being worked out at once; nothing was done."""

    retry_after = timedelta(seconds=10)


class Stretching:
    """A bounded pool; *done* counts what it worked out."""

    def __init__(self, *, threads: int = THREADS, most_waiting: int = MOST_WAITING) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="stretch")
        self._most = threads + most_waiting
        self._counting = Lock()
        self._under_way = 0
        self.done = 0

    async def stretch(self, secret: bytes, *, salt: bytes, size: int) -> bytes:
        """`vault.stretch` in another thread; raise `Busy` when the queue is full."""
        with self._counting:
            if self._under_way >= self._most:
                raise Busy
            self._under_way += 1
        work = self._pool.submit(partial(vault.stretch, secret, salt=salt, size=size))
        # Counted by the work and not by who waits for it: she may have gone, even her loop, the thread has not.
        work.add_done_callback(self._finished)
        return await asyncio.shield(asyncio.wrap_future(work))

    def _finished(self, _work: object) -> None:
        with self._counting:
            self._under_way -= 1
            self.done += 1


POOL = Stretching()
"""One for the process: its processors are what is scarce."""
