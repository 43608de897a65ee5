"""Redacting old reports: what in them names somebody, and whose it is."""

from typing import BinaryIO, TextIO

from ..redaction import Reader, lines
from .json_lines import answer_each


def redact(source: BinaryIO, out: TextIO, *, redacted: bool) -> None:
    """Answer each report in *source* with its spans, and with *redacted* with its text without what is hers."""
    reader = Reader()
    answer_each(
        source,
        out,
        lambda line: lines.answer(line, reader, redacted=redacted),
        wrong=lines.NotAReport,
        what="reports",
    )
