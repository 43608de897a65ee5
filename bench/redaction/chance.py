"""Shares with the interval that other reports of the same kind would give: whole clusters are drawn again."""

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .score import Tally

DRAWS = 1000
SEED = 20261125


@dataclass(frozen=True, slots=True)
class Share:
    """*hit* of *of*, and the 95 % interval where one could be drawn."""

    hit: int
    of: int
    low: float | None = None
    high: float | None = None

    @property
    def value(self) -> float | None:
        return self.hit / self.of if self.of else None


def summed(tallies: Sequence[Tally]) -> Tally:
    """All of *tallies* together."""
    total: Tally = Counter()
    for each in tallies:
        total.update(each)
    return total


def share(clusters: Mapping[str, Tally], figure: str) -> Share:
    """*figure* over all *clusters*; the same clusters are drawn for every figure, so that figures can be compared."""
    pairs = [(each[f"{figure}/hit"], each[f"{figure}/of"]) for _, each in sorted(clusters.items())]
    hit, of = sum(pair[0] for pair in pairs), sum(pair[1] for pair in pairs)
    if len(pairs) < 2 or not of:
        return Share(hit, of)
    chance = random.Random(SEED)
    drawn = []
    for _ in range(DRAWS):
        again = chance.choices(pairs, k=len(pairs))
        if could := sum(pair[1] for pair in again):
            drawn.append(sum(pair[0] for pair in again) / could)
    drawn.sort()
    return Share(hit, of, drawn[int(0.025 * len(drawn))], drawn[int(0.975 * len(drawn)) - 1])


def count(clusters: Mapping[str, Tally], figure: str) -> Share:
    """*figure* over all *clusters*, without an interval, which takes a thousand times as long."""
    return Share(*(sum(each[f"{figure}/{part}"] for each in clusters.values()) for part in ("hit", "of")))


def f2(precision: float | None, recall: float | None) -> float | None:
    """Precision and recall in one, recall counting four times as much."""
    if precision is None or recall is None:
        return None
    below = 4 * precision + recall
    return 5 * precision * recall / below if below else 0.0
