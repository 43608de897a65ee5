"""Counts, for one report, what was found and what was hidden of what was to be."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ugly_mugs.redaction import Label, Role, Span

Tally = Counter[str]
"""Under `figure/hit` and `figure/of` how often something came true, and how often it could have."""

HERS_ONLY = frozenset({Label.AGE, Label.NATIONALITY})
"""Marked in the reports where they are hers or a colleague's; a find of his is neither right nor wrong."""


@dataclass(frozen=True, slots=True)
class Guess:
    """A stretch that somebody found: *labels* are all it may be, *hidden* whether hiding it is suggested."""

    start: int
    end: int
    labels: frozenset[Label]
    hidden: bool
    norm: str | None = None
    role: Role | None = None

    def meets(self, other: "Guess | Span") -> bool:
        return self.start < other.end and other.start < self.end


def tally(text: str, marked: Sequence[Span], guesses: Sequence[Guess]) -> Tally:
    """Count over *text*, in which *marked* is what there is and whose it is."""
    counted: Tally = Counter()
    hidden = covered(len(text), (each for each in guesses if each.hidden))
    for span in marked:
        label = span.label.value
        match span.role:
            case Role.REPORTER | Role.THIRD:
                _count(counted, "leak", not all(hidden[span.start : span.end]), label)
            case Role.SUSPECT:
                _count(counted, "wrong", any(hidden[span.start : span.end]), label)
            case _:
                _count(counted, "neutral", any(hidden[span.start : span.end]), label)
        met = [each for each in guesses if each.meets(span)]
        alike = [each for each in met if span.label in each.labels]
        _count(counted, f"recall.{label}", bool(alike))
        if span.label is Label.PERSON:
            _count(counted, "exact.recall", any(_same(each, span) for each in alike))
        if span.norm is not None:
            _count(counted, f"norm.{label}", any(each.norm == span.norm for each in alike))
        if roles := [each.role for each in met if each.role is not None]:
            _count(counted, "whose", span.role in roles)
    for figure in ("leak", "wrong"):
        if counted[f"{figure}/of"]:
            _count(counted, f"reports.{figure}", counted[f"{figure}/hit"] > 0)
    for guess in guesses:
        _precision(counted, marked, guess)
    nobodys = covered(len(text), marked)
    for at, char in enumerate(text):
        if char.isalnum() and not nobodys[at]:
            _count(counted, "idle", bool(hidden[at]))
    return counted


def _precision(counted: Tally, marked: Sequence[Span], guess: Guess) -> None:
    right = any(guess.meets(span) and span.label in guess.labels for span in marked)
    for label in guess.labels:
        if label in HERS_ONLY and not guess.hidden:
            continue
        _count(counted, f"precision.{label.value}", right)
        if label is Label.PERSON:
            _count(counted, "exact.precision", any(_same(guess, span) for span in marked if span.label is label))


def covered(length: int, stretches: Iterable[Guess | Span]) -> bytearray:
    """Of each of *length* characters, whether any of *stretches* holds it."""
    held = bytearray(length)
    for each in stretches:
        held[each.start : each.end] = b"\1" * len(held[each.start : each.end])
    return held


def _same(guess: Guess, span: Span) -> bool:
    return (guess.start, guess.end) == (span.start, span.end)


def _count(counted: Tally, figure: str, hit: bool, label: str = "") -> None:
    for name in (figure, f"{figure}.{label}") if label else (figure,):
        counted[f"{name}/hit"] += hit
        counted[f"{name}/of"] += 1
