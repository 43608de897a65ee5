"""Whoever may have got a warning is told that it is withdrawn, also where nobody knows whether she did."""

from collections.abc import Sequence

import pytest
from sqlmodel import col, delete, select

from tests import makers
from ugly_mugs.contract import Receipt, Unknown
from ugly_mugs.delivery import ledger, settling, unknown
from ugly_mugs.delivery.ledger import Job
from ugly_mugs.delivery.settling import Outcome
from ugly_mugs.models import Address, Delivery, DeliveryState, Occasion, Version
from ugly_mugs.service import Service


async def an_unknown_text(service: Service) -> tuple[Version, Job]:
    """An alert's only text: nobody knows whether the carrier took it."""
    await makers.a_subscriber(service)
    version = await makers.an_alert(service)
    await expand(service)
    (job,) = await makers.taken(service, worker="w")
    async with service.transaction() as session:
        await settling.settle(session, [Outcome(job, Unknown("no answer"))], now=service.now())
    return version, job


async def expand(service: Service) -> None:
    while await makers.expand_one(service):
        pass


async def nobody_can_say(service: Service, job: Job, *, doubtful: bool = True) -> None:
    async with service.transaction() as session:
        await unknown.never_taken(session, [job], doubtful=doubtful)


async def what_goes(service: Service) -> list[Occasion]:
    """What leaves in the next rounds of a worker."""
    went: list[Job] = []
    for _ in range(3):
        went += await makers.taken(service, worker="w2")
    return [job.occasion for job in went]


async def rows(service: Service) -> Sequence[tuple[Occasion, DeliveryState]]:
    async with service.reading() as session:
        found = await session.exec(select(Delivery).order_by(col(Delivery.occasion)))
        return [(each.occasion, each.state) for each in found]


@pytest.mark.parametrize("is_withdrawn_first", [True, False])
async def test_who_may_have_got_a_warning_is_told_that_it_is_withdrawn(
    service: Service, is_withdrawn_first: bool
) -> None:
    version, job = await an_unknown_text(service)

    if is_withdrawn_first:
        await makers.cancel(service, version.alert_id)
        await expand(service)
        await nobody_can_say(service, job)
    else:
        await nobody_can_say(service, job)
        await makers.cancel(service, version.alert_id)
        await expand(service)

    assert await what_goes(service) == [Occasion.CANCEL]
    assert await rows(service) == [
        (Occasion.ALERT, DeliveryState.CANCELLED),
        (Occasion.CANCEL, DeliveryState.SENDING),
    ]


async def test_who_is_known_not_to_have_got_it_is_not(service: Service) -> None:
    version, job = await an_unknown_text(service)
    await makers.cancel(service, version.alert_id)
    await expand(service)

    await nobody_can_say(service, job, doubtful=False)

    assert await what_goes(service) == []
    assert await rows(service) == [
        (Occasion.ALERT, DeliveryState.CANCELLED),
        (Occasion.CANCEL, DeliveryState.NOT_NEEDED),
    ]


async def test_who_got_it_after_all_is_told_too(service: Service) -> None:
    version, job = await an_unknown_text(service)
    await nobody_can_say(service, job, doubtful=False)
    async with service.transaction() as session:
        await ledger.end(session, [job.id], DeliveryState.CANCELLED)
        await settling.settle(session, [Outcome(job, Receipt("SM1"))], now=service.now())

    await makers.cancel(service, version.alert_id)
    await expand(service)

    assert await what_goes(service) == [Occasion.CANCEL]


async def test_what_nobody_can_be_asked_about_is_not_asked_about_for_ever(service: Service) -> None:
    await an_unknown_text(service)
    async with service.transaction() as session:
        await session.exec(delete(Address))

    async with service.transaction() as session:
        _, jobs = await unknown.due(session, channel="sms", limit=10)

    assert jobs == []
    async with service.reading() as session:
        row = (await session.exec(select(Delivery))).one()
    assert (row.state, row.failure) == (DeliveryState.FAILED, "no address")


async def test_an_update_follows_where_the_warning_may_have_arrived(service: Service) -> None:
    version, job = await an_unknown_text(service)
    await nobody_can_say(service, job)

    far_away = makers.a_wording(service.atlas, district="AB10", text="Reported to us, not proven: in AB10. Ref 7K2Q")
    await makers.update(service, version.alert_id, far_away)
    await expand(service)

    assert await what_goes(service) == [Occasion.UPDATE]
