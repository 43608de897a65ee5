"""Whoever settles, recovers, hears of a message or forgets somebody at the same moment never ends the other's work."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlmodel import select

from tests import makers
from ugly_mugs.contract import Heard, Progress, Receipt, SendFailed, Undeliverable
from ugly_mugs.delivery import addresses, fallback, learning, ledger, settling, suppression
from ugly_mugs.delivery.ledger import Job
from ugly_mugs.delivery.settling import Outcome
from ugly_mugs.models import Delivery, DeliveryState, Subscriber
from ugly_mugs.service import Service
from ugly_mugs.subscribers import leaving

NO_SUCH_NUMBER = Undeliverable("twilio 21614")
A_MOMENT = 0.3


async def people_told(service: Service, *, people: int = 1, alerts: int = 1) -> list[Job]:
    """Texts to *people* of each of so many alerts, at the wire; all of them also have a mailbox."""
    for number in range(people):
        recipient = await makers.a_subscriber(service)
        await makers.also_at(service, recipient, email=f"roxy{number}@example.org")
    for _ in range(alerts):
        await makers.an_alert(service)
    while await makers.expand_one(service):
        pass
    return await makers.taken(service, worker="w")


def slowly(function: Callable[..., Awaitable[Any]], *, after: bool = False) -> Callable[..., Awaitable[Any]]:
    """The same, with a moment before or *after* in which others come by."""

    async def slow(*args: Any, **named: Any) -> Any:
        if not after:
            await asyncio.sleep(A_MOMENT)
        result = await function(*args, **named)
        if after:
            await asyncio.sleep(A_MOMENT)
        return result

    return slow


async def settle(service: Service, *outcomes: Outcome) -> None:
    async with service.transaction() as session:
        await settling.settle(session, outcomes, now=service.now())


async def test_somebody_is_forgotten_while_her_text_fails(
    postgresql_service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    (job,) = await people_told(postgresql_service)
    monkeypatch.setattr(settling, "fall_back", slowly(fallback.fall_back))

    async def forget_her() -> None:
        await asyncio.sleep(A_MOMENT / 3)
        async with postgresql_service.transaction() as session:
            await leaving.erase(session, job.recipient_id)

    await asyncio.gather(settle(postgresql_service, Outcome(job, NO_SUCH_NUMBER)), forget_her())

    assert await makers.states(postgresql_service) == {}
    async with postgresql_service.reading() as session:
        assert (await session.exec(select(Subscriber))).all() == []


async def test_somebody_is_forgotten_while_it_is_heard_that_her_text_failed(
    postgresql_service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    (job,) = await people_told(postgresql_service)
    monkeypatch.setattr(fallback, "fall_back", slowly(fallback.fall_back))
    heard = Heard(delivery=str(job.id), reference="SM1", progress=Progress.UNDELIVERED, failure=NO_SUCH_NUMBER)

    async def forget_her() -> None:
        await asyncio.sleep(A_MOMENT / 3)
        async with postgresql_service.transaction() as session:
            await leaving.erase(session, job.recipient_id)

    async def hear() -> None:
        async with postgresql_service.transaction() as session:
            await learning.learn(session, heard, now=postgresql_service.now())

    await asyncio.gather(hear(), forget_her())

    assert await makers.states(postgresql_service) == {}


@pytest.mark.parametrize("order", [slice(None), slice(None, None, -1)])
async def test_leases_run_out_while_their_worker_settles(postgresql_service: Service, order: slice) -> None:
    one, other = (await people_told(postgresql_service, people=2))[order]
    await makers.leases_run_out(postgresql_service)

    async def settle_both() -> None:
        async with postgresql_service.transaction() as session:
            now = postgresql_service.now()
            await settling.settle(session, [Outcome(one, Receipt("SM1"))], now=now)
            await asyncio.sleep(A_MOMENT)
            await settling.settle(session, [Outcome(other, SendFailed("twilio 429"))], now=now)

    async def recover() -> None:
        await asyncio.sleep(A_MOMENT / 3)
        async with postgresql_service.transaction() as session:
            await ledger.recover(session)

    await asyncio.gather(settle_both(), recover())

    async with postgresql_service.reading() as session:
        states = dict((await session.exec(select(Delivery.id, Delivery.state))).all())
    assert states == {one.id: DeliveryState.SENT, other.id: DeliveryState.QUEUED}


async def test_two_alerts_find_the_same_numbers_to_be_none(
    postgresql_service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = await people_told(postgresql_service, people=2, alerts=2)
    alerts = sorted({job.subject for job in jobs})
    one, other = ([Outcome(job, NO_SUCH_NUMBER) for job in jobs if job.subject == alert] for alert in alerts)
    one.sort(key=lambda each: each.job.recipient_id)
    other.sort(key=lambda each: -each.job.recipient_id)
    monkeypatch.setattr(addresses, "is_unreachable", slowly(addresses.is_unreachable, after=True))

    await asyncio.gather(settle(postgresql_service, *one), settle(postgresql_service, *other))

    assert (await makers.states(postgresql_service))[DeliveryState.FAILED] == 4


async def test_text_and_mail_are_heard_to_have_arrived_after_all(
    postgresql_service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    (job,) = await people_told(postgresql_service)
    await settle(postgresql_service, Outcome(job, NO_SUCH_NUMBER))
    async with postgresql_service.transaction() as session:
        both = list(await session.exec(select(Delivery)))
        for row in both:
            row.state = DeliveryState.UNDELIVERED
            session.add(row)
    monkeypatch.setattr(fallback, "arrived_after_all", slowly(fallback.arrived_after_all))

    async def hear(row: Delivery) -> bool:
        heard = Heard(delivery=str(row.id), reference="R", progress=Progress.DELIVERED)
        return await postgresql_service.again_if_locked(
            lambda session: learning.learn(session, heard, now=postgresql_service.now())
        )

    assert await asyncio.gather(*map(hear, both)) == [True, True]
    assert await makers.states(postgresql_service) == {DeliveryState.DELIVERED: 2}


async def test_two_who_say_stop_for_one_number_at_once_are_both_heard(postgresql_service: Service) -> None:
    service, tag = postgresql_service, b"t" * 32

    async def stop(*, hold: float) -> None:
        async with service.transaction() as session:
            await suppression.suppress(session, channel="sms", tag=tag, reason="stop", now=service.now())
            await asyncio.sleep(hold)

    await asyncio.gather(stop(hold=0.3), stop(hold=0))

    async with service.reading() as session:
        assert await suppression.is_suppressed(session, channel="sms", tag=tag)
