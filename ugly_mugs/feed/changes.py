"""The change log as a scheme reads it: what is new for its areas since a cursor, a page at a time."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..areas import Atlas
from ..models import FeedEntry, Op
from ..vocabulary import Severity
from . import cap, places
from .cursors import Cursor, Resync
from .readers import Reader

LOOKED_AT = 5_000
"""How many entries one request looks at; a page may then be short or empty, and `more` says so."""
CHUNK = 500


class Line(NamedTuple):
    """An entry without its document, which is large."""

    position: int
    op: Op
    alert_id: UUID
    message_id: UUID
    msg_type: str
    stamped_at: datetime
    sent: str
    expires: datetime | None
    severity: Severity
    title: str
    districts: bytes
    about_force: str | None
    sha256: str | None
    has_document: bool


class Ends(NamedTuple):
    """The oldest and the newest position that are kept; 0 where there is none."""

    oldest: int
    newest: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What one request gets."""

    lines: list[Line]
    supersedes: dict[UUID, list[UUID]]
    """For each message, those of its chain that came before it."""
    next: Cursor
    more: bool


async def ends(session: AsyncSession) -> Ends:
    """How far the log goes, both ways."""
    # Each by itself: SQLite looks up one end of an index, but walks all of it for both.
    oldest_position = select(func.min(FeedEntry.position)).scalar_subquery()
    newest_position = select(func.max(FeedEntry.position)).scalar_subquery()
    oldest, newest = (await session.exec(select(oldest_position, newest_position))).one()
    return Ends(oldest or 0, newest or 0)


def check(after: Cursor | None, reader: Reader, log: Ends) -> int:
    """The position that *after* stands for; raise `Resync` when nothing can be told from it any more."""
    if after is None:
        return 0
    if after.epoch != reader.epoch or not log.oldest - 1 <= after.position <= log.newest:
        raise Resync
    return after.position


async def read(session: AsyncSession, atlas: Atlas, reader: Reader, *, position: int, limit: int, newest: int) -> Page:
    """At most *limit* entries for *reader* after *position*; nothing beyond *newest*."""
    lines: list[Line] = []
    last = min(position + LOOKED_AT, newest)
    while position < last and len(lines) < limit:
        chunk = await _lines(session, after=position, until=last)
        for line in chunk:
            position = line.position
            if is_for(reader, line, atlas):
                lines.append(line)
            if len(lines) == limit:
                break
        else:
            # Positions have no gaps, but old ones are cleared away in time.
            position = chunk[-1].position if len(chunk) == CHUNK else last
    return Page(
        lines=lines,
        supersedes=await _supersedes(session, lines),
        next=Cursor(position, reader.epoch),
        more=position < newest,
    )


def as_json(page: Page, atlas: Atlas, *, url: str) -> dict[str, Any]:
    """*page* as it is sent; *url* is the part before `/alerts/…`."""
    return {
        "entries": [_entry(line, page.supersedes.get(line.message_id, []), atlas, url) for line in page.lines],
        "next": str(page.next),
        "more": page.more,
    }


def document_url(url: str, message_id: UUID) -> str:
    """Where the document of a message is."""
    return f"{url}/alerts/{message_id}.cap"


def is_for(reader: Reader, line: Line, atlas: Atlas) -> bool:
    """Whether *reader* is shown *line*."""
    if line.op is Op.PUBLISH and not line.has_document:
        return False  # Erased since; its tombstone comes later.
    return reader.sees(atlas.from_bytes(line.districts), line.about_force)


def _entry(line: Line, supersedes: Iterable[UUID], atlas: Atlas, url: str) -> dict[str, Any]:
    published = line.op is Op.PUBLISH
    return {
        "op": line.op.value,
        "alert_id": str(line.alert_id),
        "message_id": str(line.message_id),
        "msg_type": line.msg_type,
        "sent": line.sent,
        "expires": cap.timestamp(line.expires) if line.expires else None,
        "supersedes": [str(each) for each in supersedes],
        "severity": cap.SEVERITY[line.severity],
        "areas": places.forces(atlas, atlas.from_bytes(line.districts)),
        "marking": cap.MARKING,
        "cap_url": document_url(url, line.message_id) if published else None,
        "sha256": line.sha256,
    }


def columns() -> tuple[Any, ...]:
    """What a `Line` is selected from."""
    return (
        FeedEntry.position,
        FeedEntry.op,
        FeedEntry.alert_id,
        FeedEntry.message_id,
        FeedEntry.msg_type,
        FeedEntry.stamped_at,
        FeedEntry.sent,
        FeedEntry.expires,
        FeedEntry.severity,
        FeedEntry.headline,
        FeedEntry.districts,
        FeedEntry.about_force,
        FeedEntry.sha256,
        col(FeedEntry.document).is_not(None),
    )


async def _lines(session: AsyncSession, *, after: int, until: int) -> list[Line]:
    found = await session.exec(
        select(*columns())
        .where(FeedEntry.position > after, FeedEntry.position <= until)
        .order_by(col(FeedEntry.position))
        .limit(CHUNK)
    )
    return [Line(*row) for row in found]


async def _supersedes(session: AsyncSession, lines: Collection[Line]) -> dict[UUID, list[UUID]]:
    """For each published message of *lines*, what came before it."""
    alerts = {line.alert_id for line in lines if line.op is Op.PUBLISH and line.msg_type != "Alert"}
    if not alerts:
        return {}
    found = await session.exec(
        select(FeedEntry.alert_id, FeedEntry.message_id)
        .where(col(FeedEntry.alert_id).in_(alerts), FeedEntry.op == Op.PUBLISH)
        .order_by(col(FeedEntry.position))
    )
    before: defaultdict[UUID, list[UUID]] = defaultdict(list)
    supersedes = {}
    for alert_id, message_id in found:
        supersedes[message_id] = list(before[alert_id])
        before[alert_id].append(message_id)
    return supersedes
