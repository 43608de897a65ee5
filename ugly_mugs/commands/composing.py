"""Drafting the texts of alerts from files."""

from datetime import UTC, datetime
from typing import BinaryIO, TextIO

from ..alerts import lines
from .json_lines import answer_each


def compose(source: BinaryIO, out: TextIO) -> None:
    """Answer each alert in *source* with its text."""
    today = datetime.now(UTC).date()
    answer_each(source, out, lambda line: lines.answer(line, today=today), wrong=lines.NotAnAlert, what="texts")
