"""Codes are worked out a few at a time."""

import asyncio
import time

import pytest

from ugly_mugs import vault
from ugly_mugs.intake.stretching import Busy, Stretching

SALT = bytes(16)


async def test_what_comes_out_is_argon2id() -> None:
    pool = Stretching()

    assert await pool.stretch(b"1234", salt=SALT, size=64) == vault.stretch(b"1234", salt=SALT, size=64)


async def test_a_full_queue_says_so_and_the_rest_is_served() -> None:
    pool = Stretching(threads=1, most_waiting=2)

    answers = await asyncio.gather(
        *(pool.stretch(b"1234", salt=SALT, size=64) for _ in range(5)), return_exceptions=True
    )

    assert [isinstance(answer, Busy) for answer in answers] == [False] * 3 + [True] * 2
    assert len(await pool.stretch(b"1234", salt=SALT, size=64)) == 64


async def test_someone_who_left_still_counts_until_the_work_is_done() -> None:
    pool = Stretching(threads=1, most_waiting=0)
    left = asyncio.create_task(pool.stretch(b"1234", salt=SALT, size=64))
    await asyncio.sleep(0)

    left.cancel()

    with pytest.raises(Busy):
        await pool.stretch(b"1234", salt=SALT, size=64)


def test_whoever_leaves_with_her_loop_takes_no_place_away_from_others() -> None:
    pool = Stretching(threads=1, most_waiting=0)

    async def leave() -> None:
        task = asyncio.create_task(pool.stretch(b"a", salt=bytes(16), size=64))
        await asyncio.sleep(0)
        task.cancel()

    for number in range(2):
        asyncio.run(leave())
        until = time.monotonic() + 5
        while pool.done <= number and time.monotonic() < until:
            time.sleep(0.01)

    assert pool.done == 2
