"""Our own line on what is already queued, and how much memory its process has, each second."""

import asyncio
import os
from dataclasses import dataclass
from pathlib import Path

from tests import makers
from ugly_mugs.workers.line import GROUP, Line

from . import texts
from .loads import Done, Task, measured
from .ours import LIMITLESS

PAGE = os.sysconf("SC_PAGE_SIZE")
EVERY = 1.0


@dataclass(frozen=True, slots=True)
class Lasted(Done):
    """Also the mebibytes that its process had."""

    memory: list[float]


async def run(task: Task) -> Lasted:
    """Send *task*'s count out of what is queued; a whole number of groups."""
    keys = Path(task.settings["keys"])
    channel = texts.a_channel(task.url, in_flight=task.in_flight)
    async with makers.a_service(
        task.settings["database"],
        keys,
        var=keys.parent,
        channels={"sms": channel},
        pounds_a_day=LIMITLESS,
        pounds_a_month=LIMITLESS,
    ) as service:
        line = Line(service, "sms", worker="bench")
        memory: list[float] = []
        pushes = -(-task.count // GROUP)
        with measured() as watch:
            watching = asyncio.create_task(_watch(memory))
            while pushes and await line.push():
                pushes -= 1
            await line.drain()
            watching.cancel()
        await channel.close()
    return Lasted(task.count, watch.seconds, memory)


async def _watch(memory: list[float]) -> None:
    while True:
        memory.append(_resident() * PAGE / 2**20)
        await asyncio.sleep(EVERY)


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1])
