"""The reports to measure on, and which others the models may have seen before: never the same author or template."""

import os
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from training import reports
from training.reports import Marked

ROOT = Path(__file__).parent.parent.parent
PARTS = 4
"""Into so many the authors are dealt, and the templates."""
SEED = 20261125
OURS, TEMPLATES, STRANGERS = "our authors", "templates", "templates, none seen"


@dataclass(frozen=True, slots=True)
class Fold:
    """Measured on *measured*, by what kind of reports they are, after the models were trained on *seen*."""

    name: str
    seen: Sequence[Marked]
    measured: Mapping[str, Sequence[Marked]]


def folds() -> Iterator[Fold]:
    """Leave out some authors and some templates, each once; then all templates."""
    ours = list(reports.ours())
    made = [each for each in reports.everything() if each.group not in {one.group for one in ours}]
    for part in range(PARTS):
        out = _dealt(ours, part) | _dealt(made, part)
        yield Fold(
            f"part {part + 1} of {PARTS}",
            [each for each in (*ours, *made) if each.group not in out],
            {kind: [each for each in some if each.group in out] for kind, some in ((OURS, ours), (TEMPLATES, made))},
        )
    yield Fold("all templates", ours, {STRANGERS: made})


def _dealt(some: Sequence[Marked], part: int) -> set[str]:
    """The authors or templates of *part*."""
    groups = sorted({each.group for each in some})
    random.Random(SEED).shuffle(groups)
    return set(groups[part::PARTS])


def data() -> Path:
    """The folder of structured reports, which are not ours to ship; it need not be there."""
    return Path(os.environ.get("UGLY_MUGS_DATA") or ROOT.parent / "shared" / "data" / "reports")
