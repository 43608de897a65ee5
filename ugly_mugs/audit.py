"""The chained log: who did what to which, never what it said.

Each entry's hash covers the one before it, so that a change anywhere shows. What a reporter does
is not here: an entry between two timed ones would be an exact time. The consent ledger has it, by day.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from .models import AuditEntry

SYSTEM = "system"
NOTHING_BEFORE = bytes(32)
_LOCK = 7_301_202_611
"""Held on PostgreSQL until commit, so that two entries never follow the same one; SQLite has one writer anyway."""


class Broken(Exception):
    """The chain does not hold at entry *number*."""

    def __init__(self, number: int) -> None:
        super().__init__(f"the audit log was changed at or before entry {number}")
        self.number = number


@dataclass(frozen=True, slots=True)
class Head:
    """The newest entry; written down elsewhere, it proves that nothing was cut off the end."""

    number: int
    hash: str


async def write(
    session: AsyncSession,
    *,
    actor: str,
    act: str,
    subject: str,
    now: datetime,
    detail: Mapping[str, object] | None = None,
) -> None:
    """Add one entry; ids, kinds and counts only."""
    if session.get_bind().dialect.name == "postgresql":
        await session.exec(text("SELECT pg_advisory_xact_lock(:key)"), params={"key": _LOCK})  # type: ignore[call-overload]  # sqlmodel types exec() for selects only
    last = await _last(session)
    entry = AuditEntry(
        number=last.number + 1 if last else 1,
        at=now,
        actor=actor,
        act=act,
        subject=subject,
        detail=dict(detail or {}),
        previous=last.hash if last else NOTHING_BEFORE,
        hash=b"",
    )
    entry.hash = _hash(entry)
    session.add(entry)
    await session.flush()


async def verify(session: AsyncSession) -> Head:
    """Walk the whole chain; raise `Broken` at the first entry that does not fit."""
    number, previous = 0, NOTHING_BEFORE
    entries = await session.stream(select(AuditEntry).order_by(col(AuditEntry.number)))
    async for entry in entries.scalars():
        number += 1
        if entry.number != number or entry.previous != previous or entry.hash != _hash(entry):
            raise Broken(number)
        previous = entry.hash
    return Head(number, previous.hex())


async def _last(session: AsyncSession) -> AuditEntry | None:
    found = await session.exec(select(AuditEntry).order_by(col(AuditEntry.number).desc()).limit(1))
    return found.first()


def _hash(entry: AuditEntry) -> bytes:
    said = [
        entry.number,
        entry.at.isoformat(timespec="microseconds"),
        entry.actor,
        entry.act,
        entry.subject,
        entry.detail,
        entry.previous.hex(),
    ]
    return hashlib.sha256(json.dumps(said, sort_keys=True, separators=(",", ":")).encode()).digest()
