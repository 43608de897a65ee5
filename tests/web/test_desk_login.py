"""Nobody is at the desk without a password and a code; time and one press of a button end it."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlmodel import select

from tests.desk import people
from tests.web.desk_site import Desk, a_desk, acts, an_hour_passes, in_guildford, log_in, proposed
from ugly_mugs.models import DeskRole, Moderator, ModeratorState, Sitting
from ugly_mugs.service import Service
from ugly_mugs.web import app as web_app
from ugly_mugs.web import guard


@pytest.fixture
async def desk(sqlite_service: Service) -> AsyncIterator[Desk]:
    async with a_desk(sqlite_service) as made:
        yield made


async def test_every_route_of_the_desk_names_a_role_and_only_its_entrance_is_open(sqlite_service: Service) -> None:
    app = web_app.build(sqlite_service, ["desk"])

    open_ones = {
        str(route.resource.canonical)
        for route in app.router.routes()
        if route.resource and guard._RULES[route.handler].role is guard.Role.ANYONE
    }

    assert guard.unguarded(app) == []
    assert {path for path in open_ones if path.startswith("/desk")} == {"/desk/login"}


async def test_whoever_is_not_logged_in_is_shown_the_entrance_whether_or_not_there_is_anything(desk: Desk) -> None:
    report_id = await in_guildford(desk.service)

    there = await desk.stranger.get(f"/desk/reports/{report_id}", follow=False)
    nowhere = await desk.stranger.get("/desk/reports/3f0c5a0e-0000-4000-8000-000000000000", follow=False)

    assert (there.status, there.headers["Location"], there.text) == (303, "/desk/login", nowhere.text)
    assert nowhere.status == 303


async def test_the_answer_is_the_same_bytes_whatever_was_wrong(desk: Desk) -> None:
    ada, now = desk.both[0], desk.service.now() + timedelta(minutes=5)

    wrong = [
        await log_in(desk.stranger, ada, now=now, **each)
        for each in ({"password": "not this one at all"}, {"code": "000000"}, {"name": "Nobody"})
    ]

    assert {seen.status for seen in wrong} == {422}
    assert len({seen.text.replace("Nobody", "Ada").replace("Ada", "") for seen in wrong}) == 1
    assert "password" not in {field.get("value") for field in wrong[0].tree.iter("input")}


async def test_a_new_token_comes_with_the_log_in_and_goes_with_the_log_out(desk: Desk) -> None:
    cleo = await people.a_moderator(desk.service, "Cleo", now=desk.service.now())
    before = await desk.stranger.get("/desk/login")

    after = await log_in(desk.stranger, cleo, now=desk.service.now())
    await desk.stranger.get("/desk")
    out = await desk.stranger.submit({}, action="/desk/logout")
    closed = await desk.stranger.get("/desk", follow=False)

    assert before.cookies != after.cookies
    assert out.url.path == "/desk/login"
    assert closed.status == 303


async def test_log_out_is_no_link(desk: Desk) -> None:
    seen = await desk.ada.get("/desk/logout", follow=False)

    assert seen.status == 405
    assert (await desk.ada.get("/desk")).status == 200


async def test_leaving_ends_the_sitting(desk: Desk) -> None:
    await desk.ada.get("/leave", follow=False)

    async with desk.service.reading() as session:
        assert [row.moderator_id for row in await session.exec(select(Sitting))] == [desk.both[1].id]


async def test_an_hour_of_nothing_shuts_the_desk(desk: Desk) -> None:
    await an_hour_passes(desk.service, seen=False)

    assert (await desk.ada.get("/desk", follow=False)).headers["Location"] == "/desk/login"


async def test_words_sent_after_the_sitting_ended_are_still_in_the_form(desk: Desk) -> None:
    report_id = await in_guildford(desk.service)
    await desk.ada.get(f"/desk/reports/{report_id}")
    await an_hour_passes(desk.service, seen=False)

    seen = await desk.ada.submit({"text": "Was there a second man?"}, action=f"/desk/reports/{report_id}/ask")

    assert seen.status == 403
    assert "Was there a second man?" in seen.text
    assert "Log in again in another tab" in seen.words
    assert "SENTINEL" not in seen.text


async def test_a_lead_is_no_moderator_and_reads_not_found(desk: Desk) -> None:
    lead = await people.a_moderator(desk.service, "Lea", roles=[DeskRole.LEAD], now=desk.service.now())

    seen = await log_in(desk.stranger, lead, now=desk.service.now())

    assert (seen.url.path, seen.status) == ("/desk", 404)
    assert seen.text == (await desk.stranger.get("/nothing/here")).text


async def test_sending_wants_a_code_that_is_not_older_than_ten_minutes(desk: Desk) -> None:
    proposal = await proposed(desk, await in_guildford(desk.service))
    act = f"{proposal.url.path}/approve"
    await an_hour_passes(desk.service, seen=True)
    bea = desk.both[1]

    await desk.bea.get(proposal.url.path)
    missing = await desk.bea.submit({"code": ""}, action=act)
    wrong = await desk.bea.submit({"code": "000000"}, action=act)
    right = await desk.bea.submit({"code": bea.code(desk.service.now() + timedelta(seconds=30))}, action=act)

    assert "more than ten minutes" in missing.words
    assert "This code is not right" in wrong.words
    assert right.url.path.startswith("/desk/alerts/")


async def test_an_account_added_on_the_server_opens_when_a_moderator_agrees(desk: Desk) -> None:
    now = desk.service.now()
    cleo = await people.a_moderator(desk.service, "Cleo", state=None, now=now)
    await log_in(desk.stranger, cleo, now=now)
    assert (await desk.stranger.get("/desk", follow=False)).status == 303

    await desk.ada.get("/desk/accounts")
    seen = await desk.ada.submit({}, action=f"/desk/accounts/{cleo.id}/agree")

    assert seen.status == 200
    async with desk.service.reading() as session:
        found = await session.get(Moderator, cleo.id)
        assert found is not None
        assert (found.state, found.agreed_by) == (ModeratorState.ACTIVE, desk.both[0].id)
    assert "moderator.agreed" in await acts(desk.service)


async def test_closing_an_account_ends_its_sittings(desk: Desk) -> None:
    await desk.ada.get("/desk/accounts")

    await desk.ada.submit({}, action=f"/desk/accounts/{desk.both[1].id}/close")

    assert (await desk.bea.get("/desk", follow=False)).status == 303
