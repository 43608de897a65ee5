"""How far two reports, or what is known of two men, agree: a sum of bits for and against."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from math import log, log2, pi
from typing import Final

from ..identifiers import Kind, Normal
from . import weights
from .alike import Meeting, meets
from .described import Described, Measure, Trait
from .weights import DISAGREE, FAR_APART, HUB_FROM, LOOKS, MEASURES, MOST_AGAINST, MOST_FOR, TRAITS, How, Spread

_LN2: Final = log(2)
ENOUGH_TO_TELL: Final = 7
"""Of so many reports it can be told whether they describe several men; more would say the same."""
SAYS_SOMETHING: Final = 0.7
"""Fewer bits than these are no reason that anybody needs to read."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One agreement or disagreement in a description."""

    about: Trait | Measure
    bits: float
    by: float | None = None
    """How far two numbers lie apart."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What speaks for and against two being one man."""

    bits: float
    """Together, after the odds before anything was compared."""
    meetings: tuple[Meeting, ...]
    different: tuple[Kind, ...]
    """Kinds of which both name one, and none meet."""
    looks: tuple[Finding, ...]

    @property
    def is_link(self) -> bool:
        """Whether this is enough; what meets nowhere never is."""
        return bool(self.meetings) and self.bits >= weights.ENOUGH


class Commonness:
    """How common each value of a trait is: as the table has it, and as the reports at hand have it."""

    def __init__(self, reports: Iterable[Described] = ()) -> None:
        counted: dict[Trait, Counter[str]] = {trait: Counter() for trait in Trait}
        for report in reports:
            for trait, values in report.traits.items():
                counted[trait].update(values)
        self._counted = counted
        self._totals = {trait: counts.total() for trait, counts in counted.items()}

    def of(self, trait: Trait, value: str) -> float:
        """How many men in one have *value*."""
        table = TRAITS[trait]
        usual = table.common.get(value, table.rare)
        return (self._counted[trait][value] + _USUAL * usual) / (self._totals[trait] + _USUAL)


_USUAL: Final = 20
"""As many reports as the table is worth where there are reports to count."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What one or more reports say of a man."""

    identifiers: Mapping[Kind, frozenset[Normal]] = field(repr=False)
    traits: Mapping[Trait, Mapping[str, int]] = field(repr=False)
    measures: Mapping[Measure, tuple[int, float, float]] = field(repr=False)
    """How many numbers, their sum, and the sum of their squares."""

    @classmethod
    def of(cls, report: Described) -> "Profile":
        """What *report* says of him."""
        kinds = {normal.kind for normal in report.identifiers}
        return cls(
            identifiers={kind: frozenset(each for each in report.identifiers if each.kind is kind) for kind in kinds},
            traits={trait: dict.fromkeys(values, 1) for trait, values in report.traits.items() if values},
            measures={measure: (1, value, value * value) for measure, value in report.measures.items()},
        )

    def with_also(self, other: "Profile") -> "Profile":
        """What both say of him, if it is one man."""
        empty: frozenset[Normal] = frozenset()
        return Profile(
            identifiers={
                kind: self.identifiers.get(kind, empty) | other.identifiers.get(kind, empty)
                for kind in {**self.identifiers, **other.identifiers}
            },
            traits={
                trait: _added(self.traits.get(trait, {}), other.traits.get(trait, {}))
                for trait in {**self.traits, **other.traits}
            },
            measures={
                measure: _summed(self.measures.get(measure), other.measures.get(measure))
                for measure in {**self.measures, **other.measures}
            },
        )


def compare(
    one: Profile,
    other: Profile,
    *,
    reports: int,
    common: Commonness,
    worth: Mapping[Normal, float] | None = None,
) -> Verdict:
    """Weigh everything; *reports* is among how many these were found, *worth* what hubs are worth at most."""
    meetings, different = _meet(one, other, worth or {})
    found = looks(one, other, common=common)
    bits = (
        weights.before(reports, share_a_number=any(_is_number(each) for each in meetings))
        + sum(each.bits for each in meetings)
        + sum(weights.DIFFERENT[kind] for kind in different)
        + LOOKS * sum(each.bits for each in found)
    )
    return Verdict(round(bits, 6), tuple(meetings), tuple(different), tuple(found))


def looks(one: Profile, other: Profile, *, common: Commonness) -> list[Finding]:
    """What the two descriptions say for and against."""
    found = []
    for trait in Trait:
        mine, theirs = one.traits.get(trait), other.traits.get(trait)
        if mine and theirs:
            bits = (
                _told(trait, _added(mine, theirs), common) - _told(trait, mine, common) - _told(trait, theirs, common)
            )
            found.append(Finding(trait, _capped(bits)))
    for measure, spread in MEASURES.items():
        these, those = one.measures.get(measure), other.measures.get(measure)
        if these and those:
            bits = _likely(_summed(these, those), spread) - _likely(these, spread) - _likely(those, spread)
            found.append(Finding(measure, _capped(bits), abs(these[1] / these[0] - those[1] / those[0])))
    return found


def describe_several(profiles: Sequence[Profile], *, common: Commonness) -> bool:
    """Whether those who share something describe several men: a taxi, a hotel, a phone that was handed on."""
    pairs = list(combinations(profiles[:ENOUGH_TO_TELL], 2))
    apart = sum(sum(each.bits for each in looks(*pair, common=common)) < FAR_APART for pair in pairs)
    # Two at least: one report may simply be wrong about him.
    return len(profiles) >= HUB_FROM and apart >= max(2, DISAGREE * len(pairs))


def _is_number(each: Meeting) -> bool:
    return each.how is How.SAME and each.kind is not Kind.HANDLE


def _meet(one: Profile, other: Profile, worth: Mapping[Normal, float]) -> tuple[list[Meeting], list[Kind]]:
    meetings, different = [], []
    for kind in Kind:
        mine, theirs = one.identifiers.get(kind), other.identifiers.get(kind)
        if not (mine and theirs):
            continue
        if best := _best(mine, theirs, worth):
            # A hub is worth nothing, but they do not name different ones either.
            meetings += [best] if best.bits > 0 else []
        elif not all(each.partial for each in mine | theirs):
            different.append(kind)
    if not any(each.kind is Kind.HANDLE for each in meetings):
        empty: frozenset[Normal] = frozenset()
        for a, b in ((Kind.HANDLE, Kind.EMAIL), (Kind.EMAIL, Kind.HANDLE)):
            if best := _best(one.identifiers.get(a, empty), other.identifiers.get(b, empty), worth):
                meetings += [best] if best.bits > 0 else []
                break
    return meetings, different


def _best(mine: frozenset[Normal], theirs: frozenset[Normal], worth: Mapping[Normal, float]) -> Meeting | None:
    best = None
    for a in mine:
        for b in theirs:
            found = meets(a, b)
            if found is None:
                continue
            bits = min(found.bits, worth.get(a, found.bits), worth.get(b, found.bits))
            if best is None or (bits, a.value, b.value) > (best.bits, best.one.value, best.other.value):
                best = Meeting(found.kind, found.how, bits, a, b)
    return best


def _told(trait: Trait, counts: Mapping[str, int], common: Commonness) -> float:
    """How likely these sayings are of one man, but for a factor for each that is the same whoever said it; in bits."""
    mistaken = TRAITS[trait].mistaken
    likely = rest = 0.0
    for value, times in counts.items():
        share = common.of(trait, value)
        likely += share * ((1 - mistaken) / (mistaken * share) + 1) ** times
        rest += share
    return log2(likely + max(1 - rest, 0.0))


def _likely(sums: tuple[int, float, float], spread: Spread) -> float:
    """How likely these numbers are of one man, in bits."""
    count, total, squares = sums
    off, among = spread.off**2, spread.among_men**2
    total_off = total - count * spread.mean
    squares_off = squares - 2 * spread.mean * total + count * spread.mean**2
    both = off + count * among
    fit = (squares_off - among * total_off**2 / both) / off
    return -0.5 * (fit + (count - 1) * log(off) + log(both) + count * log(2 * pi)) / _LN2


def _capped(bits: float) -> float:
    return max(MOST_AGAINST, min(MOST_FOR, bits))


def _added(one: Mapping[str, int], other: Mapping[str, int]) -> Mapping[str, int]:
    added = dict(one)
    for value, times in other.items():
        added[value] = added.get(value, 0) + times
    return added


def _summed(one: tuple[int, float, float] | None, other: tuple[int, float, float] | None) -> tuple[int, float, float]:
    a, b = one or (0, 0.0, 0.0), other or (0, 0.0, 0.0)
    return a[0] + b[0], a[1] + b[1], a[2] + b[2]
