"""Towns and areas of Britain in a text."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from .. import gazetteer
from . import lexicon
from .lexicon import listed
from .spans import Found, Label

_WORD: Final = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+){0,4}")
_MOST: Final = 4
"""Words in a town's name."""
_PLACED: Final = listed(
    "in from near around at to outside of off towards through across via into round visiting between leaving "
    "lives based toured touring tour area by central north south east west"
)
# What is a word, a name or a make of car as well.
_ALSO: Final = listed(
    "reading bath sale deal bury ely ware hyde angel bow barking acton barry boston chelsea ashford crosby kent "
    "hamilton lincoln morley perth poole ross ryde rugby selby sutton walton "
    "washington weston chester burton hayes grays arnold barnes aston bramley beeston middleton blackwood "
    "vauxhall poplar consett mold halton hart highland angus fife torry denton radford paisley kingswood whitley "
    "royston stamford redhill newmarket sandy rother swale wear arun adur melton merton brent "
    "victoria law holywell beverley"
)


@cache
def districts() -> frozenset[str]:
    """Every postcode district there is: "CF24"."""
    return frozenset(each.code for each in gazetteer.districts())


@cache
def _names() -> frozenset[str]:
    names = {each.town.lower() for each in gazetteer.districts()}
    names |= {part for name in names for part in re.split(r" and |/", name) if len(part) > 3}
    for line in (lexicon.DATA / "towns.txt").read_text(encoding="utf-8").lower().splitlines():
        if not line.startswith("#"):
            names |= set(line.split("|") if "|" in line else line.split())
    return frozenset(name.replace("st.", "st") for name in names)


def is_one(low: str) -> bool:
    """Whether *low* is the name of a town."""
    return low in _names()


def find(text: str) -> Iterator[Found]:
    """Find the towns in *text*; those that are words or names too only where something says so."""
    names = _names()
    words = list(_WORD.finditer(text))
    lows = [each[0].lower().replace("’", "'") for each in words]
    at = 0
    while at < len(words):
        longest = min(_MOST, len(words) - at)
        length = next((n for n in range(longest, 0, -1) if " ".join(lows[at : at + n]) in names), 0)
        end = min(len(words), at + max(1, length))
        if length and (score := _score(words, lows, at, end)):
            yield Found(words[at].start(), words[end - 1].end(), Label.LOC, None, score)
        at = end


def _score(words: list[re.Match[str]], lows: list[str], at: int, end: int) -> float:
    capital = words[at][0][0].isupper()
    placed = at > 0 and lows[at - 1] in _PLACED
    name = " ".join(lows[at:end])
    if name in _ALSO or lexicon.given().get(name, (0, ""))[0] > 2:
        return 0.5 if placed and (capital or name not in _ALSO) else 0.0
    if capital or placed or end - at > 1:
        return 0.55 if placed else 0.5
    return 0.45 if name not in lexicon.ordinary() or lexicon.ordinary()[name] < 3 else 0.0
