"""One load in a process of its own: `python -m bench.loads NAME URL COUNT IN_FLIGHT [SETTING=VALUE …]`.

It sends COUNT texts to the stub at URL with at most IN_FLIGHT on their way at a time, and prints one JSON object:
how many were sent and seconds from the first to when the last was settled. Getting ready does not count.
"""

import argparse
import json
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from importlib import import_module

from ugly_mugs import logs

from . import loop

LOADS = {
    "bare": "bench.bare",
    "ours": "bench.ours",
    "lasting": "bench.lasting",
    "pgqueuer": "bench.peers.through_pgqueuer",
    "celery": "bench.peers.through_celery",
    "mail_ledger": "bench.mail.ledger",
    "mail_channel": "bench.mail.channel",
    "mail_bare": "bench.mail.bare",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What a load has to do."""

    url: str
    count: int
    in_flight: int
    settings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Done:
    """How many texts were sent, by the load's own books, and how long that took."""

    sent: int
    seconds: float


Load = Callable[[Task], Awaitable[Done]]


class Stopwatch:
    """Seconds between two moments."""

    seconds = 0.0


@contextmanager
def measured() -> Iterator[Stopwatch]:
    """Quieten the collector, then stop the time of what is inside."""
    watch = Stopwatch()
    loop.quieten()
    started = time.perf_counter()
    yield watch
    watch.seconds = time.perf_counter() - started


def main() -> int:
    """Run one load."""
    parser = argparse.ArgumentParser(prog="python -m bench.loads", description=__doc__)
    parser.add_argument("name", choices=LOADS)
    parser.add_argument("url")
    parser.add_argument("count", type=int)
    parser.add_argument("in_flight", type=int)
    parser.add_argument("settings", nargs="*", metavar="SETTING=VALUE")
    asked = parser.parse_args()
    logs.configure(level=40)
    settings = dict(setting.split("=", 1) for setting in asked.settings)
    load: Callable[[Task], Awaitable[Done]] = import_module(LOADS[asked.name]).run

    async def once() -> Done:
        return await load(Task(url=asked.url, count=asked.count, in_flight=asked.in_flight, settings=settings))

    sys.stdout.write(json.dumps(asdict(loop.run(once()))) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
