"""Vehicle registrations in free text: written, misread, spelled out, and what somebody remembers of one."""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Final

from ..identifiers import Kind, NotAnIdentifier, normalise
from ..identifiers.registration import CURRENT, fit
from ..identifiers.spoken import MANY, ONE, Atom, characters, plain
from .nearby import Nearby
from .plate_words import COMMON, MAKES, MODEL, STOP, TRIM, VEHICLE
from .spans import Found, Label, settled

_MOST: Final = 16
"""A plate spelled out letter by letter has seven pieces; with what is not known, a few more."""

_LABEL: Final = re.compile(
    r"\b(?:reg(?:istration)?s?|reg'?s|regi|rego|vrm|vrn|(?:number ?|no\.? ?|licen[cs]e ?)?plates?|plated|numberplates?|"
    r"index|tags?)\b"
)
_PLACE: Final = re.compile(
    r"\b(?:the|off|on|via|along|near|nr|onto|in|around|round|from|at|of|to|towards?|by|behind|m|j|junction|bus|"
    r"room|flat|unit|size|no|route|platform|gate|level|floor|zone) {1,2}$"
)
_ROAD_AFTER: Final = re.compile(
    r"[ ,]{1,2}(?:road|rd|services|junction|jct|northbound|southbound|bus|roundabout|slip)\b"
)
# Somebody took the trouble to write it down.
_HINT: Final = re.compile(
    r"\b(?:wr(?:o|i)t(?:e|ten|ing)(?: it| that| this)? down|noted|took (?:it |that )?down|clocked|memori[sz]ed|"
    r"(?:came|left|turned up|pulled up|drove off|sped off|got away) in|initials|cctv|dash ?cam|photo|pic)\b"
)
_OTHER: Final = re.compile(
    r"\b(?:flight|train|bus|order|crime|ref(?:erence)?|incident|log|cad|urn|room|flat|ticket|badge|collar|shoulder|pin|"
    r"code|pcn|isbn|passport|licence|serial|account|card|sort|postcode|size|model|profile|member|aw|officer|pc|unit)\b"
)
_POSTCODE: Final = re.compile(r"[A-Z]{1,2}\d{1,2}[A-Z]?\d[A-Z]{2}")
_STARTS: Final = re.compile(
    r"\b(?:start(?:s|ed|ing|in)?|beg[aiu]n(?:s|ning)?|first (?:\w+ )?(?:half|part|bit|letters?|digits?|[2-4]|two|three|"
    r"four)|(?:only|just) (?:got|saw|seen|caught|remember|know)|front (?:only|bit|half|part)|part(?:ial|ly)?)\b"
    r"(?:[ :,]{1,3}(?:of|his|the|it|its|it's|was|is|are|were|in|with|on|i|think|like|a|an|letters?|reg|registration|"
    r"plate|number|got|said|saw)\b){0,7}[ :,=\"'-]{0,4}$"
)
_ENDS: Final = re.compile(
    r"\b(?:end(?:s|ed|ing|in)?|finish(?:es|ed|ing)?|"
    r"last (?:\w+ )?(?:half|part|bit|letters?|digits?|[2-4]|two|three|four)|"
    r"letters (?:off|of|on|from|at) the (?:back|end))\b"
    r"(?:[ :,]{1,3}(?:of|his|the|it|its|it's|was|is|are|were|in|with|on|i|think|like|a|an|letters?|reg|registration|"
    r"plate|number|got|said|saw)\b){0,7}[ :,=\"'-]{0,4}$"
)
_NEAR: Final = 44
_WIDE: Final = 140
_NEAR_VEHICLE: Final = 60
_AFTER: Final = 30


class _Text:
    """A text, and where in it words stand that tell of registrations or of vehicles."""

    def __init__(self, original: str) -> None:
        self.original = original
        self.plain = plain(original)
        self.labels = Nearby(_LABEL, self.plain)
        self.vehicles = Nearby(VEHICLE, self.plain)
        self.hints = Nearby(_HINT, self.plain)
        self.others = Nearby(_OTHER, self.plain)
        self.abroad = Nearby(_FOREIGN, self.plain)


class _Window:
    """Pieces that stand together and may be one registration."""

    def __init__(self, whole: _Text, atoms: Sequence[Atom], plate: str) -> None:
        self.whole = whole
        self.text = whole.plain
        self.atoms = atoms
        self.plate = plate
        self.start = atoms[0].start
        self.end = atoms[-1].end

    @cached_property
    def shouted(self) -> bool:
        """Whether it is written in capitals where other words are not."""
        original, start, end = self.whole.original, self.start, self.end
        if not original[start:end].isupper():
            return False
        around = original[max(0, start - 30) : start] + original[end : end + 30]
        return sum(map(str.islower, around)) > sum(map(str.isupper, around))

    @cached_property
    def sizes(self) -> list[int]:
        return [len(atom.chars) for atom in self.atoms]

    @cached_property
    def is_spoken(self) -> bool:
        return any(atom.spoken for atom in self.atoms)

    @cached_property
    def is_spelled(self) -> bool:
        """Whether it is given letter by letter."""
        return sum(atom.spoken or len(atom.chars) == 1 for atom in self.atoms) > 3

    @cached_property
    def is_tight(self) -> bool:
        """Whether no sentence ends in it."""
        gaps = [self.text[one.end : two.start] for one, two in zip(self.atoms, self.atoms[1:], strict=False)]
        return all(gap in _TIGHT or gap.strip() in _PAUSES for gap in gaps)

    @cached_property
    def words(self) -> list[str]:
        """Which of its pieces are words of their own."""
        least = 2 if self.is_spelled or self.is_spoken else 1
        return [atom.chars for atom in self.atoms if _is_word(atom) and len(atom.chars) >= least]

    @property
    def before(self) -> str:
        return self.text[max(0, self.start - _NEAR) : self.start]

    @property
    def after(self) -> str:
        return self.text[self.end : self.end + _AFTER]

    @cached_property
    def is_labelled(self) -> bool:
        """Whether a word such as "reg" is nearby."""
        return self.whole.labels.is_near(self.start, self.end, _NEAR, _AFTER)

    @cached_property
    def is_named(self) -> bool:
        """Whether "reg" or a word like it stands right before."""
        return self.whole.labels.is_right_before(self.start, _NEAR, 4)

    @cached_property
    def is_by_vehicle(self) -> bool:
        return self.whole.vehicles.is_near(self.start, self.end, _NEAR_VEHICLE, _AFTER)

    @cached_property
    def is_right_by_vehicle(self) -> bool:
        return self.whole.vehicles.is_right_before(self.start, _NEAR, 2)


_PAUSES: Final = frozenset({"then", "and then", "and", "um", "er", "erm"})
_TIGHT: Final = frozenset(
    {"", " ", "  ", "-", " -", "- ", " - ", ".", "/", "\x00", "\n", "_", "*", "'", "\t", ":", "|", "•", "~"}
)


def find(text: str) -> Iterator[Found]:
    """Find registrations, whole and partial."""
    whole = _Text(text)
    found: list[Found] = []
    for run in characters(whole.plain):
        for first in range(len(run)):
            found.extend(_from(whole, run, first))
    yield from settled(found)


def _from(whole: _Text, run: Sequence[Atom], first: int) -> Iterator[Found]:
    """Try what begins at one piece."""
    text, begun = whole.plain, run[first]
    if _is_mark(text, begun) or (text[begun.start - 1 : begun.start] == "'" and len(begun.chars) == 1):
        return
    shown = masked = ""
    for last in range(first, min(len(run), first + _MOST)):
        atom = run[last]
        mark = _is_mark(text, atom)
        shown += "" if mark else atom.chars.upper()
        masked += atom.chars.upper()
        if len(shown) > 9:
            break
        if not mark and len(shown) > 1 and _MIXED.search(shown):
            yield from _shown(whole, run[first : last + 1], shown)
        if (ONE in masked or MANY in masked) and len(masked) < 10:
            yield from _partial(_Window(whole, run[first : last + 1], masked))
    yield from _told(whole, run, first)


_MIXED: Final = re.compile(r"[A-Z]\d|\d[A-Z]|[A-Z][A-Z]{6}")


def _is_mark(text: str, atom: Atom) -> bool:
    """Say whether a piece is a mark that may only part what stands beside it."""
    return not atom.spoken and text[atom.start] in "*_.-"


def _is_word(atom: Atom) -> bool:
    return not atom.spoken and atom.chars in COMMON


def _shown(whole: _Text, atoms: Sequence[Atom], plate: str) -> Iterator[Found]:
    """Try a registration of which everything is known."""
    if ONE in plate or MANY in plate:
        return
    if found := fit(plate):
        yield from _whole(_Window(whole, atoms, plate), *found)
    if whole.abroad.before(atoms[0].start, _NEAR) is not None:
        yield from _foreign(_Window(whole, atoms, plate))


def _whole(window: _Window, normal: str, shape: str, misread: int) -> Iterator[Found]:
    if _is_in_link(window, shape) or (misread and not _can_be_misread(window, normal, shape)):
        return
    score = _score(window, normal, shape)
    if shape == CURRENT and normal.endswith("XXX"):
        normal = normal[:4] + "???"  # no plate ends so
    if _BEGINS.fullmatch(window.plate):
        normal = window.plate + "???"  # only the plates of today have a 0 there
    if score:
        yield Found(window.start, window.end, Label.VRM, normal, score - 0.02 * misread)


def _can_be_misread(window: _Window, normal: str, shape: str) -> bool:
    """Say whether letters in place of digits, or the reverse, are slips and not another thing altogether."""
    if _POSTCODE.fullmatch(window.plate) and not window.is_named:
        return False
    if len(window.atoms) == 1 and shape != CURRENT and not (window.is_labelled or window.is_by_vehicle):
        return False  # "h4x0r"
    at = 0
    for atom in window.atoms:
        chars = atom.chars.upper()
        if not chars.isalnum():
            continue
        slips = [(was, now) for was, now in zip(chars, normal[at : at + len(chars)], strict=False) if was != now]
        at += len(chars)
        if not slips or (len(chars) == 1 and (window.is_spelled or (shape == CURRENT and chars in "OIL"))):
            continue
        if chars.isalpha() or chars.isdecimal():
            return False
        if any(was.isdecimal() for was, _now in slips) and len(window.atoms) > 1 and shape != CURRENT:
            return False
    return True


def _is_in_link(window: _Window, shape: str) -> bool:
    """Say whether it is a piece of an address or a username."""
    text = window.text
    before, after = text[max(0, window.start - 1) : window.start], text[window.end : window.end + 1]
    if before == "@" or after == "@" or (before == "#" and len(window.atoms) > 1):
        return True
    if shape != CURRENT and not window.is_named:
        goes_on = before in {".", "-"} and text[window.start - 2 : window.start - 1].isalpha()
        if goes_on or before == "#" or "_" in (before, after):
            return True
    chunk = text[max(0, window.start - 24) : window.start].rsplit(None, 1)[-1:] if before.strip() else []
    return bool(chunk) and any(sign in chunk[0] for sign in ("@", "://", ".com", ".co.", "www."))


_BEGINS: Final = re.compile(r"[A-Z]{2}0\d")
_FOREIGN: Final = re.compile(
    r"\b(?:irish|ireland|dublin|foreign|polish|romanian|lithuanian|latvian|bulgarian|hungarian|albanian|turkish|french|"
    r"german|spanish|italian|dutch|belgian|portuguese|czech|slovak|ukrainian|swedish|norwegian|euro|european|eu)\b"
)


def _foreign(window: _Window) -> Iterator[Found]:
    """Try a registration that is said to be from abroad."""
    digits = sum(map(str.isdecimal, window.plate))
    if not 5 <= len(window.plate) <= 9 or digits < 2 or digits == len(window.plate) or not window.is_tight:
        return
    if window.is_named and not window.words and (normal := _normal(window.plate)):
        yield Found(window.start, window.end, Label.VRM, normal, 0.93)


def _score(window: _Window, normal: str, shape: str) -> float:
    """Say how sure it is that a window of this shape is a registration."""
    if shape == CURRENT:
        return _in_one(window) if _is_in_one(window) else _current(window)
    if shape in {"A1AAA", "A19AAA", "A199AAA", "AAA1A", "AAA19A", "AAA199A"}:
        if len(window.atoms) > 1 and (window.is_spoken or window.is_spelled):
            return _spelled(window)
        return _prefix(window) if shape[1] != "A" else _suffix(window)
    if shape.strip("A").isdecimal():
        if shape[0] != "A":
            return _digits_first(window)
        return _dateless(window, normal) if _can_be_dateless(window, normal) else 0
    return 0.7 * (window.is_named and window.is_tight and not window.is_spoken)


def _is_odd(window: _Window, word: str) -> bool:
    """Say whether a word in the letters' place speaks against a plate."""
    if word not in COMMON:
        return False
    if window.shouted:
        return word in TRIM
    return word in STOP or not (window.is_labelled or window.is_by_vehicle)


def _is_in_one(window: _Window) -> bool:
    return window.sizes in ([7], [4, 3]) and not window.is_spoken


def _in_one(window: _Window) -> float:
    tail = window.atoms[-1].chars
    if len(tail) == 3 and tail in COMMON and _is_odd(window, tail):
        # "at10 and" is a time; "TU51 NAT" is a plate.
        return 0.85 * (window.is_tight and window.atoms[0].chars[:2] not in COMMON and tail not in STOP)
    return 0.97 if window.is_tight else 0.9


def _current(window: _Window) -> float:
    words = window.words
    if not (window.is_tight or window.is_spoken or window.is_spelled):
        return 0
    if not words:
        return 0.92
    if words[-1] == window.atoms[-1].chars and _is_odd(window, words[-1]):
        return 0
    if words[0] in STOP and not (window.is_named or window.is_right_by_vehicle or window.shouted):
        return 0
    clear = window.is_labelled or window.is_by_vehicle or window.shouted
    return 0.92 if clear else 0.72 * (len(words) == 1 and window.is_tight)


def _spelled(window: _Window) -> float:
    """Score an older plate that is given letter by letter."""
    if any(_is_odd(window, word) for word in window.words):
        return 0
    clear = sum(atom.spoken for atom in window.atoms) > 2 or len(window.atoms) > 5
    return 0.9 if clear or window.is_labelled or window.is_by_vehicle else 0


def _prefix(window: _Window) -> float:
    atoms, head, tail = window.atoms, window.plate[:-3].lower(), window.plate[-3:].lower()
    is_model = tail in COMMON and MODEL.fullmatch(head) is not None and not window.is_named
    if _is_odd(window, tail) or is_model:
        return 0
    if len(atoms) == 1:
        return 0.93
    if len(atoms[-1].chars) != 3 or not window.is_tight:
        return 0
    if len(atoms) == 2:
        return 0.92 if len(atoms[0].chars) > 2 else 0.88
    clear = head[0] not in COMMON or window.is_labelled or window.is_by_vehicle or window.shouted
    return 0.91 * clear


def _suffix(window: _Window) -> float:
    atoms, head, last = window.atoms, window.plate[:3].lower(), window.atoms[-1].chars
    if _is_odd(window, head) or (head in MAKES and not window.is_named) or not window.is_tight:
        return 0
    if len(atoms[0].chars) < 3:
        return 0  # "to a 24 y/o"
    if len(atoms) == 1 or len(last) > 1:
        return 0.92
    # "UWH 456 V": a letter that stands alone may begin what follows.
    if window.is_labelled or window.is_by_vehicle or window.shouted:
        return 0.91
    return 0.66 * (last not in COMMON and last not in "kc")


def _can_be_dateless(window: _Window, normal: str) -> bool:
    """Say whether letters and digits could be a plate without a date at all, where nothing is said of one."""
    letters = normal.rstrip("0123456789").lower()
    if _NO_PLATE.fullmatch(normal.lower()) or (
        letters in STOP and letters != "a" and not window.shouted and not window.is_spelled
    ):
        return False
    if not window.is_spelled:
        # "on M62", "5. In"
        begun = window.atoms[0].chars
        if not window.is_tight or (len(window.atoms) > 2 and not window.is_spoken):
            return False
        if begun.isalpha() and len(begun) != len(letters):
            return False
    return window.is_named or not _INWARD.match(window.text, window.end)


def _dateless(window: _Window, normal: str) -> float:
    letters = normal.rstrip("0123456789").lower()
    digits = normal[len(letters) :]
    if window.is_named:
        return 0.88 if len(normal) > 2 else 0.7
    odd = letters in COMMON and letters not in {"n", "x", "o"} and not window.is_spelled
    if _is_irish(window, letters, digits) and (not odd or window.shouted):
        return 0.86
    return _unnamed(window, normal, letters, odd=odd)


def _unnamed(window: _Window, normal: str, letters: str, *, odd: bool) -> float:
    digits = normal[len(letters) :]
    before = window.text[max(0, window.start - 12) : window.start]
    if _PLACE.search(before) or _ROAD_AFTER.match(window.after) or MODEL.fullmatch(normal.lower()) or letters in MAKES:
        return 0
    if window.is_spoken:
        clear = not window.words and (len(window.atoms) > 2 or len(letters) > 1)
        return 0.75 * (clear and (window.is_labelled or window.is_right_by_vehicle))
    if odd:
        clear = letters != "a" or len(digits) == 3 or window.shouted
        return 0.7 * (clear and (window.is_right_by_vehicle or (window.shouted and window.is_by_vehicle)))
    if window.is_labelled:
        return 0.8
    return 0.76 * (len(normal) > 2) if window.is_by_vehicle else 0.62 * _is_noted(window, letters, digits)


def _is_irish(window: _Window, letters: str, digits: str) -> bool:
    """Say whether it looks like the plates of Northern Ireland, all of which have an I or a Z and most four digits."""
    if len(letters) < 2 or len(digits) != 4 or window.is_spoken or not ("i" in letters[-2:] or "z" in letters[-2:]):
        return False
    return window.is_by_vehicle or window.is_labelled or digits[:2] not in {"19", "20"}


def _is_noted(window: _Window, letters: str, digits: str) -> bool:
    """Say whether it stands out as a plate would, though nothing is said of one: "She wrote down QX 1180"."""
    if not window.shouted or window.is_spelled or len(letters) < 2 or len(digits) < 2:
        return False
    if len(digits) == 4 and digits[:2] in {"19", "20"}:
        return False
    if window.whole.others.before(window.start, _AFTER) is not None or _MORE_DIGITS.match(window.text, window.end):
        return False
    return len(letters) == 3 or window.whole.hints.is_near(window.start, window.end, _NEAR_VEHICLE, _AFTER)


# How the police note looks, people in a case and officers.
_NO_PLATE: Final = re.compile(r"i[cp]\d|(?:cad|pc|dc|ds|ps|wpc|ref|log|urn|nhs|ni)\d{2,4}")
_MORE_DIGITS: Final = re.compile(r"[ .-]?\d")
_INWARD: Final = re.compile(r" ?\d[a-z]{2}\b")


def _digits_first(window: _Window) -> float:
    tail = window.atoms[-1].chars
    if window.is_spoken and (tail in COMMON or len(tail) < 2):
        return 0
    if not window.is_tight or tail in STOP or len(window.atoms) > 2 or (len(window.atoms) == 1 and not window.is_named):
        return 0
    if window.is_named:
        return 0.8 if tail not in COMMON else 0.65
    return 0.7 * (window.shouted and window.is_right_by_vehicle and len(tail) > 1)


def _partial(window: _Window) -> Iterator[Found]:
    """Try a registration some of whose characters are not known."""
    plate = window.plate
    known = sum(char not in "?*" for char in plate)
    digits = sum(char.isdecimal() for char in plate)
    if known < 2 or _is_in_link(window, "") or not any(map(str.isalpha, plate)):
        return
    words = window.words
    if words and not window.shouted and not (window.is_labelled and STOP.isdisjoint(words)):
        return
    if plate[-1] == ONE and plate[-2] != ONE and window.text[window.end - 1] == ONE and fit(plate[:-1]) is not None:
        return  # a question is asked
    if not window.is_tight and not window.is_spelled:
        return
    plate = re.sub(r"\*{2,}", lambda stars: ONE * len(stars[0]), plate)
    near = window.is_labelled or window.is_by_vehicle
    found = fit(plate) if MANY not in plate else None
    if found is not None and found[1].strip("A").isdecimal() and found[1][-1] != "A":
        found = None  # the rest of a plate of today is likelier than one without a date
    score = 0.0
    if (
        found is not None
        and known > 3
        and (digits or ONE in window.text[window.start : window.end])
        and (found[1] == CURRENT or near)
    ):
        score = 0.9 if near or known > 4 or "??" in plate else 0.6
    elif digits and near and known > 2 and _MAY_GO_ON.match(plate):
        score = 0.92 if plate[-1] not in "?*" else 0.9
    elif digits and ((near and known > 3) or (window.is_named and known > 1) or ("??" in plate and known > 2)):
        score = 0.7
    elif window.is_labelled and known > 2 and plate.count(ONE) > 1:
        score = 0.6
    if score and ONE in window.text[window.start : window.end] and near:
        score += 0.035
    if score and (normal := _normal(plate)) and (ONE in normal or MANY in normal):
        start, end = _known(window)
        score += len(window.atoms) / 10_000 - 0.02 * (not window.is_tight)
        yield Found(start, end, Label.VRM, normal, score)


def _known(window: _Window) -> tuple[int, int]:
    """Leave out what is only said not to be known, before and after."""
    known = [atom for atom in window.atoms if not (atom.spoken and atom.chars.strip("?*") == "")]
    last = known[-1]
    while window.text[last.start] in "-." and len(known) > 1:
        known.pop()
        last = known[-1]
    return known[0].start, last.end


_MAY_GO_ON: Final = re.compile(
    r"[A-Z]{2}[0-9OISL]{2}[?*]|[A-Z][0-9]{2,3}[?*]|[?*][0-9]{1,2}[A-Z]{3}|[A-Z?][A-Z?*][?*0-9]{1,3}[A-Z]{1,3}"
)


_ORDINAL: Final = re.compile(r"\d+(?:ST|ND|RD|TH)")
_BEGUN: Final = re.compile(r"[A-Z]{2}[0-9OIL]{2}")
_INSURANCE: Final = re.compile(r"\b(?:ni|nino|insurance)\b")


def _told(whole: _Text, run: Sequence[Atom], first: int) -> Iterator[Found]:
    """Try a beginning or an end of which it is said that it is one: "reg starts TJ10"."""
    before = whole.plain[max(0, run[first].start - _NEAR_VEHICLE) : run[first].start]
    begins, ends = _STARTS.search(before), _ENDS.search(before)
    if not (begins or ends) or _INSURANCE.search(before):
        return
    window = _known_piece(whole, run, first)
    if window is None or (len(window.plate) < 2 and not ends) or not _is_of_plate(window):
        return
    plate = window.plate
    if begins and "part" in begins[0] and not _BEGUN.fullmatch(plate):
        return  # "part of the plate, P468" is read as it stands
    if normal := _normal(MANY + plate if ends else plate + MANY):
        score = 0.55 if plate.isdecimal() else 0.93 if len(plate) > 2 else 0.65
        yield Found(window.start, window.end, Label.VRM, normal, score)


def _known_piece(whole: _Text, run: Sequence[Atom], first: int) -> _Window | None:
    """Take what stands together from one piece on, if it is short enough to be a part."""
    text, plate, last = whole.plain, "", first
    for at in range(first, min(len(run), first + 6)):
        atom = run[at]
        apart = at > first and text[run[at - 1].end : atom.start].strip(" -\x00") != ""
        if apart or not atom.chars.isalnum() or _is_word(atom):
            break
        plate, last = plate + atom.chars.upper(), at + 1
    if _ORDINAL.fullmatch(plate):
        return None
    goes_on = last < len(run) and text[run[last].start] in "?*_"
    if goes_on or not 1 <= len(plate) <= 6 or (plate.isdecimal() and len(plate) > 3):
        return None
    return _Window(whole, run[first:last], plate)


def _is_of_plate(window: _Window) -> bool:
    """Say whether a part is one of a plate: there is a label, a vehicle, or it looks like nothing else."""
    plate, whole = window.plate, window.whole
    if whole.labels.is_near(window.start, window.end, _WIDE, _AFTER):
        return True
    if _BEGUN.fullmatch(plate) and plate[:2].lower() not in COMMON:
        return True
    by_vehicle = whole.vehicles.is_near(window.start, window.end, _WIDE, _WIDE)
    if by_vehicle and (window.shouted or _MIXED.search(plate)):
        return True
    return window.shouted and len(plate) == 3


def _normal(plate: str) -> str | None:
    try:
        return normalise(Kind.VRM, plate).value
    except NotAnIdentifier:
        return None
