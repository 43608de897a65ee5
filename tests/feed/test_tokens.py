import asyncio
from datetime import timedelta

import pytest
from sqlmodel import select

from tests.feed.chains import EVERYTHING, GUILDFORD, LEEDS, NOON, a_scheme, a_token
from ugly_mugs import audit
from ugly_mugs.feed import readers, tokens
from ugly_mugs.feed.tokens import Scope
from ugly_mugs.models import SchemeToken
from ugly_mugs.service import Service


async def test_a_token_says_whose_it_is(service: Service) -> None:
    scheme = await a_scheme(service)
    token = await a_token(service, scheme=scheme)

    async with service.reading() as session:
        found = await tokens.find(session, token)

    assert found is not None
    assert found[0].id == scheme.id
    assert found[1].scopes == ["read"]


async def test_a_token_is_long_random_and_not_stored(service: Service) -> None:
    scheme = await a_scheme(service)
    one, other = await a_token(service, scheme=scheme), await a_token(service, scheme=scheme)

    async with service.reading() as session:
        stored = list(await session.exec(select(SchemeToken)))

    assert one != other
    assert len(one.removeprefix("feed_")) * 6 >= 256
    assert all(one.encode() not in row.hash and len(row.hash) == 32 for row in stored)


async def test_two_tokens_are_live_at_once_and_a_third_has_to_wait(service: Service) -> None:
    scheme = await a_scheme(service)
    first, _ = await a_token(service, scheme=scheme), await a_token(service, scheme=scheme)

    with pytest.raises(tokens.TooManyTokens):
        await a_token(service, scheme=scheme)

    async with service.transaction() as session:
        found = await tokens.find(session, first)
        assert found is not None
        await tokens.revoke(session, found[1].id, now=NOON)
    await a_token(service, scheme=scheme)


async def test_two_people_at_once_make_no_third_token(postgresql_service: Service) -> None:
    scheme = await a_scheme(postgresql_service)
    await a_token(postgresql_service, scheme=scheme)

    made = await asyncio.gather(*(a_token(postgresql_service, scheme=scheme) for _ in range(4)), return_exceptions=True)

    assert sum(isinstance(each, str) for each in made) == 1
    assert sum(isinstance(each, tokens.TooManyTokens) for each in made) == 3


async def test_a_revoked_token_opens_nothing_from_then_on(service: Service) -> None:
    token = await a_token(service)
    async with service.transaction() as session:
        found = await tokens.find(session, token)
        assert found is not None
        await tokens.revoke(session, found[1].id, now=NOON + timedelta(hours=1))

    async with service.reading() as session:
        assert await tokens.find(session, token) is None
        assert await readers.at_the_door(session, service.atlas, token) is None
        assert await tokens.live(session, found[0].recipient_id) == []


async def test_a_token_cannot_be_revoked_twice(service: Service) -> None:
    token = await a_token(service)

    async with service.transaction() as session:
        found = await tokens.find(session, token)
        assert found is not None
        await tokens.revoke(session, found[1].id, now=NOON)
        with pytest.raises(tokens.NoSuchToken):
            await tokens.revoke(session, found[1].id, now=NOON)


@pytest.mark.parametrize("presented", ["", "feed_", "feed_" + "x" * 43, "Feed_", "feed_\x00", "feed_é" * 5, "x" * 5000])
async def test_anything_else_opens_nothing(sqlite_service: Service, presented: str) -> None:
    await a_token(sqlite_service)

    async with sqlite_service.reading() as session:
        assert await tokens.find(session, presented) is None
        assert await readers.at_the_door(session, sqlite_service.atlas, presented) is None


async def test_a_scheme_at_the_door_has_all_its_areas_and_its_scopes(service: Service) -> None:
    token = await a_token(service, GUILDFORD, LEEDS, scopes=[Scope.READ, Scope.REPORT])

    async with service.reading() as session:
        reader = await readers.at_the_door(session, service.atlas, token)

    assert reader is not None
    assert reader.districts == service.atlas.bits(GUILDFORD) | service.atlas.bits(LEEDS)
    assert reader.scopes == {Scope.READ, Scope.REPORT}
    assert not reader.is_police


async def test_two_schemes_have_two_names(service: Service) -> None:
    await a_scheme(service, name="Leeds project")

    with pytest.raises(tokens.NameTaken):
        await a_scheme(service, EVERYTHING, name="Leeds project")


async def test_who_got_a_token_is_in_the_audit_log(service: Service) -> None:
    await a_token(service)

    async with service.reading() as session:
        head = await audit.verify(session)

    assert head.number == 2
