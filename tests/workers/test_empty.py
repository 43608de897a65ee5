"""What was said does not stay at the provider: ours until it is no evidence any more, theirs not at all."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import col, select, update

from tests import makers
from ugly_mugs.contract import Failure, Reply
from ugly_mugs.delivery import emptying, recipients
from ugly_mugs.demo.carrier import Carrier
from ugly_mugs.demo.mailbox import Mailbox
from ugly_mugs.models import Delivery, Remnant
from ugly_mugs.service import Service
from ugly_mugs.subscribers import leaving, replies
from ugly_mugs.workers import empty

HERS = "+447700900001"


async def a_while_passes(service: Service, while_: timedelta) -> None:
    """As if every message had been settled that much earlier."""
    async with service.transaction() as session:
        for row in await session.exec(select(Delivery).where(col(Delivery.settled_at).is_not(None))):
            assert row.settled_at is not None
            row.settled_at -= while_
            session.add(row)


def words(carrier: Carrier) -> list[str]:
    """What the carrier still has."""
    return [text.kept for text in carrier.texts.oldest_first()]


async def an_alert_is_told(service: Service) -> None:
    await makers.a_subscriber(service, area="GU1", phone=HERS)
    await makers.an_alert(service)
    await makers.deliver_all(service)


async def test_a_texts_words_are_forgotten_an_hour_after_it_settled(telling: Service, carrier: Carrier) -> None:
    await an_alert_is_told(telling)

    at_once = await empty.empty(telling, "sms")
    stay = words(carrier)
    await a_while_passes(telling, emptying.EVIDENCE)
    later = await empty.empty(telling, "sms")
    again = await empty.empty(telling, "sms")

    assert (at_once, bool(stay[0])) == (False, True)
    assert (later, words(carrier)) == (True, [""])
    assert again is False
    async with telling.reading() as session:
        assert (await session.exec(select(Delivery.emptied_at))).one() is not None


async def test_a_provider_that_is_away_is_asked_again_and_counted(telling: Service, carrier: Carrier) -> None:
    await an_alert_is_told(telling)
    await a_while_passes(telling, emptying.EVIDENCE)
    await carrier.stop()

    failed = await empty.empty(telling, "sms")
    too_soon = await due(telling, telling.now())
    in_time = await due(telling, telling.now() + emptying.EVIDENCE)

    assert failed is False
    assert too_soon == []
    assert [each.tries for each in in_time] == [1]


async def due(service: Service, now: datetime) -> list[emptying.Lying]:
    async with service.reading() as session:
        return await emptying.due(session, channel="sms", now=now, limit=10)


async def test_what_never_works_is_given_up_in_the_end(telling: Service) -> None:
    await an_alert_is_told(telling)
    async with telling.transaction() as session:
        await session.exec(update(Delivery).values(empty_tries=emptying.MOST_TRIES))

    assert await due(telling, telling.now() + timedelta(days=1000)) == []


async def test_what_somebody_wrote_to_us_is_forgotten_at_once(telling: Service, carrier: Carrier) -> None:
    await carrier.text(HERS, makers.OUR_NUMBER, "he is outside")
    (text,) = carrier.texts.oldest_first()
    async with telling.transaction() as session:
        reply = Reply(sender=HERS, text=text.body, reference=text.sid)
        await replies.hear(session, telling.vault, "sms", reply, now=telling.now())

    await empty.empty(telling, "sms")

    assert words(carrier) == [""]
    async with telling.reading() as session:
        assert (await session.exec(select(Remnant))).all() == []


async def test_who_is_erased_leaves_no_words_at_the_provider(telling: Service, carrier: Carrier) -> None:
    await an_alert_is_told(telling)
    async with telling.transaction() as session:
        hers = (await session.exec(select(Delivery.recipient_id))).one()
        await leaving.erase(session, hers)

    await empty.empty(telling, "sms")

    assert words(carrier) == [""]


async def test_an_answer_to_a_number_that_is_forgotten_is_emptied_too(telling: Service, carrier: Carrier) -> None:
    async with telling.transaction() as session:
        reply = Reply(sender=HERS, text="HELP", reference="SM" + "1" * 32)
        await replies.hear(session, telling.vault, "sms", reply, now=telling.now())
    await makers.deliver_all(telling)

    async with telling.transaction() as session:
        await recipients.forget_one_offs(session, now=telling.now() + timedelta(hours=2))
    await empty.empty(telling, "sms")

    assert words(carrier) == [""]


async def test_where_nothing_is_kept_nothing_has_to_be_forgotten(telling: Service, mailbox: Mailbox) -> None:
    await makers.a_subscriber(telling, area="GU1", email="jo@example.org")
    await makers.an_alert(telling)
    await makers.deliver_all(telling)
    async with telling.transaction() as session:
        await leaving.erase(session, (await session.exec(select(Delivery.recipient_id))).one())

    busy = await empty.empty(telling, "email")

    assert busy is False
    assert len(mailbox.mails) == 1
    async with telling.reading() as session:
        assert (await session.exec(select(Remnant))).all() == []


@pytest.mark.parametrize("tries", range(emptying.MOST_TRIES))
async def test_each_failure_doubles_the_wait(sqlite_service: Service, tries: int) -> None:
    now = sqlite_service.now()
    lying = emptying.Lying("SM1", tries)
    async with sqlite_service.transaction() as session:
        await emptying.heard(session, channel="sms", reference="SM1", now=now)
        await emptying.settle(session, "sms", [(lying, Failure("twilio 20009"))], now=now)
        row = (await session.exec(select(Remnant))).one()

    assert (row.tries, row.due_at) == (tries + 1, now + timedelta(hours=2**tries))
