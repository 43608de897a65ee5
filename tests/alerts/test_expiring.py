"""A warning ends by the clock: quietly for those who got it, visibly for the desk."""

from datetime import date, timedelta
from uuid import UUID

from sqlmodel import select

from tests import makers
from ugly_mugs import audit
from ugly_mugs.alerts import expiring
from ugly_mugs.desk import board
from ugly_mugs.models import Alert, AlertState, AuditEntry, Delivery, DeliveryState
from ugly_mugs.service import Service


async def state_of(service: Service, alert_id: UUID) -> AlertState:
    async with service.reading() as session:
        return (await session.get_one(Alert, alert_id)).state


async def test_an_alert_that_ran_out_is_expired_once_and_nobody_is_told(service: Service) -> None:
    await makers.a_subscriber(service)
    version = await makers.an_alert(service)
    end = version.expires_at

    async with service.transaction() as session:
        early = await expiring.expire(session, now=end - timedelta(seconds=1))
    async with service.transaction() as session:
        in_time = await expiring.expire(session, now=end)
    async with service.transaction() as session:
        again = await expiring.expire(session, now=end)

    assert (early, in_time, again) == (0, 1, 0)
    assert await state_of(service, version.alert_id) is AlertState.EXPIRED
    async with service.reading() as session:
        assert (await session.exec(select(Delivery))).all() == []
        acts = (await session.exec(select(AuditEntry.act, AuditEntry.actor))).all()
        shown = await board.expired(session, now=end)
        later = await board.expired(session, now=end + timedelta(days=31))
    assert ("alert.expired", audit.SYSTEM) in acts
    assert [each.alert_id for each in shown] == [version.alert_id]
    assert later == []


async def test_what_is_still_unsent_then_is_not_sent_any_more(service: Service) -> None:
    await makers.a_subscriber(service)
    version = await makers.an_alert(service)
    await makers.expand_one(service)

    async with service.transaction() as session:
        await expiring.expire(session, now=version.expires_at)

    assert await makers.states(service) == {DeliveryState.CANCELLED: 1}


async def test_an_update_makes_it_last_as_long_as_the_update(service: Service) -> None:
    long_ago = service.now() - timedelta(days=2000)
    version = await makers.an_alert(service, now=long_ago)
    await makers.update(service, version.alert_id, makers.a_wording(service.atlas))

    async with service.transaction() as session:
        ended = await expiring.expire(session, now=service.now())

    assert ended == 0
    assert await state_of(service, version.alert_id) is AlertState.LIVE


async def test_the_desk_has_a_day_to_tell_that_a_reporter_withdrew(service: Service) -> None:
    first, second = await makers.a_report(service), await makers.a_report(service)
    alerts = [await makers.an_alert(service, report=report) for report in (first, second)]
    for report in (first, second):
        await makers.withdraw(service, report)
    async with service.transaction() as session:
        late = (await session.exec(select(Alert).where(Alert.id == alerts[1].alert_id))).one()
        late.stopped_on = date(2026, 1, 1)
        session.add(late)

    async with service.reading() as session:
        waiting = await board.stopped(session)

    assert [each.alert_id for each in waiting] == [alerts[1].alert_id, alerts[0].alert_id]
    assert [each.tell_by for each in waiting] == [date(2026, 1, 2), service.now().date() + timedelta(days=1)]
