"""Regional schemes and their tokens."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import JSON
from sqlmodel import SQLModel

from .columns import Utc, clear, indexed


class Scheme(SQLModel, table=True):
    """A regional scheme that reads the feed."""

    recipient_id: int = clear(primary_key=True, foreign_key="recipient.id")
    id: UUID = clear(unique=True, default_factory=uuid4)
    name: str = clear(max_length=100, unique=True)
    police_force: str | None = clear(None, max_length=40)
    """Set where a police force holds its tokens: it then never sees reports about its own officers."""
    epoch: int = clear(1)
    """Moves when its areas change: older cursors then have to start again."""


class SchemeToken(SQLModel, table=True):
    """A token, stored as a hash of its 256 random bits; shown once."""

    __tablename__ = "scheme_token"

    id: UUID = clear(primary_key=True, default_factory=uuid4)
    scheme_id: int = clear(foreign_key="scheme.recipient_id", index=True)
    hash: bytes = indexed(unique=True)
    scopes: list[str] = clear(sa_type=JSON)
    made_on: date = clear()
    revoked_at: datetime | None = clear(None, sa_type=Utc, nullable=True)
