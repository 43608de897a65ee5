"""Towns and areas of Britain in a text."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from .. import gazetteer
from . import lexicon
from .lexicon import listed
from .spans import Found, Label
from .street_words import FIRMS

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
        if length and not _goes_on(words, lows, end) and (score := _score(words, lows, at, end)):
            yield Found(words[at].start(), words[end - 1].end(), Label.LOC, None, score)
        at = end


def _is_person(words: list[re.Match[str]], lows: list[str], at: int, end: int) -> bool:
    """Whether a name or a title stands right before it, or a name right after: "Rosalind Crewe"."""
    gap = words[at].string[words[at - 1].end() : words[at].start()] if at else "\n"
    before = lows[at - 1] if gap in {" ", ". "} else ""
    first = re.split(r"['-]", before)[0]
    after = lows[end] if end < len(words) and words[end].start() - words[end - 1].end() == 1 else ""
    if before in _TITLES or (len(before) == 1 and before not in "ai"):
        return True
    is_name = gap == " " and _is_given(first) and lexicon.ordinary().get(first, 0) < 4
    return is_name or (_is_given(after) and (after not in lexicon.ordinary() or words[end][0].isupper()))


def _is_given(low: str) -> bool:
    return len(low) > 2 and lexicon.given().get(low, (0, ""))[0] > 1


_TITLES: Final = frozenset({"mr", "mrs", "ms", "miss", "dr", "lord", "sir", "lady", "madam"})


def _goes_on(words: list[re.Match[str]], lows: list[str], end: int) -> bool:
    """Whether it is the front of a firm's, a school's or a team's name, or an accent."""
    if end >= len(words) or words[end].start() - words[end - 1].end() != 1:
        return False
    return lows[end] in _TEAMS or (words[end][0][0].isupper() and lows[end] in FIRMS)


_TEAMS: Final = listed(
    "accent voice united rovers fc afc albion wanderers juniors infants primary mission light dental accented"
)


def _score(words: list[re.Match[str]], lows: list[str], at: int, end: int) -> float:
    capital = words[at][0][0].isupper()
    placed = at > 0 and lows[at - 1] in _PLACED
    name = " ".join(lows[at:end])
    if not placed and _is_person(words, lows, at, end):
        return 0.0
    if name in _ALSO or lexicon.given().get(name, (0, ""))[0] > 2:
        return 0.5 if placed and (capital or name not in _ALSO) else 0.0
    if capital or placed or end - at > 1:
        return 0.55 if placed else 0.5
    return 0.45 if name not in lexicon.ordinary() or lexicon.ordinary()[name] < 3 else 0.0
