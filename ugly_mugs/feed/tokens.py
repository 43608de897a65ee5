"""Schemes and the tokens with which they read the feed: shown once, kept as a hash, two live at once for changing them.

A token is 256 random bits, so a plain hash is enough: nobody can try them all.
"""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from .. import audit
from ..alerts.areas import intern
from ..areas import Area, Atlas, UnknownArea
from ..models import Recipient, RecipientKind, Scheme, SchemeArea, SchemeToken

PREFIX = "feed_"
"""Says what it is to whoever finds it, and to scanners of code; nothing about whose it is."""
LONGEST = 100
MOST_LIVE = 2


class Scope(StrEnum):
    """What a token may do."""

    READ = "read"
    REPORT = "report"
    """Hand in a report for somebody."""


class TooManyTokens(Exception):
    """Two are live already: one must be revoked first."""


class NoSuchToken(Exception):
    """There is no such token, or it is revoked already."""


class NameTaken(Exception):
    """Another scheme has this name."""


async def add_scheme(
    session: AsyncSession,
    atlas: Atlas,
    *,
    name: str,
    areas: Iterable[Area],
    police_force: str | None,
    now: datetime,
) -> Scheme:
    """Let a regional scheme read the feed for *areas*; it still needs a token.

    *police_force* is the force that holds the token, if one does: it then sees no report about an officer.
    """
    if police_force is not None and police_force not in atlas.police:
        raise UnknownArea(f"no such police force: {police_force}")
    if await called(session, name) is not None:
        raise NameTaken
    recipient = Recipient(kind=RecipientKind.SCHEME)
    session.add(recipient)
    await session.flush()
    assert recipient.id is not None
    scheme = Scheme(recipient_id=recipient.id, name=name, police_force=police_force)
    session.add(scheme)
    await session.flush()
    session.add_all(
        SchemeArea(recipient_id=recipient.id, area_id=area_id)
        for area_id in {await intern(session, atlas, area) for area in areas}
    )
    await session.flush()
    await audit.write(session, actor=audit.SYSTEM, act="scheme.added", subject=f"scheme:{scheme.id}", now=now)
    return scheme


async def schemes(session: AsyncSession) -> list[Scheme]:
    """Every scheme, by name."""
    return list(await session.exec(select(Scheme).order_by(col(Scheme.name))))


async def called(session: AsyncSession, name: str) -> Scheme | None:
    """The scheme of this name."""
    return (await session.exec(select(Scheme).where(Scheme.name == name))).first()


async def make(session: AsyncSession, scheme_id: int, *, scopes: frozenset[Scope], now: datetime) -> str:
    """Make a token for the scheme whose recipient id is *scheme_id*; this is the only time it can be read."""
    # Held until commit, so that two people pressing the button do not make a third.
    scheme = (await session.exec(select(Scheme).where(Scheme.recipient_id == scheme_id).with_for_update())).one()
    if len(await live(session, scheme_id)) >= MOST_LIVE:
        raise TooManyTokens
    token = PREFIX + secrets.token_urlsafe(32)
    row = SchemeToken(scheme_id=scheme_id, hash=hashed(token), scopes=sorted(scopes), made_on=now.date())
    session.add(row)
    await session.flush()
    subject, detail = f"scheme:{scheme.id}", {"token": str(row.id), "scopes": row.scopes}
    await audit.write(session, actor=audit.SYSTEM, act="token.made", subject=subject, now=now, detail=detail)
    return token


async def live(session: AsyncSession, scheme_id: int) -> list[SchemeToken]:
    """The tokens of a scheme that still open anything, the oldest first."""
    found = await session.exec(
        select(SchemeToken)
        .where(SchemeToken.scheme_id == scheme_id, col(SchemeToken.revoked_at).is_(None))
        .order_by(col(SchemeToken.made_on), col(SchemeToken.id))
    )
    return list(found)


async def revoke(session: AsyncSession, token_id: UUID, *, now: datetime) -> None:
    """End a token at once."""
    token = await session.get(SchemeToken, token_id)
    if token is None or token.revoked_at is not None:
        raise NoSuchToken
    token.revoked_at = now
    session.add(token)
    await session.flush()
    subject = f"token:{token_id}"
    await audit.write(session, actor=audit.SYSTEM, act="token.revoked", subject=subject, now=now)


async def find(session: AsyncSession, presented: str) -> tuple[Scheme, SchemeToken] | None:
    """Whose token *presented* is, if it is live."""
    if not is_plausible(presented):
        return None
    found = await session.exec(
        select(Scheme, SchemeToken)
        .join(SchemeToken, col(SchemeToken.scheme_id) == Scheme.recipient_id)
        .where(SchemeToken.hash == hashed(presented), col(SchemeToken.revoked_at).is_(None))
    )
    return found.first()


def is_plausible(presented: str) -> bool:
    """Whether *presented* could be a token at all; if not, the database is not asked."""
    return presented.startswith(PREFIX) and len(presented) <= LONGEST and presented.isascii()


def hashed(token: str) -> bytes:
    """What is stored of *token*."""
    return hashlib.sha256(token.encode()).digest()
