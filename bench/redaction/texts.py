"""The reports to measure on, and which others the models may have seen before: never the same author or template."""

import os
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from training import reports
from training.reports import Marked

ROOT = Path(__file__).parent.parent.parent
PARTS = 6
"""Into so many the templates are dealt."""
SEED = 20261125
OURS, TEMPLATES, STRANGERS = "our authors", "templates", "templates, none seen"


@dataclass(frozen=True, slots=True)
class Fold:
    """Measured on *measured*, after the models were trained on *seen*."""

    name: str
    group: str
    seen: Sequence[Marked]
    measured: Sequence[Marked]


def data() -> Path:
    """The folder of reports that are not ours to ship; it need not be there."""
    return Path(os.environ.get("UGLY_MUGS_DATA") or ROOT.parent / "shared" / "data" / "reports")


def templates() -> list[Marked]:
    """The reports made from templates, if they are there."""
    file = data() / "umuk" / "dev_drama.jsonl"
    if not file.is_file():
        return []
    with file.open(encoding="utf-8") as lines:
        return list(reports.from_json(lines))


def folds() -> Iterator[Fold]:
    """Leave out one author, then one part of the templates, then all templates."""
    ours, made = list(reports.ours()), templates()
    for author in sorted({each.group for each in ours}):
        seen = [*(each for each in ours if each.group != author), *made]
        yield Fold(author, OURS, seen, [each for each in ours if each.group == author])
    groups = sorted({each.group for each in made})
    random.Random(SEED).shuffle(groups)
    for part in range(PARTS if groups else 0):
        out = set(groups[part::PARTS])
        seen = [*ours, *(each for each in made if each.group not in out)]
        yield Fold(f"templates {part + 1} of {PARTS}", TEMPLATES, seen, [each for each in made if each.group in out])
    if made:
        yield Fold("all templates", STRANGERS, ours, made)
