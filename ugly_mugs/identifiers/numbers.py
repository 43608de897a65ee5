"""Numbers and signs as people say them: "nine nine", "double seven", "eighty four", "underscore"."""

from collections.abc import Iterable, Sequence
from typing import Final

from .kinds import listed

_UNITS: Final = listed("zero one two three four five six seven eight nine")
_TEENS: Final = listed("ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen")
_TENS: Final = listed("twenty thirty forty fifty sixty seventy eighty ninety")

UNITS: Final = {word: str(number) for number, word in enumerate(_UNITS)} | {"oh": "0", "nought": "0", "niner": "9"}
TEENS: Final = {word: str(number) for number, word in enumerate(_TEENS, 10)}
TENS: Final = {word: str(number) for number, word in zip(range(20, 100, 10), _TENS, strict=True)}
TIMES: Final = {"double": 2, "triple": 3, "treble": 3}
NUMBERS: Final = frozenset({*UNITS, *TEENS, *TENS, *TIMES})


def in_digits(words: Sequence[str]) -> list[str]:
    """Write each number among *words* in digits: "eighty four" is "84", "double seven" is "77"."""
    written: list[str] = []
    at = 0
    while at < len(words):
        word = words[at]
        after = words[at + 1] if at + 1 < len(words) else ""
        if word in TIMES and (digit := UNITS.get(after, after if after.isdecimal() and len(after) == 1 else "")):
            written.append(digit * TIMES[word])
            at += 2
        elif word in TENS and after in UNITS and UNITS[after] != "0":
            written.append(TENS[word][0] + UNITS[after])
            at += 2
        else:
            written.append(_in_digits(word))
            at += 1
    return written


def _in_digits(word: str) -> str:
    tens, _, unit = word.partition("-")
    if tens in TENS and unit in UNITS:
        return TENS[tens][0] + UNITS[unit]
    return UNITS.get(word) or TEENS.get(word) or TENS.get(word) or word


def is_number(words: Iterable[str]) -> bool:
    """Whether every one of *words* is a digit, a number in digits, or a number in words."""
    return all(word.isdecimal() or word in NUMBERS for word in words)
