"""The form in which a moderator writes a warning."""

from enum import StrEnum
from typing import Annotated, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, field_validator
from pydantic_core import PydanticCustomError

from ..alerts.wording import LONGEST_TEXT
from ..identifiers import Kind
from ..intake.new_report import District
from ..vocabulary import SAFEGUARDING, Category, Certainty, Flag, PlaceKind, Severity, Source, Urgency

T = TypeVar("T")


class Range(StrEnum):
    """How far around the place it goes."""

    BY_SEVERITY = "by_severity"
    MILES_5 = "5"
    MILES_10 = "10"
    MILES_15 = "15"
    MILES_30 = "30"
    MILES_60 = "60"
    FORCE = "force"
    NATIONAL = "national"


class Widening(StrEnum):
    """Why more people are told than the severity asks for."""

    TRAVELS = "travels"
    SEEN_ELSEWHERE = "seen_elsewhere"
    CONTACTS_ONLINE = "contacts_online"
    LIVES_ELSEWHERE = "lives_elsewhere"
    IN_HIDING = "in_hiding"


def _several(value: object) -> object:
    if value is None:
        return ()
    return tuple(value) if isinstance(value, list | tuple) else (value,)


Several = Annotated[tuple[T, ...], BeforeValidator(_several)]


def _line(longest: int) -> StringConstraints:
    return StringConstraints(strip_whitespace=True, max_length=longest)


class Typed(BaseModel):
    """One identifier as it was typed."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    kind: Kind = Kind.PHONE
    value: Annotated[str, _line(200)] = ""


class Draft(BaseModel):
    """The form in which a warning is written."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    category: Category
    flags: Several[Flag] = ()
    severity: Severity | None = None
    """None: as the category has it."""
    urgency: Urgency = Urgency.UNKNOWN
    certainty: Certainty = Certainty.A
    source: Source = Source.UNTESTED
    when_words: Annotated[str, _line(60)] = ""
    place_words: Annotated[str, _line(60)] = ""
    district: District | None = None
    place_kind: PlaceKind | None = None
    description: Annotated[str, _line(400)] = ""
    vehicle: Annotated[str, _line(120)] = ""
    identifiers: tuple[Typed, ...] = Field((), max_length=10)
    found: Several[Annotated[str, _line(220)]] = Field((), max_length=10)
    """Of what stands in her words and not in the form, what a moderator ticked: kind and value."""
    advice: Annotated[str, _line(200)] = ""
    about_force: Annotated[str, _line(40)] | None = None
    text: Annotated[str, _line(LONGEST_TEXT)] = ""
    drafted: Annotated[str, _line(LONGEST_TEXT)] = ""
    """The text as it was last made from the fields: while nobody has changed it, it follows them."""
    range: Range = Range.BY_SEVERITY
    widened: Widening | None = None

    @property
    def named(self) -> tuple[Typed, ...]:
        """All identifiers: typed, and ticked."""
        typed = {(each.kind, each.value) for each in self.identifiers}
        ticked = [_ticked(each) for each in self.found]
        return (*self.identifiers, *(each for each in ticked if (each.kind, each.value) not in typed))

    @field_validator("found")
    @classmethod
    def _of_a_kind(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if any(each.partition(" ")[0] not in set(Kind) for each in value):
            raise PydanticCustomError("found", "Choose one of the answers given.")
        return value

    @field_validator("severity", "source", mode="before")
    @classmethod
    def _number(cls, value: object) -> object:
        # Forms send digits, and these are numbers.
        return int(value) if isinstance(value, str) and value in {"1", "2", "3", "4"} else value

    @field_validator("category")
    @classmethod
    def _not_the_leads(cls, value: Category) -> Category:
        if value in SAFEGUARDING:
            raise PydanticCustomError("lead", "Only the safeguarding lead decides about this. Warn about what he did.")
        return value


def _ticked(text: str) -> Typed:
    kind, _, value = text.partition(" ")
    return Typed(kind=Kind(kind), value=value)
