"""How much each agreement and each disagreement weighs, in bits: one more makes it twice as likely.

`python -m bench.link_weights FILE` measures most of these on reports whose offender is known, and says beside
each what it found; `docs/linking.md` says how they were chosen. Witnesses are taken for worse than they were found.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import log2
from typing import Final

from ..identifiers import Kind
from .described import Measure, Trait


class How(StrEnum):
    """In what way two identifiers meet."""

    SAME = "same"
    TWIN = "twin"
    """Not the same, but the same to who takes O for 0, or knows no site."""
    MISREAD = "misread"
    """One character differs, and the two are easily taken for one another."""
    ONE_OFF = "one_off"
    """One character differs, or two neighbours are swapped."""
    PARTIAL = "partial"
    """One is a part of the other, as far as it is known."""
    STEM = "stem"
    """A username that is also the name of a mailbox."""


MEETING: Final[Mapping[tuple[Kind, How], float]] = {
    # As rare as two men with one number are: numbers are lent and handed on, plates are cloned, cars are hired.
    # Measured with hubs among them it is 16 to 18; those are weighed apart, and are most of the false ones.
    (Kind.PHONE, How.SAME): 18.5,
    (Kind.VRM, How.SAME): 18,
    (Kind.EMAIL, How.SAME): 18,
    # At most: usernames are made of few names and few numbers, and the letters of this one are counted.
    (Kind.HANDLE, How.SAME): 16,
    (Kind.VRM, How.TWIN): 15,
    (Kind.EMAIL, How.TWIN): 14,
    (Kind.HANDLE, How.TWIN): 14,  # likewise
    # Of the 27 bits of a mobile number, 7 go for where the slip is and what it is, and 7 for how seldom one is made.
    (Kind.PHONE, How.ONE_OFF): 13,
    (Kind.VRM, How.MISREAD): 14,
    (Kind.VRM, How.ONE_OFF): 12,
    (Kind.HANDLE, How.STEM): 12,
    # At most: what is known of it counts, character by character.
    (Kind.PHONE, How.PARTIAL): 14,
    (Kind.VRM, How.PARTIAL): 14,
}

DIGIT: Final = log2(10)
LETTER: Final = 4.0
"""Not all of the 4.7: some letters stand on plates far more often than others."""
PARTIAL_COSTS: Final = 2.0
NAME: Final = 6.0
WORD: Final = 8.0
SHORT: Final = 2.5
"""What a name, another word, and up to three letters tell in a username: people choose from few."""

FURTHER_DIGIT: Final = 1.5
"""From the third on: 1985, 2000 and 69 69 are many people's."""

DIFFERENT: Final[Mapping[Kind, float]] = {
    # Both reports name one, and they do not meet. Men have several phones, and seldom several cars.
    Kind.PHONE: -1.5,
    Kind.VRM: -3.5,
    Kind.EMAIL: -1.5,
    Kind.HANDLE: -1.5,
}


@dataclass(frozen=True, slots=True)
class Seen:
    """How well a trait is seen: how often a witness says something else, and how common each value is."""

    mistaken: float
    rare: float
    """How common a value is that is not in the list."""
    common: Mapping[str, float]


TRAITS: Final[Mapping[Trait, Seen]] = {
    # A man gives many names, and most men give one of few.
    Trait.NAME: Seen(mistaken=0.22, rare=0.01, common={"david": 0.03, "john": 0.04, "mike": 0.03, "paul": 0.03}),
    Trait.ETHNICITY: Seen(
        mistaken=0.09, rare=0.05, common={"white british": 0.6, "white other": 0.12, "asian": 0.1, "black": 0.1}
    ),
    Trait.BUILD: Seen(mistaken=0.2, rare=0.1, common={"medium": 0.25, "slim": 0.2, "stocky": 0.2, "large": 0.2}),
    Trait.HAIR: Seen(mistaken=0.2, rare=0.1, common={"brown": 0.25, "black": 0.2, "bald": 0.15, "grey": 0.15}),
    Trait.ACCENT: Seen(mistaken=0.18, rare=0.06, common={"local": 0.35}),
    # Nobody mistakes a missing finger; but glasses come off, and one man has several marks.
    Trait.MARK: Seen(mistaken=0.15, rare=0.05, common={"beard": 0.2, "glasses": 0.15}),
    # How often he is somewhere else.
    Trait.TOWN: Seen(mistaken=0.3, rare=0.03, common={}),
}


@dataclass(frozen=True, slots=True)
class Spread:
    """How far guesses of one man's number lie from the truth, and how far men lie from one another."""

    off: float
    mean: float
    among_men: float


MEASURES: Final[Mapping[Measure, Spread]] = {
    Measure.AGE: Spread(off=5.0, mean=40, among_men=13),
    Measure.HEIGHT: Spread(off=1.9, mean=69.5, among_men=3.2),
}

MOST_FOR: Final = 8.0
MOST_AGAINST: Final = -8.0
"""No single trait decides: witnesses repeat one another, and one may have seen his friend."""
LOOKS: Final = 0.9
"""Traits go together, so their sum says a little less than it seems."""

REPORTS_OF_A_MAN: Final = 2.0
"""Before anything is compared: the chance that two of N reports are about one man is about this, over N."""
FEWEST: Final = 1_000
"""Fewer reports than these are judged as if they were these."""
CROWD: Final = 10_000
"""So are more, where one whole number or plate is in both: that is shared or it is not, however many reports there are.
What only looks alike, and a username, may be a coincidence, and the more of those the more there is."""
ENOUGH: Final = 4.0
"""From here on it is a link: 16 to 1, as far as the weights are right."""

MANY: Final = 40
"""What more reports than these name is a taxi, a hotel or a switchboard, and links nothing by itself."""
FAR_APART: Final = -3.0
DISAGREE: Final = 1 / 3
"""Where so many pairs of those who share something are described so far apart, it is several men's."""
HUB_FROM: Final = 3
HUB: Final = 9.0
"""What a number is worth that is named by reports which describe several men."""


def before(reports: int, *, share_a_number: bool) -> float:
    """The odds, in bits, that two of so many reports are about one man, before anything is compared."""
    return log2(REPORTS_OF_A_MAN / max(FEWEST, min(reports, CROWD) if share_a_number else reports))
