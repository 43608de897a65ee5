"""The ledger: one row for every message that leaves, and what has been spent on them."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, ColumnElement, FromClause, Index, UniqueConstraint, and_, or_
from sqlmodel import SQLModel

from ..vocabulary import Wording
from .columns import Utc, clear, only_where, sealed, word


class Occasion(StrEnum):
    """Why a message is sent; also the name of its templates."""

    ALERT = "alert"
    UPDATE = "update"
    CANCEL = "cancel"
    JOIN_CODE = "join_code"
    WELCOME = "welcome"
    STOPPED = "stopped"
    STARTED = "started"
    PAUSED = "paused"
    HELP = "help"
    UNWATCHED = "unwatched"
    """The answer to anything else: nobody reads this number."""
    NEWS = "news"
    """A webhook: something new in the feed."""


class DeliveryState(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    UNKNOWN = "unknown"
    FAILED = "failed"
    SUPPRESSED = "suppressed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    NOT_NEEDED = "not_needed"


BEFORE_THE_WIRE = (DeliveryState.QUEUED,)
MAY_HAVE_GOT_IT = (DeliveryState.SENDING, DeliveryState.UNKNOWN, DeliveryState.SENT, DeliveryState.DELIVERED)

LANE_NOW = 5
"""Join codes and answers: somebody is looking at the phone."""


class Delivery(SQLModel, table=True):
    """One message to one recipient on one channel: the row is the job. It holds no number or address."""

    __table_args__ = (
        UniqueConstraint("occasion", "subject", "recipient_id", "channel"),
        Index("delivery_queue", "channel", "lane", "rank", "due_at", **only_where("state = 'queued'")),
        Index("delivery_lease", "lease_until", **only_where("state = 'sending'")),
        Index("delivery_unknown", "channel", **only_where("state = 'unknown'")),
        Index("delivery_subject", "subject", "state"),
        Index("delivery_recipient", "recipient_id"),
        Index("delivery_reference", "reference", **only_where("reference IS NOT NULL")),
        Index("delivery_by_itself", "created_at", **only_where("alert_id IS NULL")),
        Index(
            "delivery_to_empty",
            "channel",
            "settled_at",
            **only_where("reference IS NOT NULL AND emptied_at IS NULL"),
        ),
    )

    id: UUID = clear(primary_key=True, default_factory=uuid4)
    occasion: Occasion = clear(sa_type=word(Occasion))
    subject: UUID = clear()
    recipient_id: int = clear(foreign_key="recipient.id")
    channel: str = clear(max_length=20)
    state: DeliveryState = clear(DeliveryState.QUEUED, sa_type=word(DeliveryState))
    lane: int = clear()
    """Negated severity, so that the index's own order is the order of sending; -5 for codes and answers."""
    rank: int = clear(0)
    """Metres from the place: nearest first."""
    alert_id: UUID | None = clear(None)
    number: int | None = clear(None)
    """The version's number within its alert."""
    original_id: UUID | None = clear(None)
    """The delivery that a cancel takes back: it waits until that one has settled."""
    wording: Wording = clear(sa_type=word(Wording))
    language: str = clear("en", max_length=10)
    content: bytes | None = sealed(None, nullable=True)
    """What a one-off message says (a code); emptied once it is sent."""
    created_at: datetime = clear(sa_type=Utc)
    due_at: datetime = clear(sa_type=Utc)
    tell_by: datetime = clear(sa_type=Utc)
    attempts: int = clear(0)
    lease_until: datetime | None = clear(None, sa_type=Utc, nullable=True)
    leased_by: str | None = clear(None, max_length=32)
    reference: str | None = clear(None, max_length=80)
    """The provider's own name for the message."""
    first_reference: str | None = clear(None, max_length=80)
    """Its name for the first try, where this is the one more; empty if it gave none."""
    sender: str | None = clear(None, max_length=40)
    """Which of our own senders it went from."""
    segments: int = clear(0)
    sent_at: datetime | None = clear(None, sa_type=Utc, nullable=True)
    settled_at: datetime | None = clear(None, sa_type=Utc, nullable=True)
    failure: str | None = clear(None, max_length=80)
    doubtful: bool = clear(False)
    """Sent again although the first one may have arrived: a possible duplicate, counted as one."""
    emptied_at: datetime | None = clear(None, sa_type=Utc, nullable=True)
    """When the provider forgot the words."""
    empty_tries: int = clear(0, sa_column_kwargs={"server_default": "0"})
    """How often it was asked to and did not."""


def may_have_got_it(deliveries: FromClause) -> ColumnElement[bool]:
    """Whether somebody got a delivery, or may have: by this try, or by one before it that nobody can rule out.

    Where the network said that a try did not arrive, it is believed.
    """
    its = deliveries.c
    taken = and_(
        its.sent_at.is_not(None), its.first_reference.is_(None), its.state.is_distinct_from(DeliveryState.UNDELIVERED)
    )
    return or_(its.state.in_(MAY_HAVE_GOT_IT), its.doubtful, taken)


class Remnant(SQLModel, table=True):
    """Words that still lie at a provider and have no delivery here: what people wrote to us, what was erased."""

    channel: str = clear(primary_key=True, max_length=20)
    reference: str = clear(primary_key=True, max_length=80)
    due_at: datetime = clear(sa_type=Utc, index=True)
    tries: int = clear(0)


class ToldCount(SQLModel, table=True):
    """How many were told of a version, a district: all that is left of who got what."""

    __tablename__ = "told_count"

    version_id: UUID = clear(primary_key=True, foreign_key="version.id")
    district: str = clear(primary_key=True, max_length=40)
    """The middle of the area by which they were reached; empty where they have left since."""
    people: int = clear(0)


class Spending(SQLModel, table=True):
    """What messages have cost, a day and purpose."""

    on_day: date = clear(primary_key=True)
    purpose: str = clear(primary_key=True, max_length=20)
    millipence: int = clear(0, sa_type=BigInteger)
