"""Everything that is measured, in the order in which a person would want to see it go by."""

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from training.reports import Marked
from ugly_mugs.redaction import Reader

from . import costs, linking, odd, ours, presidio
from .chance import Share, share, summed
from .linking import Linked
from .odd import Odd
from .presidio import Findings
from .score import Guess, Tally, tally
from .settings import SETTINGS, TEXT, beside
from .texts import OURS, STRANGERS, TEMPLATES, Fold, folds

US, BY_DEFAULT, AT_BEST = "ours", "Presidio, default", "Presidio, best setting"
Key = tuple[str, str, str]
"""Which reports, who read them, in which setting."""


@dataclass(slots=True, eq=False)
class Measured:
    """What the page is written from."""

    reports: dict[str, dict[str, Marked]] = field(default_factory=dict)
    """Of each set, by id."""
    guesses: dict[Key, dict[str, list[Guess]]] = field(default_factory=dict)
    levels: dict[tuple[str, str], dict[str, float]] = field(default_factory=dict)
    """What Presidio was tuned to, for each set and setting."""
    costs: dict[str, dict[str, Any]] = field(default_factory=dict)
    command: dict[str, Any] = field(default_factory=dict)
    """What `python -m ugly_mugs redact` cost."""
    odd: Odd | None = None
    links: dict[str, Linked] = field(default_factory=dict)


@cache
def tallies(measured: Measured, key: Key) -> dict[str, Tally]:
    """Of each report of *key*, by id."""
    which = measured.reports[key[0]]
    return {id_: tally(which[id_].text, which[id_].spans, found) for id_, found in measured.guesses[key].items()}


@cache
def clusters(measured: Measured, key: Key) -> dict[str, Tally]:
    """What is drawn again for an interval: a template's reports together, our authors' one by one."""
    groups: dict[str, list[Tally]] = {}
    for id_, each in tallies(measured, key).items():
        groups.setdefault(id_ if key[0] == OURS else measured.reports[key[0]][id_].group, []).append(each)
    return {name: summed(each) for name, each in groups.items()}


def measure(python: Path | None, only: str | None = None) -> Measured:
    """Measure all; *python* is one that has Presidio. *only* is the name of a fold, for a look while working."""
    measured = Measured()
    todo = [fold for fold in folds() if only in {None, fold.name}]
    for fold in todo:
        for kind, some in fold.measured.items():
            measured.reports.setdefault(kind, {}).update({each.id: each for each in some})
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        waits = {pool.submit(ours.read, fold): fold for fold in reversed(todo)}
        for done in as_completed(waits):
            _take(measured, waits[done], done.result())
    if presidio.there(python) and python:
        _presidio(measured, python)
    say("Time and memory …")
    measured.costs[US] = costs.cost(_texts(measured))
    measured.command = costs.cost_of_command(_texts(measured))
    say("Odd spellings …")
    measured.odd = odd.odd(Reader())
    _links(measured)
    return measured


def _take(measured: Measured, fold: Fold, readings: Iterable[ours.Read]) -> None:
    for kind, name, id_, found in readings:
        measured.guesses.setdefault((kind, US, name), {})[id_] = found
    for kind, some in fold.measured.items():
        said = []
        for setting in SETTINGS:
            found_by = measured.guesses[kind, US, setting.name]
            counted = summed([tally(one.text, one.spans, found_by[one.id]) for one in some])
            said.append(f"{_plain(share({'': counted}, 'leak'))} / {_plain(share({'': counted}, 'wrong'))}")
        say(f"{fold.name}, {kind}: {len(some)} reports, leak / wrongly hidden {', '.join(said)}")


def _presidio(measured: Measured, python: Path) -> None:
    texts = _texts(measured)
    for how, name in ((presidio.DEFAULT, BY_DEFAULT), (presidio.BEST, AT_BEST)):
        say(f"{name} …")
        findings, measured.costs[name] = presidio.ask(python, how, texts)
        for group in (OURS, TEMPLATES):
            reports = list(measured.reports.get(group, {}).values())
            if reports:
                _hide(measured, group, name, reports, findings)


def _hide(measured: Measured, group: str, name: str, reports: Sequence[Marked], findings: Findings) -> None:
    for setting in SETTINGS:
        known = None if setting is TEXT else {each.id: beside(each, setting) for each in reports}
        hide: Callable[[str], list[Guess]] = lambda id_: presidio.everything(findings[id_])  # noqa: E731 - one of two
        if name == AT_BEST:
            levels = presidio.tuned(reports, findings, known)
            measured.levels[group, setting.name] = levels
            hide = lambda id_: presidio.chosen(findings[id_], levels)  # noqa: B023, E731 - called before it changes
        measured.guesses[group, name, setting.name] = {
            each.id: presidio.with_form(each.text, hide(each.id), known[each.id]) if known else hide(each.id)
            for each in reports
        }


def _links(measured: Measured) -> None:
    rows = linking.reports()
    if not rows:
        return
    say("Linking …")
    measured.links["equal values"] = linking.equal(rows)
    if found := linking.ours(rows):
        measured.links[US] = found


def _texts(measured: Measured) -> list[Marked]:
    """Every report once."""
    return [one for group, each in measured.reports.items() if group != STRANGERS for one in each.values()]


def _plain(of: Share) -> str:
    return "–" if of.value is None else f"{of.value:.3f}"


def say(words: str) -> None:
    """Say on standard error how it goes."""
    sys.stderr.write(f"{words}\n")
    sys.stderr.flush()
