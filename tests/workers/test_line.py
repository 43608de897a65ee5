"""A message at the wire belongs to one worker: none sets out so late that another could think it never did."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from sqlmodel import select

from tests import makers
from ugly_mugs.contract import Message, Receipt, Sender
from ugly_mugs.models import Delivery, DeliveryState
from ugly_mugs.service import Service
from ugly_mugs.workers import deliver, taking
from ugly_mugs.workers.line import Line


@dataclass
class Stuck:
    """A channel for one message at a time, which lets none through before it is opened."""

    name: str = "email"
    senders: Sequence[Sender] = (Sender(name="stuck"),)
    pence: Decimal = Decimal(0)
    at_once: int = 1
    longest: timedelta = timedelta(seconds=0.2)
    absent_after: timedelta = timedelta()
    open: asyncio.Event = field(default_factory=asyncio.Event)
    begun: int = 0

    async def send(self, message: Message) -> Receipt:
        self.begun += 1
        await self.open.wait()
        return Receipt(message.id)

    async def find(self, message: Message, *, since: datetime) -> Receipt | None:
        return None

    async def close(self) -> None:
        pass


@pytest.fixture
def stuck() -> Stuck:
    return Stuck()


@pytest.fixture
async def line(service: Service, stuck: Stuck) -> Line:
    """A line with one message at the wire and one that waits for it, each with two seconds to set out."""
    telling = makers.with_settings(replace(service, channels={"email": stuck}), lease_seconds=4)
    for number in range(2):
        await makers.a_subscriber(telling, email=f"roxy{number}@example.org")
    await makers.an_alert(telling)
    await deliver.expand(telling)
    made = Line(telling, "email", worker="w")
    await made.push()
    await made.push()
    await asyncio.sleep(0)
    return made


async def test_what_waited_in_line_for_too_long_does_not_set_out_and_is_queued_again(
    service: Service, stuck: Stuck, line: Line
) -> None:
    assert await makers.states(service) == {DeliveryState.SENDING: 2}
    await asyncio.sleep(2.2)
    stuck.open.set()

    await line.drain()

    assert stuck.begun == 1
    async with service.reading() as session:
        rows = (await session.exec(select(Delivery.state, Delivery.attempts, Delivery.failure))).all()
    assert sorted(rows) == [(DeliveryState.QUEUED, 0, "late"), (DeliveryState.SENT, 0, None)]


async def test_what_waited_in_line_for_a_moment_is_sent(service: Service, stuck: Stuck, line: Line) -> None:
    stuck.open.set()

    await line.drain()

    assert stuck.begun == 2
    assert await makers.states(service) == {DeliveryState.SENT: 2}


async def test_each_time_that_a_worker_takes_some_it_has_another_name(
    service: Service, stuck: Stuck, line: Line
) -> None:
    async with service.reading() as session:
        names = set(await session.exec(select(Delivery.leased_by)))

    assert len(names) == 2
    stuck.open.set()
    await line.drain()


@pytest.mark.parametrize(("longest", "lease"), [(10, 30), (20, 30), (40, 60)])
def test_a_lease_is_half_as_long_again_as_a_channel_may_take_at_least(
    sqlite_service: Service, longest: int, lease: int
) -> None:
    stuck = Stuck(longest=timedelta(seconds=longest))

    assert taking.lease(sqlite_service, stuck) == lease
