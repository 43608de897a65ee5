"""STOP is obeyed at once, START undoes it, and two machines never talk to each other all night."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import select

from tests import makers
from tests.subscribers.made import HERS, NOW, a_subscriber, content, dump, queued
from ugly_mugs.contract import Reply
from ugly_mugs.delivery import emptying, recipients, suppression
from ugly_mugs.models import Delivery, DeliveryState, Occasion, Subscriber, SubscriberState
from ugly_mugs.service import Service
from ugly_mugs.subscribers import replies

HOUR = timedelta(hours=1)


class Phone:
    """A phone that writes to us."""

    def __init__(self, service: Service, number: str = HERS) -> None:
        self.service, self.number, self.texts = service, number, 0

    async def writes(self, text: str, *, now: datetime = NOW, reference: str = "") -> None:
        self.texts += 1
        reply = Reply(sender=self.number, text=text, reference=reference or f"SM{self.texts}")
        async with self.service.transaction() as session:
            await replies.hear(session, self.service.vault, "sms", reply, now=now)

    async def is_suppressed(self) -> bool:
        tag = recipients.tag_of(self.service.vault, "sms", self.number)
        async with self.service.reading() as session:
            return await suppression.is_suppressed(session, channel="sms", tag=tag)

    async def answers(self) -> list[Occasion]:
        return [row.occasion for row in await queued(self.service, self.number)]


async def state_of(service: Service, recipient_id: int) -> SubscriberState:
    async with service.reading() as session:
        return (await session.get_one(Subscriber, recipient_id)).state


async def test_stop_stops_what_is_queued_and_is_not_answered(service: Service) -> None:
    her = await a_subscriber(service)
    await makers.an_alert(service)
    while await makers.expand_one(service):
        pass
    phone = Phone(service)

    await phone.writes("Stop.")

    async with service.reading() as session:
        assert list(await session.exec(select(Delivery.state))) == [DeliveryState.SUPPRESSED]
    assert await phone.is_suppressed()
    assert await state_of(service, her) is SubscriberState.STOPPED
    assert await phone.answers() == []


async def test_start_undoes_stop_and_says_so(service: Service) -> None:
    her = await a_subscriber(service)
    phone = Phone(service)
    await phone.writes("STOP")

    await phone.writes("start")

    assert not await phone.is_suppressed()
    assert await state_of(service, her) is SubscriberState.ACTIVE
    assert await phone.answers() == [Occasion.STARTED]


async def test_yes_undoes_the_ban_and_is_no_consent(service: Service) -> None:
    her = await a_subscriber(service)
    phone = Phone(service)
    await phone.writes("STOP")

    await phone.writes("Yes")

    assert not await phone.is_suppressed()
    assert await state_of(service, her) is SubscriberState.STOPPED


async def test_a_stop_that_is_brought_again_does_not_undo_the_start_after_it(service: Service) -> None:
    her = await a_subscriber(service)
    phone = Phone(service)
    await phone.writes("STOP", reference="SM-stop")
    await phone.writes("START", reference="SM-start")

    await phone.writes("STOP", reference="SM-stop")

    assert not await phone.is_suppressed()
    assert await state_of(service, her) is SubscriberState.ACTIVE


async def test_a_pause_is_kept_and_answered_with_its_day(service: Service) -> None:
    her = await a_subscriber(service)
    phone = Phone(service)

    await phone.writes("Pause 3 days")

    async with service.reading() as session:
        assert (await session.get_one(Subscriber, her)).paused_until == NOW.date() + timedelta(days=3)
    [answer] = await queued(service)
    assert answer.occasion is Occasion.PAUSED
    assert content(service, answer)["until"] == "28 November"


@pytest.mark.parametrize("text", ["he is here", "PAUSE", "", "yes"])
async def test_a_stranger_is_told_that_nobody_reads_this(sqlite_service: Service, text: str) -> None:
    phone = Phone(sqlite_service)

    await phone.writes(text)

    assert await phone.answers() == [Occasion.UNWATCHED]


async def test_the_same_answer_goes_to_a_number_once_an_hour(service: Service) -> None:
    phone = Phone(service)
    for minute in range(5):
        await phone.writes("We are closed. This is an automatic answer.", now=NOW + timedelta(minutes=minute))
    assert await phone.answers() == [Occasion.UNWATCHED]

    await phone.writes("HELP", now=NOW + timedelta(minutes=6))
    await phone.writes("hello?", now=NOW + HOUR)

    assert await phone.answers() == [Occasion.UNWATCHED, Occasion.HELP, Occasion.UNWATCHED]


async def test_nothing_is_answered_after_stop(service: Service) -> None:
    phone = Phone(service)
    await phone.writes("STOP")

    await phone.writes("HELP")
    await phone.writes("are you there")

    assert await phone.answers() == []


@pytest.mark.parametrize("number", ["+12025550123", "+441134960123", "60777", "BANK", ""])
async def test_only_british_mobiles_are_answered(sqlite_service: Service, number: str) -> None:
    phone = Phone(sqlite_service, number)

    await phone.writes("HELP")

    assert await phone.answers() == []


async def test_what_was_written_and_by_whom_is_kept_nowhere(service: Service) -> None:
    await Phone(service).writes("he is at 12 High Street", reference="SM-secret")

    async with service.transaction() as session:
        lying = await emptying.due(session, channel="sms", now=NOW, limit=10)
        await emptying.settle(session, "sms", [(each, None) for each in lying], now=NOW)
    text = await dump(service)

    for secret in ("High Street", HERS.removeprefix("+44"), "SM-secret"):
        assert secret not in text
        assert secret.encode().hex() not in text


async def test_what_was_heard_is_forgotten_after_a_while(service: Service) -> None:
    await Phone(service).writes("HELP")

    async with service.transaction() as session:
        await replies.tidy(session, now=NOW + timedelta(days=32))

    text = await dump(service)
    assert "seen_reply" not in text
    assert "answered" not in text
