"""Measures the weights of matching on reports whose offender is known, and how well they link: a table to read.

    python -m bench.link_weights FILE

FILE has one structured report a line, as `python -m ugly_mugs link` reads them, with "offender" beside. What it says:

1. For each number in `ugly_mugs/matching/weights.py` what the reports have instead, and how much that differs
   between fifths of the offenders. The table was set from this, with witnesses taken for somewhat worse; where
   reports say too little (slips, pieces, hubs) it was reckoned, as its comments say.
2. Precision and recall of pairs: with the table as it is, on each fifth of the offenders by itself; with a table
   measured on the other four fifths; and on all, with an interval by drawing offenders anew.
"""

import argparse
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import combinations
from math import log2
from pathlib import Path
from random import Random
from statistics import mean, pstdev
from unittest.mock import patch

from ugly_mugs.identifiers import Kind
from ugly_mugs.matching import clustering, reading, weights
from ugly_mugs.matching.alike import meets
from ugly_mugs.matching.described import Described, Measure, Trait
from ugly_mugs.matching.weights import How

FIFTHS = 5
DRAWN = 1_000
OF_ONE_MAN = 6
"""Pairs of one man that count at most: who is reported twelve times would be all there is to see."""
STRANGERS = 40_000
Pair = tuple[Described, Described]


class Known:
    """Reports, and who did it."""

    def __init__(self, reports: Sequence[Described], offender: Mapping[str, int]) -> None:
        self.reports = reports
        self.offender = offender

    def of(self, offenders: Collection[int]) -> "Known":
        """Those of some offenders alone."""
        return Known([each for each in self.reports if self.offender[each.id] in offenders], self.offender)

    def offenders(self) -> list[int]:
        """Everybody, in an order that says nothing."""
        everybody = sorted({self.offender[each.id] for each in self.reports})
        Random(1).shuffle(everybody)
        return everybody

    def same(self) -> Iterator[Pair]:
        """Pairs of reports about one man, not too many of any."""
        by_man = defaultdict(list)
        for each in self.reports:
            by_man[self.offender[each.id]].append(each)
        dice = Random(2)
        for told in by_man.values():
            pairs = list(combinations(told, 2))
            yield from dice.sample(pairs, min(len(pairs), OF_ONE_MAN))

    def strangers(self) -> Iterator[Pair]:
        """Pairs of reports about two men."""
        dice, found = Random(3), 0
        while found < STRANGERS:
            one, other = dice.sample(self.reports, 2)
            if self.offender[one.id] != self.offender[other.id]:
                found += 1
                yield one, other


def main() -> int:
    """Print both tables."""
    parser = argparse.ArgumentParser(prog="python -m bench.link_weights", description=__doc__.partition("\n")[0])
    parser.add_argument("file", type=Path)
    known = read(parser.parse_args().file)
    everybody = known.offenders()
    fifths = [known.of(set(everybody[at::FIFTHS])) for at in range(FIFTHS)]
    others = [known.of({man for man in everybody if man not in set(everybody[at::FIFTHS])}) for at in range(FIFTHS)]
    print("1. What the table says, what the reports say, and by how much that differs between fifths\n")
    for name, in_table, measure in MEASURED:
        found = [value for part in others if (value := measure(part)) is not None]
        if found:
            print(f"{name:<42}{in_table():>8.2f}{mean(found):>9.2f} ± {pstdev(found):.2f}")
    print("\n2. Pairs                                precision   recall   wrong pairs")
    for at, fifth in enumerate(fifths, 1):
        print(f"fifth {at}, the table as it is         {_said(*_pairs(fifth))}")
    for at, (fifth, rest) in enumerate(zip(fifths, others, strict=True), 1):
        with learned(rest):
            print(f"fifth {at}, learned on the other four  {_said(*_pairs(fifth))}")
    by_man = _by_man(known)
    print(f"all, the table as it is             {_said(*(sum(each) for each in zip(*by_man.values(), strict=True)))}")
    for name, low, high in _interval(list(by_man.values())):
        print(f"    95 % of {DRAWN:,} draws of offenders: {name} {low:.4f} to {high:.4f}")
    return 0


def read(file: Path) -> Known:
    """The reports in *file*."""
    reports, offender = [], {}
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            report = reading.read(line).report
            reports.append(report)
            offender[report.id] = json.loads(line)["offender"]
    return Known(reports, offender)


def agreement(trait: Trait) -> Callable[[Known], float | None]:
    """How often a witness says something else than is true, from how often two say the same of one man."""

    def measure(known: Known) -> float | None:
        both = [
            bool(one.traits[trait] & other.traits[trait])
            for one, other in known.same()
            if trait in one.traits and trait in other.traits
        ]
        # Two agree where both are right, or both wrong in the same way, which is rare.
        return None if len(both) < 30 else 1 - (sum(both) / len(both)) ** 0.5

    return measure


def spread(measure_of: Measure) -> Callable[[Known], float | None]:
    """How far a guess lies from the truth, from how far two guesses lie apart."""

    def measure(known: Known) -> float | None:
        apart = [
            (one.measures[measure_of] - other.measures[measure_of]) ** 2
            for one, other in known.same()
            if measure_of in one.measures and measure_of in other.measures
        ]
        return None if len(apart) < 30 else (mean(apart) / 2) ** 0.5

    return measure


def meeting(kind: Kind, how: How) -> Callable[[Known], float | None]:
    """How many times as often two of one man meet so as two of two men do, in bits."""

    def measure(known: Known) -> float | None:
        same = _share(known.same(), kind, how)
        if same is None:
            return None
        holders = [each for each in known.reports if any(its.kind is kind for its in each.identifiers)]
        # Strangers hardly ever meet: each that share a value are counted, and half of one more for those not seen.
        by_value = defaultdict(list)
        for each in holders:
            for its in each.identifiers:
                by_value[its].append(known.offender[each.id])
        clashes = sum(sum(a != b for a, b in combinations(men, 2)) for men in by_value.values() if len(men) > 1)
        pairs = len(holders) * (len(holders) - 1) / 2
        return log2(same / ((clashes + 0.5) / pairs)) if how is How.SAME else None

    return measure


def different(kind: Kind) -> Callable[[Known], float | None]:
    """What it tells that both name one and the two do not meet, in bits."""

    def measure(known: Known) -> float | None:
        met = _share(known.same(), kind, None)
        return None if met is None else log2(max(1 - met, 1e-3))

    return measure


def _share(pairs: Iterator[Pair], kind: Kind, how: How | None) -> float | None:
    met = total = 0
    for one, other in pairs:
        mine = [each for each in one.identifiers if each.kind is kind]
        theirs = [each for each in other.identifiers if each.kind is kind]
        if mine and theirs:
            total += 1
            found = [meet for a in mine for b in theirs if (meet := meets(a, b))]
            met += any(how in {None, each.how} for each in found)
    return met / total if total >= 30 else None


MEASURED: list[tuple[str, Callable[[], float], Callable[[Known], float | None]]] = [
    *((f"{each}: mistaken", lambda t=each: weights.TRAITS[t].mistaken, agreement(each)) for each in Trait),
    *((f"{each}: off by", lambda m=each: weights.MEASURES[m].off, spread(each)) for each in Measure),
    *(
        (f"same {kind}, bits", lambda k=kind: weights.MEETING[k, How.SAME], meeting(kind, How.SAME))
        for kind in Kind
    ),
    *((f"other {kind}, bits", lambda k=kind: weights.DIFFERENT[k], different(kind)) for kind in Kind),
]  # fmt: skip


class learned:
    """For as long as it lasts, the table is what *known* says, without anybody's rounding."""

    def __init__(self, known: Known) -> None:
        traits = {
            trait: weights.Seen(max(found, 0.02), seen.rare, seen.common)
            for trait, seen in weights.TRAITS.items()
            if (found := agreement(trait)(known)) is not None
        }
        measures = {
            each: weights.Spread(found, it.mean, it.among_men)
            for each, it in weights.MEASURES.items()
            if (found := spread(each)(known)) is not None
        }
        met = {(kind, How.SAME): found for kind in Kind if (found := meeting(kind, How.SAME)(known)) is not None}
        others = {kind: found for kind in Kind if (found := different(kind)(known)) is not None}
        self._patches = [
            patch.dict(table, found)
            for table, found in (
                (weights.TRAITS, traits),
                (weights.MEASURES, measures),
                (weights.MEETING, met),
                (weights.DIFFERENT, others),
            )
        ]

    def __enter__(self) -> None:
        for each in self._patches:
            each.start()

    def __exit__(self, *_: object) -> None:
        for each in self._patches:
            each.stop()


def _by_man(known: Known) -> dict[int, tuple[float, float, float]]:
    """For each offender: pairs rightly linked, linked, and there; a wrong one counts half for each of two."""
    found = clustering.cluster(known.reports).of
    right, linked, there = Counter[int](), Counter[int](), Counter[int]()
    clusters, men = defaultdict(list), Counter(known.offender[each.id] for each in known.reports)
    for each in known.reports:
        clusters[found[each.id]].append(known.offender[each.id])
    for together in clusters.values():
        for one, other in combinations(together, 2):
            right[one] += one == other
            for man in (one, other):
                linked[man] += 1
    for man, count in men.items():
        there[man] = count * (count - 1) // 2
    return {man: (right[man], linked[man] / 2, there[man]) for man in men}


def _pairs(known: Known) -> Iterator[float]:
    return (sum(each) for each in zip(*_by_man(known).values(), strict=True))


def _said(right: float, linked: float, there: float) -> str:
    return f"{right / max(linked, 1):>13.4f}{right / max(there, 1):>9.4f}{linked - right:>10.0f}"


def _interval(men: Sequence[tuple[float, float, float]]) -> Iterator[tuple[str, float, float]]:
    dice, drawn = Random(4), []
    for _ in range(DRAWN):
        right, linked, there = (sum(each) for each in zip(*dice.choices(men, k=len(men)), strict=True))
        drawn.append((right / linked, right / there))
    for at, name in enumerate(("precision", "recall")):
        ordered = sorted(each[at] for each in drawn)
        yield name, ordered[DRAWN // 40], ordered[-DRAWN // 40]


if __name__ == "__main__":
    sys.exit(main())
