"""What can be found in a report, and whose it can be."""

from bisect import bisect_right
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


class Taken:
    """Which stretches of a text are taken."""

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []

    def take(self, start: int, end: int) -> bool:
        """Take *start* up to *end*, unless some of it is taken already; say whether it was free."""
        at = bisect_right(self._starts, start)
        is_free = (at == 0 or self._ends[at - 1] <= start) and (at == len(self._starts) or self._starts[at] >= end)
        if is_free:
            self._starts.insert(at, start)
            self._ends.insert(at, end)
        return is_free


def settled(found: Iterable[Found]) -> list[Found]:
    """Leave one of those that overlap: the surer, of equals the longer, of equals the first; in the text's order."""
    taken = Taken()
    surest = sorted(found, key=lambda one: (-one.score, one.start - one.end, one.start))
    kept = [each for each in surest if each.start < each.end and taken.take(each.start, each.end)]
    return sorted(kept, key=lambda one: one.start)
