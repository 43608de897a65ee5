"""An alert that has told nobody is seen, and one that only waits for people to wake is not."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import update

from tests import makers
from ugly_mugs.delivery.progress import Silent, silent
from ugly_mugs.models import Delivery, DeliveryState, Version
from ugly_mugs.service import Service
from ugly_mugs.vocabulary import Severity


async def seen(service: Service, *, now: datetime | None = None) -> list[Silent]:
    async with service.reading() as session:
        return await silent(session, now=now or service.now())


async def an_old_alert(
    service: Service, *, minutes: float = 6, severity: Severity = Severity.CRITICAL, written: bool = True
) -> Version:
    """An alert that was approved some *minutes* ago, whose deliveries are *written* but not sent."""
    then = service.now() - timedelta(minutes=minutes)
    wording = makers.a_wording(service.atlas, severity=severity)
    version = await makers.an_alert(service, wording=wording, now=then)
    while written and await makers.expand_one(service, now=then):
        pass
    return version


async def all_are(service: Service, **values: object) -> None:
    async with service.transaction() as session:
        await session.exec(update(Delivery).values(**values))


async def test_an_alert_that_told_nobody_within_five_minutes_is_silent(service: Service) -> None:
    await makers.a_subscriber(service)

    version = await an_old_alert(service)

    (found,) = await seen(service)
    assert (found.alert_id, found.people, found.severity) == (version.alert_id, 1, Severity.CRITICAL)
    assert found.headline == "Rape, Guildford area"


async def test_it_is_silent_too_while_nobody_has_even_written_whom_to_tell(service: Service) -> None:
    await makers.a_subscriber(service)

    version = await an_old_alert(service, written=False)

    assert [each.alert_id for each in await seen(service)] == [version.alert_id]


@pytest.mark.parametrize(
    ("severity", "minutes", "cries"),
    [
        (Severity.CRITICAL, 4, False),
        (Severity.CRITICAL, 6, True),
        (Severity.SERIOUS, 29, False),
        (Severity.SERIOUS, 31, True),
        (Severity.CRITICAL, 60 * 49, False),
    ],
)
async def test_how_long_it_may_take_depends_on_how_bad_it_is(
    sqlite_service: Service, severity: Severity, minutes: float, cries: bool
) -> None:
    await makers.a_subscriber(sqlite_service)

    await an_old_alert(sqlite_service, severity=severity, minutes=minutes)

    assert bool(await seen(sqlite_service)) is cries


@pytest.mark.parametrize(
    ("state", "cries"),
    [
        (DeliveryState.SENT, False),
        (DeliveryState.DELIVERED, False),
        (DeliveryState.UNDELIVERED, True),
        (DeliveryState.UNKNOWN, True),
        (DeliveryState.FAILED, True),
        (DeliveryState.EXPIRED, True),
    ],
)
async def test_only_a_message_that_left_ends_the_silence(
    sqlite_service: Service, state: DeliveryState, cries: bool
) -> None:
    await makers.a_subscriber(sqlite_service)
    await an_old_alert(sqlite_service)

    await all_are(sqlite_service, state=state)

    assert bool(await seen(sqlite_service)) is cries


async def test_an_alert_for_people_who_all_sleep_is_not_silent(service: Service) -> None:
    await makers.a_subscriber(service)
    await an_old_alert(service, severity=Severity.SERIOUS, minutes=60)

    await all_are(service, due_at=service.now() + timedelta(hours=7))

    assert await seen(service) == []


async def test_an_alert_that_waits_for_money_is_silent(telling: Service) -> None:
    await makers.a_subscriber(telling)
    await an_old_alert(telling)

    await makers.deliver_all(makers.with_settings(telling, pounds_a_day=0))

    assert len(await seen(telling)) == 1


async def test_an_alert_with_nobody_in_reach_is_not_silent(service: Service) -> None:
    await an_old_alert(service)

    assert await seen(service) == []


async def test_a_cancel_of_what_never_went_owes_nobody_anything(telling: Service) -> None:
    await makers.a_subscriber(telling)
    version = await an_old_alert(telling)

    await makers.cancel(telling, version.alert_id)
    await makers.deliver_all(telling)

    assert await seen(telling, now=telling.now() + timedelta(minutes=10)) == []
