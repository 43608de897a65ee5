"""However many people want an area, it is one row."""

import asyncio

import pytest
from sqlmodel import select

from ugly_mugs import areas
from ugly_mugs.alerts.areas import intern
from ugly_mugs.models import Area
from ugly_mugs.service import Service


async def test_the_same_area_in_two_spellings_is_one_row(service: Service) -> None:
    async with service.transaction() as session:
        one = await intern(session, service.atlas, areas.Area("district", "GU1", 10))
        same = await intern(session, service.atlas, areas.Area("district", "gu1 ", 10))
        wider = await intern(session, service.atlas, areas.Area("district", "GU1", 30))

    assert one == same
    assert one != wider


async def test_the_row_knows_its_districts(service: Service) -> None:
    async with service.transaction() as session:
        await intern(session, service.atlas, areas.Area("district", "GU1", 10))

    async with service.reading() as session:
        row = (await session.exec(select(Area))).one()
    assert service.atlas.from_bytes(row.districts) == service.atlas.within("GU1", 10)


async def test_a_place_that_is_none_is_refused(sqlite_service: Service) -> None:
    with pytest.raises(areas.UnknownDistrict):
        async with sqlite_service.transaction() as session:
            await intern(session, sqlite_service.atlas, areas.Area("district", "ZZ99", 10))


async def test_two_who_want_a_new_area_at_the_same_moment_get_one_row(postgresql_service: Service) -> None:
    service = postgresql_service

    async def want() -> int:
        async with service.transaction() as session:
            found = await intern(session, service.atlas, areas.Area("district", "LS1", 5))
            await asyncio.sleep(0.05)
            return found

    found = await asyncio.gather(*(want() for _ in range(5)))

    assert len(set(found)) == 1
