"""What can be found in a report, and whose it can be."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum


class Label(StrEnum):
    """What a piece of a text is."""

    PERSON = "PERSON"
    PHONE = "PHONE"
    VRM = "VRM"
    EMAIL = "EMAIL"
    HANDLE = "HANDLE"
    PROFILE = "PROFILE"
    ADDRESS = "ADDRESS"
    POSTCODE = "POSTCODE"
    ORG = "ORG"
    AGE = "AGE"
    NATIONALITY = "NATIONALITY"
    DOB = "DOB"
    NINO = "NINO"
    DATE = "DATE"
    TIME = "TIME"
    LOC = "LOC"
    PRICE = "PRICE"


class Role(StrEnum):
    """Whose it is."""

    REPORTER = "R"
    THIRD = "T"
    """Somebody on her side: a colleague, a friend, a child, a worker."""
    SUSPECT = "S"
    NEUTRAL = "N"

    @property
    def is_hidden(self) -> bool:
        """Whether it is to be hidden from everybody outside the desk."""
        return self in {Role.REPORTER, Role.THIRD}


class Why(StrEnum):
    """How we know whose it is; a moderator reads it beside the suggestion."""

    FIELD = "field"
    """It stands in a field of the form that is about him."""
    KNOWN = "known"
    """The service knows it as hers."""
    WORDS = "words"
    """The words around it say so."""
    UNSURE = "unsure"
    """The words around it do not say; hiding is the safer guess."""
    SAME = "same"
    """The same stands elsewhere in the text."""


@dataclass(frozen=True, slots=True)
class Found:
    """A piece of a text that names or finds somebody: characters *start* up to *end*."""

    start: int
    end: int
    label: Label
    norm: str | None = field(default=None, repr=False)
    """Its one spelling, where its kind has one."""
    score: float = 1.0
    """How sure it is that this is one, between 0 and 1."""

    def overlaps(self, other: "Found") -> bool:
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Span(Found):
    """A piece of a text, and whose it is."""

    role: Role = Role.NEUTRAL
    why: Why = Why.WORDS

    def given_to(self, role: Role, why: Why, score: float | None = None) -> "Span":
        return replace(self, role=role, why=why, score=self.score if score is None else score)


def settled(found: Iterable[Found]) -> list[Found]:
    """Leave one of those that overlap: the surer, of equals the longer, of equals the first; in the text's order."""
    kept: list[Found] = []
    for each in sorted(found, key=lambda one: (-one.score, one.start - one.end, one.start)):
        if each.start < each.end and not any(each.overlaps(other) for other in kept):
            kept.append(each)
    return sorted(kept, key=lambda one: one.start)
