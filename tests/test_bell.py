"""A bell rings after the commit, never before, and on every machine."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from time import monotonic

import psycopg
import pytest

from tests import makers
from ugly_mugs import bell, schema
from ugly_mugs.bell import Bell, Ear
from ugly_mugs.service import Service

SOON, LONG = 0.05, 10.0


class PowerCut(Exception):
    """Something goes wrong before the commit."""


async def heard(ear: Ear, *, within: float) -> bool:
    """Whether *ear* was woken before *within* seconds were over."""
    start = monotonic()
    await ear.wait(seconds=within)
    return monotonic() - start < within


async def test_it_rings_once_what_was_asked_for_is_committed(service: Service) -> None:
    ear = service.bell.ear("deliver")

    async with service.transaction() as session:
        await bell.ask(session, "deliver")
        before = await heard(ear, within=SOON)

    assert not before
    assert await heard(ear, within=LONG)


async def test_it_does_not_ring_for_what_was_rolled_back(service: Service) -> None:
    ear = service.bell.ear("deliver")

    with suppress(PowerCut):
        async with service.transaction() as session:
            await bell.ask(session, "deliver")
            raise PowerCut

    assert not await heard(ear, within=SOON)


async def test_it_wakes_everybody_who_listens_to_the_topic_and_nobody_else(service: Service) -> None:
    one, other, deaf = service.bell.ear("deliver"), service.bell.ear("deliver"), service.bell.ear("feed")

    async with service.transaction() as session:
        await bell.ask(session, "deliver")

    assert await heard(one, within=LONG)
    assert await heard(other, within=LONG)
    assert not await heard(deaf, within=SOON)


async def test_a_ring_while_nobody_waited_counts_once() -> None:
    rung = Bell()
    ear = rung.ear("deliver")

    rung.ring("deliver")
    rung.ring("deliver")

    assert await heard(ear, within=LONG)
    assert not await heard(ear, within=SOON)


@asynccontextmanager
async def listening(service: Service) -> AsyncIterator[None]:
    """*service* hears what other processes ring, until the end of the block."""
    url = schema.for_driver(service.config.database_url)
    listener = asyncio.create_task(service.bell.listen(url))
    try:
        await until_listeners(url)
        yield
    finally:
        listener.cancel()
        with suppress(asyncio.CancelledError):
            await listener


async def until_listeners(url: str, *, not_process: int = 0) -> int:
    """The process number of the connection that listens, once there is one."""
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        for _ in range(200):
            found = await connection.execute(
                "SELECT pid FROM pg_stat_activity"
                " WHERE datname = current_database() AND query LIKE 'LISTEN%%' AND state = 'idle' AND pid <> %s",
                [not_process],
            )
            if row := await found.fetchone():
                return int(row[0])
            await asyncio.sleep(0.02)
    raise AssertionError("nobody listens")


async def test_it_rings_in_every_other_process(postgresql_service: Service, key_folder: Path, tmp_path: Path) -> None:
    url = postgresql_service.config.database_url
    async with makers.a_service(url, key_folder, var=tmp_path) as elsewhere, listening(elsewhere):
        ear = elsewhere.bell.ear("deliver")

        async with postgresql_service.transaction() as session:
            await bell.ask(session, "deliver")
            before = await heard(ear, within=SOON)

        assert not before
        assert await heard(ear, within=LONG)


async def test_a_connection_that_was_lost_is_made_anew(postgresql_service: Service) -> None:
    url = schema.for_driver(postgresql_service.config.database_url)
    async with listening(postgresql_service):
        ear = postgresql_service.bell.ear("feed")
        process = await until_listeners(url)

        async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
            await connection.execute("SELECT pg_terminate_backend(%s)", [process])
            await until_listeners(url, not_process=process)
            await connection.execute("SELECT pg_notify('bell', 'feed')")

        assert await heard(ear, within=LONG)


@pytest.mark.parametrize("steps", range(6))
async def test_whoever_is_told_to_stop_while_it_rings_stops(steps: int) -> None:
    ear = Ear()
    waiting = asyncio.create_task(ear.wait(seconds=5))
    await asyncio.sleep(0.01)

    ear.hear()
    for _ in range(steps):
        await asyncio.sleep(0)
    heard_it_first = not waiting.cancel()
    await asyncio.wait([waiting])

    assert heard_it_first or waiting.cancelled()
