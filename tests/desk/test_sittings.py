"""A sitting ends by itself: after half an hour of nothing, and after ten hours of anything."""

from datetime import UTC, datetime, timedelta

from sqlmodel import select

from tests.desk import people
from ugly_mugs.desk import sittings
from ugly_mugs.models import Sitting
from ugly_mugs.service import Service

NOW = datetime(2026, 11, 25, 21, 30, tzinfo=UTC)
TEN_MINUTES = timedelta(minutes=10)


async def test_a_sitting_is_found_by_its_token_alone_and_the_token_is_not_kept(service: Service) -> None:
    ada, _ = await people.two_moderators(service, now=NOW)
    token = await people.seated(service, ada, now=NOW)

    seat = await people.seat_of(service, token, now=NOW)

    assert seat is not None
    assert (seat.moderator_id, seat.name) == (ada.id, "Ada")
    assert await people.seat_of(service, token[::-1], now=NOW) is None
    async with service.reading() as session:
        assert token.encode() not in (await session.exec(select(Sitting))).one().token


async def test_half_an_hour_of_nothing_ends_it(service: Service) -> None:
    ada, _ = await people.two_moderators(service, now=NOW)
    token = await people.seated(service, ada, now=NOW)

    assert await people.seat_of(service, token, now=NOW + timedelta(minutes=29)) is not None
    assert await people.seat_of(service, token, now=NOW + timedelta(minutes=30)) is None


async def test_use_keeps_it_open_but_not_past_ten_hours(service: Service) -> None:
    ada, _ = await people.two_moderators(service, now=NOW)
    token = await people.seated(service, ada, now=NOW)

    for quarter in range(1, 41):
        now = NOW + quarter * timedelta(minutes=15)
        is_open = await people.seat_of(service, token, now=now) is not None
        async with service.transaction() as session:
            await sittings.note(session, service.vault, token, now=now)

        assert is_open is (quarter < 40)


async def test_the_second_factor_is_fresh_for_ten_minutes_and_again_once_shown(service: Service) -> None:
    ada, _ = await people.two_moderators(service, now=NOW)
    token = await people.seated(service, ada, now=NOW)
    later = NOW + timedelta(minutes=11)

    stale = await people.seat_of(service, token, now=later)
    async with service.transaction() as session:
        await sittings.renew(session, service.vault, token, now=later)
    fresh = await people.seat_of(service, token, now=later)

    assert stale is not None
    assert fresh is not None
    assert not stale.is_fresh(now=later, within=TEN_MINUTES)
    assert fresh.is_fresh(now=later, within=TEN_MINUTES)


async def test_logging_out_ends_this_sitting_and_no_other(service: Service) -> None:
    ada, bea = await people.two_moderators(service, now=NOW)
    hers, another = [await people.seated(service, who, now=NOW) for who in (ada, bea)]

    async with service.transaction() as session:
        await sittings.rise(session, service.vault, hers)

    assert await people.seat_of(service, hers, now=NOW) is None
    assert await people.seat_of(service, another, now=NOW) is not None


async def test_a_new_sitting_sweeps_out_those_that_ended(service: Service) -> None:
    ada, bea = await people.two_moderators(service, now=NOW)
    await people.seated(service, ada, now=NOW)

    await people.seated(service, bea, now=NOW + timedelta(hours=1))

    async with service.reading() as session:
        assert [row.moderator_id for row in await session.exec(select(Sitting))] == [bea.id]
