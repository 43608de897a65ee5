"""Train the two small models of `ugly_mugs.redaction` from made-up reports; the same seed gives the same files.

python -m training.train            # from training/reports, and from the JSON lines named by --more
python -m training.train --check    # cross-validated figures instead
"""

import argparse
import random
from collections.abc import Iterable
from pathlib import Path

import pycrfsuite

from ugly_mugs.redaction import Found, Label, Role, finders, lexicon, tagging, whose
from ugly_mugs.redaction.known import know
from ugly_mugs.redaction.reader import together
from ugly_mugs.redaction.spans import Taken
from ugly_mugs.redaction.words import words

from . import reports
from .reports import TEMPLATE, Marked
from .variants import variants

SEED = 20261125
VARIANTS = 1
"""Of each report that somebody wrote; those from templates vary enough as they are."""
TAGGED = {Label.PERSON, Label.ORG, Label.ADDRESS, Label.HANDLE, Label.LOC, Label.NATIONALITY, Label.AGE, Label.PROFILE}
"""What the first model looks for; the rest is left to rules."""
KINDS = {Label.PHONE, Label.VRM, Label.EMAIL, Label.HANDLE, Label.PERSON}
"""What the form has fields for."""


def train(marked: Iterable[Marked], folder: Path, *, seed: int = SEED) -> None:
    """Write both models into *folder*."""
    marked = list(marked)
    chance = random.Random(seed)
    folder.mkdir(parents=True, exist_ok=True)
    made = [each for one in marked for each in variants(one, 0 if one.group.startswith(TEMPLATE) else VARIANTS, chance)]
    finder = pycrfsuite.Trainer(verbose=False)
    finder.select("lbfgs")
    finder.set_params({"c1": 0.1, "c2": 0.02, "max_iterations": 60, "feature.minfreq": 2})
    giver = pycrfsuite.Trainer(verbose=False)
    giver.select("lbfgs")
    giver.set_params({"c1": 0.3, "c2": 0.1, "max_iterations": 120, "feature.minfreq": 3})
    for one in made:
        parted = words(one.text)
        if not parted:
            continue
        sure = finders.find(one.text)
        spans = [span for span in one.spans if span.label in TAGGED]
        finder.append(tagging.features(parted, sure, known_words=chance.random() > 0.12), tagging.tags(parted, spans))
    for one in marked:
        _add_roles(giver, one, chance)
    finder.train(str(folder / tagging.FILE))
    giver.train(str(folder / whose.FILE))


def _add_roles(giver: pycrfsuite.Trainer, one: Marked, chance: random.Random) -> None:
    parted = words(one.text)
    # What a rule finds beside what is marked is nobody's: his age, the nationality of a takeaway.
    taken = Taken()
    for span in one.spans:
        taken.take(span.start, span.end)
    beside = [each for each in finders.find(one.text) if taken.take(each.start, each.end)]
    found = together(one.text, one.spans, beside)
    roles = [_role(each, one) for each in found]
    if not found:
        return
    for filled, told in ((0.0, 0.0), (0.8, 0.7), (1.0, 0.7)):
        about, hers = form_of(one, chance, filled=filled, told=told)
        known = know(about, hers)
        giver.append(
            whose.features(parted, found, [known.of(each, one.text[each.start : each.end]) for each in found]), roles
        )


def _role(each: Found, one: Marked) -> str:
    return next((span.role for span in one.spans if span.overlaps(each)), Role.NEUTRAL).value


def form_of(
    one: Marked, chance: random.Random, *, filled: float, told: float
) -> tuple[dict[Label, list[str]], list[str]]:
    """A form about him of which *filled* is filled in, and what the service knows of her, of which *told* was told."""
    about: dict[Label, list[str]] = {}
    hers: list[str] = []
    for span in one.spans:
        value = one.text[span.start : span.end]
        if span.role is Role.SUSPECT and span.label in KINDS and chance.random() < filled:
            about.setdefault(span.label, []).append(value)
        if span.role is Role.REPORTER and chance.random() < told:
            hers.append(value)
    return about, hers


def main() -> None:
    """Train from everything there is."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--into", type=Path, default=lexicon.DATA, help="the folder of the two models")
    folder = asked.parse_args().into
    marked = reports.everything()
    print(f"{len(marked):,} reports; this takes some minutes …")
    train(marked, folder)
    for file in (tagging.FILE, whose.FILE):
        print(f"{folder / file}: {(folder / file).stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
