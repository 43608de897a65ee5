"""What is asked when a message is about to be sent, however long ago it was written down."""

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from sqlmodel import select, update

from tests import makers
from ugly_mugs.contract import Message, Purpose, Receipt, Sender
from ugly_mugs.delivery import hours, ledger, money
from ugly_mugs.demo.carrier import Carrier
from ugly_mugs.demo.faults import Faults, Trouble
from ugly_mugs.models import Delivery, DeliveryState, Spending
from ugly_mugs.service import Service
from ugly_mugs.subscribers import leaving
from ugly_mugs.vocabulary import Severity
from ugly_mugs.workers.letters import Letters
from ugly_mugs.workers.taking import take


@dataclass
class Sink:
    """A channel that takes everything at once."""

    senders: Sequence[Sender]
    name: str = "sms"
    pence: Decimal = Decimal(0)
    at_once: int = 500
    longest: timedelta = timedelta(seconds=1)
    absent_after: timedelta = timedelta()
    sent: list[str] = field(default_factory=list)

    async def send(self, message: Message) -> Receipt:
        self.sent.append(message.id)
        return Receipt(message.id)

    async def find(self, message: Message, *, since: datetime) -> Receipt | None:
        return None

    async def close(self) -> None:
        pass


async def as_if_it_came_back(service: Service) -> None:
    """What was about to be sent is due again, as after a throttled try."""
    async with service.transaction() as session:
        again = {"state": DeliveryState.QUEUED, "due_at": service.now() - timedelta(seconds=1), "lease_until": None}
        await session.exec(update(Delivery).values(**again))


@pytest.mark.parametrize("leave", [leaving.stop, leaving.pause])
async def test_whoever_leaves_while_her_text_is_in_flight_does_not_get_it_when_it_comes_back(
    telling: Service, carrier: Carrier, leave: object
) -> None:
    who = await makers.a_subscriber(telling)
    await makers.an_alert(telling)
    while await makers.expand_one(telling):
        pass
    await makers.taken(telling, worker="slow")

    async with telling.transaction() as session:
        if leave is leaving.stop:
            await leaving.stop(session, who, now=telling.now())
        else:
            until = telling.now().date() + timedelta(days=3)
            await leaving.pause(session, who, until=until, now=telling.now())
    await as_if_it_came_back(telling)
    await makers.deliver_all(telling)

    assert not carrier.attempts
    assert await makers.states(telling) == {DeliveryState.CANCELLED: 1}


async def test_what_was_put_off_into_her_quiet_hours_waits_for_their_end(telling: Service, carrier: Carrier) -> None:
    now = telling.now()
    hour = hours.hour_in_the_hall(now)
    await makers.a_subscriber(telling)
    await makers.a_subscriber(telling, quiet_from=hour, quiet_until=(hour + 2) % 24)
    wording = makers.a_wording(telling.atlas).model_copy(update={"severity": Severity.SERIOUS})
    await makers.an_alert(telling, wording=wording)
    while await makers.expand_one(telling):
        pass
    async with telling.transaction() as session:
        # As after a cap, or an outage in the evening.
        await session.exec(update(Delivery).values(due_at=now - timedelta(seconds=1)))

    await makers.deliver_all(telling)

    assert len(makers.arrived(carrier)) == 1
    assert (await makers.states(telling))[DeliveryState.QUEUED] == 1
    async with telling.reading() as session:
        jobs, _ = await ledger.due(session, channel="sms", worker="w", limit=10, now=now)
    assert jobs == []


async def test_the_nearest_are_told_as_far_as_the_money_lasts(sqlite_service: Service) -> None:
    sink = Sink((Sender(name="a", pence=Decimal(4)),), pence=Decimal(4))
    poor = replace(makers.with_settings(sqlite_service, pounds_a_day=1), channels={"sms": sink})
    for number in range(40):
        await makers.a_subscriber(poor, phone=f"+4477009000{number:02}")
    await makers.an_alert(poor)

    await makers.deliver_all(poor)

    assert await makers.states(poor) == {DeliveryState.SENT: 25, DeliveryState.QUEUED: 15}


async def test_the_first_charge_of_a_day_is_no_less_good_for_a_second_worker(postgresql_service: Service) -> None:
    service, purse, now = postgresql_service, money.Purse("tell", 10**9, 10**9), postgresql_service.now()

    async def charge(*, hold: float) -> bool:
        async with service.transaction() as session:
            paid = await money.charge(session, purse, 4_000, now=now)
            await asyncio.sleep(hold)
        return paid

    first = asyncio.create_task(charge(hold=0.3))
    await asyncio.sleep(0.1)
    second = await charge(hold=0)

    assert (await first, second) == (True, True)


async def test_an_empty_bucket_of_one_purpose_is_waited_for_also_while_the_others_are_full(
    sqlite_service: Service,
) -> None:
    alerts = Sender(name="a", segments_a_second=10, carries=frozenset({Purpose.ALERTS}))
    others = Sender(name="b", segments_a_second=10, carries=frozenset({Purpose.OTHERS}))
    sink = Sink((alerts, others))
    service = replace(sqlite_service, channels={"sms": sink})
    for number in range(30):
        await makers.a_subscriber(service, phone=f"+4477009000{number:02}")
    await makers.an_alert(service)
    while await makers.expand_one(service):
        pass

    first = await take(service, Letters(service), sink, worker="w", limit=500)
    then = await take(service, Letters(service), sink, worker="w", limit=500)

    assert first.going
    assert not then.going
    assert 0 < then.wait <= 0.2


async def test_what_nobody_took_is_not_paid_for(telling: Service, carrier: Carrier) -> None:
    carrier.faults = Faults(plan=deque([Trouble.THROTTLE]), retry_after="60")
    for _ in range(2):
        await makers.a_subscriber(telling)
    await makers.an_alert(telling)

    await makers.deliver_all(telling)

    assert await makers.states(telling) == {DeliveryState.SENT: 1, DeliveryState.QUEUED: 1}
    async with telling.reading() as session:
        (spent,) = (await session.exec(select(Spending.millipence))).all()
        (segments,) = (await session.exec(select(Delivery.segments).where(Delivery.state == DeliveryState.SENT))).all()
    assert spent == segments * 4 * 1000
