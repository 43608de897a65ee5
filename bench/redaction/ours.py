"""Our own reader over one fold: trained on what it may have seen, then reading what it has not."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from training.train import train
from ugly_mugs.redaction import Reader, Span

from .score import Guess
from .settings import SETTINGS, beside
from .texts import Fold

Read = tuple[str, str, str, list[Guess]]
"""The kind of report, the setting, the report's id, and what was found in it."""


def read(fold: Fold) -> list[Read]:
    """Train once, read every report in every setting."""
    with tempfile.TemporaryDirectory() as folder:
        train(fold.seen, Path(folder))
        return list(_readings(Reader(Path(folder)), fold))


def _readings(reader: Reader, fold: Fold) -> Iterator[Read]:
    for kind, reports in fold.measured.items():
        for setting in SETTINGS:
            for report in reports:
                known = beside(report, setting)
                spans = reader.read(report.text, about_them=known.about_them, reporter=known.reporter)
                yield kind, setting.name, report.id, [guess(span) for span in spans]


def guess(span: Span) -> Guess:
    """What the scorer needs of *span*."""
    return Guess(span.start, span.end, frozenset({span.label}), span.role.is_hidden, span.norm, span.role)
