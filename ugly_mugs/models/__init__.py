"""The tables. Importing this package declares them all."""

from sqlmodel import SQLModel

from .alert import (
    Alert,
    AlertReport,
    AlertState,
    FanOut,
    Proposal,
    ProposalState,
    Reach,
    Version,
    VersionKind,
)
from .area import Area, SchemeArea, Subscription
from .audit import AuditEntry
from .columns import table
from .delivery import (
    BEFORE_THE_WIRE,
    LANE_NOW,
    MAY_HAVE_GOT_IT,
    Delivery,
    DeliveryState,
    Occasion,
    Remnant,
    Spending,
    ToldCount,
    may_have_got_it,
)
from .feed import FeedEntry, Op
from .house import DEMO_MARK, House
from .link import LinkState, ReportLink, ReportPiece
from .moderator import DeskRole, Moderator, ModeratorState, Sitting
from .recipient import Address, Recipient, RecipientKind, Suppression
from .reply import Answered, SeenReply
from .report import (
    Band,
    Consent,
    Report,
    ReportClock,
    ReportIdentifier,
    ReportKey,
    ReportMessage,
    ReportRedaction,
    ReportState,
    ReturnCode,
)
from .scheme import Scheme, SchemeToken
from .sender import Sender, Tally
from .subscriber import JoinCode, Subscriber, SubscriberKind, SubscriberState
from .visit import Visit, VisitKind

TABLES = SQLModel.metadata
"""All of them, for migrations."""

__all__ = [
    "BEFORE_THE_WIRE",
    "DEMO_MARK",
    "LANE_NOW",
    "MAY_HAVE_GOT_IT",
    "TABLES",
    "Address",
    "Alert",
    "AlertReport",
    "AlertState",
    "Answered",
    "Area",
    "AuditEntry",
    "Band",
    "Consent",
    "Delivery",
    "DeliveryState",
    "DeskRole",
    "FanOut",
    "FeedEntry",
    "House",
    "JoinCode",
    "LinkState",
    "Moderator",
    "ModeratorState",
    "Occasion",
    "Op",
    "Proposal",
    "ProposalState",
    "Reach",
    "Recipient",
    "RecipientKind",
    "Remnant",
    "Report",
    "ReportClock",
    "ReportIdentifier",
    "ReportKey",
    "ReportLink",
    "ReportMessage",
    "ReportPiece",
    "ReportRedaction",
    "ReportState",
    "ReturnCode",
    "Scheme",
    "SchemeArea",
    "SchemeToken",
    "SeenReply",
    "Sender",
    "Sitting",
    "Spending",
    "Subscriber",
    "SubscriberKind",
    "SubscriberState",
    "Subscription",
    "Suppression",
    "Tally",
    "ToldCount",
    "Version",
    "VersionKind",
    "Visit",
    "VisitKind",
    "may_have_got_it",
    "table",
]
