"""Regional schemes and their tokens, from the server's own shell."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from .. import models
from ..areas import Area, UnknownArea, UnknownDistrict
from ..feed import readers, tokens
from ..models import Scheme
from ..service import Service
from .acting import checked, refused, say, with_service

LONGEST_NAME = 100


def add(name: str, areas: Sequence[str], *, police_force: str | None, reports: bool) -> None:
    """Make a scheme and print its token."""
    wanted, name = [_area(each) for each in areas], checked(name, longest=LONGEST_NAME)

    async def adding(service: Service) -> str:
        async with service.transaction() as session:
            made = await tokens.add_scheme(
                session, service.atlas, name=name, areas=wanted, police_force=police_force, now=service.now()
            )
            return await tokens.make(session, made.recipient_id, scopes=_scopes(reports=reports), now=service.now())

    try:
        say(with_service(adding))
    except tokens.NameTaken:
        raise refused("there is a scheme of this name already; `scheme token` makes another token for it") from None
    except (UnknownArea, UnknownDistrict) as error:
        raise refused(str(error)) from None


def new_token(name: str, *, reports: bool) -> None:
    """Print another token for a scheme."""

    async def making(service: Service) -> str:
        async with service.transaction() as session:
            found = await _called(session, name)
            return await tokens.make(session, found.recipient_id, scopes=_scopes(reports=reports), now=service.now())

    try:
        say(with_service(making))
    except tokens.TooManyTokens:
        raise refused("two tokens are live already; `scheme revoke` ends one") from None


def everything() -> None:
    """Print every scheme with its areas, and below it the tokens that are live: their ids, never themselves."""

    async def read(service: Service) -> list[str]:
        lines = []
        async with service.reading() as session:
            for scheme in await tokens.schemes(session):
                areas = [_written(area) for area in await readers.areas_of(session, scheme.recipient_id)]
                police = f" (police: {scheme.police_force})" if scheme.police_force else ""
                lines.append(f"{scheme.name}{police}: {', '.join(areas)}")
                live = await tokens.live(session, scheme.recipient_id)
                lines += [f"  {token.id} of {token.made_on}: {', '.join(token.scopes)}" for token in live]
                lines += [] if live else ["  no token is live"]
        return lines

    for line in with_service(read) or ["There is no scheme yet; `scheme add` makes one."]:
        say(line)


def revoke(which: str) -> None:
    """End one token by its id, or every token of the scheme called *which*."""

    async def revoking(service: Service) -> int:
        async with service.transaction() as session:
            ids = await _tokens_meant(session, which)
            for each in ids:
                await tokens.revoke(session, each, now=service.now())
            return len(ids)

    try:
        ended = with_service(revoking)
    except tokens.NoSuchToken:
        raise refused("there is no such token, or it is revoked already") from None
    say("Revoked one token." if ended == 1 else f"Revoked {ended} tokens.")


async def _tokens_meant(session: AsyncSession, which: str) -> list[UUID]:
    try:
        return [UUID(which)]
    except ValueError:
        found = await _called(session, which)
    live = [token.id for token in await tokens.live(session, found.recipient_id)]
    if not live:
        raise refused("this scheme has no token that is live")
    return live


async def _called(session: AsyncSession, name: str) -> Scheme:
    found = await tokens.called(session, name)
    if found is None:
        raise refused("there is no scheme of this name")
    return found


def _scopes(*, reports: bool) -> frozenset[tokens.Scope]:
    return frozenset({tokens.Scope.READ, tokens.Scope.REPORT} if reports else {tokens.Scope.READ})


def _written(area: models.Area) -> str:
    miles = f"+{area.miles}" if area.miles else ""
    return f"{area.kind}:{area.code}{miles}" if area.code else area.kind


def _area(written: str) -> Area:
    kind, _, code = written.partition(":")
    match kind:
        case "national":
            return Area("national")
        case "district":
            code, _, miles = code.partition("+")
            return Area("district", code, int(miles) if miles.isdecimal() else 0)
        case "force" | "region":
            return Area(kind, code)
        case _:
            raise refused(f"{written} is not an area: force:ID, region:NAME, district:CODE+MILES or national")
