"""A visit opens what a code opened, for a while, and tells nobody else whose it is."""

import secrets
from datetime import UTC, datetime, timedelta

from sqlmodel import select

from ugly_mugs import visits
from ugly_mugs.models import Visit, VisitKind
from ugly_mugs.service import Service

NOW = datetime(2026, 11, 25, 21, 7, tzinfo=UTC)


def a_token() -> bytes:
    return secrets.token_urlsafe(32).encode()


async def test_who_has_the_cookie_finds_what_it_opens_until_the_time_is_up(service: Service) -> None:
    token = a_token()

    async with service.transaction() as session:
        await visits.open_visit(session, token, VisitKind.MEMBER, b"12", now=NOW, minutes=30)

    async with service.reading() as session:
        assert await visits.look(session, token, VisitKind.MEMBER, now=NOW + timedelta(minutes=29)) == b"12"
        assert await visits.look(session, a_token(), VisitKind.MEMBER, now=NOW) is None
        assert await visits.look(session, token, VisitKind.MEMBER, now=NOW + timedelta(minutes=38)) is None


async def test_the_stored_end_is_a_quarter_of_an_hour_and_no_exact_time(service: Service) -> None:
    async with service.transaction() as session:
        await visits.open_visit(session, a_token(), VisitKind.REPORTER, b"x", now=NOW, minutes=30)

    async with service.reading() as session:
        visit = (await session.exec(select(Visit))).one()
    assert visit.until == datetime(2026, 11, 25, 21, 45, tzinfo=UTC)


async def test_a_report_and_a_membership_in_one_browser_share_nothing_in_the_table(service: Service) -> None:
    token = a_token()

    async with service.transaction() as session:
        await visits.open_visit(session, token, VisitKind.REPORTER, b"report", now=NOW, minutes=30)
        await visits.open_visit(session, token, VisitKind.MEMBER, b"member", now=NOW, minutes=30)

    async with service.reading() as session:
        rows = (await session.exec(select(Visit))).all()
        assert await visits.look(session, token, VisitKind.REPORTER, now=NOW) == b"report"
        assert await visits.look(session, token, VisitKind.MEMBER, now=NOW) == b"member"
    assert len({row.token for row in rows}) == 2
    assert all(b"report" not in row.holds and b"member" not in row.holds for row in rows)


async def test_a_row_moved_to_another_cookie_opens_nothing(service: Service) -> None:
    hers, his = a_token(), a_token()
    async with service.transaction() as session:
        await visits.open_visit(session, hers, VisitKind.MEMBER, b"her", now=NOW, minutes=30)
        stolen = (await session.exec(select(Visit))).one().holds
        await visits.open_visit(session, his, VisitKind.MEMBER, b"his", now=NOW, minutes=30)

    async with service.transaction() as session:
        for row in await session.exec(select(Visit)):
            row.holds = stolen

    async with service.reading() as session:
        assert await visits.look(session, his, VisitKind.MEMBER, now=NOW) is None
        assert await visits.look(session, hers, VisitKind.MEMBER, now=NOW) == b"her"


async def test_leaving_ends_every_visit_of_the_browser_and_no_other(service: Service) -> None:
    mine, other = a_token(), a_token()
    async with service.transaction() as session:
        for token in (mine, other):
            await visits.open_visit(session, token, VisitKind.REPORTER, b"a", now=NOW, minutes=30)
            await visits.open_visit(session, token, VisitKind.MEMBER, b"b", now=NOW, minutes=30)

    async with service.transaction() as session:
        await visits.close(session, mine)

    async with service.reading() as session:
        assert len((await session.exec(select(Visit))).all()) == 2
        assert await visits.look(session, other, VisitKind.MEMBER, now=NOW) == b"b"


async def test_visits_whose_time_is_up_are_forgotten(service: Service) -> None:
    async with service.transaction() as session:
        await visits.open_visit(session, a_token(), VisitKind.MEMBER, b"old", now=NOW, minutes=10)
        await visits.open_visit(session, a_token(), VisitKind.MEMBER, b"new", now=NOW, minutes=60)

    async with service.transaction() as session:
        await visits.tidy(session, now=NOW + timedelta(minutes=30))

    async with service.reading() as session:
        assert len((await session.exec(select(Visit))).all()) == 1
