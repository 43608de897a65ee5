"""What is sent again and what is not is decided by evidence, and by the database's clock alone."""

from datetime import timedelta

import pytest
from sqlmodel import select, update

from tests import makers
from ugly_mugs.contract import Heard, Progress, Receipt, SendFailed
from ugly_mugs.delivery import learning, ledger, settling, unknown
from ugly_mugs.delivery.ledger import Job
from ugly_mugs.delivery.settling import Outcome
from ugly_mugs.demo.carrier import Carrier
from ugly_mugs.models import Delivery, DeliveryState
from ugly_mugs.service import Service
from ugly_mugs.workers import deliver


async def one_in_flight(service: Service, *, worker: str) -> Job:
    """The one message, taken by *worker* and about to be sent."""
    (job,) = await makers.taken(service, worker=worker)
    return job


async def test_what_a_worker_says_late_does_not_undo_that_another_is_sending(telling: Service) -> None:
    await makers.a_subscriber(telling)
    await makers.an_alert(telling)
    await deliver.expand(telling)
    slow = await one_in_flight(telling, worker="slow")
    await makers.leases_run_out(telling)
    async with telling.transaction() as session:
        await ledger.recover(session)
    await deliver.resolve(telling, "sms")
    await one_in_flight(telling, worker="other")

    async with telling.transaction() as session:
        await settling.settle(session, [Outcome(slow, SendFailed("429"))], now=telling.now())

    assert await makers.states(telling) == {DeliveryState.SENDING: 1}


async def test_what_a_worker_says_late_still_counts_while_nobody_knows(telling: Service) -> None:
    await makers.a_subscriber(telling)
    await makers.an_alert(telling)
    await deliver.expand(telling)
    slow = await one_in_flight(telling, worker="slow")
    await makers.leases_run_out(telling)
    async with telling.transaction() as session:
        await ledger.recover(session)

    async with telling.transaction() as session:
        await settling.settle(session, [Outcome(slow, SendFailed("429"))], now=telling.now())

    assert await makers.states(telling) == {DeliveryState.QUEUED: 1}


async def test_a_late_callback_for_what_waits_to_be_sent_again_keeps_it_from_going_twice(
    telling: Service, carrier: Carrier
) -> None:
    await makers.a_subscriber(telling)
    await makers.an_alert(telling)
    await deliver.expand(telling)
    async with telling.reading() as session:
        delivery = (await session.exec(select(Delivery.id))).one()

    heard = Heard(delivery=str(delivery), reference="SM1", progress=Progress.DELIVERED)
    async with telling.transaction() as session:
        await learning.learn(session, heard, now=telling.now())
    await makers.deliver_all(telling)

    assert not carrier.texts
    assert await makers.states(telling) == {DeliveryState.DELIVERED: 1}


async def test_a_worker_whose_clock_is_a_minute_fast_puts_nobody_off(telling: Service, carrier: Carrier) -> None:
    fast = makers.with_clock(telling, ahead=timedelta(minutes=1))
    await makers.a_subscriber(telling)
    await makers.an_alert(telling)

    await makers.deliver_all(fast)

    assert len(carrier.texts) == 1


async def test_a_try_that_a_slow_clock_puts_off_is_not_made_at_once(telling: Service, carrier: Carrier) -> None:
    slow = makers.with_clock(telling, ahead=timedelta(minutes=-1))
    await makers.a_subscriber(telling)
    await makers.an_alert(telling)
    await deliver.expand(telling)
    job = await one_in_flight(telling, worker="slow")

    later = SendFailed("429")
    async with telling.transaction() as session:
        await settling.settle(session, [Outcome(job, later)], now=slow.now())
    await makers.deliver_all(telling)

    assert not carrier.attempts


async def test_a_clock_a_minute_fast_does_not_take_a_message_for_absent_too_soon(telling: Service) -> None:
    fast = makers.with_clock(telling, ahead=timedelta(minutes=1))
    fast.channels["sms"].absent_after = timedelta(seconds=30)
    await makers.a_subscriber(telling)
    await makers.an_alert(telling)
    await deliver.expand(telling)
    await one_in_flight(telling, worker="dead")
    await makers.leases_run_out(telling)
    async with telling.transaction() as session:
        await ledger.recover(session)

    await deliver.resolve(fast, "sms")

    assert await makers.states(telling) == {DeliveryState.UNKNOWN: 1}


async def two_of_a_dead_worker(service: Service) -> None:
    """Two messages of which the carrier has nothing, and may not have yet."""
    service.channels["sms"].absent_after = timedelta(seconds=3)
    for _ in range(2):
        await makers.a_subscriber(service)
    await makers.an_alert(service)
    await deliver.expand(service)
    await makers.taken(service, worker="dead")
    await makers.leases_run_out(service)
    async with service.transaction() as session:
        await ledger.recover(session)


async def test_a_message_is_asked_about_again_as_soon_as_it_can_be_said_to_be_absent(telling: Service) -> None:
    await two_of_a_dead_worker(telling)

    await deliver.resolve(telling, "sms")

    async with telling.reading() as session:
        due = list(await session.exec(select(Delivery.due_at)))
    soon = telling.now() + timedelta(seconds=4)
    assert all(telling.now() < each < soon for each in due), "and not in ten seconds, as usual"


async def test_those_who_ask_go_on_at_once_while_there_are_more_to_ask_about(telling: Service) -> None:
    await two_of_a_dead_worker(telling)

    went_on = [await deliver.resolve(telling, "sms", limit=1) for _ in range(3)]

    assert went_on == [True, True, False]


@pytest.mark.parametrize("then", [Progress.DELIVERED, Progress.UNDELIVERED])
async def test_what_was_taken_after_all_goes_no_second_time_and_is_heard_of_as_ever(
    service: Service, then: Progress
) -> None:
    slow = await queued_again(service)

    async with service.transaction() as session:
        await settling.settle(session, [Outcome(slow, Receipt("SM1"))], now=service.now())
    after = await makers.states(service)
    goes_again = await makers.taken(service, worker="other")
    async with service.transaction() as session:
        heard = Heard(delivery=str(slow.id), reference="SM1", progress=then)
        was_news = await learning.learn(session, heard, now=service.now())

    assert (after, goes_again, was_news) == ({DeliveryState.SENT: 1}, [], True)
    assert await makers.states(service) == {DeliveryState(then.value): 1}


async def test_a_late_word_on_the_first_try_does_not_end_the_second(service: Service) -> None:
    first = await queued_again(service)
    async with service.transaction() as session:
        await session.exec(update(Delivery).values(first_reference="SM1"))

    async with service.transaction() as session:
        await settling.settle(session, [Outcome(first, Receipt("SM1"))], now=service.now())
    while_it_waits = await makers.states(service)
    await makers.taken(service, worker="other")
    async with service.transaction() as session:
        await settling.settle(session, [Outcome(first, Receipt("SM1"))], now=service.now())

    assert while_it_waits == {DeliveryState.QUEUED: 1}
    assert await makers.states(service) == {DeliveryState.SENDING: 1}


async def test_what_was_taken_while_another_worker_sends_it_is_a_possible_duplicate(service: Service) -> None:
    slow = await queued_again(service)
    await makers.taken(service, worker="other")

    async with service.transaction() as session:
        await settling.settle(session, [Outcome(slow, Receipt("SM1"))], now=service.now())

    async with service.reading() as session:
        found = (await session.exec(select(Delivery))).one()
    assert (found.state, found.doubtful) == (DeliveryState.SENT, True)


async def queued_again(service: Service) -> Job:
    """A message of a slow worker that was taken for dead; the carrier says that it never took it."""
    await makers.a_subscriber(service)
    await makers.an_alert(service)
    await deliver.expand(service)
    slow = await one_in_flight(service, worker="slow")
    await makers.leases_run_out(service)
    async with service.transaction() as session:
        await ledger.recover(session)
        await unknown.never_taken(session, [slow], doubtful=False)
    return slow
