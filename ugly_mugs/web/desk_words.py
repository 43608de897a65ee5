"""The desk's own words for kinds. It speaks English only, and more soberly than the report form."""

from collections.abc import Callable

from ..alerts.wording import IN_WORDS
from ..desk.case import Closing
from ..desk.decisions import Choice
from ..desk.draft import Range, Widening
from ..identifiers import Kind
from ..models import AlertState, DeliveryState, LinkState, ReportState, VersionKind
from ..redaction import Label, Why
from ..redaction import Role as RedactionRole
from ..vocabulary import (
    SAFEGUARDING,
    Certainty,
    Flag,
    PlaceKind,
    Purpose,
    Severity,
    Source,
    Timing,
    Urgency,
)

CATEGORIES = {category: words[0].upper() + words[1:] for category, words in IN_WORDS.items()}
WARNED_OF = {category: words for category, words in CATEGORIES.items() if category not in SAFEGUARDING}
SEVERITIES = {
    Severity.CRITICAL: "Critical",
    Severity.SERIOUS: "Serious",
    Severity.CAUTION: "Caution",
    Severity.NUISANCE: "Nuisance",
}
FLAGS = {
    Flag.ATTEMPTED: "Attempted",
    Flag.ONGOING: "Still going on",
    Flag.WEAPON: "Weapon",
    Flag.INJURY: "Somebody was hurt",
}
URGENCIES = {
    Urgency.IMMEDIATE: "Immediate: going on, or within a day",
    Urgency.EXPECTED: "Expected: likely again",
    Urgency.PAST: "Past",
    Urgency.UNKNOWN: "Unknown",
}
CERTAINTIES = {
    Certainty.A: "A – known directly",
    Certainty.B: "B – indirectly, and corroborated",
    Certainty.C: "C – indirectly",
    Certainty.D: "D – unknown",
}
SOURCES = {Source.RELIABLE: "1 – reliable", Source.UNTESTED: "2 – untested", Source.UNRELIABLE: "3 – unreliable"}
PLACES = {
    PlaceKind.STREET: "Street",
    PlaceKind.INCALL: "Incall",
    PlaceKind.OUTCALL: "Outcall",
    PlaceKind.VENUE: "Venue",
    PlaceKind.VEHICLE: "Vehicle",
    PlaceKind.ONLINE: "Online",
}
KINDS = {Kind.PHONE: "Phone", Kind.VRM: "Registration", Kind.HANDLE: "Username or profile", Kind.EMAIL: "Email"}
PURPOSES = {
    Purpose.ALERT_MEMBERS: "warn members",
    Purpose.SHARE_WITH_SCHEMES: "share the warning with schemes",
    Purpose.CHECKER_INDEX: "checker",
    Purpose.CONTACT_BACK: "contact her",
    Purpose.RESEARCH_STATISTICS: "count in statistics",
    Purpose.POLICE_ANONYMOUS: "police, without her",
    Purpose.POLICE_VIA_INTERMEDIARY: "police, through us",
    Purpose.POLICE_NAMED: "police, in her name",
}
TIMINGS = {
    Timing.NOW: "A warning may go now",
    Timing.WHEN_I_SAY: "A warning waits until she says so",
    Timing.AFTER_DAYS: "A warning waits",
}
REPORT_STATES = {
    ReportState.RECEIVED: "new",
    ReportState.ON_DESK: "on the desk",
    ReportState.ALERTED: "warned about",
    ReportState.CLOSED: "closed without an alert",
    ReportState.WITHDRAWN: "withdrawn by its reporter",
    ReportState.ERASED: "erased",
}
ALERT_STATES = {
    AlertState.DRAFT: "being written",
    AlertState.LIVE: "live",
    AlertState.STOPPED: "stopped: its reporter withdrew",
    AlertState.CANCELLED: "cancelled",
    AlertState.EXPIRED: "expired",
}
VERSION_KINDS = {VersionKind.ALERT: "Alert", VersionKind.UPDATE: "Update", VersionKind.CANCEL: "Cancelled"}
LINK_ANSWERS = {
    LinkState.SAME_MAN: "Same man",
    LinkState.SAME_EVENT: "Same event, told twice",
    LinkState.REFUSED: "Not the same man",
}
LINK_STATES = {
    LinkState.SAME_MAN: "Confirmed: the same man",
    LinkState.SAME_EVENT: "Confirmed: the same event, one source",
    LinkState.REFUSED: "Refused: not the same man",
}
CLOSINGS = {
    Closing.HEARD: "She wanted to be heard, no more",
    Closing.NO_CONSENT: "Nobody may be told",
    Closing.NOT_RECOGNISABLE: "Nothing by which he could be recognised",
    Closing.SAME_EVENT: "The same event has been reported and decided",
    Closing.NOBODY_AT_RISK: "Nobody else is at risk",
    Closing.ABOUT_A_WORKER: "It describes a worker or an ex",
    Closing.SUSPECTED_FALSE: "Suspected false",
    Closing.NOT_A_REPORT: "Not a report",
}
RANGES = {
    Range.BY_SEVERITY: "As its severity has it",
    Range.MILES_5: "5 miles around",
    Range.MILES_10: "10 miles around",
    Range.MILES_15: "15 miles around",
    Range.MILES_30: "30 miles around",
    Range.MILES_60: "60 miles around",
    Range.FORCE: "The whole police force area",
    Range.NATIONAL: "The whole country",
}
WIDENINGS = {
    Widening.TRAVELS: "He travels",
    Widening.SEEN_ELSEWHERE: "He was seen elsewhere",
    Widening.CONTACTS_ONLINE: "He contacts people online, anywhere",
    Widening.LIVES_ELSEWHERE: "He lives or works elsewhere",
    Widening.IN_HIDING: "He is wanted and on the move",
}
PROGRESS = {
    "waiting": (DeliveryState.QUEUED,),
    "on the way": (DeliveryState.SENDING,),
    "unknown, being found out": (DeliveryState.UNKNOWN,),
    "sent": (DeliveryState.SENT,),
    "delivered": (DeliveryState.DELIVERED,),
    "not delivered": (DeliveryState.UNDELIVERED, DeliveryState.FAILED),
    "stopped by the person": (DeliveryState.SUPPRESSED,),
    "too late": (DeliveryState.EXPIRED,),
    "taken back before sending": (DeliveryState.CANCELLED, DeliveryState.NOT_NEEDED),
}
STANDS = {
    DeliveryState.QUEUED: "Will be tried again",
    DeliveryState.SENDING: "Is being tried again",
    DeliveryState.UNKNOWN: "Nobody knows yet whether it arrives",
    DeliveryState.SENT: "Sent after all",
    DeliveryState.DELIVERED: "Arrived",
    DeliveryState.UNDELIVERED: "Not delivered",
    DeliveryState.FAILED: "Not sent",
    DeliveryState.SUPPRESSED: "Stopped by the person",
    DeliveryState.EXPIRED: "Too late",
    DeliveryState.CANCELLED: "Taken back before sending",
    DeliveryState.NOT_NEEDED: "Not needed",
}
OUR_CODES = {
    "capped": "The money for today or this month is spent",
    "complaint": "Called spam by the person",
    "fault": "A fault of the service: tell whoever runs it",
    "provider": "Told the provider to stop",
    "sealed": "A fault of the service: tell whoever runs it",
    "stop": "Wrote STOP",
    "template": "A fault of the service: tell whoever runs it",
    "worker died": "The service stopped while it was sending",
}
"""What went wrong, where it is ours to say; everything else is the provider's own code."""

LABELS = {
    Label.PERSON: "Name",
    Label.PHONE: "Phone",
    Label.VRM: "Registration",
    Label.EMAIL: "Email",
    Label.HANDLE: "Username",
    Label.PROFILE: "Profile",
    Label.ADDRESS: "Address",
    Label.POSTCODE: "Postcode",
    Label.ORG: "Workplace",
    Label.AGE: "Age",
    Label.NATIONALITY: "Nationality",
    Label.DOB: "Date of birth",
    Label.NINO: "Insurance number",
    Label.DATE: "Date",
    Label.TIME: "Time",
    Label.LOC: "Place",
    Label.PRICE: "Price",
}
WHOSE = {
    RedactionRole.REPORTER: "hers",
    RedactionRole.THIRD: "of somebody on her side",
    RedactionRole.SUSPECT: "his",
    RedactionRole.NEUTRAL: "nobody’s",
}
WHOSE_IN_SHORT = {RedactionRole.REPORTER: "hers", RedactionRole.THIRD: "her side", RedactionRole.SUSPECT: "his"}
WHY = {
    Why.FIELD: "it stands in the form, as his",
    Why.KNOWN: "known as hers",
    Why.WORDS: "the words around it say so",
    Why.UNSURE: "the words around it do not say whose, so hiding is safer",
    Why.SAME: "the same stands elsewhere in her words",
}
CHOICES = {Choice.HIDE: "Hide", Choice.KEEP: "Keep"}


def reason(code: str, meaning: Callable[[str], str]) -> tuple[str, str]:
    """Why something went wrong, in words; and the provider's own code beside it, where it is theirs to say."""
    if ours := OUR_CODES.get(code):
        return ours, ""
    words = meaning(code)
    return (words[0].upper() + words[1:], code) if words else (code, "")
