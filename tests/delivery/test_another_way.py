"""From the carrier's word that a text was lost to one more try, and from there to her other channel."""

import asyncio
from collections import deque
from datetime import timedelta

import pytest
from sqlmodel import col, select, update

from channels.twilio_codes import failed
from tests import makers
from ugly_mugs.contract import Heard, Progress
from ugly_mugs.delivery import learning
from ugly_mugs.demo.carrier import Carrier
from ugly_mugs.demo.faults import Faults, Trouble
from ugly_mugs.demo.mailbox import Mailbox
from ugly_mugs.models import Delivery, DeliveryState, Remnant, Tally
from ugly_mugs.service import Service
from ugly_mugs.workers import deliver
from ugly_mugs.workers.line import Line

PHONE, MAIL = "+447700900001", "jo@example.org"
LOST, NO_SUCH_NUMBER = 30003, 30005


async def a_person(service: Service) -> None:
    await makers.also_at(service, await makers.a_subscriber(service, phone=PHONE), email=MAIL)


async def a_text(service: Service, carrier: Carrier) -> str:
    """An alert's only text is at the carrier, which says nothing more of it by itself; what it is called there."""
    carrier.faults = Faults(story=())
    await makers.an_alert(service)
    await makers.deliver_all(service)
    return makers.arrived(carrier)[-1].sid


async def hears(service: Service, sid: str | None, progress: Progress, *, code: int | None = None) -> bool:
    found = await row(service)
    heard = Heard(
        delivery=str(found.id), reference=sid, progress=progress, failure=None if code is None else failed(code)
    )
    async with service.transaction() as session:
        return await learning.learn(session, heard, now=service.now())


async def is_lost(service: Service, sid: str, *, code: int = LOST) -> bool:
    return await hears(service, sid, Progress.UNDELIVERED, code=code)


async def row(service: Service, channel: str = "sms") -> Delivery:
    async with service.reading() as session:
        return (await session.exec(select(Delivery).where(Delivery.channel == channel))).one()


async def two_minutes_pass(service: Service) -> None:
    async with service.transaction() as session:
        earlier = service.now() - timedelta(seconds=1)
        queued = col(Delivery.state) == DeliveryState.QUEUED
        await session.exec(update(Delivery).where(queued).values(due_at=earlier))


async def test_what_got_lost_is_sent_once_more_and_then_by_email(
    telling: Service, carrier: Carrier, mailbox: Mailbox
) -> None:
    await a_person(telling)
    first = await a_text(telling, carrier)

    await is_lost(telling, first)
    before = len(makers.arrived(carrier))
    await two_minutes_pass(telling)
    await makers.deliver_all(telling)
    after_one_more, mails = makers.arrived(carrier), len(mailbox.mails)
    await is_lost(telling, after_one_more[-1].sid)
    await makers.deliver_all(telling)

    assert (before, len(after_one_more), mails) == (1, 2, 0)
    assert len(mailbox.mails) == 1
    assert await makers.states(telling) == {DeliveryState.UNDELIVERED: 1, DeliveryState.SENT: 1}


async def test_a_number_that_is_none_goes_by_email_at_once(
    telling: Service, carrier: Carrier, mailbox: Mailbox
) -> None:
    await a_person(telling)
    first = await a_text(telling, carrier)

    await is_lost(telling, first, code=NO_SUCH_NUMBER)
    await makers.deliver_all(telling)

    assert (len(makers.arrived(carrier)), len(mailbox.mails)) == (1, 1)


async def test_a_number_that_the_carrier_refuses_goes_by_email_too(
    telling: Service, carrier: Carrier, mailbox: Mailbox
) -> None:
    await a_person(telling)
    carrier.faults = Faults(refused={PHONE: 21211})

    await makers.an_alert(telling)
    await makers.deliver_all(telling)
    await makers.deliver_all(telling)

    assert len(mailbox.mails) == 1
    assert await makers.states(telling) == {DeliveryState.FAILED: 1, DeliveryState.SENT: 1}


@pytest.mark.parametrize("code", [21610, 30007, 21617])
async def test_a_no_and_a_fault_of_ours_end_there(
    telling: Service, carrier: Carrier, mailbox: Mailbox, code: int
) -> None:
    await a_person(telling)
    carrier.faults = Faults(refused={PHONE: code})

    await makers.an_alert(telling)
    await makers.deliver_all(telling)
    await makers.deliver_all(telling)

    assert not mailbox.mails


async def test_reports_that_come_twice_and_late_do_not_end_the_second_try(telling: Service, carrier: Carrier) -> None:
    await a_person(telling)
    first = await a_text(telling, carrier)

    news = [await is_lost(telling, first), await is_lost(telling, first)]
    news.append(await hears(telling, first, Progress.SENT))
    await two_minutes_pass(telling)
    await makers.deliver_all(telling)
    news.append(await is_lost(telling, first))

    assert news == [True, False, False, False]
    found = await row(telling)
    assert (found.state, found.reference) == (DeliveryState.SENT, makers.arrived(carrier)[-1].sid)


async def test_a_first_text_that_arrives_after_all_spares_her_the_second(telling: Service, carrier: Carrier) -> None:
    await a_person(telling)
    first = await a_text(telling, carrier)
    await is_lost(telling, first)

    await hears(telling, first, Progress.DELIVERED)
    await two_minutes_pass(telling)
    await makers.deliver_all(telling)

    assert len(makers.arrived(carrier)) == 1
    found = await row(telling)
    assert (found.state, found.doubtful) == (DeliveryState.DELIVERED, False)


async def test_if_the_second_had_left_it_is_a_possible_duplicate(telling: Service, carrier: Carrier) -> None:
    await a_person(telling)
    first = await a_text(telling, carrier)
    await is_lost(telling, first)
    await two_minutes_pass(telling)
    await makers.deliver_all(telling)

    await hears(telling, first, Progress.DELIVERED)

    found = await row(telling)
    assert (found.state, found.doubtful) == (DeliveryState.DELIVERED, True)


async def test_a_second_text_that_arrives_late_calls_back_the_mail(
    telling: Service, carrier: Carrier, mailbox: Mailbox
) -> None:
    await a_person(telling)
    first = await a_text(telling, carrier)
    await is_lost(telling, first, code=NO_SUCH_NUMBER)

    await hears(telling, first, Progress.DELIVERED)
    await makers.deliver_all(telling)

    assert not mailbox.mails
    assert (await row(telling, "email")).state is DeliveryState.NOT_NEEDED


async def test_a_second_text_whose_answer_is_lost_is_not_taken_for_the_first(
    telling: Service, carrier: Carrier
) -> None:
    await a_person(telling)
    first = await a_text(telling, carrier)
    await is_lost(telling, first)
    await two_minutes_pass(telling)
    carrier.faults = Faults(plan=deque([Trouble.CLOSE]), story=())

    await makers.deliver_all(telling)
    unknown = (await row(telling)).state
    await deliver.resolve(telling, "sms")

    # Never taken: found out by asking, and queued again; the first text is not mistaken for it.
    assert unknown is DeliveryState.UNKNOWN
    assert (await row(telling)).state is DeliveryState.QUEUED


async def test_a_report_that_is_quicker_than_the_answer_is_kept(telling: Service, carrier: Carrier) -> None:
    await a_person(telling)
    carrier.faults = Faults(story=(), latency=0.3)
    await makers.an_alert(telling)
    await deliver.expand(telling)
    line = Line(telling, "sms", worker="test")
    await line.push()
    sid = await until_taken(carrier)

    await is_lost(telling, sid)
    await line.drain()

    found = await row(telling)
    assert (found.state, found.first_reference, found.reference) == (DeliveryState.QUEUED, sid, None)
    async with telling.reading() as session:
        assert list(await session.exec(select(Remnant.reference))) == [sid]


async def test_what_ends_how_is_counted_for_the_alarms(telling: Service, carrier: Carrier) -> None:
    refused = {"+447700900002": 21617, "+447700900003": 21211, "+447700900004": 30002}
    for phone in (PHONE, *refused):
        await makers.a_subscriber(telling, phone=phone)
    carrier.faults = Faults(story=(), refused=refused)
    await makers.an_alert(telling)
    await makers.deliver_all(telling)
    async with telling.reading() as session:
        (found,) = await session.exec(select(Delivery).where(Delivery.state == DeliveryState.SENT))
    heard = Heard(
        delivery=str(found.id), reference=found.reference, progress=Progress.UNDELIVERED, failure=failed(30007)
    )

    async with telling.transaction() as session:
        news = [await learning.learn(session, heard, now=telling.now()) for _ in range(2)]

    assert news == [True, False]
    async with telling.reading() as session:
        counted = {row.kind: row.number for row in await session.exec(select(Tally))}
    assert counted == {"sent": 1, "fault": 1, "failed": 1, "down": 1, "filtered": 1}


async def until_taken(carrier: Carrier) -> str:
    while not (taken := makers.arrived(carrier)):  # noqa: ASYNC110 -- a carrier rings no bell
        await asyncio.sleep(0.01)
    return taken[-1].sid
