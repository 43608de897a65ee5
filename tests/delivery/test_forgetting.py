"""Who got what is forgotten once it cannot be taken back any more; how many, and where, stays."""

from datetime import datetime, timedelta

from sqlmodel import col, select, update

from tests import makers
from ugly_mugs.alerts import expiring
from ugly_mugs.delivery import forgetting
from ugly_mugs.desk import board
from ugly_mugs.models import Delivery, FanOut, ToldCount
from ugly_mugs.service import Service


async def forget(service: Service, now: datetime, *, size: int = forgetting.CHUNK) -> None:
    """Until there is nothing left to forget."""
    while True:
        async with service.transaction() as session:
            if not await forgetting.forget(session, now=now, size=size):
                return


async def left(service: Service) -> int:
    async with service.reading() as session:
        return len((await session.exec(select(Delivery.id))).all())


async def three_are_told(service: Service) -> list[int]:
    hers = [await makers.a_subscriber(service, area=area) for area in ("GU1", "GU1", "GU2")]
    await makers.also_wants(service, hers[0], area="GU2", miles=10)
    return hers


async def test_while_it_can_be_taken_back_everybody_who_got_it_is_known(telling: Service) -> None:
    await three_are_told(telling)
    await makers.an_alert(telling)
    await makers.deliver_all(telling)

    await forget(telling, telling.now() + timedelta(days=5000))

    assert await left(telling) == 3


async def test_thirty_days_after_it_was_taken_back_only_counts_a_district_stay(telling: Service) -> None:
    await three_are_told(telling)
    version = await makers.an_alert(telling)
    await makers.deliver_all(telling)
    cancel = await makers.cancel(telling, version.alert_id)
    await makers.deliver_all(telling)

    await forget(telling, cancel.issued_at + timedelta(days=29))
    before = await left(telling)
    await forget(telling, cancel.issued_at + timedelta(days=31), size=2)

    assert (before, await left(telling)) == (6, 0)
    async with telling.reading() as session:
        counts = (await session.exec(select(ToldCount).where(ToldCount.version_id == version.id))).all()
        fan_outs = (await session.exec(select(FanOut))).all()
        told = await board.told(session, version.alert_id)
    assert {each.district: each.people for each in counts} == {"GU1": 2, "GU2": 1}
    assert fan_outs == []
    assert told == 3


async def test_who_did_not_get_it_is_not_counted(telling: Service) -> None:
    stopped, _, _ = await three_are_told(telling)
    version = await makers.an_alert(telling)
    await makers.expand_one(telling)
    async with telling.transaction() as session:
        await session.exec(update(Delivery).where(col(Delivery.recipient_id) == stopped).values(state="suppressed"))
    await makers.deliver_all(telling)
    async with telling.transaction() as session:
        await expiring.expire(session, now=version.expires_at)

    await forget(telling, version.expires_at + timedelta(days=31))

    async with telling.reading() as session:
        assert sum((await session.exec(select(ToldCount.people))).all()) == 2
    assert await left(telling) == 0
