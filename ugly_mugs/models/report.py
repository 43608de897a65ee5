"""A report and what belongs to it. Times are days: an exact one could point back to whoever was online then."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import JSON, Index
from sqlmodel import SQLModel

from ..vocabulary import Category, PartOfDay, PlaceKind, Purpose, Timing
from .columns import UNORDERED, Utc, clear, indexed, only_where, sealed, word


class ReportState(StrEnum):
    RECEIVED = "received"
    ON_DESK = "on_desk"
    ALERTED = "alerted"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    ERASED = "erased"


class Band(StrEnum):
    """How long a report waited for its decision; all that remains of the clock."""

    MINUTES_15 = "15 minutes"
    HOURS_4 = "4 hours"
    DAYS_2 = "2 days"
    LONGER = "longer"


class Report(SQLModel, table=True):
    """What somebody told us: a few words in the clear for the queue, the rest sealed."""

    __table_args__ = (Index("report_not_indexed", "indexed_with", **only_where("indexed_with IS NULL")), UNORDERED)

    id: UUID = clear(primary_key=True, default_factory=uuid4)
    state: ReportState = clear(ReportState.RECEIVED, sa_type=word(ReportState), index=True)
    category: Category | None = clear(None, sa_type=word(Category), nullable=True)
    flags: list[str] = clear(default_factory=list, sa_type=JSON)
    district: str | None = clear(None, max_length=4)
    place_kind: PlaceKind | None = clear(None, sa_type=word(PlaceKind), nullable=True)
    happened_on: date | None = clear(None)
    part_of_day: PartOfDay | None = clear(None, sa_type=word(PartOfDay), nullable=True)
    received_on: date = clear()
    timing: Timing = clear(Timing.WHEN_I_SAY, sa_type=word(Timing))
    go_on: date | None = clear(None)
    waited: Band | None = clear(None, sa_type=word(Band), nullable=True)
    indexed_with: int | None = clear(None, index=True)
    """The version of the index it stands in; None while it waits, and 0 where it cannot be opened."""
    contact_until: date | None = clear(None)
    """The last day on which how to reach her is kept; None while that is needed, and once it is forgotten."""
    handed_in_by: UUID | None = clear(None)
    """The scheme that reported for somebody."""
    body: bytes | None = sealed(None, nullable=True)


class ReportKey(SQLModel, table=True):
    """The report's own data key, sealed twice. Deleting this row forgets the report."""

    __tablename__ = "report_key"
    __table_args__ = UNORDERED

    report_id: UUID = clear(primary_key=True, foreign_key="report.id")
    to_desk: bytes = sealed()
    by_code: bytes | None = sealed(None, nullable=True)


class ReturnCode(SQLModel, table=True):
    """What opens a report again: a looked-up half and a verified half, neither readable."""

    __tablename__ = "return_code"
    __table_args__ = UNORDERED

    selector: bytes = indexed(primary_key=True)
    report_id: UUID = clear(foreign_key="report.id", unique=True)
    salt: bytes = clear()
    verifier: bytes = indexed()
    failures: int = clear(0)
    failed_on: date | None = clear(None)


class ReportClock(SQLModel, table=True):
    """The one exact time of a report; deleted at the decision, leaving only a band."""

    __tablename__ = "report_clock"
    __table_args__ = UNORDERED

    report_id: UUID = clear(primary_key=True, foreign_key="report.id")
    received_at: datetime = clear(sa_type=Utc)


class Consent(SQLModel, table=True):
    """One line of the consent ledger: append-only, the newest line of a purpose counts."""

    __table_args__ = UNORDERED

    report_id: UUID = clear(primary_key=True, foreign_key="report.id")
    number: int = clear(primary_key=True)
    purpose: Purpose = clear(sa_type=word(Purpose))
    given: bool = clear()
    words: str = clear(max_length=40)
    """The version of the words she saw."""
    on_day: date = clear()


class ReportMessage(SQLModel, table=True):
    """One message between the desk and the reporter, sealed under the report's key."""

    __tablename__ = "report_message"
    __table_args__ = UNORDERED

    report_id: UUID = clear(primary_key=True, foreign_key="report.id")
    number: int = clear(primary_key=True)
    from_desk: bool = clear()
    on_day: date = clear()
    body: bytes = sealed()


class ReportRedaction(SQLModel, table=True):
    """What moderators decided about her words: which of them nobody outside may read. Sealed under the report's key."""

    __tablename__ = "report_redaction"
    __table_args__ = UNORDERED

    report_id: UUID = clear(primary_key=True, foreign_key="report.id")
    saves: int = clear(0)
    """How often it was saved: who looked at an older one must not undo what another decided since."""
    body: bytes = sealed()


class ReportIdentifier(SQLModel, table=True):
    """A suspect's phone, email, handle or registration as a blind index, made by the desk worker."""

    __tablename__ = "report_identifier"
    __table_args__ = UNORDERED

    report_id: UUID = clear(primary_key=True, foreign_key="report.id")
    tag: bytes = indexed(primary_key=True, index=True)
    folded: bytes = indexed(index=True)
    kind: str = clear(max_length=10)
    partial: bool = clear(False)
    version: int = clear()
