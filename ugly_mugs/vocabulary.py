"""The words of the story and what follows from them by default; pure, nothing else of ours."""

from enum import IntEnum, StrEnum


class Severity(IntEnum):
    """How bad it would be to meet him."""

    NUISANCE = 1
    CAUTION = 2
    SERIOUS = 3
    CRITICAL = 4


class Urgency(StrEnum):
    """CAP 1.2, section 3.2.2."""

    IMMEDIATE = "immediate"
    EXPECTED = "expected"
    PAST = "past"
    UNKNOWN = "unknown"


class Certainty(StrEnum):
    """How the information is known: A directly … D unknown; E (suspected false) is never published."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"


class Source(IntEnum):
    """How far the source can be relied on."""

    RELIABLE = 1
    UNTESTED = 2
    UNRELIABLE = 3


class Category(StrEnum):
    """What happened, in the field's codes."""

    HOMICIDE_ATTEMPT = "homicide_attempt"
    RAPE = "rape"
    SEXUAL_ASSAULT = "sexual_assault"
    CONDOM_REMOVAL = "condom_removal"
    ABDUCTION = "abduction"
    SPIKING = "spiking"
    ASSAULT = "assault"
    ROBBERY = "robbery"
    THREATS = "threats"
    STALKING = "stalking"
    BLACKMAIL_OUTING = "blackmail_outing"
    IMPERSONATION = "impersonation"
    OFFICIAL_MISCONDUCT = "official_misconduct"
    THEFT_BURGLARY = "theft_burglary"
    HARASSMENT_COMMS = "harassment_comms"
    NONPAYMENT_FRAUD = "nonpayment_fraud"
    BOUNDARY_PUSHING = "boundary_pushing"
    PUBLIC_ATTACK = "public_attack"
    HATE_INCIDENT = "hate_incident"
    SUSPICIOUS = "suspicious"
    TIME_WASTER = "time_waster"
    CHILD_CONCERN = "child_concern"
    EXPLOITATION = "exploitation"


class Flag(StrEnum):
    """What stands beside the category."""

    ATTEMPTED = "attempted"
    ONGOING = "ongoing"
    WEAPON = "weapon"
    INJURY = "injury"


SAFEGUARDING = frozenset({Category.CHILD_CONCERN, Category.EXPLOITATION})
"""These never become an alert by themselves: a named lead decides."""

_SEVERITY: dict[Category, Severity] = {
    **dict.fromkeys(list(Category)[:6], Severity.CRITICAL),
    **dict.fromkeys(list(Category)[6:13], Severity.SERIOUS),
    **dict.fromkeys(list(Category)[13:19], Severity.CAUTION),
    **dict.fromkeys(list(Category)[19:21], Severity.NUISANCE),
}


def severity(category: Category, flags: frozenset[Flag] = frozenset()) -> Severity | None:
    """Say how severe *category* is by default; None where the safeguarding lead decides."""
    if category in SAFEGUARDING:
        return None
    return Severity.CRITICAL if Flag.WEAPON in flags else _SEVERITY[category]


class Purpose(StrEnum):
    """What a reporter may consent to, one by one; each is off until she says yes."""

    ALERT_MEMBERS = "alert_members"
    SHARE_WITH_SCHEMES = "share_with_schemes"
    CHECKER_INDEX = "checker_index"
    CONTACT_BACK = "contact_back"
    RESEARCH_STATISTICS = "research_statistics"
    POLICE_ANONYMOUS = "police_anonymous"
    POLICE_VIA_INTERMEDIARY = "police_via_intermediary"
    POLICE_NAMED = "police_named"


class Timing(StrEnum):
    """When a warning may leave the desk."""

    NOW = "now"
    WHEN_I_SAY = "when_i_say"
    AFTER_DAYS = "after_days"


class PartOfDay(StrEnum):
    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"
    NIGHT = "night"


class PlaceKind(StrEnum):
    STREET = "street"
    INCALL = "incall"
    OUTCALL = "outcall"
    VENUE = "venue"
    VEHICLE = "vehicle"
    ONLINE = "online"


class Wording(StrEnum):
    """How much a message says to whoever holds the phone."""

    DISCREET = "discreet"
    FULL = "full"


MILES = (0, 5, 10, 15, 30, 50)
"""How far around a postcode district an area may reach."""
