"""What runs by the clock runs in a worker, with the keys it has."""

from datetime import timedelta

import pytest
from sqlalchemy import literal_column
from sqlmodel import col, select, update

from tests import makers
from ugly_mugs.delivery import figures, lapsing, progress
from ugly_mugs.desk import sittings
from ugly_mugs.models import Alert, AlertState, Delivery, DeliveryState, Sitting, Version
from ugly_mugs.service import Service
from ugly_mugs.workers import sweep

HOUR = timedelta(hours=1)


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


async def three_are_stale(service: Service) -> None:
    """Two who were told nothing in time, one who still can be, and one who was."""
    for _ in range(4):
        await makers.a_subscriber(service)
    await makers.an_alert(service)
    while await makers.expand_one(service):
        pass
    (sent,) = await makers.taken(service, worker="w", limit=1)
    async with service.transaction() as session:
        long_ago = service.now() - timedelta(hours=1)
        await session.exec(update(Delivery).values(tell_by=long_ago))
        fresh = (await session.exec(select(Delivery.id).where(Delivery.id != sent.id).limit(1))).one()
        await session.exec(update(Delivery).where(col(Delivery.id) == fresh).values(tell_by=service.now() + HOUR))


async def test_what_nobody_takes_ends_when_it_is_too_late_to_tell(service: Service) -> None:
    await three_are_stale(service)

    busy = await sweep.lapse(service)

    assert not busy
    assert await makers.states(service) == {
        DeliveryState.EXPIRED: 2,
        DeliveryState.QUEUED: 1,
        DeliveryState.SENDING: 1,
    }


async def test_there_may_be_more_as_long_as_a_whole_chunk_was_too_late(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    await three_are_stale(service)
    monkeypatch.setattr(lapsing, "CHUNK", 1)

    busy = [await sweep.lapse(service) for _ in range(3)]

    assert busy == [True, True, False]


async def test_what_a_worker_of_an_older_version_has_taken_is_told_by_a_new_one(service: Service) -> None:
    await makers.a_subscriber(service)
    version = await makers.an_alert(service)
    while await makers.expand_one(service):
        pass
    async with service.transaction() as session:
        await session.exec(update(Delivery).values(state=literal_column("'leased'"), leased_by="old"))

    await sweep.give_back(service)

    async with service.reading() as session:
        await figures.take(session, now=service.now())
        standing = await progress.standing(session, version.id)
    assert standing.states == {DeliveryState.QUEUED: 1}
    assert len(await makers.taken(service, worker="new")) == 1
