"""A cancel or an update at every moment of its original's life, and a mail server that closes in mid-DATA."""

from collections import Counter, deque
from collections.abc import Awaitable, Callable

import pytest
from sqlmodel import select

from tests import makers
from ugly_mugs.delivery import ledger
from ugly_mugs.demo.carrier import Carrier
from ugly_mugs.demo.faults import Faults, MailTrouble, Trouble
from ugly_mugs.demo.mailbox import Mailbox
from ugly_mugs.models import Delivery, DeliveryState, Occasion
from ugly_mugs.service import Service
from ugly_mugs.workers import deliver
from ugly_mugs.workers.line import Line

Step = Callable[[Service, Carrier], Awaitable[None]]


async def queued(service: Service, carrier: Carrier) -> None:
    await deliver.expand(service)


async def sending(service: Service, carrier: Carrier) -> None:
    await deliver.expand(service)
    await makers.taken(service, worker="w")


async def taken_but_unknown(service: Service, carrier: Carrier) -> None:
    carrier.faults = Faults(plan=deque([Trouble.LOSE]), story=())
    await makers.deliver_all(service)


async def unknown_and_never_taken(service: Service, carrier: Carrier) -> None:
    carrier.faults = Faults(plan=deque([Trouble.CLOSE]), story=())
    await makers.deliver_all(service)


async def sent(service: Service, carrier: Carrier) -> None:
    carrier.faults = Faults(story=("sent",))
    await makers.deliver_all(service)


async def delivered(service: Service, carrier: Carrier) -> None:
    await makers.deliver_all(service)
    async with service.transaction() as session:
        row = (await session.exec(select(Delivery))).one()
        row.state = DeliveryState.DELIVERED
        session.add(row)


async def throttled(service: Service, carrier: Carrier) -> None:
    carrier.faults = Faults(plan=deque([Trouble.THROTTLE]), retry_after="60")
    await makers.deliver_all(service)


@pytest.mark.parametrize(
    ("moment", "before", "texts"),
    [
        (queued, DeliveryState.QUEUED, 0),
        (throttled, DeliveryState.QUEUED, 0),
        (sending, DeliveryState.SENDING, 0),
        (unknown_and_never_taken, DeliveryState.UNKNOWN, 0),
        (taken_but_unknown, DeliveryState.UNKNOWN, 2),
        (sent, DeliveryState.SENT, 2),
        (delivered, DeliveryState.DELIVERED, 2),
    ],
)
async def test_a_cancel_follows_its_original_exactly_where_that_went(
    telling: Service, carrier: Carrier, moment: Step, before: DeliveryState, texts: int
) -> None:
    await makers.a_subscriber(telling)
    version = await makers.an_alert(telling)
    await moment(telling, carrier)
    assert await makers.states(telling) == {before: 1}

    await makers.cancel(telling, version.alert_id)
    await until_nothing_is_open(telling)

    bodies = [text.body for text in makers.arrived(carrier)]
    assert [("is withdrawn" in body) for body in bodies] == [False, True][:texts]
    async with telling.reading() as session:
        found = dict((await session.exec(select(Delivery.occasion, Delivery.state))).all())
    if texts:
        assert found[Occasion.CANCEL] in {DeliveryState.SENT, DeliveryState.DELIVERED}
    else:
        assert found[Occasion.ALERT] is DeliveryState.CANCELLED
        assert found.get(Occasion.CANCEL, DeliveryState.NOT_NEEDED) is DeliveryState.NOT_NEEDED


async def test_a_cancel_waits_while_its_original_is_at_the_wire(telling: Service, carrier: Carrier) -> None:
    await makers.a_subscriber(telling)
    version = await makers.an_alert(telling)
    await sending(telling, carrier)

    await makers.cancel(telling, version.alert_id)
    await makers.deliver_all(telling)

    assert await makers.states(telling) == {DeliveryState.SENDING: 1, DeliveryState.QUEUED: 1}
    assert not carrier.texts


async def test_a_cancel_follows_an_original_that_is_taken_while_it_is_withdrawn(
    telling: Service, carrier: Carrier
) -> None:
    # Longer than a busy machine takes to withdraw.
    carrier.faults = Faults(latency=3)
    await makers.a_subscriber(telling)
    version = await makers.an_alert(telling)
    await deliver.expand(telling)
    line = Line(telling, "sms", worker="test")
    await line.push()

    await makers.cancel(telling, version.alert_id)
    await deliver.expand(telling)
    await line.push()
    during = await makers.states(telling)
    await line.drain()
    carrier.faults = Faults()
    await until_nothing_is_open(telling)

    assert during == {DeliveryState.SENDING: 1, DeliveryState.QUEUED: 1}
    assert [("is withdrawn" in text.body) for text in makers.arrived(carrier)] == [False, True]


@pytest.mark.parametrize("told_before", [0, 1, 2, 3])
async def test_an_update_in_the_middle_of_expansion_is_what_everybody_ends_with(
    telling: Service, carrier: Carrier, told_before: int
) -> None:
    people = [await makers.a_subscriber(telling, area=area) for area in ("GU1", "GU1", "GU2", "GU3")]
    version = await makers.an_alert(telling)
    await makers.expand_one(telling, size=2)
    line = Line(telling, "sms", worker="test")
    for _ in range(told_before):
        await line.push(limit=1)
        await line.drain()
    told = len(makers.arrived(carrier))

    wording = makers.a_wording(telling.atlas, text="Reported to us, not proven, update: a red van. Ref 7K2Q")
    newer = await makers.update(telling, version.alert_id, wording)
    await until_nothing_is_open(telling)

    bodies = Counter(text.body for text in makers.arrived(carrier))
    assert bodies[newer.text] == len(people)
    assert bodies[version.text] == told


@pytest.mark.parametrize("kind", ["update", "cancel"])
async def test_nothing_of_an_alert_is_written_once_it_is_superseded(
    telling: Service, carrier: Carrier, kind: str
) -> None:
    for area in ("GU1", "GU2", "GU3"):
        await makers.a_subscriber(telling, area=area)
    version = await makers.an_alert(telling)
    await makers.expand_one(telling, size=1)

    if kind == "update":
        await makers.update(
            telling,
            version.alert_id,
            makers.a_wording(telling.atlas, text="Reported to us, not proven: another. Ref 7K2Q"),
        )
    else:
        await makers.cancel(telling, version.alert_id)
    while await makers.expand_one(telling, size=1):
        pass

    async with telling.reading() as session:
        states = list(await session.exec(select(Delivery.state).where(Delivery.subject == version.id)))
    assert states == [DeliveryState.CANCELLED]


async def test_a_mail_server_that_closes_in_mid_data_is_not_given_the_mail_again_at_once(
    telling: Service, mailbox: Mailbox
) -> None:
    await makers.a_subscriber(telling, email="jo@example.org")
    await makers.an_alert(telling)
    mailbox.faults.plan = deque([MailTrouble.CLOSE])

    await makers.deliver_all(telling)
    await deliver.resolve(telling, "email")
    await makers.deliver_all(telling)

    assert await makers.states(telling) == {DeliveryState.UNKNOWN: 1}
    assert not list(mailbox)


async def until_nothing_is_open(service: Service) -> None:
    """As if every dead worker had been found and everything put off were due."""
    for _ in range(4):
        await makers.leases_run_out(service)
        async with service.transaction() as session:
            await ledger.recover(session)
            for row in await session.exec(select(Delivery)):
                row.due_at = min(row.due_at, service.now())
                session.add(row)
        await deliver.resolve(service, "sms")
        await makers.deliver_all(service)
