"""Whoever brings a code back has joined, or is let in again; nobody is made a subscriber twice."""

import asyncio
from datetime import date
from uuid import UUID

from sqlmodel import select

from tests.subscribers.made import HERS, NOW, a_subscriber, asking, codes_sent, content, dump, queued
from ugly_mugs.models import Address, Area, AuditEntry, Occasion, Subscriber, SubscriberState, Subscription
from ugly_mugs.service import Service
from ugly_mugs.subscribers import codes, joining, leaving, vouching
from ugly_mugs.subscribers.codes import Asked
from ugly_mugs.subscribers.joining import Arrival
from ugly_mugs.vocabulary import Wording


async def arrived(service: Service, asked: Asked) -> Arrival | None:
    async with service.transaction() as session:
        return await joining.arrive(session, service.vault, service.atlas, asked, now=NOW)


async def test_somebody_new_is_a_subscriber_with_her_area_and_nobody_trusts_her_yet(service: Service) -> None:
    arrival = await arrived(service, asking())

    assert arrival is not None
    assert arrival.is_new
    async with service.reading() as session:
        subscriber = await session.get_one(Subscriber, arrival.recipient_id)
        area = (await session.exec(select(Area).join(Subscription))).one()
    assert subscriber.state is SubscriberState.ACTIVE
    assert not subscriber.vouched
    assert subscriber.wording is Wording.DISCREET
    assert (area.code, area.miles) == ("GU1", 10)


async def test_she_is_welcomed_once(service: Service) -> None:
    await arrived(service, asking())
    await arrived(service, asking())

    [welcome] = await queued(service)
    assert welcome.occasion is Occasion.WELCOME
    assert content(service, welcome) == {}


async def test_a_known_address_is_let_in_and_keeps_what_she_chose(service: Service) -> None:
    known = await a_subscriber(service, wording=Wording.FULL)

    arrival = await arrived(service, asking())

    assert arrival == Arrival(known, is_new=False)
    async with service.reading() as session:
        assert (await session.get_one(Subscriber, known)).wording is Wording.FULL


async def test_who_signs_in_again_can_be_reached_again(service: Service) -> None:
    known = await a_subscriber(service)
    async with service.transaction() as session:
        address = await session.get_one(Address, (known, "sms"))
        address.unreachable_on = date(2026, 11, 1)

    await arrived(service, asking(joins=False))

    async with service.reading() as session:
        address = await session.get_one(Address, (known, "sms"))
    assert address.unreachable_on is None
    assert address.confirmed_on == NOW.date()


async def test_who_only_signs_in_without_having_joined_is_nobody(service: Service) -> None:
    assert await arrived(service, asking(joins=False)) is None

    async with service.reading() as session:
        assert (await session.exec(select(Subscriber))).first() is None


async def test_a_number_and_a_mailbox_are_two_people(service: Service) -> None:
    one = await arrived(service, asking())
    other = await arrived(service, asking("roxy@example.org", channel="email"))

    assert one is not None
    assert other is not None
    assert one.recipient_id != other.recipient_id


async def test_two_codes_for_one_number_at_the_same_moment_make_one_subscriber(postgresql_service: Service) -> None:
    service = postgresql_service
    async with service.transaction() as session:
        asked = [await codes.send(session, service.vault, asking(), now=NOW) for _ in range(2)]
    sixes = await codes_sent(service)

    async def confirm(code_id: UUID) -> bool | None:
        for six in sixes:
            async with service.transaction() as session:
                found = await codes.check(session, service.vault, code_id, six, now=NOW)
                if found is not None:
                    arrival = await joining.arrive(session, service.vault, service.atlas, found, now=NOW)
                    await asyncio.sleep(0.05)
                    return arrival.is_new if arrival else None
        return None

    arrivals = await asyncio.gather(*map(confirm, asked))

    assert sorted(map(bool, arrivals)) == [False, True]
    assert None not in arrivals


async def test_neither_name_nor_number_of_a_subscriber_can_be_read_in_the_tables(service: Service) -> None:
    await arrived(service, asking())

    text = await dump(service)

    for secret in (HERS, HERS.removeprefix("+44"), "Roxy"):
        assert secret not in text
        assert secret.encode().hex() not in text


async def test_the_number_of_an_erased_subscriber_is_never_given_to_another(service: Service) -> None:
    gone = await a_subscriber(service)
    async with service.transaction() as session:
        await leaving.erase(session, gone)

    assert await a_subscriber(service, "+447700900999") != gone


async def test_the_log_says_that_somebody_was_vouched_for_and_never_who(service: Service) -> None:
    somebody = await a_subscriber(service, vouched=False)

    async with service.transaction() as session:
        await vouching.vouch(session, somebody, by="moderator:1", now=NOW)

    async with service.reading() as session:
        assert (await session.get_one(Subscriber, somebody)).vouched
        entry = (await session.exec(select(AuditEntry))).one()
    assert (entry.act, entry.subject, entry.detail) == ("subscriber.vouched", "subscriber", {})
