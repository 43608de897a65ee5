"""The only giver of positions in the feed, so that a reader who has seen 105 has seen 104.

A number that a database hands out inside a transaction is not in the order of commits: a reader can pass 105 while
104 is still on its way, and never see it. So approval only records a version. The stamper pulls: one at a time, it
signs what is new, gives it the next position, and takes away what may no longer be shared.
"""

import hashlib
from asyncio import sleep
from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import defer
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..alerts.wording import Wording, headline, said
from ..areas import Atlas
from ..config import Config
from ..models import Alert, FeedEntry, Op, Version, VersionKind
from ..vault import Vault
from . import cap, signature
from .cap import LONGEST_HEADLINE

_LOCK = 7_301_202_612
"""Held on PostgreSQL until commit; SQLite has one writer anyway."""
SLACK = timedelta(days=2)
"""How late a version may still appear behind the newest one that has a position."""


async def stamp(session: AsyncSession, vault: Vault, atlas: Atlas, config: Config, *, limit: int, now: datetime) -> int:
    """Give positions to at most *limit* erasures and new versions; say to how many."""
    await _alone(session)
    position = (await session.exec(select(func.max(FeedEntry.position)))).one() or 0
    entries = await _erase(session, limit=limit, now=now)
    entries += await _publish(session, vault, atlas, config, limit=limit - len(entries), now=now)
    for number, entry in enumerate(entries, start=position + 1):
        entry.position = number
    session.add_all(entries)
    await session.flush()
    return len(entries)


async def _alone(session: AsyncSession) -> None:
    if session.get_bind().dialect.name == "postgresql":
        await session.exec(text("SELECT pg_advisory_xact_lock(:key)"), params={"key": _LOCK})  # type: ignore[call-overload]  # sqlmodel types exec() for selects only


async def _erase(session: AsyncSession, *, limit: int, now: datetime) -> list[FeedEntry]:
    """Take away the documents of alerts that may no longer be shared, and write a tombstone for each."""
    ended = select(Alert.id).where(col(Alert.feed_ended_at).is_not(None))
    found = await session.exec(
        select(FeedEntry)
        .where(col(FeedEntry.alert_id).in_(ended), FeedEntry.op == Op.PUBLISH, col(FeedEntry.document).is_not(None))
        .order_by(col(FeedEntry.position))
        .limit(limit)
    )
    tombstones = []
    for published in found:
        published.document, published.headline = None, ""
        session.add(published)
        tombstones.append(_tombstone(published, now=now))
    return tombstones


def _tombstone(published: FeedEntry, *, now: datetime) -> FeedEntry:
    return FeedEntry(
        position=0,
        op=Op.ERASE,
        alert_id=published.alert_id,
        message_id=published.message_id,
        msg_type=published.msg_type,
        # The day only: this is the reporter's own act, and an exact time could point back to her.
        stamped_at=now.replace(hour=0, minute=0, second=0, microsecond=0),
        sent=published.sent,
        severity=published.severity,
        headline="",
        districts=published.districts,
        about_force=published.about_force,
    )


async def _publish(
    session: AsyncSession, vault: Vault, atlas: Atlas, config: Config, *, limit: int, now: datetime
) -> list[FeedEntry]:
    """Sign what is new, in order of issue."""
    fresh = await _unpublished(session, limit=limit)
    chains: defaultdict[UUID, list[FeedEntry]] = defaultdict(list)
    for entry in await _published(session, {version.alert_id for version, _ in fresh}):
        chains[entry.alert_id].append(entry)
    entries: list[FeedEntry] = []
    for version, reference in fresh:
        chain, wording = chains[version.alert_id], said(version)
        unsigned = cap.build(
            version,
            wording,
            reference=reference,
            earlier=[cap.Earlier(each.message_id, each.sent) for each in chain],
            atlas=atlas,
            sender=cap.sender_at(config.public_url),
        )
        document = signature.sign(unsigned, key=vault.raw("feed_key"), certificate=vault.raw("feed_certificate"))
        entry = announce(version, wording, document, reference=reference, chain=chain, atlas=atlas, now=now)
        chain.append(entry)
        entries.append(entry)
        # Others are waiting for this event loop, perhaps somebody who sends a report.
        await sleep(0)
    return entries


async def _unpublished(session: AsyncSession, *, limit: int) -> list[tuple[Version, str]]:
    """Versions that schemes may have and that no entry announces yet, with their alerts' references."""
    entry = select(FeedEntry.position).where(FeedEntry.message_id == Version.id, FeedEntry.op == Op.PUBLISH)
    query = (
        select(Version, Alert.reference)
        .join(Alert, col(Alert.id) == Version.alert_id)
        .where(Version.to_feed, col(Alert.feed_ended_at).is_(None), ~entry.exists())
        .order_by(col(Version.issued_at), col(Version.alert_id), col(Version.number))
        .limit(limit)
    )
    newest = await session.exec(
        select(FeedEntry.sent).where(FeedEntry.op == Op.PUBLISH).order_by(col(FeedEntry.position).desc()).limit(1)
    )
    # Years of versions that have their entries need not be looked at again.
    if sent := newest.first():
        query = query.where(Version.issued_at > datetime.fromisoformat(sent) - SLACK)
    return list(await session.exec(query))


async def _published(session: AsyncSession, alerts: Collection[UUID]) -> list[FeedEntry]:
    """What schemes have seen of *alerts*, the oldest first; without the documents, which are large."""
    if not alerts:
        return []
    found = await session.exec(
        select(FeedEntry)
        .where(col(FeedEntry.alert_id).in_(alerts), FeedEntry.op == Op.PUBLISH)
        .order_by(col(FeedEntry.position))
        .options(defer(FeedEntry.document, raiseload=True))  # type: ignore[arg-type]  # a column, whatever sqlmodel says
    )
    return list(found)


def announce(
    version: Version,
    wording: Wording,
    document: bytes,
    *,
    reference: str,
    chain: Sequence[FeedEntry],
    atlas: Atlas,
    now: datetime,
) -> FeedEntry:
    """The entry that tells schemes of *version*; it has no position yet."""
    districts = atlas.from_bytes(version.reach)
    if chain:
        # So that a narrowing reaches those whom it leaves out.
        districts |= atlas.from_bytes(chain[-1].districts)
    return FeedEntry(
        position=0,
        op=Op.PUBLISH,
        alert_id=version.alert_id,
        message_id=version.id,
        msg_type=cap.message_type(version.kind, has_earlier=bool(chain)),
        stamped_at=now,
        sent=cap.timestamp(version.issued_at),
        expires=version.expires_at,
        severity=version.severity,
        headline=_title(version, wording, reference=reference, atlas=atlas),
        districts=atlas.to_bytes(districts),
        about_force=_about(version, wording, chain),
        document=document,
        sha256=hashlib.sha256(document).hexdigest(),
    )


def _title(version: Version, wording: Wording, *, reference: str, atlas: Atlas) -> str:
    """What stands in an index, which readers keep for ever: made of codes, never of what a person typed."""
    if version.kind is VersionKind.CANCEL:
        return f"{reference} is withdrawn"
    reached = atlas.forces(atlas.from_bytes(version.reach))
    where = atlas.police[reached[0]].ground if reached else ""
    return f"{reference}: {headline(version.category, wording.flags, where)}"[:LONGEST_HEADLINE]


def _about(version: Version, wording: Wording, chain: Sequence[FeedEntry]) -> str | None:
    """Whose officer it is about: once it was said, no later version is shown to the police either.

    A cancel goes to whoever got the alert, and says nothing about anybody.
    """
    if version.kind is VersionKind.CANCEL and chain:
        return chain[0].about_force
    return wording.about_force or (chain[-1].about_force if chain else None)
