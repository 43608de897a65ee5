"""Everything that is measured, in the order in which a person would want to see it go by."""

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
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


@dataclass(slots=True)
class Measured:
    """What the page is written from."""

    reports: dict[str, dict[str, Marked]] = field(default_factory=dict)
    """Of each set, by id."""
    guesses: dict[Key, dict[str, list[Guess]]] = field(default_factory=dict)
    levels: dict[tuple[str, str], dict[str, float]] = field(default_factory=dict)
    """What Presidio was tuned to, for each set and setting."""
    costs: dict[str, dict[str, Any]] = field(default_factory=dict)
    odd: Odd | None = None
    links: dict[str, Linked] = field(default_factory=dict)

    def tallies(self, key: Key) -> dict[str, Tally]:
        """Of each report of *key*, by id."""
        which = self.reports[key[0]]
        return {id_: tally(which[id_].text, which[id_].spans, found) for id_, found in self.guesses[key].items()}

    def clusters(self, key: Key) -> dict[str, Tally]:
        """What is drawn again for an interval: a template's reports together, our authors' one by one."""
        groups: dict[str, list[Tally]] = {}
        for id_, each in self.tallies(key).items():
            groups.setdefault(id_ if key[0] == OURS else self.reports[key[0]][id_].group, []).append(each)
        return {name: summed(each) for name, each in groups.items()}


def measure(python: Path | None, only: str | None = None) -> Measured:
    """Measure all; *python* is one that has Presidio. *only* is the name of a fold, for a look while working."""
    measured = Measured()
    todo = [fold for fold in folds() if only in {None, fold.name}]
    if not only and not any(fold.group == TEMPLATES for fold in todo):
        say("The folder of reports made from templates is not there (UGLY_MUGS_DATA): that part is left out.")
    for fold in todo:
        measured.reports.setdefault(fold.group, {}).update({each.id: each for each in fold.measured})
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        # The largest first, so that no core waits for it at the end.
        waits = {pool.submit(ours.read, fold): fold for fold in sorted(todo, key=lambda one: -len(one.measured))}
        for done in as_completed(waits):
            _take(measured, waits[done], done.result())
    if presidio.there(python) and python:
        _presidio(measured, python)
    say("Time and memory …")
    measured.costs[US] = costs.cost(_texts(measured))
    say("Odd spellings …")
    measured.odd = odd.odd(Reader())
    _links(measured)
    return measured


def _take(measured: Measured, fold: Fold, readings: Iterable[ours.Read]) -> None:
    for name, id_, found in readings:
        measured.guesses.setdefault((fold.group, US, name), {})[id_] = found
    said = []
    for setting in SETTINGS:
        found_by = measured.guesses[fold.group, US, setting.name]
        counted = summed([tally(one.text, one.spans, found_by[one.id]) for one in fold.measured])
        said.append(f"{_plain(share({'': counted}, 'leak'))} / {_plain(share({'': counted}, 'wrong'))}")
    say(f"{fold.name}: {len(fold.measured)} reports, leak / wrongly suggested {', '.join(said)}")


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
