"""All workers share each sender's allowance through the database, by the database's clock."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from sqlalchemy import event, select
from sqlalchemy.ext.asyncio import AsyncConnection

from ugly_mugs.contract import Purpose, Sender
from ugly_mugs.delivery import pacing
from ugly_mugs.delivery.breaker import FIRST_REST, FIRST_SHUT
from ugly_mugs.delivery.clock import epoch
from ugly_mugs.delivery.pace import Pace, burst
from ugly_mugs.delivery.pacing import SENDER, Results
from ugly_mugs.models import Occasion
from ugly_mugs.service import Database, Service, open_database

ALERTS = Purpose.ALERTS
ONE, TWO = Sender(name="+447700900001", segments_a_second=10), Sender(name="+447700900002", segments_a_second=10)
SMTP = Sender(name="smtp")


@asynccontextmanager
async def connected(service: Service | Database) -> AsyncIterator[AsyncConnection]:
    """A transaction without a session around it."""
    database = service if isinstance(service, Database) else service.database
    async with database.writer.begin() as connection:
        yield connection


async def look(service: Service, *senders: Sender) -> Pace:
    async with connected(service) as connection:
        return await pacing.allowance(connection, "sms", senders, lock=False)


async def take(service: Service | Database, senders: Sequence[Sender], *, most: int, at_a_time: int = 1) -> int:
    """Send at most *most* segments; how many went."""
    went = 0
    async with connected(service) as connection:
        pace = await pacing.allowance(connection, "sms", senders, lock=True)
        while went < most and pace.assign(str(went), at_a_time, ALERTS):
            went += at_a_time
        await pacing.save(connection, pace)
    return went


async def hear(service: Service, name: str, results: Results) -> list[str]:
    async with connected(service) as connection:
        return await pacing.note(connection, "sms", {name: results})


async def time_passes(service: Service, seconds: float) -> None:
    """As if everything in the table had happened *seconds* earlier."""
    async with connected(service) as connection:
        for name in ("filled_at", "shut_until", "probe_at", "recovering_since"):
            column = SENDER.c[name]
            await connection.execute(SENDER.update().values({name: column - seconds}))


async def test_the_databases_seconds_are_seconds_since_1970(service: Service) -> None:
    async with connected(service) as connection:
        first = (await connection.execute(select(epoch()))).scalar_one()
        await asyncio.sleep(0.05)
        second = (await connection.execute(select(epoch()))).scalar_one()

    assert first == pytest.approx(time.time(), abs=5)
    assert 0.045 < second - first < 2


async def test_a_sender_begins_with_a_full_bucket_and_what_is_taken_is_gone(service: Service) -> None:
    assert (await look(service, ONE, TWO)).most(ALERTS) == 20

    went = await take(service, [ONE], most=8)

    assert went == 8
    assert (await look(service, ONE)).most(ALERTS) in {2, 3}
    assert (await look(service, ONE, TWO)).most(ALERTS) in {12, 13}
    await time_passes(service, 0.5)
    assert (await look(service, ONE)).most(ALERTS) in {7, 8}


async def test_each_channel_has_its_own(service: Service) -> None:
    await take(service, [ONE], most=10)

    async with connected(service) as connection:
        other = await pacing.allowance(connection, "pigeon", [ONE], lock=True)

    assert other.most(ALERTS) == 10


async def test_what_was_taken_by_a_worker_that_died_before_its_commit_is_not_gone(service: Service) -> None:
    await look(service, ONE)

    with pytest.raises(ConnectionError):
        await take_and_die(service)

    assert (await look(service, ONE)).most(ALERTS) == 10


async def take_and_die(service: Service) -> None:
    async with connected(service) as connection:
        pace = await pacing.allowance(connection, "sms", [ONE], lock=True)
        assert pace.assign("her", 10, ALERTS)
        await pacing.save(connection, pace)
        raise ConnectionError


async def test_what_was_only_looked_at_cannot_be_charged(service: Service) -> None:
    async with connected(service) as connection:
        pace = await pacing.allowance(connection, "sms", [ONE], lock=False)
        pace.assign("her", 1, ALERTS)

        with pytest.raises(RuntimeError):
            await pacing.save(connection, pace)


async def test_without_a_limit_a_take_is_one_question_and_nothing_is_written(service: Service) -> None:
    await take(service, [SMTP], most=1)
    asked: list[str] = []
    event.listen(service.database.writer.sync_engine, "before_cursor_execute", lambda *a: asked.append(a[2]))

    went = await take(service, [SMTP], most=500)
    async with connected(service) as connection:
        await pacing.note(connection, "sms", {"smtp": Results(sent=500)})

    assert went == 500
    statements = [each for each in asked if not each.startswith("BEGIN")]
    assert [each.split()[0] for each in statements] == ["SELECT", "SELECT"]
    assert not [each for each in statements if "FOR UPDATE" in each]


async def test_with_one_a_take_is_two_questions_and_one_update_for_all_senders(service: Service) -> None:
    await take(service, [ONE, TWO], most=1)
    asked: list[str] = []
    event.listen(service.database.writer.sync_engine, "before_cursor_execute", lambda *a: asked.append(a[2]))

    await take(service, [ONE, TWO], most=18)

    assert [each.split()[0] for each in asked if not each.startswith("BEGIN")] == ["SELECT", "SELECT", "UPDATE"]


async def test_several_takers_on_postgresql_get_what_is_permitted_and_never_more(postgresql_service: Service) -> None:
    url, fast = postgresql_service.config.database_url, replace(ONE, segments_a_second=200)
    databases = [open_database(url, size=1) for _ in range(4)]

    went, seconds = await taking_together(postgresql_service, databases, fast)

    for database in databases:
        await database.close()
    assert sum(went) <= 200 * seconds + 1
    assert sum(went) >= 0.95 * 200 * seconds
    assert all(went), "each gets some"


async def test_two_takers_on_sqlite_as_well(sqlite_service: Service, sqlite_url: str) -> None:
    fast = replace(ONE, segments_a_second=200)
    databases = [open_database(sqlite_url), open_database(sqlite_url)]

    went, seconds = await taking_together(sqlite_service, databases, fast)

    for database in databases:
        await database.close()
    assert sum(went) <= 200 * seconds + 1
    assert sum(went) >= 0.95 * 200 * seconds


async def taking_together(service: Service, databases: Sequence[Database], sender: Sender) -> tuple[list[int], float]:
    """Each takes what it can for three seconds, from an empty bucket; what went, and the database's seconds."""
    await look(service, sender)
    await take(service, [sender], most=int(burst(200)))
    until = time.monotonic() + 3
    async with connected(service) as connection:
        began = (await connection.execute(select(SENDER.c.filled_at))).scalar_one()

    async def keep_taking(database: Database) -> int:
        went = 0
        while time.monotonic() < until:
            went += await take(database, [sender], most=30, at_a_time=1 + went % 3)
            await asyncio.sleep(0.01)
        return went

    went = await asyncio.gather(*(keep_taking(database) for database in databases))
    async with connected(service) as connection:
        ended = (await connection.execute(select(SENDER.c.filled_at))).scalar_one()
    return went, ended - began


async def test_a_worker_with_a_wrong_clock_gets_no_more(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    await take(service, [ONE], most=10)
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + 3600)

    went = await take(service, [ONE], most=10)

    assert went <= 1


async def test_two_workers_do_not_both_try_a_sender_that_was_shut(postgresql_service: Service) -> None:
    await take(postgresql_service, [SMTP], most=1)
    await hear(postgresql_service, "smtp", Results(down=1))
    await time_passes(postgresql_service, FIRST_SHUT + 1)

    went = await asyncio.gather(*(take(postgresql_service, [SMTP], most=10) for _ in range(4)))

    assert sorted(went) == [0, 0, 0, 1]


async def test_a_sender_is_shut_tried_and_trusted_again(service: Service) -> None:
    await take(service, [ONE, TWO], most=1)

    names = await hear(service, ONE.name, Results(sent=3, down=2, code="twilio 20003"))
    again = await hear(service, ONE.name, Results(down=5))
    shut = await look(service, ONE)
    await time_passes(service, FIRST_SHUT + 1)
    tried = await take(service, [ONE], most=10)
    opened = await hear(service, ONE.name, Results(sent=1))
    now = await look(service, ONE, TWO)

    assert (names, again, opened) == ([ONE.name], [], [])
    assert shut.most(ALERTS) == 0
    assert 29 < shut.wait(ALERTS) <= FIRST_SHUT
    assert tried == 1
    assert now.most(ALERTS) in {19, 20}
    async with connected(service) as connection:
        since = (await connection.execute(select(SENDER.c.recovering_since).order_by(SENDER.c.name))).scalars().all()
    assert since[0] is not None
    assert since[1] is None


async def test_a_sender_shut_again_is_no_news(service: Service) -> None:
    await take(service, [ONE], most=1)
    await hear(service, ONE.name, Results(down=1))
    await time_passes(service, FIRST_SHUT + 1)
    await take(service, [ONE], most=1)

    names = await hear(service, ONE.name, Results(unknown=1))

    assert names == []
    assert (await look(service, ONE)).wait(ALERTS) > FIRST_REST


async def test_what_is_heard_of_a_sender_that_is_gone_is_dropped(service: Service) -> None:
    assert await hear(service, "long ago", Results(down=1)) == []


@pytest.mark.parametrize("occasion", Occasion)
def test_warnings_go_by_the_senders_for_warnings(occasion: Occasion) -> None:
    is_warning = occasion in {Occasion.ALERT, Occasion.UPDATE, Occasion.CANCEL}

    assert (pacing.purpose_of(occasion) is ALERTS) == is_warning
