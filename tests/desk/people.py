"""Moderators for tests."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from secrets import token_urlsafe
from uuid import UUID

import pyotp

from ugly_mugs.desk import accounts, sittings
from ugly_mugs.models import DeskRole, Moderator, ModeratorState
from ugly_mugs.service import Service


@dataclass(frozen=True, slots=True)
class Person:
    """A moderator and what she knows."""

    id: UUID
    name: str
    password: str
    secret: str

    def code(self, now: datetime) -> str:
        """What her authenticator shows."""
        return pyotp.TOTP(self.secret).at(now)


async def a_moderator(
    service: Service,
    name: str,
    *,
    now: datetime,
    password: str = "correct horse battery",
    roles: Collection[DeskRole] = (DeskRole.MODERATOR,),
    by: UUID | None = None,
    state: ModeratorState | None = ModeratorState.ACTIVE,
) -> Person:
    """An account, open unless *state* leaves that to the rules."""
    secret = pyotp.random_base32()
    async with service.transaction() as session:
        made = await accounts.add(
            session, service.vault, name=name, password=password, totp_secret=secret, roles=roles, by=by, now=now
        )
        made.state = state or made.state
    return Person(made.id, made.name, password, secret)


async def two_moderators(service: Service, *, now: datetime) -> tuple[Person, Person]:
    """The two that every installation begins with."""
    return await a_moderator(service, "Ada", now=now), await a_moderator(service, "Bea", now=now)


async def state(service: Service, who: Person) -> ModeratorState:
    """What her account is now."""
    async with service.reading() as session:
        found = await session.get(Moderator, who.id)
        assert found is not None
        return found.state


async def seated(service: Service, who: Person, *, now: datetime) -> str:
    """The token of a sitting of hers."""
    token = token_urlsafe(32)
    async with service.transaction() as session:
        await sittings.sit(session, service.vault, who.id, token=token, now=now)
    return token


async def seat_of(service: Service, token: str, *, now: datetime) -> sittings.Seat | None:
    """Who sits there."""
    async with service.reading() as session:
        return await sittings.seat(session, service.vault, token, now=now)
