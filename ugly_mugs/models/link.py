"""What leads from one report to another, and what a moderator said of it."""

from enum import StrEnum
from uuid import UUID

from sqlmodel import SQLModel

from .columns import UNORDERED, clear, indexed, word


class LinkState(StrEnum):
    SUGGESTED = "suggested"
    SAME_MAN = "same_man"
    """One man, two events: two sources."""
    SAME_EVENT = "same_event"
    """One event, told twice: one source."""
    REFUSED = "refused"


class ReportPiece(SQLModel, table=True):
    """A piece of an identifier as a blind index, so that what is known of one finds the whole."""

    __tablename__ = "report_piece"
    __table_args__ = UNORDERED

    report_id: UUID = clear(primary_key=True, foreign_key="report.id")
    tag: bytes = indexed(primary_key=True, index=True)
    asks: bool = clear(False)
    """It is all that is known, so it asks for whole ones; else it is only found."""
    version: int = clear()


class ReportLink(SQLModel, table=True):
    """Two reports that may be about one man. Why is not kept: the desk reads it out of both."""

    __tablename__ = "report_link"
    __table_args__ = UNORDERED

    one_id: UUID = clear(primary_key=True, foreign_key="report.id")
    """The lower of both ids, so that a pair is one row."""
    other_id: UUID = clear(primary_key=True, foreign_key="report.id", index=True)
    state: LinkState = clear(LinkState.SUGGESTED, sa_type=word(LinkState))
