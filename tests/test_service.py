"""The database may hang up whenever it likes; nobody notices, unless it was in the middle of a sentence."""

import asyncio

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlmodel.ext.asyncio.session import AsyncSession

from ugly_mugs import schema
from ugly_mugs.service import Service


async def who_answers(service: Service) -> int:
    """The server's process at the other end of a connection."""
    async with service.transaction() as session:
        connection = await session.connection()
        pid: int = (await connection.execute(text("SELECT pg_backend_pid()"))).scalar_one()
        await asyncio.sleep(0.05)  # so that those who ask at the same time get others
        return pid


async def hang_up(service: Service) -> None:
    """End every connection to the service's database, as a restart or a firewall would, and wait until they are."""
    others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    url = schema.for_driver(service.config.database_url)
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as outside:
        await outside.execute(f"SELECT pg_terminate_backend(pid, 5000) {others}".encode())
        left = await (await outside.execute(f"SELECT count(*) {others}".encode())).fetchone()
    assert left == (0,)


async def ask_with_a_break(service: Service) -> None:
    async with service.transaction() as session:
        connection = await session.connection()
        await connection.execute(text("SELECT 1"))
        await hang_up(service)
        await connection.execute(text("SELECT 1"))


async def test_connections_that_were_closed_while_nobody_used_them_are_replaced_unnoticed(
    postgresql_service: Service,
) -> None:
    before = await asyncio.gather(*(who_answers(postgresql_service) for _ in range(3)))

    await hang_up(postgresql_service)
    after = await asyncio.gather(*(who_answers(postgresql_service) for _ in range(3)))

    assert len(set(before)) == len(set(after)) == 3
    assert not set(before) & set(after)


async def test_one_that_is_still_there_is_used_again(postgresql_service: Service) -> None:
    assert await who_answers(postgresql_service) == await who_answers(postgresql_service)


async def test_one_that_is_closed_in_the_middle_of_a_transaction_fails_it_and_nothing_after_it(
    postgresql_service: Service,
) -> None:
    with pytest.raises(OperationalError):
        await ask_with_a_break(postgresql_service)

    assert await who_answers(postgresql_service)


async def hold(session: AsyncSession, key: int) -> None:
    """Lock something until the transaction ends."""
    await (await session.connection()).execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})


async def test_two_that_wait_for_each_other_both_come_to_their_end(postgresql_service: Service) -> None:
    both_hold_one, tries = asyncio.Event(), 0

    async def both(session: AsyncSession, first: int, second: int) -> int:
        nonlocal tries
        await hold(session, first)
        tries += 1
        if tries == 2:
            both_hold_one.set()
        await both_hold_one.wait()
        await hold(session, second)
        return first

    done = await asyncio.gather(
        postgresql_service.again_if_locked(lambda session: both(session, 1, 2)),
        postgresql_service.again_if_locked(lambda session: both(session, 2, 1)),
    )

    assert list(done) == [1, 2]
    assert tries == 3


async def test_what_fails_for_another_reason_is_not_tried_again(service: Service) -> None:
    tries = 0

    async def wrong(session: AsyncSession) -> None:
        nonlocal tries
        tries += 1
        await (await session.connection()).execute(text("SELECT nothing FROM nowhere"))

    with pytest.raises(DBAPIError):
        await service.again_if_locked(wrong)

    assert tries == 1
