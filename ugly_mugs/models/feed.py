"""The feed's change log: positions without gaps, given by the stamper alone."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, Index, Integer, LargeBinary
from sqlmodel import SQLModel

from ..vocabulary import Severity
from .columns import Grade, Utc, clear, only_where, word


class Op(StrEnum):
    PUBLISH = "publish"
    ERASE = "erase"


class FeedEntry(SQLModel, table=True):
    """One line of the change log, with the signed CAP document it announces."""

    __tablename__ = "feed_entry"
    __table_args__ = (
        Index(
            "one_document_a_message",
            "message_id",
            unique=True,
            **only_where("op = 'publish'"),
        ),
    )

    position: int = clear(primary_key=True, sa_type=BigInteger().with_variant(Integer(), "sqlite"))
    op: Op = clear(sa_type=word(Op))
    alert_id: UUID = clear(index=True)
    message_id: UUID = clear(index=True)
    """The version's id, which is its CAP identifier; for an erasure, the message that is erased."""
    msg_type: str = clear(max_length=10)
    stamped_at: datetime = clear(sa_type=Utc)
    sent: str = clear(max_length=25)
    """As the document writes it, so that references copy it letter by letter."""
    expires: datetime | None = clear(None, sa_type=Utc, nullable=True)
    severity: Severity = clear(sa_type=Grade(Severity))
    headline: str = clear(max_length=160)
    districts: bytes = clear(sa_type=LargeBinary)
    """Who sees it: the union of the areas of the whole chain."""
    about_force: str | None = clear(None, max_length=40)
    """The force whose officer it is about; that force's tokens do not see it."""
    document: bytes | None = clear(None, sa_type=LargeBinary, nullable=True)
    """The signed CAP 1.2 document; gone after an erasure."""
    sha256: str | None = clear(None, max_length=64)
