"""Whoever cannot be reached on her first channel is told on her other one: once, in time, and never after a no."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlmodel import col, select, update

from tests import makers
from ugly_mugs.contract import (
    ChannelDown,
    Complained,
    Failure,
    Filtered,
    OnceMore,
    OptedOut,
    Rejected,
    SendFailed,
    Undeliverable,
    Unknown,
)
from ugly_mugs.delivery import fallback, recipients, suppression
from ugly_mugs.delivery.hours import HALL
from ugly_mugs.demo.carrier import Carrier
from ugly_mugs.demo.mailbox import Mailbox
from ugly_mugs.models import Address, Delivery, DeliveryState, Occasion, Subscriber, Version
from ugly_mugs.service import Service
from ugly_mugs.subscribers import leaving
from ugly_mugs.vocabulary import Severity, Wording

PHONE, MAIL = "+447700900001", "jo@example.org"


async def a_person(service: Service, *, least: Severity = Severity.CAUTION, **also: object) -> int:
    """Somebody who is told by text, and by email where that fails."""
    made = await makers.a_subscriber(service, phone=PHONE, **also)  # type: ignore[arg-type]  # whatever a test wants
    await makers.also_at(service, made, email=MAIL, least=least)
    return made


async def a_text_that_failed(service: Service, *, state: DeliveryState = DeliveryState.FAILED) -> Version:
    """An alert whose only text did not arrive."""
    version = await makers.an_alert(service)
    while await makers.expand_one(service):
        pass
    await becomes(service, state)
    return version


async def becomes(service: Service, state: DeliveryState, **also: object) -> None:
    """What is queued ends like this."""
    async with service.transaction() as session:
        await session.exec(
            update(Delivery).where(col(Delivery.state) == DeliveryState.QUEUED).values(state=state, **also)
        )


async def fall_back(service: Service, *, now: datetime | None = None) -> int:
    """For everything that failed so far."""
    async with service.transaction() as session:
        failed = list(await session.exec(select(Delivery.id).where(col(Delivery.state).in_(fallback.DID_NOT_ARRIVE))))
        return await fallback.fall_back(await session.connection(), failed, now=now or service.now())


async def rows(service: Service, channel: str) -> list[Delivery]:
    async with service.reading() as session:
        return list(
            await session.exec(select(Delivery).where(Delivery.channel == channel).order_by(col(Delivery.number)))
        )


@pytest.mark.parametrize("state", fallback.DID_NOT_ARRIVE)
async def test_what_did_not_arrive_as_a_text_comes_by_email(
    telling: Service, mailbox: Mailbox, state: DeliveryState
) -> None:
    await a_person(telling)
    version = await a_text_that_failed(telling, state=state)

    added = await fall_back(telling)
    await makers.deliver_all(telling)

    assert added == 1
    (mail,) = mailbox.mails
    assert version.text in mail.text
    assert await makers.states(telling) == {state: 1, DeliveryState.SENT: 1}


async def test_it_is_added_once_and_does_not_come_back_when_it_fails_too(service: Service) -> None:
    await a_person(service)
    await a_text_that_failed(service)

    first = [await fall_back(service), await fall_back(service)]
    await becomes(service, DeliveryState.FAILED)
    then = await fall_back(service)

    assert (first, then) == ([1, 0], 0)


async def test_it_is_as_urgent_as_near_and_as_long_worth_telling_as_the_first(service: Service) -> None:
    await a_person(service)
    await a_text_that_failed(service)

    await fall_back(service)

    (text,), (mail,) = await rows(service, "sms"), await rows(service, "email")
    same = ("occasion", "subject", "recipient_id", "lane", "rank", "alert_id", "number", "wording", "tell_by")
    assert [getattr(mail, name) for name in same] == [getattr(text, name) for name in same]
    assert (mail.state, mail.attempts, mail.doubtful, mail.reference) == (DeliveryState.QUEUED, 0, False, None)


async def test_somebody_with_one_address_stays_untold_and_the_ledger_says_why(service: Service) -> None:
    await makers.a_subscriber(service)
    await a_text_that_failed(service)

    assert await fall_back(service) == 0
    assert await makers.states(service) == {DeliveryState.FAILED: 1}


async def test_the_words_are_the_more_discreet_of_then_and_now(service: Service) -> None:
    recipient = await a_person(service)
    await a_text_that_failed(service)
    async with service.transaction() as session:
        (await session.get_one(Subscriber, recipient)).wording = Wording.DISCREET

    await fall_back(service)

    (mail,) = await rows(service, "email")
    assert mail.wording is Wording.DISCREET


@pytest.mark.parametrize("address", ["not confirmed", "unreachable", "suppressed", "only for worse"])
async def test_an_address_that_may_not_be_used_is_not(service: Service, address: str) -> None:
    recipient = await a_person(service)
    version = await a_text_that_failed(service)
    async with service.transaction() as session:
        hers = await session.get_one(Address, (recipient, "email"))
        match address:
            case "not confirmed":
                hers.confirmed_on = None
            case "unreachable":
                hers.unreachable_on = makers.TODAY
            case "only for worse":
                hers.least_severity = int(version.severity) + 1
            case _:
                await suppression.suppress(session, channel="email", tag=hers.tag, reason="stop", now=service.now())

    assert await fall_back(service) == 0


async def test_after_a_stop_to_texts_there_is_no_mail_either(service: Service) -> None:
    recipient = await a_person(service)
    await a_text_that_failed(service, state=DeliveryState.UNDELIVERED)
    async with service.transaction() as session:
        tag = recipients.tag_of(service.vault, "sms", PHONE)
        await suppression.suppress(session, channel="sms", tag=tag, reason="stop", now=service.now())

    suppressed = await fall_back(service)
    async with service.transaction() as session:
        await suppression.lift(session, channel="sms", tag=tag)
        await leaving.stop(session, recipient, now=service.now())
    stopped = await fall_back(service)

    assert (suppressed, stopped) == (0, 0)


async def test_whoever_pauses_gets_no_alert_that_way(service: Service) -> None:
    recipient = await a_person(service)
    await a_text_that_failed(service)
    async with service.transaction() as session:
        (await session.get_one(Subscriber, recipient)).paused_until = makers.TODAY + timedelta(days=2)

    assert await fall_back(service) == 0


@pytest.mark.parametrize("hours", [11, 13])
async def test_a_stale_warning_is_told_nowhere(service: Service, hours: int) -> None:
    await a_person(service)
    await a_text_that_failed(service)

    added = await fall_back(service, now=service.now() + timedelta(hours=hours))

    assert added == (1 if hours < 12 else 0)


async def test_it_waits_for_the_end_of_her_quiet_hours(service: Service) -> None:
    now = service.now()
    hour = now.astimezone(HALL).hour
    await a_person(service, quiet_from=hour, quiet_until=(hour + 2) % 24)
    await a_text_that_failed(service)

    await fall_back(service, now=now)

    (mail,) = await rows(service, "email")
    assert timedelta(0) < mail.due_at - now <= timedelta(hours=2)


async def test_it_is_not_written_if_she_sleeps_until_it_is_stale(service: Service) -> None:
    await a_person(service)
    await a_text_that_failed(service)
    late = service.now() + timedelta(hours=11)
    hour = late.astimezone(HALL).hour
    async with service.transaction() as session:
        await session.exec(update(Subscriber).values(quiet_from=hour, quiet_until=(hour + 3) % 24))

    assert await fall_back(service, now=late) == 0


async def test_an_alert_that_was_taken_back_or_updated_falls_back_no_more(service: Service) -> None:
    await a_person(service)
    version = await a_text_that_failed(service)

    await makers.update(service, version.alert_id, makers.a_wording(service.atlas))
    updated = await fall_back(service)
    await makers.cancel(service, version.alert_id)
    cancelled = await fall_back(service)

    assert (updated, cancelled) == (0, 0)


async def test_update_and_cancel_follow_where_she_got_it(telling: Service, carrier: Carrier, mailbox: Mailbox) -> None:
    await a_person(telling)
    version = await a_text_that_failed(telling)
    await fall_back(telling)
    await makers.deliver_all(telling)

    words = makers.a_wording(telling.atlas, text="Reported to us, not proven, update: a red van. Ref 7K2Q")
    await makers.update(telling, version.alert_id, words)
    await makers.deliver_all(telling)
    await makers.cancel(telling, version.alert_id)
    await makers.deliver_all(telling)

    assert not carrier.texts
    assert len(mailbox.mails) == 3
    assert [row.occasion for row in await rows(telling, "email")] == [Occasion.ALERT, Occasion.UPDATE, Occasion.CANCEL]


async def test_a_cancel_that_does_not_arrive_comes_the_other_way(telling: Service, mailbox: Mailbox) -> None:
    await a_person(telling)
    version = await a_text_that_failed(telling, state=DeliveryState.DELIVERED)
    await makers.cancel(telling, version.alert_id)
    while await makers.expand_one(telling):
        pass
    await becomes(telling, DeliveryState.FAILED)

    added = await fall_back(telling)
    await makers.deliver_all(telling)

    assert added == 1
    (mail,) = mailbox.mails
    assert "is withdrawn" in mail.text


async def first_arrives(service: Service) -> int:
    """The first text arrives after all."""
    (text,) = await rows(service, "sms")
    async with service.transaction() as session:
        await session.exec(update(Delivery).where(col(Delivery.id) == text.id).values(state=DeliveryState.DELIVERED))
        return await fallback.arrived_after_all(await session.connection(), text.id, now=service.now())


async def test_a_text_that_arrives_late_calls_back_the_mail(telling: Service, mailbox: Mailbox) -> None:
    await a_person(telling)
    await a_text_that_failed(telling, state=DeliveryState.UNDELIVERED)
    await fall_back(telling)

    changed = await first_arrives(telling)
    await makers.deliver_all(telling)

    assert changed == 1
    assert not mailbox.mails
    assert await makers.states(telling) == {DeliveryState.DELIVERED: 1, DeliveryState.NOT_NEEDED: 1}


async def test_if_the_mail_had_left_it_is_counted_as_a_possible_duplicate(telling: Service) -> None:
    await a_person(telling)
    await a_text_that_failed(telling, state=DeliveryState.UNDELIVERED)
    await fall_back(telling)
    await makers.deliver_all(telling)

    await first_arrives(telling)

    (text,), (mail,) = await rows(telling, "sms"), await rows(telling, "email")
    assert (text.doubtful, mail.doubtful, mail.state) == (False, True, DeliveryState.SENT)


async def test_who_got_it_both_ways_is_updated_once_and_asked_to_delete_both(
    telling: Service, carrier: Carrier, mailbox: Mailbox
) -> None:
    await a_person(telling)
    version = await a_text_that_failed(telling, state=DeliveryState.UNDELIVERED)
    await fall_back(telling)
    await makers.deliver_all(telling)
    await first_arrives(telling)

    await makers.update(telling, version.alert_id, makers.a_wording(telling.atlas))
    await makers.deliver_all(telling)
    updated = (len(makers.arrived(carrier)), len(mailbox.mails))
    await makers.cancel(telling, version.alert_id)
    await makers.deliver_all(telling)

    assert updated == (1, 1)
    assert (len(makers.arrived(carrier)), len(mailbox.mails)) == (2, 2)


async def test_somebody_else_who_got_the_same_is_left_alone(service: Service) -> None:
    await makers.a_subscriber(service, email="else@example.org")
    await a_text_that_failed(service, state=DeliveryState.SENT)
    (mail,) = await rows(service, "email")

    async with service.transaction() as session:
        await fallback.arrived_after_all(await session.connection(), mail.id, now=service.now())

    (after,) = await rows(service, "email")
    assert (after.state, after.doubtful) == (DeliveryState.SENT, False)


async def test_a_code_never_changes_its_way(service: Service) -> None:
    recipient = await a_person(service)
    async with service.transaction() as session:
        made = await recipients.send_to(
            session,
            service.vault,
            recipient,
            occasion=Occasion.WELCOME,
            subject=UUID(int=1),
            channel="sms",
            content={},
            language="en",
            now=service.now(),
        )
    await becomes(service, DeliveryState.FAILED)

    async with service.transaction() as session:
        assert await fallback.fall_back(await session.connection(), [made], now=service.now()) == 0


async def nobody_is_at(service: Service, recipient: int, channel: str) -> None:
    async with service.transaction() as session:
        (await session.get_one(Address, (recipient, channel))).unreachable_on = makers.TODAY


async def test_while_nobody_is_at_her_first_address_warnings_go_to_her_other_one(
    telling: Service, carrier: Carrier, mailbox: Mailbox
) -> None:
    recipient = await a_person(telling)
    await nobody_is_at(telling, recipient, "sms")

    version = await makers.an_alert(telling)
    await makers.deliver_all(telling)
    async with telling.transaction() as session:
        (await session.get_one(Address, (recipient, "sms"))).unreachable_on = None
    await makers.an_alert(telling)
    await makers.deliver_all(telling)

    assert (version.people, version.texts) == (1, 0)
    assert (len(makers.arrived(carrier)), len(mailbox.mails)) == (1, 1)


@pytest.mark.parametrize("why", ["a no", "not confirmed", "nobody there either"])
async def test_not_after_a_no_and_not_to_an_address_that_may_not_be_used(service: Service, why: str) -> None:
    recipient = await a_person(service)
    async with service.transaction() as session:
        first, other = [await session.get_one(Address, (recipient, channel)) for channel in ("sms", "email")]
        if why == "a no":
            await suppression.suppress(session, channel="sms", tag=first.tag, reason="stop", now=service.now())
        else:
            first.unreachable_on = makers.TODAY
            other.confirmed_on = None if why == "not confirmed" else other.confirmed_on
            other.unreachable_on = None if why == "not confirmed" else makers.TODAY

    version = await makers.an_alert(service)
    while await makers.expand_one(service):
        pass

    assert version.people == 0
    assert await makers.states(service) == {}


async def test_a_number_found_to_be_none_in_the_middle_of_a_fan_out_tells_her_once(service: Service) -> None:
    recipient = await a_person(service, area="GU1")
    await makers.also_wants(service, recipient, area="GU22", miles=10)
    await makers.an_alert(service)
    await makers.expand_one(service, size=1)
    await becomes(service, DeliveryState.FAILED)
    await nobody_is_at(service, recipient, "sms")
    added = await fall_back(service)

    while await makers.expand_one(service, size=1):
        pass

    assert added == 1
    assert await makers.states(service) == {DeliveryState.FAILED: 1, DeliveryState.QUEUED: 1}


@pytest.mark.parametrize(
    ("failure", "deserves"),
    [
        (OnceMore, True),
        (Undeliverable, True),
        (SendFailed, True),
        (ChannelDown, False),
        (OptedOut, False),
        (Complained, False),
        (Rejected, False),
        (Filtered, False),
        (Unknown, False),
    ],
)
def test_only_what_is_hers_alone_is_worth_another_channel(failure: type[Failure], deserves: bool) -> None:
    assert fallback.deserves(failure("twilio")) is deserves
