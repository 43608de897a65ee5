"""What Presidio's findings would hide: it says what a thing is, not whose, so somebody has to choose."""

import json
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from training.reports import Marked
from ugly_mugs.redaction import Label, Role

from .score import Guess
from .settings import Beside

SCRIPT = Path(__file__).parent / "peer" / "presidio.py"
DEFAULT, BEST = "default", "best"
LEVELS = (0.0, 0.3, 0.45, 0.6, 0.8, 2.0)
"""Scores from which on an entity is hidden; the last is never."""
LEAK_BAR, WRONG_BAR = 0.10, 0.25
"""The bars on texts alone: they say how many of his, wrongly hidden, one of hers that is left is worth."""

LABELS: Mapping[str, frozenset[Label]] = {
    "PERSON": frozenset({Label.PERSON}),
    "PHONE_NUMBER": frozenset({Label.PHONE}),
    "EMAIL_ADDRESS": frozenset({Label.EMAIL}),
    "UK_VEHICLE_REGISTRATION": frozenset({Label.VRM}),
    "PLATE": frozenset({Label.VRM}),
    "UK_POSTCODE": frozenset({Label.POSTCODE}),
    "UK_NINO": frozenset({Label.NINO}),
    "LOCATION": frozenset({Label.LOC, Label.ADDRESS}),
    "STREET_ADDRESS": frozenset({Label.ADDRESS}),
    "ORGANIZATION": frozenset({Label.ORG}),
    "NRP": frozenset({Label.NATIONALITY}),
    "DATE_TIME": frozenset({Label.DATE, Label.TIME, Label.DOB, Label.AGE}),
    "AGE": frozenset({Label.AGE}),
    "URL": frozenset({Label.PROFILE, Label.EMAIL}),
    "PROFILE": frozenset({Label.PROFILE}),
    "HANDLE": frozenset({Label.HANDLE}),
}
"""What each of its entities may be; what is not named here is none of ours."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One of its results."""

    start: int
    end: int
    entity: str
    score: float


Findings = Mapping[str, Sequence[Finding]]


def ask(python: Path, how: str, reports: Iterable[Marked]) -> tuple[Findings, dict[str, Any]]:
    """Run it over all *reports*; what it found in each, and what it cost."""
    lines = "".join(json.dumps({"id": each.id, "text": each.text}) + "\n" for each in reports)
    ran = subprocess.run([python, "-I", SCRIPT, how], input=lines, stdout=subprocess.PIPE, text=True, check=True)
    *found, last = (json.loads(line) for line in ran.stdout.splitlines())
    findings = {each["id"]: [Finding(**one) for one in each["spans"]] for each in found}
    return findings, last["costs"]


def everything(findings: Sequence[Finding]) -> list[Guess]:
    """Hide all that it finds."""
    return [
        Guess(each.start, each.end, LABELS.get(each.entity, frozenset()), hidden=True)
        for each in findings
        if each.end > each.start
    ]


def chosen(findings: Sequence[Finding], levels: Mapping[str, float]) -> list[Guess]:
    """Hide what scores as high as its entity has to."""
    return [
        Guess(each.start, each.end, LABELS.get(each.entity, frozenset()), hidden=each.score >= levels[each.entity])
        for each in findings
        if each.end > each.start
    ]


def with_form(text: str, guesses: Sequence[Guess], known: Beside) -> list[Guess]:
    """Exempt every place where the form's values about him stand, and hide every place where hers do.

    More than it could do by itself: it is given the values as the text has them, not as somebody typed them.
    """
    hers, his = _mask(_places(text, known.hers)), _mask(_places(text, known.his))
    hidden = (_mask((each.start, each.end) for each in guesses if each.hidden) & ~his) | hers
    found = [Guess(each.start, each.end, each.labels, hidden=False) for each in guesses]
    return [*found, *(Guess(start, end, frozenset(), hidden=True) for start, end in _runs(hidden, len(text)))]


def tuned(reports: Sequence[Marked], findings: Findings, known: Mapping[str, Beside] | None = None) -> dict[str, float]:
    """The levels that suit these very reports best, entity by entity; nobody could know them beforehand."""
    cases = [_Case(each, findings[each.id], known[each.id] if known else None) for each in reports]
    entities = sorted({one.entity for each in reports for one in findings[each.id]})
    levels = dict.fromkeys(entities, 0.0)
    lowest = _cost(cases, levels)
    for _ in range(2):
        for entity in entities:
            for level in LEVELS:
                tried = {**levels, entity: level}
                if (cost := _cost(cases, tried)) < lowest:
                    lowest, levels = cost, tried
    return levels


class _Case:
    """A report as bits: of each span a mask, of each finding a mask."""

    def __init__(self, report: Marked, findings: Sequence[Finding], known: Beside | None) -> None:
        self.report, self.known = report, known
        self.findings = [(one.entity, one.score, _mask([(one.start, one.end)])) for one in findings]

    @cached_property
    def hers(self) -> list[int]:
        return [_mask([(one.start, one.end)]) for one in self.report.spans if one.role.is_hidden]

    @cached_property
    def his(self) -> list[int]:
        return [_mask([(one.start, one.end)]) for one in self.report.spans if one.role is Role.SUSPECT]

    @cached_property
    def shown(self) -> int:
        return _mask(_places(self.report.text, self.known.his)) if self.known else 0

    @cached_property
    def told(self) -> int:
        return _mask(_places(self.report.text, self.known.hers)) if self.known else 0

    def hidden(self, levels: Mapping[str, float]) -> int:
        bits = 0
        for entity, score, mask in self.findings:
            if score >= levels[entity]:
                bits |= mask
        return (bits & ~self.shown) | self.told


def _cost(cases: Sequence[_Case], levels: Mapping[str, float]) -> float:
    left = hers = wrong = his = 0
    for case in cases:
        hidden = case.hidden(levels)
        hers += len(case.hers)
        his += len(case.his)
        left += sum(hidden & mask != mask for mask in case.hers)
        wrong += sum(hidden & mask != 0 for mask in case.his)
    return left / max(1, hers) / LEAK_BAR + wrong / max(1, his) / WRONG_BAR


def _places(text: str, values: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Where *values* stand in *text*, in any case, as whole words."""
    for value in values:
        for match in re.finditer(rf"(?<!\w){re.escape(value)}(?!\w)", text, re.IGNORECASE):
            yield match.span()


def _mask(stretches: Iterable[tuple[int, int]]) -> int:
    bits = 0
    for start, end in stretches:
        bits |= ((1 << (end - start)) - 1) << start
    return bits


def _runs(bits: int, length: int) -> Iterator[tuple[int, int]]:
    start = None
    for at in range(length + 1):
        if bits >> at & 1:
            start = at if start is None else start
        elif start is not None:
            yield start, at
            start = None


def there(python: Path | None) -> bool:
    """Whether *python* has Presidio."""
    if python is None or not python.exists():
        sys.stderr.write("Presidio is not installed: it is left out.\n")
        return False
    return True
