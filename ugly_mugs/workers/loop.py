"""A loop around a step: again at once while it is busy, else at rest until a bell or a while has passed."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Protocol

import structlog

from .. import logs
from ..bell import Ear

log = structlog.get_logger()
Step = Callable[[], Awaitable[bool]]
REST_SECONDS = 5.0
LINE_REST_SECONDS = 2.0
"""How late a second try may be."""
DRAIN_SECONDS = 15.0
LONGEST_SULK_SECONDS = 5.0
"""How late a loop may be to notice that the database is back: warnings wait for it."""


async def keep_at(step: Step, *, name: str, ear: Ear, rest: float = REST_SECONDS) -> None:
    """Run *step* until cancelled, and then to its end. A failure is logged and waited out; it never ends the loop."""
    failures = 0
    while True:
        try:
            busy = await _to_its_end(step)
            failures = 0
        except Exception as error:  # noqa: BLE001 -- whatever is away now, the next round may find it back
            failures += 1
            log.error("worker.failed", worker=name, attempts=failures, **logs.told(error))
            await asyncio.sleep(min(2.0 ** (failures - 1), LONGEST_SULK_SECONDS))
            continue
        if not busy:
            await ear.wait(seconds=rest)


async def _to_its_end(step: Step) -> bool:
    """Run *step*; if cancelled meanwhile, let it finish first.

    A step that is cut off in a transaction leaves SQLite locked, and everything after it waits in vain.
    """
    task = asyncio.ensure_future(step())
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task], timeout=DRAIN_SECONDS)
        task.cancel()
        raise


class Draining(Protocol):
    """A step that leaves something under way."""

    async def push(self) -> bool:
        """Do some; say whether there was any."""

    async def drain(self) -> None:
        """Wait for what is under way."""


async def keep_draining(line: Draining, *, name: str, ear: Ear) -> None:
    """Keep at *line*'s step; when told to stop, let what is under way come to its end."""
    try:
        await keep_at(line.push, name=name, ear=ear, rest=LINE_REST_SECONDS)
    finally:
        with suppress(TimeoutError):
            await asyncio.wait_for(line.drain(), DRAIN_SECONDS)
