"""Somebody who showed a code and is looking at what it opens."""

from datetime import datetime
from enum import StrEnum

from sqlmodel import SQLModel

from .columns import UNORDERED, Utc, clear, indexed, sealed, word


class VisitKind(StrEnum):
    REPORTER = "reporter"
    MEMBER = "member"
    JOINING = "joining"
    """Waits for a join code to be typed in."""


class Visit(SQLModel, table=True):
    """Found by the hash of a cookie, sealed under a key derived from it: the row alone says nothing about whom."""

    __table_args__ = UNORDERED

    token: bytes = indexed(primary_key=True)
    kind: VisitKind = clear(sa_type=word(VisitKind))
    holds: bytes = sealed()
    until: datetime = clear(sa_type=Utc, index=True)
    """Rounded up to a quarter of an hour: an exact end would be an exact beginning."""
