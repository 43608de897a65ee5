"""Moderators and their sittings at the desk."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import JSON
from sqlmodel import AutoString, SQLModel

from .columns import Utc, clear, indexed, sealed, word


class DeskRole(StrEnum):
    MODERATOR = "moderator"
    LEAD = "lead"
    """The named safeguarding lead."""


class ModeratorState(StrEnum):
    WAITING = "waiting"
    """Added by one person; opens when a second one agrees."""
    ACTIVE = "active"
    CLOSED = "closed"


class Moderator(SQLModel, table=True):
    """An account at the desk; it takes two people to open one, and a second factor to use it."""

    id: UUID = clear(primary_key=True, default_factory=uuid4)
    name: str = clear(max_length=60, unique=True)
    state: ModeratorState = clear(ModeratorState.WAITING, sa_type=word(ModeratorState))
    roles: list[str] = clear(sa_type=JSON)
    password: str = indexed(sa_type=AutoString, max_length=200)
    totp: bytes = sealed()
    totp_step: int = clear(0)
    """The last code's time step: each is good once."""
    failures: int = clear(0)
    locked_until: datetime | None = clear(None, sa_type=Utc, nullable=True)
    added_by: UUID | None = clear(None)
    agreed_by: UUID | None = clear(None)


class Sitting(SQLModel, table=True):
    """A moderator logged in, on one browser; found by the hash of its cookie."""

    token: bytes = indexed(primary_key=True)
    moderator_id: UUID = clear(foreign_key="moderator.id", index=True)
    opened_at: datetime = clear(sa_type=Utc)
    seen_at: datetime = clear(sa_type=Utc)
    factor_at: datetime = clear(sa_type=Utc)
    """When the second factor was last shown."""
