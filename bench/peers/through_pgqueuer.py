"""pgqueuer on the same PostgreSQL, its jobs sending through the same channel as ours.

As in its README ("Quick Start": one asyncpg connection, `batch_size` of 10), and for the tuned one as in its guide
"Performance Tuning": a larger `batch_size` for jobs that are short, `pgq autovac` after installation, a single
connection for the queue manager; `durable`, since no text may be lost. Two things in its favour: its tables are new
and analysed in each run, and it needs no `max_concurrent_tasks`, whose limit it keeps by polling every 0.1 s; the jobs
themselves wait for a place at the wire.
Settings: `database`, `driver` (asyncpg, asyncpg-pool, psycopg), `batch`, `most` (max_concurrent_tasks), `autovac`.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import asyncpg
import psycopg
from pgqueuer import PgQueuer
from pgqueuer.db import AsyncpgDriver, AsyncpgPoolDriver, PsycopgDriver
from pgqueuer.models import Job
from pgqueuer.queries import Queries

from ugly_mugs.contract import Message

from .. import texts
from ..loads import Done, Task, measured

ENTRY = "send"
DEFAULT_BATCH = 10
AT_ONCE = 2_000
TABLES = ("pgqueuer", "pgqueuer_log")


async def run(task: Task) -> Done:
    """Put every text in the queue, then send them; the books are pgqueuer's log of what was successful."""
    channel = texts.a_channel(task.url, in_flight=task.in_flight)
    async with _a_driver(task) as driver:
        settled = asyncio.Event()
        queries = _counting(driver, task.count, settled)
        await _fill(queries, task)
        pgqueuer = PgQueuer(driver, queries=queries)
        room = asyncio.Semaphore(task.in_flight)

        async def send(job: Job) -> None:
            assert job.payload is not None
            told = json.loads(job.payload)
            message = Message(
                id=str(UUID(int=job.id)), to=told["to"], parts={"txt": told["body"]}, valid_for=texts.VALID_FOR
            )
            async with room:
                await channel.send(message)

        pgqueuer.entrypoint(ENTRY)(send)
        most = int(task.settings["most"]) if "most" in task.settings else None
        with measured() as watch:
            running = asyncio.create_task(
                pgqueuer.run(batch_size=int(task.settings.get("batch", DEFAULT_BATCH)), max_concurrent_tasks=most)
            )
            await asyncio.wait([running, waiting := asyncio.create_task(settled.wait())], return_when="FIRST_COMPLETED")
        waiting.cancel()
        pgqueuer.shutdown.set()
        await running
        (row,) = await driver.fetch("SELECT count(*) AS sent FROM pgqueuer_log WHERE status = 'successful'")
        await channel.close()
    return Done(int(row["sent"]), watch.seconds)


def _counting(driver: Any, count: int, settled: asyncio.Event) -> Any:
    class Counting(Queries):  # type: ignore[misc]  # no types unless the bench's peers are installed
        left = count

        async def log_jobs(self, job_status: list[Any]) -> None:
            await super().log_jobs(job_status)
            self.left -= len(job_status)
            if self.left <= 0:
                settled.set()

    return Counting(driver)


async def _fill(queries: Any, task: Task) -> None:
    if await queries.schema_is_installed():
        await queries.uninstall()
    await queries.install()
    if "autovac" in task.settings:
        await queries.optimize_autovacuum()
    payloads = [json.dumps({"to": to, "body": texts.BODY}).encode() for to in texts.numbers(task.count)]
    for start in range(0, task.count, AT_ONCE):
        some = payloads[start : start + AT_ONCE]
        await queries.enqueue([ENTRY] * len(some), some, [0] * len(some))
    for name in TABLES:
        await queries.driver.execute(f"ANALYZE {name}")


@asynccontextmanager
async def _a_driver(task: Task) -> AsyncIterator[Any]:
    dsn = urlsplit(task.settings["database"])._replace(scheme="postgresql").geturl()
    driver = task.settings.get("driver", "asyncpg")
    if driver == "asyncpg":
        connection = await asyncpg.connect(dsn)
        yield AsyncpgDriver(connection)
        await connection.close()
    elif driver == "asyncpg-pool":
        async with asyncpg.create_pool(dsn, min_size=5, max_size=20) as pool:
            yield AsyncpgPoolDriver(pool)
    else:
        async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as connection:
            yield PsycopgDriver(connection)
