"""Phone numbers in free text, however they are written, and the last or first digits of one."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ..identifiers import Kind, NotAnIdentifier, normalise
from ..identifiers.spoken import MANY, NOTHING, ONE, Atom, added, digits, plain
from .nearby import Nearby
from .spans import Found, Label, settled

_MOST: Final = 24
"""Nobody's number comes in more pieces."""

_WHOLE: Final = re.compile(r"(?:(?:\+|00?)440?|440?|0)?([1-9]\d{9})")
_ABROAD: Final = re.compile(r"(?:\+|00)(?!44)[1-9]\d{7,13}")
_SHORT: Final = re.compile(r"0(?:1\d{8}|[58]00\d{6})")
_HIDDEN: Final = re.compile(r"(?:(?:\+|00)440?|440?|0)7[\d?]{9}|(?:\+|00)44[12][\d?]{9}|0[12][\d?]{9}")

_PHONE_WORD: Final = re.compile(
    r"\b(?:(?:tele)?phones?|mob(?:ile)?s?|tel(?:e)?|fone|cell|numb(?:er|a)s?|nums?|digits|no|calls?|called|calling|ring|"
    r"rings|rang|ringing|texts?|texted|texting|txt|txts|whats ?app(?:s|ed)?|wa|landline|sim|contact|dial|voicemail)\b"
)
_SURELY_PHONE: Final = re.compile(
    r"\b(?:(?:tele)?phone|mob(?:ile)?|tel|fone|landline|whats ?app|text|called|rang|ring)"
)
_OTHER_NUMBER: Final = re.compile(
    r"\b(?:cards?|account|sort|order|crime|ref(?:erence)?|incident|log|cad|urn|plates?|reg(?:istration)?|vrm|index|room|"
    r"flat|house|door|bus|train|flight|ticket|badge|collar|pin|code|post ?code|pcn|isbn|lottery|passport|licence|"
    r"serial|imei|id|aw|adultwork|vivastreet|ad|profile|member|price|quid|pounds?|invoice|booking)\b"
)
_ENDS: Final = re.compile(
    r"\b(?:end(?:s|ed|ing|in)?|finish(?:es|ed|ing)?|last (?:\w+ )?(?:digits?|numbers?|nums?|bit|part|ones|[2-6]|two|"
    r"three|four|five|six)|(?:at|only) (?:the |its )?(?:end|finish))\b"
    r"(?:[ :,]{1,3}(?:digits?|numbers?|of|his|her|my|the|it|its|it's|phone|mobile|number|num|was|is|are|"
    r"were|in|with|on|i|think|maybe|like|as|a|got|saw|remember)\b){0,8}[ :,.=?\"'-]{0,5}$"
)
_STARTS: Final = re.compile(
    r"\b(?:start(?:s|ed|ing|in)?|beg[ia]n(?:s|ning)?|first (?:\w+ )?(?:digits?|numbers?|bit|part|half))\b"
    r"(?:[ :,]{1,3}(?:digits?|numbers?|of|his|her|my|the|it|its|it's|was|is|are|were|in|with|on|off|i|think|like)\b)"
    r"{0,6}[ :,.=-]{0,4}$"
)
_ENDS_AFTER: Final = re.compile(r"[ ,.\"']{1,3}(?:(?:at|on|is|was) (?:the |its )?end|the end)\b")
_LINK: Final = re.compile(r"(?:\bwa\.me/|phone=|\btel:|\bsms:)(?:\+|%2b)?$")
_GOES_ON: Final = re.compile(r"\d[./:-]$")
_MOBILE: Final = re.compile(r"(?:0|\+44)7[1-9]")
_MASKED: Final = re.compile(r"(?<![\w+])(?:\+44 ?|0)7[\d ?*_x•#-]{8,18}(?!\w)")
_PLUS: Final = re.compile(r"(?:\+ ?|\bplus[ ,]{1,2})\(?$")
_CLOCK: Final = re.compile(r"[0-2]?\d[:.][0-5]\d(?!\d|\.\d)")
_DATE: Final = re.compile(r"(?:[0-3]?\d[/.-][01]?\d[/.-](?:19|20)\d\d|(?:19|20)\d\d[/.-][01]\d[/.-][0-3]\d)")
_LATELY: Final = 160
_AFTER: Final = 34
_BEFORE: Final = 64


class _Text:
    """A text, and where in it words stand that tell which numbers are phones."""

    def __init__(self, original: str) -> None:
        self.plain = plain(original)
        self._phones = Nearby(_PHONE_WORD, self.plain)
        self._surely = Nearby(_SURELY_PHONE, self.plain)
        self._others = Nearby(_OTHER_NUMBER, self.plain)

    def is_named(self, start: int, end: int) -> bool:
        """Whether a word nearby is about phones."""
        return self._phones.is_near(start, end, _BEFORE, _AFTER)

    def is_other(self, start: int) -> bool:
        """Whether the words before are about another kind of number."""
        other = self._others.before(start, _AFTER)
        phone = self._surely.before(start, _AFTER)
        # "my ad 4471882, phone ends 728" is about the phone.
        return other is not None and (phone is None or phone < other)

    def is_phone(self, start: int, end: int) -> bool:
        return self.is_named(start, end) and not self.is_other(start)


@dataclass(frozen=True, slots=True)
class _Piece:
    """Atoms that stand together and may be one number."""

    text: _Text
    atoms: Sequence[Atom]
    chars: str
    plus: int | None
    """Where the "+" before them stands."""
    ends: bool
    """Whether no more digits follow."""

    @property
    def start(self) -> int:
        return self.atoms[0].start if self.plus is None else self.plus

    @property
    def end(self) -> int:
        return self.atoms[-1].end

    @property
    def is_phone(self) -> bool:
        return self.text.is_phone(self.start, self.end)

    def found(self, norm: str, score: float) -> Found:
        start, end, text = self.start, self.end, self.text.plain
        before = text[start - 1] if start else " "
        if before in "([" and ("]" if before == "[" else ")") in text[start:end]:
            start -= 1  # the bracket closes inside
        while text[end : end + 1] == NOTHING:
            end += 1  # the rest of a digit on a key
        if _LINK.search(text[max(0, start - 24) : start]):
            score = 1.0
        return Found(start, end, Label.PHONE, _norm(norm), score)


def find(text: str) -> Iterator[Found]:
    """Find phone numbers, and what is told of them."""
    whole = _Text(text)
    found = list(_masked(whole.plain))
    lately = -_LATELY
    for run in digits(whole.plain):
        of_run = list(_in_run(whole, run, lately))
        found.extend(of_run)
        lately = of_run[-1].end if of_run else lately
    yield from settled(found)


def _in_run(text: _Text, run: Sequence[Atom], lately: int) -> Iterator[Found]:
    at = 0
    before: Found | None = None
    while at < len(run):
        best = max(_from(text, run, at, lately), key=lambda one: one[0].score, default=None)
        if best is not None:
            before, used = best
            yield before
            at += used
            continue
        if before and (again := _again(text.plain, run, at, before)):
            yield again
            return
        before = None
        at += 1


def _again(text: str, run: Sequence[Atom], at: int, before: Found) -> Found | None:
    """Read "07700 900733 / 734": another number that ends otherwise."""
    chars = "".join(atom.chars for atom in run[at : at + 8])
    gap = text[before.end : run[at].start].strip()
    if gap != "/" or len(run) - at > 8 or not before.norm or not chars.isdecimal() or not 3 <= len(chars) <= 6:
        return None
    return Found(run[at].start, run[-1].end, Label.PHONE, before.norm[: -len(chars)] + chars, 0.7)


def _from(text: _Text, run: Sequence[Atom], first: int, lately: int) -> Iterator[tuple[Found, int]]:
    """Try the numbers that begin at one atom; say how many atoms each takes."""
    start, head = run[first].start, run[first].chars
    plus = _plus(text.plain, start)
    if _is_money(text.plain, start) or _DATE.match(text.plain, start):
        return
    if plus is None and first and run[first - 1].chars == "0" and head[0] == "0":
        return
    if plus is not None or head[0] in "01247":
        yield from _whole(text, run, first, plus)
    yield from _told(text, run, first, plus, lately)


def _whole(text: _Text, run: Sequence[Atom], first: int, plus: int | None) -> Iterator[tuple[Found, int]]:
    near = run[first : first + _MOST]
    for merged in (False, True) if any(atom.hundreds for atom in near) else (False,):
        chars = "" if plus is None else "+"
        for count in range(1, len(near) + 1):
            chars = added(chars, near, count - 1, merged=merged and count > 1)
            if len(chars) > 16 or MANY in chars:
                break
            if len(chars) < 9 or _is_attached(run, first + count - 1):
                continue
            piece = _Piece(text, near[:count], chars, plus, ends=first + count == len(run))
            if score := _score(piece):
                yield piece.found(chars, score), count


def _is_attached(run: Sequence[Atom], at: int) -> bool:
    """Say whether the digits go on without a gap; kisses at the end are no digits."""
    return at + 1 < len(run) and run[at + 1].start == run[at].end and run[at + 1].chars[0] != ONE


def _score(piece: _Piece) -> float:
    """Say how sure it is that a piece is a whole number."""
    chars = piece.chars
    if ONE in chars:
        return 0.9 * (sum(map(str.isdecimal, chars)) > 4 and _HIDDEN.fullmatch(chars) is not None)
    if (found := _WHOLE.fullmatch(chars)) and not (chars.startswith("00") and not chars.startswith("0044")):
        return _of_ten(piece, found[1])
    if _ABROAD.fullmatch(chars) and (piece.ends or piece.plus is not None) and _is_known(chars):
        return 0.9 if piece.plus is not None else 0.75
    if _SHORT.fullmatch(chars) and piece.ends and _is_known(chars):
        return 0.8
    return _mistyped(piece)


def _of_ten(piece: _Piece, national: str) -> float:
    """Score one with as many digits as a British number has."""
    chars = piece.chars
    if chars.startswith(("0044", "+44")):
        return 0.96
    if chars.startswith("44") and len(chars) > 11:
        return 0.93 * (national[0] in "127" and not (len(piece.atoms) > 1 and piece.text.is_other(piece.start)))
    return _british(piece, national) if chars[0] in "0+" else _without_zero(piece, national)


def _british(piece: _Piece, national: str) -> float:
    if national[0] == "7":
        return 0.97
    if national[0] in "1238" and (national.startswith("1632960") or _is_known("0" + national)):
        return 0.95 if len(piece.atoms) < 7 or piece.is_phone else 0.8
    return 0.6 * piece.is_phone


def _without_zero(piece: _Piece, national: str) -> float:
    """Score one whose first 0 is left out; so it is in sums of money and numbers of orders."""
    if national[0] == "7" and national[1] != "0":
        if piece.text.is_other(piece.start):
            return 0
        if len(piece.atoms) == 1 or national.startswith("77009") or piece.is_phone:
            return 0.85
        return 0.65 * piece.ends
    return 0.7 if national[0] in "12" and piece.is_phone and _is_known("0" + national) else 0


def _mistyped(piece: _Piece) -> float:
    """Score a mobile number with a digit too few or too many."""
    if not piece.ends or not _MOBILE.match(piece.chars):
        return 0
    count = len(piece.chars.removeprefix("+44").removeprefix("0"))
    if count not in {8, 9, 11} or (piece.text.is_other(piece.start) and not piece.is_phone):
        return 0
    return 0.62 if count != 8 else 0.55 * piece.is_phone


def _is_known(number: str) -> bool:
    try:
        return not normalise(Kind.PHONE, number).partial
    except NotAnIdentifier:
        return False


def _told(text: _Text, run: Sequence[Atom], first: int, plus: int | None, lately: int) -> Iterator[tuple[Found, int]]:
    """Try a number of which a piece is missing: its end, its beginning or something inside."""
    chars, last = "" if plus is None else "+", first
    while last < len(run) and last - first < _MOST and len(chars) + len(run[last].chars) <= 14:
        chars += run[last].chars
        last += 1
    if last == first:
        return
    piece = _Piece(text, run[first:last], chars, plus, ends=last == len(run))
    if MANY in chars:
        if chars[0] in "0+7" and sum(map(str.isdecimal, chars)) > 4 and len(chars) < 14:
            known = piece.atoms[:-1] if chars[-1] == MANY else piece.atoms
            yield _Piece(text, known, chars, plus, piece.ends).found(chars, 0.75), last - first
        return
    if piece.ends and (told := _of_what(piece, lately)):
        yield piece.found(*told), last - first


def _of_what(piece: _Piece, lately: int) -> tuple[str, float] | None:
    """Say of which numbers these are some digits, and how sure that is."""
    text, chars, count = piece.text.plain, piece.chars, sum(map(str.isdecimal, piece.chars))
    if not 2 <= count <= 9 or _CLOCK.match(text, piece.start):
        return None
    before = text[max(0, piece.start - _BEFORE) : piece.start]
    # A phone stands nearby, or is spoken of.
    is_other = piece.text.is_other(piece.start)
    of_phone = not is_other and (piece.text.is_named(piece.start, piece.end) or piece.start - lately < _LATELY)
    told: tuple[str, float] | None = None
    if of_phone and count < 9 and _ENDS.search(before):
        told = MANY + chars, 0.7
    elif count > 2 and chars[0] in "0+7" and not is_other and _STARTS.search(before):
        told = chars + MANY, 0.7
    elif of_phone and count < 7 and _ENDS_AFTER.match(text, piece.end):
        told = MANY + chars, 0.65
    elif of_phone and 2 < count < 7 and before.endswith("with ") and text.startswith(" in it", piece.end):
        told = MANY + chars + MANY, 0.6
    elif 4 < count < 9 and _MOBILE.match(chars) and (of_phone or len(piece.atoms) > 3) and not _GOES_ON.search(before):
        told = chars + MANY, 0.5
    return told


def _masked(text: str) -> Iterator[Found]:
    """Find numbers some of whose digits are given as stars or strokes."""
    for found in _MASKED.finditer(text):
        shown = found[0].rstrip(" -")
        chars = re.sub(r"[*_x•#]", ONE, re.sub(r"[ -]", "", shown))
        national = chars.removeprefix("+44").removeprefix("0")
        if ONE in chars and len(national) == 10 and sum(map(str.isdecimal, chars)) > 4:
            yield Found(found.start(), found.start() + len(shown), Label.PHONE, _norm(chars), 0.9)


def _norm(chars: str) -> str | None:
    try:
        return normalise(Kind.PHONE, chars).value
    except NotAnIdentifier:
        return None


def _plus(text: str, start: int) -> int | None:
    """Say where the "+" of a number stands that goes on at *start*."""
    low = max(0, start - 8)
    found = _PLUS.search(text[low:start])
    return low + found.start() if found else None


def _is_money(text: str, start: int) -> bool:
    return text[max(0, start - 2) : start].strip()[-1:] in {"£", "$", "€"}
