"""Members, and joining."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlmodel import SQLModel

from ..vocabulary import Wording
from .columns import Utc, clear, indexed, sealed, word


class SubscriberKind(StrEnum):
    INDIVIDUAL = "individual"
    PROJECT = "project"
    VENUE = "venue"


class SubscriberState(StrEnum):
    ACTIVE = "active"
    PAUSED = "paused"
    STOPPED = "stopped"


class Subscriber(SQLModel, table=True):
    """Somebody who wants warnings; a member once vouched for."""

    recipient_id: int = clear(primary_key=True, foreign_key="recipient.id")
    kind: SubscriberKind = clear(SubscriberKind.INDIVIDUAL, sa_type=word(SubscriberKind))
    state: SubscriberState = clear(SubscriberState.ACTIVE, sa_type=word(SubscriberState))
    vouched: bool = clear(False)
    working_name: bytes = sealed()
    channel: str = clear(max_length=20)
    """The one channel she is told on."""
    wording: Wording = clear(Wording.DISCREET, sa_type=word(Wording))
    language: str = clear("en", max_length=10)
    quiet_from: int | None = clear(None)
    quiet_until: int | None = clear(None)
    critical_breaks_quiet: bool = clear(False)
    paused_until: date | None = clear(None)
    joined_on: date = clear()


class JoinCode(SQLModel, table=True):
    """A code on its way to a phone or mailbox; nobody is a subscriber before it comes back."""

    __tablename__ = "join_code"

    id: UUID = clear(primary_key=True, default_factory=uuid4)
    channel: str = clear(max_length=20)
    tag: bytes = indexed(index=True)
    code: bytes = indexed()
    wish: bytes = sealed()
    """What was asked for, to be kept only once the code is right."""
    sent_at: datetime = clear(sa_type=Utc, index=True)
    expires_at: datetime = clear(sa_type=Utc)
    tries: int = clear(0)
    used: bool = clear(False)
