"""One report as matching sees it: what it names, and how it describes him."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from ..identifiers import Normal


class Trait(StrEnum):
    """What can be said of a man in one word."""

    NAME = "name"
    ETHNICITY = "ethnicity"
    BUILD = "build"
    HAIR = "hair"
    ACCENT = "accent"
    MARK = "mark"
    TOWN = "town"


class Measure(StrEnum):
    """What can be said of him in a number."""

    AGE = "age"
    HEIGHT = "height"


@dataclass(frozen=True, slots=True)
class Described:
    """One report; heights are in inches. Whatever it does not say is simply not there."""

    id: str
    identifiers: tuple[Normal, ...] = field(default=(), repr=False)
    traits: Mapping[Trait, frozenset[str]] = field(default_factory=dict, repr=False)
    measures: Mapping[Measure, float] = field(default_factory=dict, repr=False)
