"""Hands out the signed document of a message to those it is for."""

from dataclasses import dataclass
from uuid import UUID

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..areas import Atlas
from ..models import FeedEntry, Op
from .readers import Reader


class NoSuchMessage(Exception):
    """There is none, or not for this reader: nobody can tell which."""


class Erased(Exception):
    """It was there and is gone: nothing is left of it but that."""


@dataclass(frozen=True, slots=True)
class Document:
    """A CAP document, letter by letter as it was signed."""

    document: bytes
    sha256: str


async def find(session: AsyncSession, atlas: Atlas, reader: Reader, message_id: UUID) -> Document:
    """The document of *message_id*; raise `NoSuchMessage` or `Erased`."""
    found = await session.exec(select(FeedEntry).where(FeedEntry.message_id == message_id, FeedEntry.op == Op.PUBLISH))
    entry = found.first()
    if entry is None or not reader.sees(atlas.from_bytes(entry.districts), entry.about_force):
        raise NoSuchMessage
    if entry.document is None or entry.sha256 is None:
        raise Erased
    return Document(entry.document, entry.sha256)
