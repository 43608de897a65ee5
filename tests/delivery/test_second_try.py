"""A text that the carrier took and lost is tried once more; what is still said of the first harms nothing."""

from datetime import timedelta

import pytest
from sqlmodel import select, update

from tests import makers
from ugly_mugs.contract import Heard, Progress
from ugly_mugs.delivery import second_try, suppression
from ugly_mugs.delivery.hours import HALL
from ugly_mugs.demo.carrier import Carrier
from ugly_mugs.models import Address, Delivery, DeliveryState, Remnant, Subscriber, Version
from ugly_mugs.service import Service
from ugly_mugs.subscribers import leaving

FIRST, SECOND = "SM1", "SM2"


async def a_lost_text(service: Service) -> Version:
    """An alert whose only text the carrier took, and then could not deliver."""
    await makers.a_subscriber(service, phone="+447700900001")
    version = await makers.an_alert(service)
    while await makers.expand_one(service):
        pass
    await is_now(service, state=DeliveryState.UNDELIVERED, reference=FIRST, failure="twilio 30003")
    return version


async def is_now(service: Service, **values: object) -> None:
    async with service.transaction() as session:
        await session.exec(update(Delivery).values(**values))


async def the_row(service: Service) -> Delivery:
    async with service.reading() as session:
        return (await session.exec(select(Delivery))).one()


async def once_more(service: Service, *, after: timedelta = timedelta(0)) -> bool:
    found = await the_row(service)
    async with service.transaction() as session:
        return await second_try.once_more(await session.connection(), found.id, now=service.now() + after)


async def test_it_goes_again_after_a_while_and_only_once(service: Service) -> None:
    await a_lost_text(service)
    began = service.now()

    first = await once_more(service)
    queued = await the_row(service)
    await is_now(service, state=DeliveryState.UNDELIVERED, reference=SECOND)
    again = await once_more(service)

    assert (first, again) == (True, False)
    assert (queued.state, queued.attempts, queued.reference) == (DeliveryState.QUEUED, 1, None)
    assert queued.first_reference == FIRST
    assert second_try.AFTER <= queued.due_at - began < second_try.AFTER + timedelta(minutes=1)


async def test_the_second_text_is_sent_like_the_first(telling: Service, carrier: Carrier) -> None:
    version = await a_lost_text(telling)

    await once_more(telling, after=-second_try.AFTER)
    await makers.deliver_all(telling)

    assert [text.body for text in makers.arrived(carrier)] == [version.text]
    found = await the_row(telling)
    assert (found.state, found.first_reference) == (DeliveryState.SENT, FIRST)
    assert found.reference not in {None, FIRST}


async def test_the_carrier_still_forgets_the_words_of_the_first(service: Service) -> None:
    await a_lost_text(service)

    await once_more(service)

    async with service.reading() as session:
        (remnant,) = await session.exec(select(Remnant))
    assert (remnant.channel, remnant.reference) == ("sms", FIRST)


async def test_whoever_looks_for_the_second_does_not_find_the_first(service: Service) -> None:
    await a_lost_text(service)
    sent = service.now()

    await once_more(service)

    # The channel looks from there on, less a few seconds by which clocks may differ.
    found = await the_row(service)
    assert found.created_at - sent >= timedelta(minutes=1)
    assert found.due_at - found.created_at >= timedelta(minutes=1)


async def test_a_text_without_a_name_is_tried_once_more_too_and_only_once(service: Service) -> None:
    await a_lost_text(service)
    await is_now(service, reference=None)

    tries = [await once_more(service)]
    await is_now(service, state=DeliveryState.UNDELIVERED)
    tries.append(await once_more(service))

    assert tries == [True, False]


@pytest.mark.parametrize("why", ["stopped", "suppressed", "unreachable", "stale", "updated", "cancelled", "a code"])
async def test_it_is_not_tried_where_it_is_not_wanted(service: Service, why: str) -> None:
    version = await a_lost_text(service)
    found = await the_row(service)
    async with service.transaction() as session:
        hers = await session.get_one(Address, (found.recipient_id, "sms"))
        match why:
            case "stopped":
                await leaving.stop(session, found.recipient_id, now=service.now())
            case "suppressed":
                await suppression.suppress(session, channel="sms", tag=hers.tag, reason="stop", now=service.now())
            case "unreachable":
                hers.unreachable_on = makers.TODAY
    if why == "updated":
        await makers.update(service, version.alert_id, makers.a_wording(service.atlas))
    if why == "cancelled":
        await makers.cancel(service, version.alert_id)
    if why == "a code":
        await is_now(service, occasion="join_code", alert_id=None)

    assert not await once_more(service, after=timedelta(hours=12 if why == "stale" else 0))
    assert (await the_row(service)).state is DeliveryState.UNDELIVERED


async def test_it_waits_for_the_end_of_her_quiet_hours(service: Service) -> None:
    await a_lost_text(service)
    now = service.now()
    hour = now.astimezone(HALL).hour
    async with service.transaction() as session:
        await session.exec(update(Subscriber).values(quiet_from=(hour - 1) % 24, quiet_until=(hour + 3) % 24))

    await once_more(service)

    assert (await the_row(service)).due_at - now > timedelta(hours=1)


@pytest.mark.parametrize(
    ("state", "reference", "progress", "of", "is_moved"),
    [
        # Queued once more: nothing said of the first counts, unless it arrived.
        ("queued", None, Progress.UNDELIVERED, FIRST, False),
        ("queued", None, Progress.SENT, FIRST, False),
        ("queued", None, Progress.DELIVERED, FIRST, True),
        # At the wire again: the second may be quicker than its answer.
        ("sending", None, Progress.UNDELIVERED, FIRST, False),
        ("sending", None, Progress.UNDELIVERED, SECOND, True),
        ("unknown", None, Progress.SENT, SECOND, True),
        ("unknown", None, Progress.SENT, FIRST, False),
        # Taken.
        ("sent", SECOND, Progress.UNDELIVERED, FIRST, False),
        ("sent", SECOND, Progress.UNDELIVERED, SECOND, True),
        ("sent", SECOND, Progress.DELIVERED, FIRST, True),
        # A provider that does not say which.
        ("sent", SECOND, Progress.UNDELIVERED, None, True),
    ],
)
async def test_what_is_said_of_the_first_counts_only_if_it_arrived(
    service: Service, state: str, reference: str | None, progress: Progress, of: str | None, is_moved: bool
) -> None:
    await a_lost_text(service)
    await is_now(service, state=state, reference=reference, first_reference=FIRST)

    heard = Heard(delivery=None, reference=of, progress=progress)
    wire = (DeliveryState.SENDING, DeliveryState.UNKNOWN)
    before = wire if progress is Progress.SENT else (*wire, DeliveryState.SENT)

    assert await is_in(service, second_try.moves(heard, before)) is is_moved
    assert await is_in(service, second_try.is_of_the_first(heard)) is (of == FIRST)


async def is_in(service: Service, condition: object) -> bool:
    async with service.reading() as session:
        return (await session.exec(select(Delivery.id).where(condition))).first() is not None  # type: ignore[arg-type]  # a condition
