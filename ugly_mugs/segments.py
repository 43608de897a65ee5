"""How many texts a text is: what it costs, and how long it takes to send.

A text in the GSM alphabet holds 160 characters, or 153 in each part of a longer one; a single
character from outside turns the whole text into UCS-2, where the numbers are 70 and 67.
"""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

import gsm0338  # registers the codec

_CODEC = gsm0338.Codec.NAME
_ESCAPE = 0x1B

_BASIC = frozenset(bytes(code for code in range(128) if code != _ESCAPE).decode(_CODEC))
_EXTENDED = frozenset("".join(bytes((_ESCAPE, code)).decode(_CODEC, "ignore") for code in range(128)))
_GSM = _BASIC | _EXTENDED
# An extended character goes over the air as an escape and a second unit.
_UNITS = {ord(char): f"{chr(_ESCAPE)}{char}" for char in _EXTENDED}

_ALIKE = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′‹›`´ʼ", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−⁃", "-"),
        **dict.fromkeys("\t\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f", " "),
        **dict.fromkeys("\u00ad\u200b\u200c\u2060\ufeff", ""),
        "…": "...",
    }
)


class Encoding(StrEnum):
    GSM7 = "GSM-7"
    UCS2 = "UCS-2"


@dataclass(frozen=True, slots=True)
class Segments:
    """What a text is on the air; *segments* is what is paid for."""

    encoding: Encoding
    units: int
    segments: int


def count(text: str) -> Segments:
    """Count *text* as a phone network does; an empty text is no segment."""
    if _GSM.issuperset(text):
        units = text.translate(_UNITS).encode("utf-16-be")
        return Segments(Encoding.GSM7, len(units) // 2, _parts(units, one=160, each=153, pairs=range(0x1B, 0x1C)))
    units = text.encode("utf-16-be", "surrogatepass")
    return Segments(Encoding.UCS2, len(units) // 2, _parts(units, one=70, each=67, pairs=range(0xD800, 0xDC00)))


def to_gsm(text: str) -> str:
    """Write quotes, dashes, dots and spaces with GSM characters; letters are never changed.

    One curly quote would more than double what a text costs.
    """
    # Composed before, since some characters only then become one of ours, and after, since what stood between is gone.
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).translate(_ALIKE))


def _parts(units: bytes, *, one: int, each: int, pairs: range) -> int:
    """Cut *units* of two bytes into segments; a unit in *pairs* is never the last of one."""
    total = len(units) // 2
    if total <= one:
        return min(total, 1)
    parts = at = 0
    while at < total:
        at += each
        if at < total and int.from_bytes(units[2 * at - 2 : 2 * at]) in pairs:
            at -= 1
        parts += 1
    return parts
