"""An alert, its versions, whom they may reach, and what waits for a second pair of eyes."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, Index, LargeBinary, UniqueConstraint
from sqlmodel import SQLModel

from ..vocabulary import Category, Certainty, PlaceKind, Severity, Source, Urgency
from .columns import UNORDERED, Grade, Utc, clear, only_where, sealed, word


class AlertState(StrEnum):
    DRAFT = "draft"
    LIVE = "live"
    STOPPED = "stopped"
    """The reporter withdrew: nothing leaves any more; a moderator still has to tell those who got it."""
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class VersionKind(StrEnum):
    """CAP msgType of a version."""

    ALERT = "alert"
    UPDATE = "update"
    CANCEL = "cancel"


class ProposalState(StrEnum):
    OPEN = "open"
    APPROVED = "approved"
    SENT_BACK = "sent_back"
    VOID = "void"


class Alert(SQLModel, table=True):
    """One warning through its life; what it says is in its versions."""

    __table_args__ = (Index("alert_feed_ended", "feed_ended_at", **only_where("feed_ended_at IS NOT NULL")),)

    id: UUID = clear(primary_key=True, default_factory=uuid4)
    reference: str = clear(max_length=8, unique=True)
    state: AlertState = clear(AlertState.DRAFT, sa_type=word(AlertState), index=True)
    opened_at: datetime = clear(sa_type=Utc)
    feed_ended_at: datetime | None = clear(None, sa_type=Utc, nullable=True)
    """The day on which the last consent to share it with schemes went; the stamper then erases it there."""
    stopped_on: date | None = clear(None)
    """The day on which its reporter withdrew; within a day of it a moderator tells those who got it."""


class AlertReport(SQLModel, table=True):
    """A report that stands behind an alert."""

    __tablename__ = "alert_report"
    __table_args__ = UNORDERED

    alert_id: UUID = clear(primary_key=True, foreign_key="alert.id")
    report_id: UUID = clear(primary_key=True, foreign_key="report.id", index=True)


class Proposal(SQLModel, table=True):
    """What one moderator wants to say, sealed until another agrees; at most one open for an alert."""

    __table_args__ = (
        Index(
            "one_open_proposal",
            "alert_id",
            unique=True,
            **only_where("state = 'open'"),
        ),
    )

    id: UUID = clear(primary_key=True, default_factory=uuid4)
    alert_id: UUID = clear(foreign_key="alert.id", index=True)
    kind: VersionKind = clear(sa_type=word(VersionKind))
    state: ProposalState = clear(ProposalState.OPEN, sa_type=word(ProposalState))
    wording: bytes = sealed()
    people: int = clear(0)
    """What stood on the screen: how many are told, and what that costs."""
    texts: int = clear(0)
    segments: int = clear(0)
    pence: int = clear(0)
    proposed_by: UUID = clear(foreign_key="moderator.id")
    proposed_at: datetime = clear(sa_type=Utc)
    answered_by: UUID | None = clear(None, foreign_key="moderator.id")
    answered_at: datetime | None = clear(None, sa_type=Utc, nullable=True)
    reason: bytes | None = sealed(None, nullable=True)


class Version(SQLModel, table=True):
    """One issued version, never changed again; its id is the CAP identifier."""

    __table_args__ = (UniqueConstraint("alert_id", "number"),)

    id: UUID = clear(primary_key=True, default_factory=uuid4)
    alert_id: UUID = clear(foreign_key="alert.id")
    number: int = clear()
    kind: VersionKind = clear(sa_type=word(VersionKind))
    issued_at: datetime = clear(sa_type=Utc, index=True)
    expires_at: datetime = clear(sa_type=Utc)
    proposed_by: UUID = clear(foreign_key="moderator.id")
    approved_by: UUID = clear(foreign_key="moderator.id")
    category: Category = clear(sa_type=word(Category))
    severity: Severity = clear(sa_type=Grade(Severity))
    urgency: Urgency = clear(sa_type=word(Urgency))
    certainty: Certainty = clear(sa_type=word(Certainty))
    source: Source = clear(sa_type=Grade(Source))
    text: str = clear()
    """The full wording, as a text message says it."""
    said: dict[str, Any] = clear(sa_type=JSON)
    """The structured fields it was written from: `alerts.wording.Wording` as JSON."""
    district: str | None = clear(None, max_length=4)
    place_kind: PlaceKind | None = clear(None, sa_type=word(PlaceKind), nullable=True)
    reach: bytes = clear(sa_type=LargeBinary)
    """The districts, as `Atlas.to_bytes` writes them; frozen."""
    to_members: bool = clear()
    to_feed: bool = clear()
    people: int = clear()
    texts: int = clear()
    segments: int = clear()
    pence: int = clear()


class Reach(SQLModel, table=True):
    """An interned area that shares a district with a version's reach, and how far it is; frozen."""

    # Without foreign keys: thousands of rows are written while everybody waits, and neither side is ever deleted.
    version_id: UUID = clear(primary_key=True)
    metres: int = clear(primary_key=True)
    area_id: int = clear(primary_key=True)


class FanOut(SQLModel, table=True):
    """How far a version's deliveries are written; the cursor makes each chunk repeatable."""

    __tablename__ = "fan_out"

    version_id: UUID = clear(primary_key=True, foreign_key="version.id")
    severity: Severity = clear(sa_type=Grade(Severity))
    created_at: datetime = clear(sa_type=Utc)
    told_done: bool = clear(False)
    """Those who got an earlier version are written."""
    metres: int = clear(-1)
    area_id: int = clear(0)
    recipient_id: int = clear(0)
    written: int = clear(0)
    """About how many rows so far: chunks grow with it, so that the first texts do not wait behind a large one."""
    done_at: datetime | None = clear(None, sa_type=Utc, nullable=True, index=True)
