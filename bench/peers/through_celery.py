"""Celery with Redis: workers of its own, which begin to take from the queue when the time begins.

Settings: `redis` (its address), `pool` (prefork, gevent, threads), `at_once` (its `--concurrency`), `prefetch`,
`workers` (1 where nothing is said), `client` (requests or twilio).
"""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from redis import Redis

from .. import texts
from ..loads import Done, Task, measured

UNACKED = "unacked"
"""Where Celery's Redis transport keeps what a worker has taken and not yet acknowledged."""
LOOK_SECONDS = 0.01
LONGEST_START = 30


async def run(task: Task) -> Done:
    """Put every text in the queue of a worker that is ready, then let it have them, until all are acknowledged."""
    from . import celery_tasks as peer

    redis = Redis.from_url(task.settings["redis"])
    redis.flushall()
    environment = os.environ | {
        peer.BROKER: task.settings["redis"],
        peer.STUB: task.url,
        peer.CLIENT: task.settings["client"],
        peer.PREFETCH: task.settings["prefetch"],
        peer.MOST: str(task.in_flight),
    }
    peer.app.conf.broker_url = task.settings["redis"]
    workers = int(task.settings.get("workers", "1"))
    async with AsyncExitStack() as running:
        for number in range(workers):
            await running.enter_async_context(_a_worker(task, number, environment))
        await _until_ready(peer.app, workers)
        with peer.app.producer_or_acquire() as producer:
            for number, to in enumerate(texts.numbers(task.count)):
                peer.send.apply_async((number, to, texts.BODY), queue=peer.QUEUE, producer=producer)
        with measured() as watch:
            peer.app.control.add_consumer(peer.QUEUE)
            while any(redis.pipeline().llen(peer.QUEUE).hlen(UNACKED).execute()):  # noqa: ASYNC110 -- it rings no bell
                await asyncio.sleep(LOOK_SECONDS)
    return Done(task.count - int(redis.get(peer.FAILED) or 0), watch.seconds)


@asynccontextmanager
async def _a_worker(task: Task, number: int, environment: dict[str, str]) -> AsyncIterator[None]:
    pool = ("--pool", task.settings["pool"], "--concurrency", task.settings["at_once"])
    quiet = ("--loglevel", "ERROR", "--without-gossip", "--without-mingle", "--without-heartbeat")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-W", "ignore", "-m", "celery", "--quiet", "-A", "bench.peers.celery_tasks", "worker"),
        *("--hostname", f"{number}@localhost", *pool, *quiet),
        env=environment,
        stdout=asyncio.subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.terminate()
        await process.wait()


async def _until_ready(app: Any, workers: int) -> None:
    """Wait until all workers answer; none does before its pool stands."""
    latest = time.monotonic() + LONGEST_START
    while len(app.control.ping(timeout=0.5, limit=workers)) < workers:
        if time.monotonic() > latest:
            raise TimeoutError
        await asyncio.sleep(0)
