"""An approved alert reaches the people who could meet him, nearest first, once."""

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from sqlmodel import col, select

from tests import makers
from ugly_mugs.contract import Message, Receipt, Sender
from ugly_mugs.delivery import ledger, recipients, suppression
from ugly_mugs.demo.carrier import Carrier
from ugly_mugs.demo.faults import Faults, Trouble
from ugly_mugs.demo.mailbox import Mailbox
from ugly_mugs.models import Address, Alert, Delivery, DeliveryState
from ugly_mugs.service import Service
from ugly_mugs.subscribers import leaving
from ugly_mugs.vocabulary import Wording
from ugly_mugs.workers import deliver
from ugly_mugs.workers.line import Line


async def test_an_approved_alert_reaches_the_phone_in_the_moderators_words(telling: Service, carrier: Carrier) -> None:
    await makers.a_subscriber(telling, area="GU1", phone="+447700900001")

    version = await makers.an_alert(telling)
    await makers.deliver_all(telling)

    assert [(text.to, text.body) for text in makers.arrived(carrier)] == [("+447700900001", version.text)]


async def test_it_reaches_a_mailbox_as_text_and_html_with_one_click_to_stop(telling: Service, mailbox: Mailbox) -> None:
    await makers.a_subscriber(telling, area="GU1", email="jo@example.org")

    version = await makers.an_alert(telling)
    await makers.deliver_all(telling)

    (mail,) = mailbox.mails
    assert version.text in mail.text
    assert version.text in mail.html
    assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "/u/" in mail.headers["List-Unsubscribe"]


async def test_the_nearest_are_told_first(telling: Service, carrier: Carrier) -> None:
    for area in ("GU22", "GU1", "KT1", "GU2"):
        await makers.a_subscriber(telling, area=area, miles=50)

    await makers.an_alert(telling)
    await deliver.expand(telling)
    line = Line(telling, "sms", worker="test")
    while await line.push(limit=1):
        await line.drain()

    async with telling.reading() as session:
        ranks = list(await session.exec(select(Delivery.rank).order_by(col(Delivery.rank))))
        order = [
            (await session.exec(select(Delivery.rank).where(Delivery.reference == text.sid))).one()
            for text in makers.arrived(carrier)
        ]
    assert len(set(ranks)) == 4
    assert order == ranks


async def test_nobody_out_of_reach_is_told(telling: Service, carrier: Carrier) -> None:
    await makers.a_subscriber(telling, area="AB10", miles=50)

    await makers.an_alert(telling)
    await makers.deliver_all(telling)

    assert not carrier.texts


async def test_whoever_is_in_several_areas_is_told_as_early_as_the_nearest_of_them(telling: Service) -> None:
    recipient = await makers.a_subscriber(telling, area="GU22", miles=50)
    await makers.also_wants(telling, recipient, area="GU1", miles=5)
    await makers.also_wants(telling, recipient, area="KT1", miles=50)

    await makers.an_alert(telling)
    await deliver.expand(telling)

    async with telling.reading() as session:
        assert list(await session.exec(select(Delivery.rank))) == [0]


async def test_somebody_with_two_areas_in_reach_is_told_once(telling: Service, carrier: Carrier) -> None:
    recipient = await makers.a_subscriber(telling, area="GU1")
    await makers.also_wants(telling, recipient, area="GU2", miles=10)

    await makers.an_alert(telling)
    await makers.deliver_all(telling)

    assert len(carrier.texts) == 1


async def test_who_is_not_vouched_for_gets_the_discreet_words(telling: Service, carrier: Carrier) -> None:
    await makers.a_subscriber(telling, vouched=False, wording=Wording.FULL)

    await makers.an_alert(telling)
    await makers.deliver_all(telling)

    (text,) = makers.arrived(carrier)
    assert text.body.endswith(": update waiting.")
    assert "bald" not in text.body


@pytest.mark.parametrize("size", [1, 2, 3, 7])
async def test_expansion_in_chunks_of_any_size_tells_everybody_once(telling: Service, size: int) -> None:
    for area in ("GU1", "GU2", "GU1", "GU3", "GU1"):
        await makers.a_subscriber(telling, area=area)
    await makers.an_alert(telling)

    while await makers.expand_one(telling, size=size):
        pass

    assert await makers.states(telling) == {DeliveryState.QUEUED: 5}


@pytest.mark.parametrize("size", [1, 2, 3])
async def test_areas_that_everybody_has_left_do_not_hold_up_a_crowded_one(telling: Service, size: int) -> None:
    gone = await makers.a_subscriber(telling, area="GU1", miles=5)
    for _ in range(5):
        await makers.a_subscriber(telling, area="GU2", miles=5)
    async with telling.transaction() as session:
        await leaving.erase(session, gone)
    await makers.an_alert(telling)

    while await makers.expand_one(telling, size=size):
        pass

    assert await makers.states(telling) == {DeliveryState.QUEUED: 5}


async def test_stop_takes_back_what_is_queued(telling: Service, carrier: Carrier) -> None:
    await makers.a_subscriber(telling, phone="+447700900001")
    await makers.an_alert(telling)
    await deliver.expand(telling)

    async with telling.transaction() as session:
        tag = recipients.tag_of(telling.vault, "sms", "+447700900001")
        await suppression.suppress(session, channel="sms", tag=tag, reason="stop", now=telling.now())
    await makers.deliver_all(telling)

    assert not carrier.texts
    assert await makers.states(telling) == {DeliveryState.SUPPRESSED: 1}


async def test_a_cancel_goes_to_those_who_got_it_and_calls_back_the_rest(telling: Service, carrier: Carrier) -> None:
    await makers.a_subscriber(telling, area="GU1", phone="+447700900001")
    version = await makers.an_alert(telling)
    await makers.deliver_all(telling)
    await carrier.settled()
    await makers.a_subscriber(telling, area="GU1", phone="+447700900002")

    await makers.cancel(telling, version.alert_id)
    await makers.deliver_all(telling)

    assert [text.to for text in makers.arrived(carrier)] == ["+447700900001", "+447700900001"]
    assert makers.arrived(carrier)[-1].body.endswith("is withdrawn. Please delete it. This does not mean safe.")


async def test_an_alert_cancelled_before_it_left_is_never_sent_and_needs_no_cancel(
    telling: Service, carrier: Carrier
) -> None:
    await makers.a_subscriber(telling)
    version = await makers.an_alert(telling)
    await deliver.expand(telling)

    await makers.cancel(telling, version.alert_id)
    await makers.deliver_all(telling)

    assert not carrier.texts
    assert await makers.states(telling) == {DeliveryState.CANCELLED: 1}


async def test_an_update_goes_to_those_who_got_the_alert_and_to_those_newly_in_reach(
    telling: Service, carrier: Carrier
) -> None:
    await makers.a_subscriber(telling, area="GU1", phone="+447700900001")
    await makers.a_subscriber(telling, area="BN1", phone="+447700900002")
    version = await makers.an_alert(telling)
    await makers.deliver_all(telling)

    wider = makers.a_wording(telling.atlas, miles=50, text="Reported to us, not proven, update: he was in BN1. Ref X")
    await makers.update(telling, version.alert_id, wider)
    await makers.deliver_all(telling)

    assert sorted(text.to for text in makers.arrived(carrier)) == ["+447700900001", "+447700900001", "+447700900002"]


async def test_withdrawing_stops_what_is_unsent(telling: Service, carrier: Carrier) -> None:
    await makers.a_subscriber(telling)
    report = await makers.a_report(telling)
    version = await makers.an_alert(telling, report=report)
    await deliver.expand(telling)

    await makers.withdraw(telling, report)
    await makers.deliver_all(telling)

    assert not carrier.texts
    async with telling.reading() as session:
        alert = (await session.exec(select(Alert).where(Alert.id == version.alert_id))).one()
    assert alert.state == "stopped"
    assert alert.feed_ended_at is not None


async def test_a_second_consenting_report_keeps_the_alert_alive(telling: Service, carrier: Carrier) -> None:
    await makers.a_subscriber(telling)
    one, other = await makers.a_report(telling), await makers.a_report(telling)
    await makers.an_alert(telling, reports=[one, other])

    await makers.withdraw(telling, one)
    await makers.deliver_all(telling)

    assert len(carrier.texts) == 1


async def test_a_lost_answer_is_found_at_the_carrier_and_not_sent_twice(telling: Service, carrier: Carrier) -> None:
    await makers.a_subscriber(telling)
    await makers.an_alert(telling)
    carrier.faults = Faults(plan=deque([Trouble.LOSE]), story=())

    await makers.deliver_all(telling)
    before = await makers.states(telling)
    await deliver.resolve(telling, "sms")

    assert before == {DeliveryState.UNKNOWN: 1}
    assert await makers.states(telling) == {DeliveryState.SENT: 1}
    assert len(carrier.texts) == 1


async def test_a_message_that_the_carrier_never_took_is_sent_again(telling: Service, carrier: Carrier) -> None:
    await makers.a_subscriber(telling)
    await makers.an_alert(telling)
    carrier.faults = Faults(plan=deque([Trouble.CLOSE]))

    await makers.deliver_all(telling)
    await deliver.resolve(telling, "sms")
    await makers.deliver_all(telling)

    assert len(carrier.texts) == 1


async def test_a_carrier_that_is_away_is_waited_for(telling: Service, carrier: Carrier) -> None:
    await makers.a_subscriber(telling)
    await makers.an_alert(telling)
    await carrier.stop()

    await makers.deliver_all(telling)

    assert await makers.states(telling) == {DeliveryState.QUEUED: 1}


async def test_a_number_that_is_none_fails_and_is_not_tried_again(telling: Service, carrier: Carrier) -> None:
    await makers.a_subscriber(telling, phone="+441134960001")
    await makers.an_alert(telling)

    await makers.deliver_all(telling)

    assert await makers.states(telling) == {DeliveryState.FAILED: 1}
    async with telling.reading() as session:
        assert (await session.exec(select(Address))).one().unreachable_on is not None


async def test_a_dead_worker_leaves_nothing_behind(telling: Service, carrier: Carrier) -> None:
    for _ in range(2):
        await makers.a_subscriber(telling)
    await makers.an_alert(telling)
    await deliver.expand(telling)
    await makers.taken(telling, worker="dead", limit=1)
    await makers.leases_run_out(telling)

    async with telling.transaction() as session:
        found = await ledger.recover(session)

    assert found == 1
    assert await makers.states(telling) == {DeliveryState.QUEUED: 1, DeliveryState.UNKNOWN: 1}


async def test_a_stale_warning_is_never_sent(telling: Service, carrier: Carrier) -> None:
    await makers.a_subscriber(telling)
    await makers.an_alert(telling, now=telling.now() - timedelta(hours=13))
    await makers.expand_one(telling, now=telling.now() - timedelta(hours=13))

    await makers.deliver_all(telling)

    assert not carrier.texts
    assert await makers.states(telling) == {DeliveryState.EXPIRED: 1}


async def test_at_the_cap_nothing_is_sent_until_tomorrow(telling: Service, carrier: Carrier) -> None:
    poor = makers.with_settings(telling, pounds_a_day=0)
    await makers.a_subscriber(poor)
    await makers.an_alert(poor)

    await makers.deliver_all(poor)

    assert not carrier.texts
    assert await makers.states(poor) == {DeliveryState.QUEUED: 1}


@dataclass
class Narrow:
    """A channel that counts how many messages are under way at a time."""

    name: str = "email"
    senders: Sequence[Sender] = (Sender(name="narrow"),)
    pence: Decimal = Decimal(0)
    at_once: int = 3
    longest: timedelta = timedelta(seconds=1)
    absent_after: timedelta = timedelta()
    under_way: int = 0
    most: int = 0
    sent: int = 0

    async def send(self, message: Message) -> Receipt:
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        await asyncio.sleep(0.002)
        self.under_way -= 1
        self.sent += 1
        return Receipt(message.id)

    async def find(self, message: Message, *, since: datetime) -> Receipt | None:
        return None

    async def close(self) -> None:
        pass


async def test_no_more_messages_are_under_way_than_the_channel_carries(service: Service) -> None:
    narrow = Narrow()
    telling = replace(service, channels={"email": narrow})
    for number in range(20):
        await makers.a_subscriber(telling, email=f"roxy{number}@example.org")
    await makers.an_alert(telling)

    await makers.deliver_all(telling)

    assert (narrow.sent, narrow.most) == (20, 3)
