"""Digits and letters as people say and write them: "oh double seven", "9hundred", "tango", "T for Tommy", "something".

A text becomes atoms, each a stretch of it and the characters it stands for. Whoever looks for a phone number or a
registration, or reads one that was typed alone, joins the atoms that stand together.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

NOTHING: Final = "\x00"
"""Stands for a character that nobody sees."""
MANY: Final = "*"
ONE: Final = "?"


class _Plain(dict[int, str]):
    """One plain character for every character there is; made when first asked for."""

    def __missing__(self, code: int) -> str:
        self[code] = plain = _plain(chr(code))
        return plain


def _plain(char: str) -> str:
    if char.isascii():
        return char.lower() if char.isprintable() or char == "\n" else " "
    category = unicodedata.category(char)
    if category in {"Cf", "Mn", "Me"}:
        return NOTHING
    if category == "Pd":
        return "-"
    if char in _SIGNS:
        return _SIGNS[char]
    digit = unicodedata.decimal(char, None)
    level = unicodedata.normalize("NFKC", char).casefold() if digit is None else str(digit)
    if len(level) != 1:
        return char
    bare = unicodedata.normalize("NFD", level)[0]  # é is e
    return " " if level.isspace() else bare if bare.isascii() else level


_SIGNS: Final = dict.fromkeys("‘’ʼ´“”„«»", "'") | {"…": MANY}
_TABLE: Final = _Plain()


def plain(text: str) -> str:
    """Level case, width, dashes and digits of *text*, character for character: what is found keeps its place."""
    return text.translate(_TABLE)


@dataclass(frozen=True, slots=True)
class Atom:
    """A stretch of a text, and the characters it stands for."""

    start: int
    end: int
    chars: str
    spoken: bool = False
    """Whether it is written out as a word."""
    hundreds: bool = False
    """Whether it was said as so many hundreds, so that what follows may be part of the same figure."""


Tokens = Sequence[re.Match[str]]


def _spread(lines: str, first: int = 0) -> dict[str, int]:
    """Number the lines of words that mean the same."""
    return {word: number for number, words in enumerate(lines.strip().splitlines(), first) for word in words.split()}


_DIGITS: Final = """
zero oh nought naught nil zro o
one wun
two tow
three thre tree
four fower
five fiv fife
six sic
seven sevn sevan
eight eigth ait
nine nien niner
"""
_UNITS: Final = {word: str(digit) for word, digit in _spread(_DIGITS).items()} | {"oo": "00", "ooo": "000"}
_TEENS: Final = {
    word: str(number)
    for word, number in _spread(
        "ten\neleven\ntwelve twelf\nthirteen\nfourteen\nfifteen\nsixteen\nseventeen\neighteen\nnineteen", 10
    ).items()
}
_TENS: Final = {
    word: ten * 10
    for word, ten in _spread("twenty\nthirty\nforty fourty\nfifty\nsixty\nseventy\neighty\nninety ninty", 2).items()
}
_TIMES: Final = {"double": 2, "dubble": 2, "triple": 3, "treble": 3}
_HUNDRED: Final = {"hundred", "hundreds", "hundrid", "hunderd"}
# Speech is written down as other words; digits only between digits that are spoken as well.
_SOUNDS_LIKE: Final = {
    "to": "2",
    "too": "2",
    "for": "4",
    "fore": "4",
    "ate": "8",
    "won": "1",
    "sicks": "6",
    "nein": "9",
}
_UNKNOWN: Final = frozenset(
    _spread("something somethin summat sumthing sumthin smth sumat blank dunno unknown missing")
)
_PAUSES: Final = frozenset(
    _spread("and er erm um uh umm like then comma dash space hyphen dot point gap slash stroke bracket so")
)
_PIECES: Final = {word: digit for word, digit in _UNITS.items() if len(word) > 1} | {"hundred": "00"}
_JOINED: Final = re.compile("|".join(sorted(_PIECES, key=len, reverse=True)))
_LOOKALIKE: Final = str.maketrans("oilszb", "011528")
_LIKE_DIGITS: Final = re.compile(r"[oilszb]{1,4}")

_WORD_OR_DIGITS: Final = re.compile(r"\d+|[^\W\d_]+|\?+")
# Between two pieces of one number; a line may break once.
_BETWEEN_DIGITS: Final = re.compile(r"(?:[^\w\n£$€+%?]|_){0,7}(?:\n[ \t(>-]{0,4})?")


def digits(text: str) -> Iterator[list[Atom]]:
    """Group what stands for digits in *text*, which is plain, where only marks and pauses come between."""
    run: list[Atom] = []
    tokens = list(_WORD_OR_DIGITS.finditer(text))
    at = pauses = 0
    while at < len(tokens):
        if run and not _close(text, tokens[at - 1].end(), tokens[at].start()):
            yield run
            run = []
        found = _digits_at(text, tokens, at, run)
        if found is not None:
            atom, used = found
            if run and _turns(text, run, atom):
                yield run
                run = []
            run.append(atom)
            pauses = 0
            at += used
            continue
        pauses += 1
        if run and (pauses > 2 or tokens[at][0] not in _PAUSES):
            yield run
            run = []
        at += 1
    if run:
        yield run


def added(chars: str, run: Sequence[Atom], at: int, *, merged: bool) -> str:
    """Add an atom's characters; where *merged*, "nine hundred" and "twenty" are 920, else 900 and 20."""
    atom = run[at]
    if merged and at and run[at - 1].hundreds and atom.spoken and len(atom.chars) == 2:
        return chars[:-2] + atom.chars
    return chars + atom.chars


def readings(run: Sequence[Atom]) -> list[str]:
    """Read a whole run in each way it can be meant."""
    ways = []
    for merged in (False, True):
        chars = ""
        for at in range(len(run)):
            chars = added(chars, run, at, merged=merged)
        if chars not in ways:
            ways.append(chars)
    return ways


_BRACKETED: Final = re.compile(
    r"(?:(?:double|treble|triple|hundred|zero|oh|nought|one|two|three|four|five|six|seven|eight|nine)[ )-]){1,6} ?\d"
)


def _turns(text: str, run: Sequence[Atom], atom: Atom) -> bool:
    """Say whether something else begins: "07700 900 42 (one digit is missing)"."""
    if not atom.spoken or run[-1].spoken:
        return False
    gap = text[run[-1].end : atom.start]
    if "(" in gap and _BRACKETED.match(text, atom.start):
        return False
    return any(mark in gap for mark in "(.!\n") or (")" in gap and "(" not in text[run[0].start - 1 : run[-1].end])


def _close(text: str, end: int, start: int) -> bool:
    return start - end <= 12 and _BETWEEN_DIGITS.fullmatch(text, end, start) is not None


def _digits_at(text: str, tokens: Tokens, at: int, run: Sequence[Atom]) -> tuple[Atom, int] | None:
    """Read the digits that begin at a token, and say how many tokens they took."""
    token = tokens[at]
    word, start, end = token[0], token.start(), token.end()
    if (counted := _times(tokens, at) or _number(tokens, at)) is not None:
        return counted
    chars, spoken = "", False
    if word.isdecimal():
        chars = word
    elif word[0] == ONE:
        chars = word if run else ""
    elif _LIKE_DIGITS.fullmatch(word) and (set(word) == {"o"} or _beside_digit(text, start, end)):
        chars = word.translate(_LOOKALIKE)
    elif run and not word.strip("x") and (_beside_digit(text, start, end) or run[-1].chars.endswith(ONE)):
        chars = ONE * len(word)
    elif run and word in _UNKNOWN:
        chars, spoken = MANY, True
    elif word in _SOUNDS_LIKE and run and run[-1].spoken and _goes_on(tokens, at):
        chars, spoken = _SOUNDS_LIKE[word], True
    elif len(word) > 5:
        chars, spoken = _joined(word), True
    return (Atom(start, end, chars, spoken), 1) if 0 < len(chars) <= 40 or word.isdecimal() else None


def _beside_digit(text: str, start: int, end: int) -> bool:
    return (start > 0 and text[start - 1].isdecimal()) or (end < len(text) and text[end].isdecimal())


def _goes_on(tokens: Tokens, at: int) -> bool:
    """Say whether a word that only sounds like a digit stands among others."""
    follows = _word(tokens, at + 1)
    return follows in _UNITS or follows in _SOUNDS_LIKE or _word(tokens, at - 1) in _SOUNDS_LIKE


def _word(tokens: Tokens, at: int) -> str:
    return tokens[at][0] if 0 <= at < len(tokens) else ""


def _joined(word: str) -> str:
    """Read "zerosevenseven": digits as words without a space."""
    found, at = "", 0
    while at < len(word) and len(found) < 16:
        part = _JOINED.match(word, at)
        if not part:
            return ""
        found += _PIECES[part[0]]
        at = part.end()
    return found if len(found) > 1 and at == len(word) else ""


def _times(tokens: Tokens, at: int) -> tuple[Atom, int] | None:
    """Read "double seven"."""
    word, follows = tokens[at][0], _word(tokens, at + 1)
    if word not in _TIMES or not follows or tokens[at + 1].start() - tokens[at].end() > 2:
        return None
    digit = follows[0] if follows.isdecimal() else _UNITS.get(follows, "")[:1]
    if not digit:
        return None
    rest = follows[1:] if follows.isdecimal() else ""
    # "double 77" is two sevens.
    rest = rest if rest.strip(digit) else ""
    used = 2
    if not rest and digit != "0" and _word(tokens, at + 2) in _HUNDRED:
        rest, used = "00", 3  # "oh double seven hundred" begins 07700
    return Atom(tokens[at].start(), tokens[at + used - 1].end(), digit * _TIMES[word] + rest, spoken=True), used


def _below_hundred(tokens: Tokens, at: int) -> tuple[str, int]:
    """Read a number below a hundred that is written out: its digits, and how many tokens it took."""
    word = _word(tokens, at)
    if word in _TENS:
        unit, follows = _UNITS.get(_word(tokens, at + 1), ""), _word(tokens, at + 1)
        if len(follows) > 2 and len(unit) == 1 and unit != "0" and tokens[at + 1].start() - tokens[at].end() <= 2:
            return str(_TENS[word] + int(unit)), 2
        return str(_TENS[word]), 1
    value = _UNITS.get(word) or _TEENS.get(word) or ""
    return value, 1 if value else 0


def _number(tokens: Tokens, at: int) -> tuple[Atom, int] | None:
    """Read a number that is written out, with its hundreds or thousands."""
    word = tokens[at][0]
    value, used = (word, 1) if word.isdecimal() and len(word) < 3 else _below_hundred(tokens, at)
    if not used:
        return None
    hundreds, follows = False, _word(tokens, at + used)
    if value.strip("0") and follows in _HUNDRED:
        used += 1
        low, took = _below_hundred(tokens, at + used + 1) if _word(tokens, at + used) == "and" else ("", 0)
        hundreds = not took
        value, used = value + (low.zfill(2) if took else "00"), used + (1 + took if took else 0)
    elif value.strip("0") and follows == "thousand":
        value, used = value + "000", used + 1
    elif word.isdecimal():
        return None
    last = tokens[at + used - 1]
    return Atom(tokens[at].start(), last.end(), value, spoken=len(word) > 1 or used > 1, hundreds=hundreds), used


# Letters, for registrations.

_NATO: Final = {
    word: word[0]
    for word in _spread(
        "alpha alfa bravo charlie charley delta echo foxtrot golf hotel india juliet juliett juliette kilo lima mike "
        "november oscar papa quebec romeo sierra tango uniform victor whiskey whisky xray yankee zulu zebra"
    )
}
_NAMES: Final = {
    "bee": "b",
    "cee": "c",
    "dee": "d",
    "eff": "f",
    "gee": "g",
    "jee": "g",
    "aitch": "h",
    "haitch": "h",
    "aich": "h",
    "jay": "j",
    "kay": "k",
    "ell": "l",
    "emm": "m",
    "enn": "n",
    "pee": "p",
    "queue": "q",
    "cue": "q",
    "ess": "s",
    "tee": "t",
    "yoo": "u",
    "vee": "v",
    "dubya": "w",
    "doubleyou": "w",
    "wye": "y",
    "zed": "z",
    "zee": "z",
}
# Ordinary words, or letters of a plate themselves; letters' names only beside another one.
_SOFT_NAMES: Final = {
    "ay": "a",
    "eh": "a",
    "be": "b",
    "see": "c",
    "sea": "c",
    "ee": "e",
    "eye": "i",
    "aye": "i",
    "el": "l",
    "em": "m",
    "en": "n",
    "pea": "p",
    "ar": "r",
    "are": "r",
    "tea": "t",
    "you": "u",
    "ex": "x",
    "why": "y",
}
_AS_IN: Final = re.compile(r"(?: ?,? ?(?:is )?(?:for|as in|as|like|in|4) | ?[=-] ?)([^\W\d_]{2,14})")
_SO_MANY: Final = re.compile(
    r"(?:an?|one|1|two|2|three|3|couple(?: of)?|some|another)(?: more| other)? "
    r"(?:letters?|numbers?|digits?|characters?|numbas?)\b"
)
_LOST: Final = re.compile(
    r"(?:cant|cannot|dont|couldnt|didnt|not) (?:remember|know|see|read|recall|get|sure)\b|question ?mark\b"
)
_HOW_MANY: Final = {"a": 1, "an": 1, "one": 1, "1": 1, "another": 1, "two": 2, "2": 2, "three": 3, "3": 3, "couple": 2}
_LABEL: Final = re.compile(r"(?:reg|plate|vrm|index)(?=[a-z]{1,3}\d[a-z0-9]{2,5}$)")
_PLATE_TOKEN: Final = re.compile(r"[a-z0-9]+|[^\W_]+|\?+|\*+|_{2,}|\.{2,}|-(?: ?-)+")
_BETWEEN_LETTERS: Final = re.compile(r"[ \t.,/_:;*•·'\"()~|\x00-]{0,4}(?:\n[ \t]{0,4})?")


def characters(text: str) -> Iterator[list[Atom]]:
    """Group what may stand for the letters and digits of a registration in *text*, which is plain."""
    run: list[Atom] = []
    tokens = list(_PLATE_TOKEN.finditer(text))
    at = pauses = 0
    end = 0
    while at < len(tokens):
        if run and _BETWEEN_LETTERS.fullmatch(text, end, tokens[at].start()) is None:
            yield run
            run = []
        found = None if _is_pause(tokens, at) else _characters_at(text, tokens, at)
        if found is not None:
            atom, used = found
            run.append(atom)
            pauses = 0
            end = atom.end
            at += used
            continue
        pauses += 1
        if run and (pauses > 2 or tokens[at][0] not in _PAUSES):
            yield run
            run = []
        end = tokens[at].end()
        at += 1
    if run:
        yield run


def _is_pause(tokens: Tokens, at: int) -> bool:
    """Say whether "and" is no piece of a plate: "TJ14 and then KLX"."""
    return tokens[at][0] == "and" and _word(tokens, at + 1) == "then"


def _characters_at(text: str, tokens: Tokens, at: int) -> tuple[Atom, int] | None:
    return (
        _one_letter(text, tokens, at)
        or _so_many(text, tokens, at)
        or _times_letter(tokens, at)
        or _times(tokens, at)
        or _below_hundred_of_plate(tokens, at)
        or _not_known(text, tokens, at)
        or _written(tokens[at])
    )


def _times_letter(tokens: Tokens, at: int) -> tuple[Atom, int] | None:
    word, letter = tokens[at][0], _letter(_word(tokens, at + 1))
    if word not in _TIMES or not letter:
        return None
    return Atom(tokens[at].start(), tokens[at + 1].end(), letter * _TIMES[word], spoken=True), 2


def _below_hundred_of_plate(tokens: Tokens, at: int) -> tuple[Atom, int] | None:
    value, used = _below_hundred(tokens, at)
    if not used or tokens[at][0] == "o":
        return None
    return Atom(tokens[at].start(), tokens[at + used - 1].end(), value, spoken=True), used


def _not_known(text: str, tokens: Tokens, at: int) -> tuple[Atom, int] | None:
    word, start, end = tokens[at][0], tokens[at].start(), tokens[at].end()
    if word in _UNKNOWN:
        return Atom(start, end, MANY, spoken=True), 1
    if lost := _LOST.match(text, start):
        return Atom(start, lost.end(), MANY, spoken=True), len(lost[0].split())
    if word == MANY or word[0] == ".":
        return Atom(start, end, MANY), 1
    if word[0] in "?*_-":
        return Atom(start, end, ONE * sum(char in "?*_-" for char in word)), 1
    return None


def _written(token: re.Match[str]) -> tuple[Atom, int] | None:
    word, start = token[0], token.start()
    if label := _LABEL.match(word):
        word, start = word[label.end() :], start + label.end()
    if not word.isascii() or len(word) > (3 if word.isalpha() else 8):
        return None
    return Atom(start, token.end(), word), 1


def _letter(word: str) -> str:
    """Say which letter *word* names, if it surely names one."""
    return word if len(word) == 1 and word.isalpha() else _NATO.get(word) or _NAMES.get(word) or ""


def _one_letter(text: str, tokens: Tokens, at: int) -> tuple[Atom, int] | None:
    """Read a letter that is spelled out: "tango", "tee", "T for Tommy"."""
    token = tokens[at]
    word, start, end = token[0], token.start(), token.end()
    pair = (word, _word(tokens, at + 1))
    if pair in _TWO_WORDS and tokens[at + 1].start() - end <= 1:
        return Atom(start, tokens[at + 1].end(), _TWO_WORDS[pair], spoken=True), 2
    letter = _letter(word) or _SOFT_NAMES.get(word, "")
    if not letter:
        return None
    if len(word) < 4 and (like := _AS_IN.match(text, end)) and like[1][0] == letter and like[1] not in _SOUNDS_LIKE:
        used = 1
        while at + used < len(tokens) and tokens[at + used].start() < like.end():
            used += 1
        return Atom(start, like.end(), letter, spoken=True), used
    if len(word) == 1 or (word in _SOFT_NAMES and not _is_spelling(tokens, at)):
        return None
    return Atom(start, end, letter, spoken=True), 1


_TWO_WORDS: Final = {("x", "ray"): "x", ("double", "u"): "w", ("double", "you"): "w"}


def _is_spelling(tokens: Tokens, at: int) -> bool:
    """Say whether names of letters stand around a word that could be one."""
    beside = [_word(tokens, at + step) for step in (-2, -1, 1, 2)]
    return any(len(one) > 1 and (_letter(one) or one in _SOFT_NAMES) for one in beside)


def _so_many(text: str, tokens: Tokens, at: int) -> tuple[Atom, int] | None:
    """Read "two letters" as two that are not known."""
    found = _SO_MANY.match(text, tokens[at].start())
    if not found:
        return None
    used = 1
    while at + used < len(tokens) and tokens[at + used].start() < found.end():
        used += 1
    count = _HOW_MANY.get(tokens[at][0])
    return Atom(tokens[at].start(), found.end(), ONE * count if count else MANY, spoken=True), used
