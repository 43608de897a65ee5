"""The feed for ordinary readers: Atom (RFC 4287) with tombstones (RFC 6721).

Such readers never forget an entry, so it holds a title, an area, a severity and a link, and nothing else.
"""

from collections.abc import Iterable
from datetime import UTC, datetime

from lxml import etree
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..areas import Atlas
from ..models import FeedEntry, Op
from . import cap, places
from .changes import CHUNK, LOOKED_AT, Line, columns, document_url, is_for
from .readers import Reader

ATOM = "http://www.w3.org/2005/Atom"
TOMBSTONES = "http://purl.org/atompub/tombstones/1.0"
MEDIA_TYPE = "application/atom+xml"
ENTRIES = 50
_NOTHING_YET = datetime(1970, 1, 1, tzinfo=UTC)


async def newest(session: AsyncSession, atlas: Atlas, reader: Reader, *, until: int) -> list[Line]:
    """The newest entries for *reader* up to the position *until*, newest first."""
    lines: list[Line] = []
    before, last = until + 1, max(until - LOOKED_AT, 0)
    while len(lines) < ENTRIES:
        found = await session.exec(
            select(*columns())
            .where(FeedEntry.position < before, FeedEntry.position > last)
            .order_by(col(FeedEntry.position).desc())
            .limit(CHUNK)
        )
        chunk = [Line(*row) for row in found]
        lines += [line for line in chunk if is_for(reader, line, atlas)]
        if len(chunk) < CHUNK:
            break
        before = chunk[-1].position
    return lines[:ENTRIES]


def write(lines: Iterable[Line], atlas: Atlas, *, url: str, title: str) -> bytes:
    """The feed of *lines*; *url* is the part before `/atom`."""
    lines = list(lines)
    feed = etree.Element(_atom("feed"), nsmap={None: ATOM, "at": TOMBSTONES, "cap": cap.NAMESPACE})  # type: ignore[dict-item]  # None is the default namespace
    _add(feed, "id", f"{url}/atom")
    _add(feed, "title", title)
    _add(feed, "updated", _time(max((line.stamped_at for line in lines), default=_NOTHING_YET)))
    _add(etree.SubElement(feed, _atom("author")), "name", title)
    etree.SubElement(feed, _atom("link"), rel="self", type=MEDIA_TYPE, href=f"{url}/atom")
    for line in lines:
        if line.op is Op.ERASE:
            href = document_url(url, line.message_id)
            etree.SubElement(feed, f"{{{TOMBSTONES}}}deleted-entry", ref=href, when=_time(line.stamped_at))
        else:
            _entry(feed, line, atlas, url)
    return etree.tostring(feed, encoding="UTF-8", xml_declaration=True)


def _entry(feed: etree._Element, line: Line, atlas: Atlas, url: str) -> None:
    # Aggregators differ: some follow the id, some the link. Both are the document.
    href = document_url(url, line.message_id)
    severity, where = cap.SEVERITY[line.severity], places.in_words(atlas, atlas.from_bytes(line.districts))
    entry = etree.SubElement(feed, _atom("entry"))
    _add(entry, "id", href)
    _add(entry, "title", line.title)
    _add(entry, "updated", _time(datetime.fromisoformat(line.sent)))
    etree.SubElement(entry, _atom("link"), rel="alternate", type=cap.MEDIA_TYPE, href=href)
    etree.SubElement(entry, _atom("category"), term=severity, label=f"Severity: {severity}")
    _add(entry, "summary", f"{severity}. {where}.")
    for name, value in (("msgType", line.msg_type), ("severity", severity), ("areaDesc", where)):
        etree.SubElement(entry, f"{{{cap.NAMESPACE}}}{name}").text = value


def _time(when: datetime) -> str:
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _add(parent: etree._Element, name: str, text: str) -> None:
    etree.SubElement(parent, _atom(name)).text = cap.one_line(text)


def _atom(name: str) -> str:
    return f"{{{ATOM}}}{name}"
