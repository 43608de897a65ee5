"""Who reads the feed, and what they may see of it."""

from dataclasses import dataclass
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..areas import Atlas, DistrictSet
from ..models import Area, Scheme, SchemeArea, SchemeToken
from .tokens import Scope, hashed, is_plausible


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """A scheme at the door, with what its token and its areas open."""

    scheme: UUID
    epoch: int
    districts: DistrictSet
    scopes: frozenset[Scope]
    is_police: bool

    def sees(self, districts: DistrictSet, about_force: str | None) -> bool:
        """Whether an entry for *districts*, perhaps about an officer of *about_force*, is for this scheme.

        A report about a police officer is for no police force: they share systems, and colleagues.
        """
        return bool(districts & self.districts) and not (self.is_police and about_force)


async def at_the_door(session: AsyncSession, atlas: Atlas, presented: str) -> Reader | None:
    """Who holds the token *presented*; one query, since it is asked on every request."""
    if not is_plausible(presented):
        return None
    found = await session.exec(
        select(Scheme, SchemeToken, Area.districts)
        .join(SchemeToken, col(SchemeToken.scheme_id) == Scheme.recipient_id)
        .outerjoin(SchemeArea, col(SchemeArea.recipient_id) == Scheme.recipient_id)
        .outerjoin(Area, col(Area.id) == SchemeArea.area_id)
        .where(SchemeToken.hash == hashed(presented), col(SchemeToken.revoked_at).is_(None))
    )
    rows = list(found)
    if not rows:
        return None
    scheme, token, _ = rows[0]
    districts = 0
    for _, _, stored in rows:
        districts |= atlas.from_bytes(stored or b"")
    return Reader(
        scheme=scheme.id,
        epoch=scheme.epoch,
        districts=districts,
        scopes=frozenset(scope for scope in Scope if scope in token.scopes),
        is_police=scheme.police_force is not None,
    )


async def areas_of(session: AsyncSession, scheme_id: int) -> list[Area]:
    """What a scheme reads the feed for."""
    found = await session.exec(
        select(Area)
        .join(SchemeArea, col(SchemeArea.area_id) == Area.id)
        .where(SchemeArea.recipient_id == scheme_id)
        .order_by(col(Area.kind), col(Area.code), col(Area.miles))
    )
    return list(found)
