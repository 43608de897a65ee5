"""What of the hidden values can still be read in a rendering: the second look, after redaction.

Spaced out or dotted, in capitals, in other letters, backwards, with one letter wrong, inside a file name, a mailbox
or a possessive. It is a net, so that it would rather stop an innocent word than let a name through; a moderator says
which words are not hers. It takes time in proportion to the text.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate
from typing import Final

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from ..identifiers import spoken
from ..identifiers.spoken import Atom
from . import lexicon, towns
from .letters import Letters, alike, plain

NATIONAL: Final = 10
"""Digits of a British phone number after its zero."""
TAIL: Final = 6
"""As many of its last digits give a number away."""
_LONG: Final = 6
"""So long a name is seen also in the middle of a word."""
_NEARLY: Final = ((8, 2), (4, 1))
"""From how many letters on a word may be how many letters off."""
_SURELY: Final = 5
"""Names up to so long begin with the right letter at least."""
_LONGEST: Final = 60
"""Letters of a value that are compared; what is longer is known by its beginning."""
_OF_MANY: Final = frozenset(
    "gmail googlemail hotmail outlook yahoo icloud protonmail proton live aol info admin contact hello mail email www "  # noqa: SIM905 - because many words read best in a row
    "http https com net org example black white brown green grey gray blue silver gold red young short long small "
    "little strong rich wood field bush north south east west king page day may june".split()
)
"""Words of mail addresses, and surnames that are also what warnings are made of."""
_MOST_WORDS: Final = 5
"""Of a street's name."""
_COMMON: Final = 4
"""A word as common as this begins sentences."""
_SHORT: Final = {
    "street": "st",
    "road": "rd",
    "avenue": "ave",
    "lane": "ln",
    "crescent": "cres",
    "drive": "dr",
    "court": "ct",
    "place": "pl",
    "terrace": "terr",
    "gardens": "gdns",
    "square": "sq",
}
_WRITTEN: Final = _SHORT | {short: long for long, short in _SHORT.items()}
_KINDS: Final = (lexicon.STREETS, lexicon.HOUSES, lexicon.FIRMS, lexicon.KIN)


@dataclass(frozen=True, slots=True)
class Left:
    """Characters *start* up to *end* still show the value *hidden*."""

    start: int
    end: int
    hidden: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Form:
    """One form of a hidden value, as it is looked for."""

    hidden: str
    plain: str
    breaks: frozenset[int] = frozenset()
    """Where its own words end."""
    is_capital: bool = False
    """A word of everybody's, which tells only where it is written as a name."""
    needle: str = ""
    is_number: bool = False

    @classmethod
    def of(cls, hidden: str, plain: str, breaks: frozenset[int] = frozenset(), *, is_capital: bool = False) -> "_Form":
        # Numbers are compared as digits: "15" is not "is".
        is_number = plain.isdecimal()
        return cls(hidden, plain, breaks, is_capital, plain if is_number else alike(plain), is_number)


@dataclass(frozen=True, slots=True)
class Sought:
    """Hidden values made ready once, to be looked for in many texts."""

    _forms: tuple[_Form, ...] = field(repr=False)
    _turned: tuple[_Form, ...] = field(repr=False)
    _names: Mapping[int, Mapping[int, Mapping[str, tuple[str, ...]]]] = field(repr=False)
    """By how many letters they may be off, and by how long they are: names, and what they are of."""
    _near: dict[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    _known: dict[str, tuple[Left, ...]] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, hidden: Iterable[str]) -> "Sought":
        """Make *hidden* ready."""
        forms = tuple(form for value in dict.fromkeys(hidden) for form in _forms(value))
        names: dict[int, dict[int, dict[str, tuple[str, ...]]]] = {}
        for each in forms:
            off = 0 if each.is_capital else _off(each.plain)
            if off:
                known = names.setdefault(off, {}).setdefault(len(each.plain), {})
                known[each.plain] = (*known.get(each.plain, ()), each.hidden)
        return cls(forms, tuple(_turned(forms)), names)

    def left(self, rendered: str) -> tuple[Left, ...]:
        """Find what of them can still be read in *rendered*, in its order."""
        if rendered not in self._known:
            self._known[rendered] = tuple(self._left(rendered))
        return self._known[rendered]

    def _left(self, rendered: str) -> Iterator[Left]:
        letters = Letters.of(rendered)
        found: dict[tuple[int, int, str], None] = {}
        for each in self._forms:
            for start, end in _standing(letters, each):
                found[(*letters.place(start, end), each.hidden)] = None
        for each in self._turned:
            for start, end in _backwards(letters, each):
                found[(*letters.place(start, end), each.hidden)] = None
        for start, end, value in self._nearly(letters):
            found[(*letters.place(start, end), value)] = None
        found |= dict.fromkeys(_spoken(rendered, self._forms))
        return _outermost(sorted(found))

    def _nearly(self, letters: Letters) -> Iterator[tuple[int, int, str]]:
        """Words with a letter wrong, missing, too many, or two that changed places."""
        if not self._names:
            return
        places: dict[str, list[tuple[int, int]]] = {}
        for start, end in (*letters.words(), *letters.runs()):
            if 3 < end - start <= _LONGEST:
                places.setdefault(letters.plain[start:end], []).append((start, end))
        for word, standing in places.items():
            if word not in self._near:
                self._near[word] = tuple(self._like(word))
            for value in self._near[word]:
                for start, end in dict.fromkeys(standing):
                    yield start, end, value

    def _like(self, word: str) -> Iterator[str]:
        if word.isdecimal() or _is_ordinary(word):
            return
        for off, by_length in self._names.items():
            for size in range(len(word) - off, len(word) + off + 1):
                names = by_length.get(size, {})
                for name, _, _ in extract(word, list(names), scorer=OSA.distance, score_cutoff=off, limit=None):
                    if off > 1 or size > _SURELY or name[0] == word[0]:
                        yield from names[name]


def left(rendered: str, hidden: Iterable[str]) -> tuple[Left, ...]:
    """Find what of *hidden* can still be read in *rendered*, in its order."""
    return Sought.of(hidden).left(rendered)


def _outermost(found: Iterable[tuple[int, int, str]]) -> Iterator[Left]:
    """Of what overlaps for one value, one."""
    last: dict[str, Left] = {}
    for start, end, value in found:
        before = last.get(value)
        if before is None or start >= before.end:
            if before is not None:
                yield before
            last[value] = Left(start, end, value)
        elif end > before.end:
            last[value] = replace(before, end=end)
    yield from last.values()


def _forms(value: str) -> Iterator[_Form]:
    """*value* whole, and each part of it that says by itself who somebody is."""
    words = plain(value)
    whole = "".join(words)[:_LONGEST]
    if len(whole) < 2:
        return
    ends, at = set(), 0
    for word in words:
        at += len(word)
        ends.add(at)
    yield _Form.of(value, whole, frozenset(ends))
    if len(words) > 2 and words[-1] in lexicon.STREETS and any(letter.isdecimal() for letter in whole):
        # "14 Elm St" is 14 Elm Street.
        house = "".join(words[:-1])[:_LONGEST]
        yield _Form.of(value, house, frozenset(each for each in ends if each <= len(house)))
    digits = "".join(letter for letter in whole if letter.isdecimal())
    if len(digits) > NATIONAL - 2 and len(digits) >= len(whole) - 1:
        yield _Form.of(value, digits[-NATIONAL:])
        yield _Form.of(value, digits[-TAIL:])
        return
    site, slash, path = value.partition("://")[2].partition("/") if "://" in value else value.partition("/")
    if slash and "." in site:
        # A profile: the site is everybody's.
        yield from (_Form.of(value, "".join(plain(each))[:_LONGEST]) for each in path.split("/") if len(each) > 3)
        return
    mailbox = plain(value.partition("@")[0]) if "@" in value.strip()[1:] else []
    if len("".join(mailbox)) > 3:
        yield _Form.of(value, "".join(mailbox)[:_LONGEST])
    yield from (_joined(value, street) for street in _streets(words))
    is_firm = not mailbox and not any(letter.isdecimal() for letter in whole) and not lexicon.FIRMS.isdisjoint(words)
    if len(words) > 1:
        for word in words:
            if len(word) > 2 and word.isalpha() and not _is_of_many(word):
                yield _Form.of(value, word)
            elif is_firm and len(word) > 3 and _is_own(word):
                yield _Form.of(value, word, is_capital=True)


def _joined(value: str, words: Sequence[str]) -> _Form:
    return _Form.of(value, "".join(words)[:_LONGEST], frozenset(accumulate(map(len, words))))


def _streets(words: Sequence[str]) -> Iterator[Sequence[str]]:
    """The street of an address without the number of the house, however its last word is written."""
    at = 0
    while at < len(words):
        if not any(letter.isdecimal() for letter in words[at]):
            at += 1
            continue
        at += 1
        for end in range(at + 1, min(at + _MOST_WORDS, len(words))):
            if words[end] in lexicon.STREETS or words[end] in lexicon.HOUSES:
                for last in dict.fromkeys((words[end], _WRITTEN.get(words[end], words[end]))):
                    yield (*words[at:end], last)
                break


def _is_own(word: str) -> bool:
    """Whether *word*, with a capital, can be what a firm alone is called."""
    generic = word in _OF_MANY or any(word in those for those in _KINDS)
    return not generic and lexicon.ordinary().get(word, 0) < _COMMON and not towns.is_one(word)


def _is_of_many(word: str) -> bool:
    """Whether *word* alone says nothing about anybody."""
    if word in _OF_MANY or any(word in those for those in _KINDS):
        return True
    how = lexicon.ordinary().get(word, 0)
    names, surnames = lexicon.given().get(word, (0, ""))[0], lexicon.surnames().get(word, 0)
    return how > 2 or (how == 2 and names < 3 and surnames < 4) or (how == 1 and names + surnames == 0)


def _is_ordinary(word: str) -> bool:
    """Whether *word* is a word of everybody's, and no name."""
    return len(word) <= _LONGEST and word in lexicon.ordinary() and lexicon.given().get(word, (0, ""))[0] < 3


def _standing(letters: Letters, each: _Form) -> Iterator[tuple[int, int]]:
    hay, needle = letters.plain if each.is_number else letters.alike, each.needle
    at = hay.find(needle)
    while at != -1:
        end = at + len(needle)
        shows = _shows_number(letters, at, end) if each.is_number else _shows(letters, each, at, end)
        if shows and each.plain.isalpha() and letters.plain[at:end].isdecimal():
            shows = False  # The digits of his number are no Otto.
        if shows and each.is_capital:
            shows = bool(letters.edge[at] and letters.edge[end]) and letters.is_capital(at)
        if shows:
            yield at, end
        at = hay.find(needle, end if shows else at + 1)


def _shows_number(letters: Letters, start: int, end: int) -> bool:
    """Whether these digits are a number of their own, and not part of another, a price or a time."""
    if end - start >= NATIONAL:
        return True
    if letters.is_digit(start - 1) and letters.edge[start] < letters.APART:
        return False
    if letters.is_digit(end) and letters.edge[end] < letters.APART:
        return False
    if end - start > 3:
        return True
    if any(letters.edge[at] for at in range(start + 1, end)):
        return False
    return letters.edge[start] > 0 and letters.edge[end] > 0 and not letters.is_amount(start, end)


def _shows(letters: Letters, each: _Form, start: int, end: int) -> bool:
    size = end - start
    if letters.edge[start] and letters.edge[end]:
        return _is_one(letters, each, start, end)
    if letters.spaces(start, end):
        return False
    if not each.plain.isalpha():
        return size > 4
    first, last = letters.run(start)
    if size > 3 and letters.is_made_up(start):
        return True
    if size > 3 and letters.edge[start] and last - end == 1 and letters.plain[end] == "s":
        return True  # a possessive without its apostrophe
    return size >= _LONG and (last - first > _LONGEST or not _is_ordinary(letters.plain[first:last]))


def _is_one(letters: Letters, each: _Form, start: int, end: int) -> bool:
    """Whether words that together make the value were pulled apart, and do not meet by chance."""
    spaces = letters.spaces(start, end)
    if not spaces or letters.edges(start, end) == end - start - 1:
        return True
    own = sum(letters.edge[start + at] == letters.SPACE for at in each.breaks if 0 < at < end - start)
    return own == spaces or end - start > _LONG or not each.plain.isalpha()


def _turned(forms: Iterable[_Form]) -> Iterator[_Form]:
    for each in forms:
        is_too_short = len(each.plain) < 3 or (each.is_number and len(each.plain) < TAIL)
        if not is_too_short and not each.is_capital and each.plain[::-1] != each.plain:
            yield _Form.of(each.hidden, each.plain[::-1])


def _backwards(letters: Letters, turned: _Form) -> Iterator[tuple[int, int]]:
    for start, end in _standing(letters, turned):
        is_alone = bool(letters.edge[start] and letters.edge[end])
        if (is_alone or end - start >= _LONG) and not _is_ordinary(letters.plain[start:end]):
            yield start, end


def _spoken(rendered: str, sought: Iterable[_Form]) -> Iterator[tuple[int, int, str]]:
    """Numbers that are said in words: "double oh nine hundred"."""
    numbers = [each for each in sought if each.is_number and len(each.plain) >= TAIL]
    if not numbers:
        return
    for run in spoken.digits(spoken.plain(rendered)):
        if not any(atom.spoken for atom in run):
            continue
        for merged in (False, True):
            row, places = "", list[Atom]()
            for at, atom in enumerate(run):
                row = spoken.added(row, run, at, merged=merged)
                places[len(row) - len(atom.chars) :] = [atom] * len(atom.chars)
            for each in numbers:
                at = row.find(each.plain)
                while at != -1:
                    yield places[at].start, places[at + len(each.plain) - 1].end, each.hidden
                    at = row.find(each.plain, at + len(each.plain))


def _off(name: str) -> int:
    if not any(letter.isalpha() for letter in name) or (not name.isalpha() and len(name) < _LONG):
        return 0
    return next((off for least, off in _NEARLY if len(name) >= least), 0)
