"""A loop around a step: again at once while it is busy, else at rest until a bell or a while has passed."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from ..bell import Bell

log = structlog.get_logger()
Step = Callable[[], Awaitable[bool]]
REST_SECONDS = 5.0
LONGEST_SULK_SECONDS = 30.0


async def keep_at(step: Step, *, name: str, bell: Bell, topic: str, rest: float = REST_SECONDS) -> None:
    """Run *step* until cancelled. A failure is logged and waited out; it never ends the loop."""
    failures = 0
    while True:
        try:
            busy = await step()
            failures = 0
        except Exception as error:
            failures += 1
            log.exception("worker.failed", worker=name, attempt=failures, exc_info=error)
            await asyncio.sleep(min(2.0 ** (failures - 1), LONGEST_SULK_SECONDS))
            continue
        if not busy:
            await bell.wait(topic, seconds=rest)
