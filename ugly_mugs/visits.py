"""Who showed a code and may look for a while: found by a hash of the cookie, sealed under a key made from it.

Neither the row nor all our keys say whose visit it is without the cookie, and no two kinds of visit of one
browser can be joined: their rows are found and sealed by different hashes.
"""

from datetime import UTC, datetime, timedelta

from sqlmodel import col, delete
from sqlmodel.ext.asyncio.session import AsyncSession

from .models import Visit, VisitKind
from .vault import CannotOpen, DataKey, keyed_hash

QUARTER = 15 * 60


async def open_visit(
    session: AsyncSession, token: bytes, kind: VisitKind, holds: bytes, *, now: datetime, minutes: int
) -> None:
    """Let whoever has *token* come back to *holds* for at least *minutes*; replaces an earlier visit of the kind."""
    name = _name(token, kind)
    await session.exec(delete(Visit).where(col(Visit.token) == name))
    sealed = _key(token, kind).seal(holds, table="visit", column="holds", row=name.hex())
    until = round_up(now + timedelta(minutes=minutes))
    session.add(Visit(token=name, kind=kind, holds=sealed, until=until))
    await session.flush()


async def look(session: AsyncSession, token: bytes, kind: VisitKind, *, now: datetime) -> bytes | None:
    """What the visit of *token* holds; None when there is none, or its time is up."""
    name = _name(token, kind)
    visit = await session.get(Visit, name)
    if visit is None or visit.until <= now:
        return None
    try:
        return _key(token, kind).open(visit.holds, table="visit", column="holds", row=name.hex())
    except CannotOpen:
        return None


async def close(session: AsyncSession, token: bytes) -> None:
    """End every visit of *token*."""
    names = [_name(token, kind) for kind in VisitKind]
    await session.exec(delete(Visit).where(col(Visit.token).in_(names)))


async def tidy(session: AsyncSession, *, now: datetime) -> None:
    """Forget visits whose time is up."""
    await session.exec(delete(Visit).where(col(Visit.until) <= now))


def round_up(when: datetime) -> datetime:
    """*when*, or the next full quarter of an hour."""
    seconds = -(-when.timestamp() // QUARTER) * QUARTER
    return datetime.fromtimestamp(seconds, UTC)


def _name(token: bytes, kind: VisitKind) -> bytes:
    # The token is 32 random bytes, so it is itself the key that nobody can guess.
    return keyed_hash(token, f"find {kind}".encode())


def _key(token: bytes, kind: VisitKind) -> DataKey:
    return DataKey(keyed_hash(token, f"seal {kind}".encode()))
