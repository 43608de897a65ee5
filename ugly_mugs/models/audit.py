"""The chained log: who did what to which, never what it said."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlmodel import SQLModel

from .columns import Utc, clear


class AuditEntry(SQLModel, table=True):
    """One act; its hash covers the one before it."""

    __tablename__ = "audit"

    number: int = clear(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime = clear(sa_type=Utc)
    actor: str = clear(max_length=60)
    """A kind and an id: `moderator:…`, `scheme:…`, `system`."""
    act: str = clear(max_length=40)
    subject: str = clear(max_length=60)
    detail: dict[str, Any] = clear(sa_type=JSON)
    """Ids, kinds and counts."""
    previous: bytes = clear()
    hash: bytes = clear()
