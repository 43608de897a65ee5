"""A moderator at the desk: who she is, since when, and when she last showed her second factor."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import col, delete, or_, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from ..models import DeskRole, Moderator, ModeratorState, Sitting
from ..vault import Vault

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=10)
NOTED_EVERY = timedelta(minutes=1)
"""How exactly a sitting remembers when it was last used: a write for every page would be too much."""


@dataclass(frozen=True, slots=True)
class Seat:
    """Who sits there."""

    moderator_id: UUID
    name: str
    roles: frozenset[DeskRole]
    factor_at: datetime
    is_due: bool
    """Whether it is time to `note` that the sitting is in use."""

    def is_fresh(self, *, now: datetime, within: timedelta) -> bool:
        """Whether the second factor was shown lately."""
        return now - self.factor_at <= within


async def sit(session: AsyncSession, vault: Vault, moderator_id: UUID, *, token: str, now: datetime) -> None:
    """Open a sitting for whoever holds *token*; only its keyed hash is kept."""
    await tidy(session, now=now)
    session.add(
        Sitting(token=_hash(vault, token), moderator_id=moderator_id, opened_at=now, seen_at=now, factor_at=now)
    )


async def seat(session: AsyncSession, vault: Vault, token: str, *, now: datetime) -> Seat | None:
    """Who sits there with *token*; None once it was idle, or open, for too long."""
    found = await session.exec(
        select(Sitting, Moderator)
        .join(Moderator, col(Moderator.id) == Sitting.moderator_id)
        .where(
            Sitting.token == _hash(vault, token),
            Sitting.seen_at > now - IDLE,
            Sitting.opened_at > now - LONGEST,
            Moderator.state == ModeratorState.ACTIVE,
        )
    )
    if (row := found.first()) is None:
        return None
    sitting, moderator = row
    roles = frozenset(DeskRole(role) for role in moderator.roles)
    is_due = now - sitting.seen_at >= NOTED_EVERY
    return Seat(moderator.id, moderator.name, roles, sitting.factor_at, is_due)


async def note(session: AsyncSession, vault: Vault, token: str, *, now: datetime) -> None:
    """The sitting is in use."""
    await session.exec(update(Sitting).where(col(Sitting.token) == _hash(vault, token)).values(seen_at=now))


async def renew(session: AsyncSession, vault: Vault, token: str, *, now: datetime) -> None:
    """The second factor was shown again."""
    await session.exec(
        update(Sitting).where(col(Sitting.token) == _hash(vault, token)).values(seen_at=now, factor_at=now)
    )


async def tidy(session: AsyncSession, *, now: datetime) -> None:
    """Forget sittings that ended by themselves: who was there when is nobody's business."""
    await session.exec(
        delete(Sitting).where(or_(col(Sitting.seen_at) <= now - IDLE, col(Sitting.opened_at) <= now - LONGEST))
    )


async def rise(session: AsyncSession, vault: Vault, token: str) -> None:
    """End the sitting."""
    await session.exec(delete(Sitting).where(col(Sitting.token) == _hash(vault, token)))


def _hash(vault: Vault, token: str) -> bytes:
    return vault.tag("session", "sitting", token)
