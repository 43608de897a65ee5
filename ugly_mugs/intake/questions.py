"""The answers a reporter can choose from, in her words."""

from collections.abc import Mapping

from ..languages import lazy
from ..vocabulary import Category, Flag, PartOfDay, PlaceKind, Purpose, Timing
from .answers import Knows, Role, Strand, Want

WORDS_VERSION = "1"
"""Of `CONSENTS`; stands in the ledger beside every yes and no. Goes up with every change of those words."""

CONSENTS: Mapping[Purpose, tuple[lazy, lazy]] = {
    Purpose.ALERT_MEMBERS: (
        lazy("Warn others near there"),
        lazy("We write a short warning in our own words. Nothing of your story is copied into it."),
    ),
    Purpose.SHARE_WITH_SCHEMES: (
        lazy("Share the warning with other support projects"),
        lazy("Projects like ours in other places get the same short warning."),
    ),
    Purpose.CHECKER_INDEX: (
        lazy("Let others check his phone number, car or username"),
        lazy("They see that something was reported, roughly when and where. Nothing more."),
    ),
    Purpose.CONTACT_BACK: (
        lazy("You may contact me"),
        lazy("Only where and when you say. We never say why we call."),
    ),
    Purpose.RESEARCH_STATISTICS: (
        lazy("Count it in our numbers"),
        lazy("Only numbers, never what you wrote."),
    ),
    Purpose.POLICE_ANONYMOUS: (
        lazy("Tell the police what happened, without me in it"),
        lazy("They would not learn that it was you."),
    ),
    Purpose.POLICE_VIA_INTERMEDIARY: (
        lazy("The police may send me questions through you"),
        lazy("They ask us, we ask you. They do not learn who you are."),
    ),
    Purpose.POLICE_NAMED: (
        lazy("Help me report to the police in my name"),
        lazy("We would speak with you first."),
    ),
}
OF_POLICE = (Purpose.POLICE_ANONYMOUS, Purpose.POLICE_VIA_INTERMEDIARY, Purpose.POLICE_NAMED)

CATEGORIES: Mapping[Category, lazy] = {
    Category.HOMICIDE_ATTEMPT: lazy("He tried to kill"),
    Category.RAPE: lazy("Rape"),
    Category.SEXUAL_ASSAULT: lazy("Sexual assault"),
    Category.CONDOM_REMOVAL: lazy("Took the condom off, or damaged it"),
    Category.ABDUCTION: lazy("Held or taken away against your will"),
    Category.SPIKING: lazy("Drugged: drink, food or needle"),
    Category.ASSAULT: lazy("Hit, choked or hurt"),
    Category.ROBBERY: lazy("Robbed, or made to give the money back"),
    Category.THREATS: lazy("Threatened"),
    Category.STALKING: lazy("Followed, watched or stalked"),
    Category.BLACKMAIL_OUTING: lazy("Blackmail, or threats to tell others"),
    Category.IMPERSONATION: lazy("Someone pretends to be you, or somebody else"),
    Category.OFFICIAL_MISCONDUCT: lazy("An officer or official misused their power"),
    Category.THEFT_BURGLARY: lazy("Theft or break-in"),
    Category.HARASSMENT_COMMS: lazy("Bad calls or messages"),
    Category.NONPAYMENT_FRAUD: lazy("Did not pay, or paid with false money"),
    Category.BOUNDARY_PUSHING: lazy("Would not take no, or tried it"),
    Category.PUBLIC_ATTACK: lazy("Abused or attacked in the street"),
    Category.HATE_INCIDENT: lazy("Hate"),
    Category.SUSPICIOUS: lazy("Something felt wrong"),
    Category.TIME_WASTER: lazy("Time waster"),
    Category.CHILD_CONCERN: lazy("I worry about a child"),
    Category.EXPLOITATION: lazy("Somebody is forced or controlled"),
}
FLAGS: Mapping[Flag, lazy] = {
    Flag.ATTEMPTED: lazy("He tried, but it did not happen"),
    Flag.ONGOING: lazy("It is still going on"),
    Flag.WEAPON: lazy("There was a weapon"),
    Flag.INJURY: lazy("Someone was hurt"),
}
STRANDS: Mapping[Strand, lazy] = {
    Strand.SEX_WORK: lazy("sex work"),
    Strand.DISABILITY: lazy("disability"),
    Strand.GENDER: lazy("being a woman or a man"),
    Strand.RACE: lazy("race"),
    Strand.RELIGION: lazy("religion"),
    Strand.SEXUALITY: lazy("sexuality"),
    Strand.TRANS: lazy("being trans"),
}
PARTS_OF_DAY: Mapping[PartOfDay, lazy] = {
    PartOfDay.MORNING: lazy("Morning"),
    PartOfDay.AFTERNOON: lazy("Afternoon"),
    PartOfDay.EVENING: lazy("Evening"),
    PartOfDay.NIGHT: lazy("Night"),
}
PLACES: Mapping[PlaceKind, lazy] = {
    PlaceKind.STREET: lazy("In the street or outside"),
    PlaceKind.INCALL: lazy("Where I work"),
    PlaceKind.OUTCALL: lazy("His home or a hotel"),
    PlaceKind.VENUE: lazy("A club, sauna or other venue"),
    PlaceKind.VEHICLE: lazy("In a vehicle"),
    PlaceKind.ONLINE: lazy("Online or by phone"),
}
ROLES: Mapping[Role, lazy] = {
    Role.CLIENT: lazy("A client"),
    Role.POSING_AS_CLIENT: lazy("Somebody posing as a client"),
    Role.OFFICER: lazy("A police officer or official"),
    Role.MANAGER: lazy("A manager or boss"),
    Role.DRIVER: lazy("A driver"),
    Role.PASSER_BY: lazy("Somebody passing by"),
    Role.GROUP: lazy("A group"),
}
KNOWS: Mapping[Knows, lazy] = {
    Knows.YES: lazy("Yes"),
    Knows.NO: lazy("No"),
    Knows.UNSURE: lazy("I am not sure"),
}
TIMINGS: Mapping[Timing, lazy] = {
    Timing.WHEN_I_SAY: lazy("When I say so"),
    Timing.NOW: lazy("As soon as it is ready"),
    Timing.AFTER_DAYS: lazy("After some days"),
}
WANTS: Mapping[Want, lazy] = {
    Want.WARN: lazy("Warn others"),
    Want.JUST_TELL: lazy("Just tell you"),
    Want.CALL_BACK: lazy("Be called back, or get support"),
}
