"""Workers cry out when something begins to be wrong, once an hour while it is, and say when it is over."""

import io
import json
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import structlog
from sqlmodel import delete, select

from tests import makers
from ugly_mugs import logs
from ugly_mugs.models import Sender, Tally
from ugly_mugs.service import Service
from ugly_mugs.workers import sweep
from ugly_mugs.workers.watch import Watch


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the service logs."""
    before, out = structlog.get_config(), io.StringIO()
    logs.configure(out)
    yield out
    structlog.configure(**before)


def lines(log: io.StringIO) -> list[dict[str, object]]:
    """What was logged about alarms since the last time, without when."""
    found = [json.loads(line) for line in log.getvalue().splitlines()]
    log.seek(0)
    log.truncate()
    return [{key: line[key] for key in line if key != "at"} for line in found if line["event"].startswith("alarm.")]


async def a_refused_sender(service: Service) -> None:
    async with service.transaction() as session:
        session.add(Sender(channel="sms", name="+447700900999", tokens=0, filled_at=0, opened=1, why="twilio 30002"))


async def test_a_refused_sender_is_cried_out_and_called_off(sqlite_service: Service, log: io.StringIO) -> None:
    watch = Watch(sqlite_service)

    quiet = [await watch.look(), lines(log)]
    await a_refused_sender(sqlite_service)
    await watch.look()
    first = lines(log)
    await watch.look()
    again = lines(log)
    async with sqlite_service.transaction() as session:
        await session.exec(delete(Sender))
    await watch.look()

    about = {"channel": "sms", "kind": "channel_down"}
    assert quiet == [False, []]
    assert first == [{"event": "alarm.ringing", "level": "error", "count": 1, "code": "twilio 30002", **about}]
    assert again == []
    assert lines(log) == [{"event": "alarm.over", "level": "info", **about}]


async def test_while_it_lasts_it_is_said_once_an_hour(sqlite_service: Service, log: io.StringIO) -> None:
    await a_refused_sender(sqlite_service)
    minutes = iter(range(0, 180, 10))
    began = sqlite_service.now()

    class Later(Service):
        def now(self) -> datetime:
            return began + timedelta(minutes=next(minutes))

    watch = Watch(Later(**{name: getattr(sqlite_service, name) for name in Service.__dataclass_fields__}))
    for _ in range(18):
        await watch.look()

    assert len(lines(log)) == 3


async def test_old_tallies_and_senders_that_are_none_are_swept(telling: Service) -> None:
    await a_refused_sender(telling)
    async with telling.transaction() as session:
        session.add(Sender(channel="sms", name="gone", tokens=0, filled_at=0))
        session.add(Tally(channel="sms", hour=telling.now() - timedelta(days=3), kind="sent", number=1))

    await sweep.forget(telling)

    async with telling.reading() as session:
        assert list(await session.exec(select(Sender.name))) == [makers.OUR_NUMBER]
        assert list(await session.exec(select(Tally))) == []
