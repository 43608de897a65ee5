"""What runs by the clock runs in a worker, with the keys it has."""

from datetime import timedelta

from sqlmodel import select

from tests import makers
from ugly_mugs.desk import sittings
from ugly_mugs.models import Alert, AlertState, Sitting, Version
from ugly_mugs.service import Service
from ugly_mugs.workers import sweep


async def test_a_sitting_that_ended_by_itself_leaves_nothing_behind(service: Service) -> None:
    moderator = await makers.a_moderator(service)
    async with service.transaction() as session:
        long_ago = service.now() - timedelta(days=1)
        await sittings.sit(session, service.vault, moderator, token="old", now=long_ago)

    await sweep.forget(service)

    async with service.reading() as session:
        assert (await session.exec(select(Sitting))).all() == []


async def test_alerts_end_by_the_clock(service: Service) -> None:
    await makers.an_alert(service)
    async with service.transaction() as session:
        version = (await session.exec(select(Version))).one()
        version.expires_at = service.now() - timedelta(minutes=1)
        session.add(version)

    busy = [await sweep.expire(service), await sweep.expire(service)]

    assert busy == [True, False]
    async with service.reading() as session:
        assert (await session.exec(select(Alert.state))).one() is AlertState.EXPIRED


async def test_nothing_to_forget_is_soon_done(service: Service) -> None:
    assert [await sweep.forget(service), await sweep.forget_contacts(service)] == [False, False]
