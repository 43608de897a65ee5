"""A text as words and signs, each with its place."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

# An underscore parts words, so that a name inside a file name is a word; 's does not belong to a name.
_WORD: Final = re.compile(r"[^\W_]+(?:['’](?!s\b)[^\W_]+)?|['’]s\b|[^\s]", re.IGNORECASE)
_ENDS_SENTENCE: Final = frozenset(".!?\n")


@dataclass(frozen=True, slots=True)
class Word:
    """One word or sign: characters *start* up to *end* of the text."""

    text: str
    start: int
    end: int
    low: str
    is_apart: bool
    """Whether a space stands before it."""
    on_new_line: bool


def words(text: str) -> list[Word]:
    """Part *text*; what is neither word nor space is a word of one sign."""
    parted: list[Word] = []
    before = 0
    for match in _WORD.finditer(text):
        start, end = match.span()
        parted.append(
            Word(
                text=match[0],
                start=start,
                end=end,
                low=match[0].casefold(),
                is_apart=start != before or start == 0,
                on_new_line="\n" in text[before:start],
            )
        )
        before = end
    return parted


def sentences(parted: list[Word]) -> list[int]:
    """Number the sentence of each word; where nobody wrote full stops, there is one."""
    numbers: list[int] = []
    number = 0
    for at, word in enumerate(parted):
        if word.on_new_line and at:
            number += 1
        numbers.append(number)
        if word.text in _ENDS_SENTENCE and (at + 1 == len(parted) or parted[at + 1].is_apart):
            number += 1
    return numbers


def covered(parted: Sequence[Word], start: int, end: int) -> range:
    """Which words touch characters *start* up to *end*; the nearest one where none does."""
    first = bisect_right(parted, start, key=lambda word: word.end)
    last = bisect_left(parted, end, key=lambda word: word.start)
    if first < last:
        return range(first, last)
    nearest = min(first, len(parted) - 1)
    return range(nearest, nearest + 1)
