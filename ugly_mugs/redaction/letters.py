"""A text as its letters and digits alone, in plain small ones, each with its place and what parts it from the last."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from html import unescape
from itertools import accumulate
from typing import ClassVar, Final
from unicodedata import category

from anyascii import anyascii

_ALIKE: Final = str.maketrans("01l3457829", "oiieastbzg")
"""What is written one for the other, to hide or by mistake."""
_REFERENCE: Final = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,8});|%[0-9A-Fa-f]{2}")
"""A character as HTML, or an address, writes it."""
_UNSEEN: Final = frozenset({"Cf", "Mn", "Me", "Cc"})
_SIGNS: Final = re.compile(r"[@_/\\#~\d]|[^\W\d_]\.[^\W\d_]")
_OF_AMOUNTS: Final = frozenset(".,:/-–£$€%")


def plain(text: str) -> list[str]:
    """The words of *text* in plain small letters and digits."""
    letters = Letters.of(text)
    return [letters.plain[start:end] for start, end in letters.words()]


def alike(letters: str) -> str:
    """*letters* with what is easily taken for one another made one."""
    return letters.translate(_ALIKE)


@lru_cache(maxsize=4096)
def _ascii(char: str) -> str:
    if not char.isascii() and category(char) in _UNSEEN:
        return ""
    return "".join(each for each in anyascii(char).casefold() if each.isalnum() and each.isascii())


@dataclass(frozen=True, slots=True)
class Letters:
    """*plain* without a gap; what stood between is in *edge*, one more than there are letters."""

    text: str = field(repr=False)
    plain: str = field(repr=False)
    alike: str = field(repr=False)
    edge: bytes = field(repr=False)
    _starts: tuple[int, ...] = field(repr=False)
    _ends: tuple[int, ...] = field(repr=False)
    _edges: tuple[int, ...] = field(repr=False)
    _spaces: tuple[int, ...] = field(repr=False)
    _firsts: tuple[int, ...] = field(repr=False)
    """Where words begin."""
    _apart: tuple[int, ...] = field(repr=False)
    """Where what spaces part begins."""
    _made_up: dict[int, bool] = field(default_factory=dict, repr=False)

    TURN: ClassVar = 1
    """A digit after a letter, a capital after a small one."""
    APART: ClassVar = 2
    """A sign: a hyphen, a dot, an at."""
    SPACE: ClassVar = 3

    @classmethod
    def of(cls, text: str) -> "Letters":
        """Read *text*."""
        read: list[str] = []
        edge = bytearray()
        starts: list[int] = []
        ends: list[int] = []
        between, before = cls.SPACE, ""
        for start, end, char in _chars(text):
            folded = char.lower() if char.isascii() and char.isalnum() else _ascii(char)
            if not folded:
                if char.isspace():
                    between = cls.SPACE
                elif char.isascii() or category(char) not in _UNSEEN:
                    between = max(between, cls.APART)
                continue
            turns = before and ((before.islower() and char.isupper()) or before.isdecimal() != char.isdecimal())
            for number, letter in enumerate(folded):
                edge.append(0 if number else between or (cls.TURN if turns else 0))
                read.append(letter)
                starts.append(start)
                ends.append(end)
            between, before = 0, char
        edge.append(cls.SPACE)
        whole = "".join(read)
        return cls(
            text,
            whole,
            alike(whole),
            bytes(edge),
            tuple(starts),
            tuple(ends),
            tuple(accumulate(each > 0 for each in edge)),
            tuple(accumulate(each == cls.SPACE for each in edge)),
            tuple(at for at, each in enumerate(edge) if each >= cls.APART),
            tuple(at for at, each in enumerate(edge) if each == cls.SPACE),
        )

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Where these letters stand in the text."""
        return self._starts[start], self._ends[end - 1]

    def edges(self, start: int, end: int) -> int:
        """How often something parts the letters *start* up to *end*."""
        return self._edges[end - 1] - self._edges[start]

    def spaces(self, start: int, end: int) -> int:
        """How often a space does."""
        return self._spaces[end - 1] - self._spaces[start]

    def words(self) -> Iterator[tuple[int, int]]:
        """Each word: what signs and spaces part."""
        return zip(self._firsts, self._firsts[1:], strict=False)

    def runs(self) -> Iterator[tuple[int, int]]:
        """Each run: what spaces part."""
        return zip(self._apart, self._apart[1:], strict=False)

    def run(self, at: int) -> tuple[int, int]:
        """The word in which the letter *at* stands."""
        return _around(self._firsts, at)

    def is_made_up(self, at: int) -> bool:
        """Whether the letter *at* stands in a file name, an address or a username rather than in a word."""
        first, last = _around(self._apart, at)
        if first not in self._made_up:
            inside = self.text[self._starts[first] : self._ends[last - 1]]
            self._made_up[first] = bool(_SIGNS.search(inside))
        return self._made_up[first]

    def is_digit(self, at: int) -> bool:
        """Whether the letter *at* is a digit; nothing is none."""
        return 0 <= at < len(self.plain) and self.plain[at].isdecimal()

    def is_capital(self, at: int) -> bool:
        """Whether the letter *at* is a capital."""
        return self.text[self._starts[at]].isupper()

    def is_amount(self, start: int, end: int) -> bool:
        """Whether a sign joins these digits to others, or makes money or a share of them."""
        first, last = self.place(start, end)
        before, after = self.text[max(first - 2, 0) : first], self.text[last : last + 2]
        return (before[-1:] in _OF_AMOUNTS and before != "" and (before[-1:] in "£$€" or before[:1].isdecimal())) or (
            after[:1] in _OF_AMOUNTS and after != "" and (after[:1] == "%" or after[1:].isdecimal())
        )


def _around(places: tuple[int, ...], at: int) -> tuple[int, int]:
    number = bisect_right(places, at)
    return places[number - 1], places[number]


def _chars(text: str) -> Iterator[tuple[int, int, str]]:
    at = 0
    for match in _REFERENCE.finditer(text):
        for place in range(at, match.start()):
            yield place, place + 1, text[place]
        said = match[0]
        if said.startswith("%"):
            yield match.start(), match.end(), " " if said == "%20" else "%"
        else:
            meant = unescape(said)
            for char in meant if meant != said else " ":
                yield match.start(), match.end(), char
        at = match.end()
    for place in range(at, len(text)):
        yield place, place + 1, text[place]
