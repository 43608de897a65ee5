"""Whoever gets a message, and where. The most dangerous tables: no page lists them."""

from datetime import date
from enum import StrEnum

from sqlmodel import SQLModel

from .columns import clear, indexed, sealed, word


class RecipientKind(StrEnum):
    SUBSCRIBER = "subscriber"
    SCHEME = "scheme"
    MODERATOR = "moderator"
    ONE_OFF = "one_off"
    """An address used once (a join code, an answer) and deleted after sending."""


class Recipient(SQLModel, table=True):
    """Somebody or something a delivery is for."""

    # An id is never given twice: an old link or visit must not open what a newcomer has.
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: int | None = clear(None, primary_key=True)
    kind: RecipientKind = clear(sa_type=word(RecipientKind))


class Address(SQLModel, table=True):
    """A recipient's number or address on one channel."""

    recipient_id: int = clear(primary_key=True, foreign_key="recipient.id")
    channel: str = clear(primary_key=True, max_length=20)
    tag: bytes = indexed(index=True)
    address: bytes = sealed()
    least_severity: int = clear(2)
    """Warnings below this stay off this channel."""
    confirmed_on: date | None = clear(None)
    unreachable_on: date | None = clear(None)
    """The provider says nobody is there; asleep until confirmed anew, since numbers are reassigned."""


class Suppression(SQLModel, table=True):
    """Nothing more goes to this address on this channel; asked on every route."""

    channel: str = clear(primary_key=True, max_length=20)
    tag: bytes = indexed(primary_key=True)
    reason: str = clear(max_length=20)
    on_day: date = clear()
