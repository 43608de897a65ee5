"""A loop around a step."""

import asyncio

from sqlmodel import select

from ugly_mugs.bell import Bell
from ugly_mugs.models import House
from ugly_mugs.service import Service
from ugly_mugs.workers.loop import keep_at


async def test_a_loop_told_to_stop_finishes_its_step_and_leaves_no_lock(service: Service) -> None:
    begun = asyncio.Event()

    async def step() -> bool:
        async with service.transaction() as session:
            session.add(House(name="step", value="whole"))
            await session.flush()
            begun.set()
            await asyncio.sleep(0.05)
        return False

    task = asyncio.create_task(keep_at(step, name="test", ear=Bell().ear("test")))
    await begun.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    async with service.transaction() as session:
        session.add(House(name="after", value="not locked"))
    async with service.reading() as session:
        assert sorted(await session.exec(select(House.name))) == ["after", "step"]


async def test_a_step_that_fails_is_tried_again(sqlite_service: Service) -> None:
    tries: list[int] = []
    again = asyncio.Event()

    async def step() -> bool:
        tries.append(1)
        if len(tries) == 1:
            raise ConnectionError
        again.set()
        return False

    task = asyncio.create_task(keep_at(step, name="test", ear=sqlite_service.bell.ear("test")))
    await asyncio.wait_for(again.wait(), 10)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    assert len(tries) == 2


async def test_what_is_rung_while_a_step_is_busy_is_not_lost(sqlite_service: Service) -> None:
    runs: list[int] = []
    twice = asyncio.Event()

    async def step() -> bool:
        runs.append(1)
        if len(runs) == 1:
            sqlite_service.bell.ring("test")
        else:
            twice.set()
        return False

    task = asyncio.create_task(keep_at(step, name="test", ear=sqlite_service.bell.ear("test"), rest=60))
    await asyncio.wait_for(twice.wait(), 5)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    assert len(runs) == 2
