"""C5: a session begins with a token that nobody could have known."""

from tests.desk import people
from tests.web.desk_site import a_desk, log_in
from ugly_mugs.service import Service


async def test_a_cookie_that_was_planted_is_not_the_one_that_opens_the_desk(sqlite_service: Service) -> None:
    async with a_desk(sqlite_service) as desk:
        cleo = await people.a_moderator(desk.service, "Cleo", now=desk.service.now())
        jar = desk.stranger.session.cookie_jar
        await desk.stranger.get("/desk/login")
        before = {each.value for each in jar}

        seen = await log_in(desk.stranger, cleo, now=desk.service.now())

        assert seen.url.path == "/desk"
        assert before
        assert before.isdisjoint({each.value for each in jar})
