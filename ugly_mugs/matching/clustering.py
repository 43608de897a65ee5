"""All reports at once: which are about one man. Only those that share a key are ever compared.

Two clusters become one where everything that is known of both agrees well enough, the most certain first: a chain
of reports that each agree with the next does not glue two men together, since each is held against all before it.
"""

import heapq
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations, product
from typing import Final

from ..identifiers import Normal
from . import comparing, keys
from .comparing import Commonness, Profile, Verdict
from .described import Described
from .keys import Key
from .weights import HUB, MANY

Tell = Callable[[str, int, int], None]
"""Told what is being done, how far it is, and how much there is."""
_EVERY: Final = 5_000


@dataclass(frozen=True, slots=True)
class Joined:
    """Why two clusters became one: the two reports by which they met, and everything that was weighed."""

    one: str
    other: str
    verdict: Verdict = field(repr=False)


@dataclass(frozen=True, slots=True)
class Clusters:
    """The cluster of each report, by id, called after its first report; and every link that made them."""

    of: dict[str, str]
    links: list[Joined]


def cluster(reports: Sequence[Described], *, tell: Tell = lambda _what, _done, _all: None) -> Clusters:
    """Find which of *reports* are about one man; their order changes nothing but what a cluster is called."""
    # In an order of their own, so that the same reports give the same clusters however they come.
    order = sorted(reports, key=lambda report: report.id)
    work = _Work(order, tell)
    first: dict[int, str] = {}
    place = {report.id: at for at, report in enumerate(order)}
    named = {}
    for report in reports:
        root = work.root(place[report.id])
        named[report.id] = first.setdefault(root, report.id)
    return Clusters(named, work.links)


class _Work:
    """Clusters on their way: each is called by the place of one of its reports."""

    def __init__(self, reports: Sequence[Described], tell: Tell) -> None:
        self.links: list[Joined] = []
        self._reports = reports
        self._tell = tell
        self._common = Commonness(reports)
        self._profiles = {at: Profile.of(report) for at, report in enumerate(reports)}
        self._parent = list(range(len(reports)))
        self._members = {at: [at] for at in range(len(reports))}
        self._worth: dict[Normal, float] = {}
        self._near: dict[int, set[int]] = defaultdict(set)
        self._find_neighbours()
        self._join_all()

    def root(self, at: int) -> int:
        """The cluster that the report at *at* is in."""
        while self._parent[at] != at:
            self._parent[at] = self._parent[self._parent[at]]
            at = self._parent[at]
        return at

    def _find_neighbours(self) -> None:
        whole: dict[Key, list[int]] = defaultdict(list)
        known: dict[Key, list[int]] = defaultdict(list)
        for at, report in enumerate(self._reports):
            kept = keys.keys(report.identifiers)
            for key in kept.whole | kept.stems:
                whole[key].append(at)
            for key in kept.known:
                known[key].append(at)
        self._weigh_hubs(whole)
        for ats in whole.values():
            if 1 < len(ats) <= MANY:
                self._meet(combinations(ats, 2))
        for at, report in enumerate(self._reports):
            self._say("looking for slips", at)
            for normal in report.identifiers:
                for key in keys.slips(normal):
                    if len(others := whole.get(key, ())) <= MANY:
                        self._meet((at, other) for other in others)
        self._meet_pieces(known)

    def _meet_pieces(self, known: dict[Key, list[int]]) -> None:
        """A piece that too many have is no reason to look at any of them."""
        holders: dict[Key, list[int]] = defaultdict(list)
        for at, report in enumerate(self._reports):
            if known:
                for key in keys.keys(report.identifiers).pieces & known.keys():
                    holders[key].append(at)
        for key, ats in known.items():
            if len(ats) + len(holders[key]) <= MANY:
                self._meet(combinations(ats, 2))
                self._meet(product(ats, holders[key]))

    def _weigh_hubs(self, whole: dict[Key, list[int]]) -> None:
        """What is named by reports that describe several men, or by very many, is worth less."""
        for at, report in enumerate(self._reports):
            for normal in report.identifiers:
                ats = whole[keys.exact(normal)]
                if ats[0] == at and normal not in self._worth:
                    if len(ats) > MANY:
                        self._worth[normal] = 0.0
                    elif comparing.describe_several([self._profiles[each] for each in ats], common=self._common):
                        self._worth[normal] = HUB

    def _meet(self, pairs: Iterator[tuple[int, int]]) -> None:
        for a, b in pairs:
            if a != b:
                self._near[a].add(b)
                self._near[b].add(a)

    def _join_all(self) -> None:
        waiting: list[tuple[float, int, int]] = []

        def weigh(a: int, b: int) -> None:
            verdict = self._verdict(a, b)
            if verdict.is_link:
                heapq.heappush(waiting, (-verdict.bits, min(a, b), max(a, b)))

        for a, others in self._near.items():
            self._say("comparing", a)
            for b in others:
                if a < b:
                    weigh(a, b)
        while waiting:
            against, a, b = heapq.heappop(waiting)
            if self.root(a) != a or self.root(b) != b:
                continue
            verdict = self._verdict(a, b)
            # What has grown since was weighed again when it grew.
            if verdict.bits != -against:
                continue
            self._join(a, b, verdict)
            for other in sorted(self._near[a]):
                weigh(a, other)

    def _verdict(self, a: int, b: int) -> Verdict:
        return comparing.compare(
            self._profiles[a], self._profiles[b], reports=len(self._reports), common=self._common, worth=self._worth
        )

    def _join(self, a: int, b: int, verdict: Verdict) -> None:
        """Let *b* become a part of *a*."""
        one, other = self._met(a, b, verdict)
        self.links.append(Joined(self._reports[one].id, self._reports[other].id, verdict))
        self._parent[b] = a
        self._members[a] += self._members.pop(b)
        self._profiles[a] = self._profiles[a].with_also(self._profiles.pop(b))
        for other_at in self._near.pop(b):
            near = self._near[other_at]
            near.discard(b)
            if other_at != a:
                near.add(a)
                self._near[a].add(other_at)
        self._near[a].discard(b)

    def _met(self, a: int, b: int, verdict: Verdict) -> tuple[int, int]:
        """The first reports of both that name what met."""
        best = max(verdict.meetings, key=lambda each: each.bits)
        return tuple(  # type: ignore[return-value]  # one for each of two
            next(at for at in sorted(self._members[side]) if normal in self._reports[at].identifiers)
            for side, normal in ((a, best.one), (b, best.other))
        )

    def _say(self, what: str, done: int) -> None:
        if done % _EVERY == 0:
            self._tell(what, done, len(self._reports))
