"""Pausing, stopping and being forgotten work at once, on what is queued too."""

from datetime import timedelta

from sqlmodel import col, select

from tests import makers
from tests.subscribers.made import HERS, NOW, a_subscriber, asking, dump, queued
from ugly_mugs.contract import Reply
from ugly_mugs.delivery import recipients, suppression
from ugly_mugs.models import Delivery, DeliveryState, Occasion, Subscriber
from ugly_mugs.service import Service
from ugly_mugs.subscribers import codes, joining, leaving, replies


async def states(service: Service, recipient_id: int) -> list[DeliveryState]:
    async with service.reading() as session:
        return list(await session.exec(select(col(Delivery.state)).where(Delivery.recipient_id == recipient_id)))


async def a_queued_warning(service: Service, recipient_id: int) -> None:
    await makers.an_alert(service)
    while await makers.expand_one(service):
        pass
    assert await states(service, recipient_id) == [DeliveryState.QUEUED]


async def test_stopping_stops_what_is_queued(service: Service) -> None:
    her = await a_subscriber(service)
    await a_queued_warning(service, her)

    async with service.transaction() as session:
        assert await leaving.stop(session, her, now=NOW)
        assert not await leaving.stop(session, her, now=NOW)

    assert await states(service, her) == [DeliveryState.CANCELLED]


async def test_a_pause_stops_what_is_queued_and_ends_by_itself(service: Service) -> None:
    her = await a_subscriber(service)
    await a_queued_warning(service, her)
    today = service.now().date()

    async with service.transaction() as session:
        await leaving.pause(session, her, until=today, now=NOW)

    assert await states(service, her) == [DeliveryState.CANCELLED]
    await makers.an_alert(service)
    while await makers.expand_one(service):
        pass
    assert await states(service, her) == [DeliveryState.CANCELLED]
    await makers.an_alert(service)
    while await makers.expand_one(service, now=service.now() + timedelta(days=1)):
        pass
    assert await states(service, her) == [DeliveryState.CANCELLED, DeliveryState.QUEUED]


async def test_a_pause_lets_corrections_through(service: Service) -> None:
    her, other = await a_subscriber(service), await a_subscriber(service, "+447700900322")
    await a_queued_warning(service, her)
    async with service.transaction() as session:
        for row in await session.exec(select(Delivery)):
            row.state = DeliveryState.SENT
        version = (await session.exec(select(Delivery.alert_id))).first()
    assert version is not None
    await makers.cancel(service, version)
    while await makers.expand_one(service):
        pass

    async with service.transaction() as session:
        await leaving.pause(session, her, until=service.now().date(), now=NOW)

    for each in (her, other):
        assert DeliveryState.QUEUED in await states(service, each)


async def test_starting_again_undoes_both(service: Service) -> None:
    her = await a_subscriber(service)
    async with service.transaction() as session:
        await leaving.pause(session, her, until=NOW.date(), now=NOW)
        await leaving.stop(session, her, now=NOW)

    async with service.transaction() as session:
        assert await leaving.start(session, her)
        assert not await leaving.start(session, her)

    await a_queued_warning(service, her)


async def test_who_stops_is_told_so_on_her_own_channel(service: Service) -> None:
    her = await a_subscriber(service)

    async with service.transaction() as session:
        await leaving.stop(session, her, now=NOW)
        await leaving.tell(session, service.vault, her, Occasion.STOPPED, now=NOW)

    assert [row.occasion for row in await queued(service)] == [Occasion.STOPPED]


async def test_erasing_leaves_nothing_of_her_in_any_table(service: Service) -> None:
    tag = recipients.tag_of(service.vault, "sms", HERS)
    async with service.transaction() as session:
        # A code, an answer, a no, a yes, a warning: everything that may leave a trace.
        await codes.send(session, service.vault, asking(), now=NOW)
        arrival = await joining.arrive(session, service.vault, service.atlas, asking(), now=NOW)
        assert arrival is not None
        await replies.hear(session, service.vault, "sms", Reply(sender=HERS, text="HELP", reference="SM1"), now=NOW)
        await suppression.suppress(session, channel="sms", tag=tag, reason="stop", now=NOW)
    bystander = await a_subscriber(service, "+447700900322")
    await makers.an_alert(service)
    while await makers.expand_one(service):
        pass
    before = await dump(service)
    assert tag.hex() in before

    async with service.transaction() as session:
        await leaving.erase(session, arrival.recipient_id)

    after = await dump(service)
    for secret in (tag.hex(), HERS, HERS.removeprefix("+44"), "Roxy"):
        assert secret not in after
    async with service.reading() as session:
        assert await session.get(Subscriber, bystander) is not None
        told = list(await session.exec(select(Delivery.recipient_id)))
    assert told == [bystander]


async def test_who_was_erased_can_join_again_as_somebody_new(service: Service) -> None:
    her = await a_subscriber(service)
    async with service.transaction() as session:
        await leaving.erase(session, her)

    async with service.transaction() as session:
        arrival = await joining.arrive(session, service.vault, service.atlas, asking(), now=NOW)

    assert arrival is not None
    assert arrival.is_new
