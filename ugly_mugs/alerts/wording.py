"""What a warning says: structured fields, and the words for what happened."""

from collections.abc import Collection

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from ..models import Version
from ..vocabulary import Category, Certainty, Flag, PlaceKind, Severity, Source, Urgency

OPENING = "Reported to us, not proven"
LONGEST_TEXT = 1_000
LASTS_DAYS = {Severity.NUISANCE: 30, Severity.CAUTION: 90, Severity.SERIOUS: 182, Severity.CRITICAL: 365}

IN_WORDS: dict[Category, str] = {
    Category.HOMICIDE_ATTEMPT: "attempt to kill",
    Category.RAPE: "rape",
    Category.SEXUAL_ASSAULT: "sexual assault",
    Category.CONDOM_REMOVAL: "condom removed without consent",
    Category.ABDUCTION: "abduction",
    Category.SPIKING: "spiking",
    Category.ASSAULT: "assault",
    Category.ROBBERY: "robbery",
    Category.THREATS: "threats",
    Category.STALKING: "stalking",
    Category.BLACKMAIL_OUTING: "blackmail, threat to out",
    Category.IMPERSONATION: "impersonation",
    Category.OFFICIAL_MISCONDUCT: "official misconduct",
    Category.THEFT_BURGLARY: "theft or burglary",
    Category.HARASSMENT_COMMS: "harassment by message",
    Category.NONPAYMENT_FRAUD: "did not pay",
    Category.BOUNDARY_PUSHING: "pushing boundaries",
    Category.PUBLIC_ATTACK: "attack in public",
    Category.HATE_INCIDENT: "hate incident",
    Category.SUSPICIOUS: "suspicious behaviour",
    Category.TIME_WASTER: "time waster",
    Category.CHILD_CONCERN: "concern for a child",
    Category.EXPLOITATION: "exploitation",
}

_IN_A_TEXT = {Category.CONDOM_REMOVAL: "condom removed", Category.THEFT_BURGLARY: "theft/burglary"}
_TRIED = {Category.CONDOM_REMOVAL: "condom removal", Category.NONPAYMENT_FRAUD: "non-payment"}
"""What "attempted" can stand before."""


class Named(BaseModel):
    """An identifier as a warning names it: in clear, since a masked one helps nobody."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    kind: str = Field(max_length=10)
    value: str = Field(min_length=1, max_length=200)
    partial: bool = False


class Wording(BaseModel):
    """Everything one version of a warning says, and to whom."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    category: Category
    flags: list[Flag] = []
    severity: Severity
    urgency: Urgency = Urgency.UNKNOWN
    certainty: Certainty = Certainty.D
    source: Source = Source.UNTESTED
    headline: str = Field(min_length=1, max_length=160)
    text: str = Field(min_length=1, max_length=LONGEST_TEXT)
    when_words: str = Field("", max_length=60)
    place_words: str = Field("", max_length=60)
    district: str | None = Field(None, max_length=4)
    place_kind: PlaceKind | None = None
    description: str = Field("", max_length=400)
    vehicle: str = Field("", max_length=120)
    identifiers: list[Named] = Field([], max_length=10)
    advice: str = Field("", max_length=200)
    about_force: str | None = Field(None, max_length=40)
    reach: list[str] = []
    """Postcode districts."""
    widened: str | None = Field(None, max_length=40)
    """Why more people are told than the severity asks for: a kind, never words."""
    lasts_days: int = Field(90, ge=1, le=366)

    @field_validator("text")
    @classmethod
    def _opening(cls, text: str) -> str:
        if not text.startswith(OPENING):
            raise ValueError(f'must begin with "{OPENING}"')
        return text

    @model_validator(mode="after")
    def _recognisable(self) -> "Wording":
        if not (self.description or self.vehicle or self.identifiers):
            raise ValueError("says nothing by which he could be recognised")
        return self


def said(version: Version) -> Wording:
    """What *version* said, as it was approved."""
    return Wording.model_validate(version.said)


def headline(category: Category, flags: list[Flag], place_words: str) -> str:
    """A line that names what and where, and nobody."""
    words = what(category, flags)
    return f"{words[0].upper()}{words[1:]}, {place_words}" if place_words else words[0].upper() + words[1:]


def what(category: Category, flags: Collection[Flag]) -> str:
    """What happened, as a text says it."""
    words = _IN_A_TEXT.get(category, IN_WORDS[category])
    if Flag.ATTEMPTED in flags and category is not Category.HOMICIDE_ATTEMPT:
        words = f"attempted {_TRIED.get(category, words)}"
    return f"{words}, weapon" if Flag.WEAPON in flags else words
