"""Postcodes in a text."""

import re
from collections.abc import Iterator
from typing import Final

from ..identifiers import postcode
from . import towns
from .spans import Found, Label

_SEP: Final = r"(?:[ \t,_-]{0,2}\n?|\.)"
_CODE: Final = re.compile(
    rf"(?<![\w@/£$])[a-z](?:{_SEP}[a-z])?{_SEP}[0-9oil](?:{_SEP}[0-9a-z])?{_SEP}[0-9o]{_SEP}[a-z]{_SEP}[a-z2?]"
    r"(?:(?![\w@])|(?=(?:he|she|i|and)\b))",
    re.IGNORECASE,
)
_CODE_CUE: Final = re.compile(
    r"\b(?:post ?code|p/?code|pc)\W{0,3}(?:is|was|starts|begins|starting|beginning|area)?\W{0,2}(?:with )?$",
    re.IGNORECASE,
)
_DISTRICT: Final = re.compile(
    r"\b(?:post ?code|p/code|pc)s?\W{0,3}"
    r"(?:(?:is|was|starts?|begins?|starting|beginning|area|with|of|were|like|in)\W{1,2}){0,3}"
    r"(?P<code>[a-z]{1,2}\d[a-z\d]?)(?![\w-]| ?\d[a-z]{2}\b)"
    r"|(?<![\w@/£$])(?P<before>[a-z]{1,2}\d[a-z\d]?)(?= (?:something|summat|summit|sumthing|dunno|\?+|\.\.+))",
    re.IGNORECASE,
)
_PLATE_CUE: Final = re.compile(r"\b(?:reg\w*|plates?|partial|vrm|car|van|index)\b", re.IGNORECASE)
_ORDINAL: Final = re.compile(r"(?:1st|2nd|3rd|\dth|\dhr|\dgb|\dyr|\dft|\dpm|\dam)$", re.IGNORECASE)
_WORDY: Final = re.compile(r"(?:so|me|do|no|to|b|l|m|w|n|e|g|s|se|be|us|in|la)$", re.IGNORECASE)


def find(text: str) -> Iterator[Found]:
    """Find the postcodes in *text*, however they are spaced or misread."""
    for found in _CODE.finditer(text):
        written = found[0]
        norm = postcode.read(written)
        if norm is None or " " not in norm:
            continue
        compact = re.sub(r"[\s.,_-]", "", written)
        # "two of t…": a postcode has a digit that is one.
        if not any(char.isdigit() for char in compact) or (compact[-1] == "2" and not compact.isupper()):
            continue
        cued = _CODE_CUE.search(text[max(0, found.start() - 40) : found.start()]) is not None
        if not cued and not _is_code(written, compact, norm):
            continue
        yield Found(
            found.start(), found.end(), Label.POSTCODE, norm, 0.97 if compact.upper() == norm.replace(" ", "") else 0.85
        )
    for found in _DISTRICT.finditer(text):
        group = "code" if found["code"] else "before"
        norm = postcode.read(found[group])
        near = text[max(0, found.start() - 25) : found.start()]
        if norm is not None and (group == "code" or (norm in towns.districts() and not _PLATE_CUE.search(near))):
            yield Found(found.start(group), found.end(group), Label.POSTCODE, norm, 0.85)


def _is_code(written: str, compact: str, norm: str) -> bool:
    """Whether a postcode's form is not a chance one: "so2 3rd", "b4 9th", "to 5 2 in"."""
    outward, inward = norm.split()
    if not written.isupper() and _ORDINAL.search(compact) and _WORDY.match(re.sub(r"\d.*", "", outward)):
        return False
    pieces = re.split(r"[\s.,_-]+", written)
    if len(pieces) > 1 and not _is_parted(pieces):
        return False
    if set(inward) & _SELDOM and not written.isupper():
        return False
    if compact.upper() == norm.replace(" ", ""):
        # "m 14 4 tq": small pieces that are words read as anything.
        return len(pieces) < 3 or written.isupper() or pieces[0].lower() not in _SMALL
    # What is misread has to look like a postcode all the more: "s 40 odd" is none.
    return written.isupper() or (sum(map(str.isdigit, compact)) > 1 and (len(pieces) == 1 or compact[-3].isdigit()))


def _is_parted(pieces: list[str]) -> bool:
    """Whether the gap is where it belongs, before the last three: "E14 by the docks" is none."""
    after = 0
    for piece in reversed(pieces):
        after += len(piece)
        if after >= 3:
            break
    return after == 3


_SELDOM: Final = frozenset("CIKMOV")
_SMALL: Final = frozenset({"a", "i", "at", "to", "in", "so", "me", "be", "s", "m", "e", "l"})
