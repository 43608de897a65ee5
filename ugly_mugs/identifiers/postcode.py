"""Postcodes: "SW1H 0AZ" however it is spaced, cased or misread; a district alone stays one ("CF24")."""

import re
from itertools import product
from typing import Final

from .kinds import MOST, level, listed

AREAS: Final = frozenset(
    listed(
        "AB AL B BA BB BD BH BL BN BR BS BT BX CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E EC EH EN EX "
        "FK FY G GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE LL LN LS LU M ME MK ML N NE "
        "NG NN NP NR NW OL OX PA PE PH PL PO PR RG RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ "
        "TR TS TW UB W WA WC WD WF WN WR WS WV YO ZE"
    )
)
_OUTWARD: Final = ("A9", "A99", "AA9", "AA99", "A9A", "AA9A")
_LABEL: Final = re.compile(r"^(?:post ?code|p/?code|pc|zip(?: code)?)\b[ .:]*(?:is |was )?")
_TO_DIGIT: Final = {"O": "0", "I": "1", "L": "1", "S": "5", "Z": "2", "B": "8"}
_TO_LETTER: Final = {"0": "O", "1": "I", "5": "S", "2": "Z", "8": "B"}
_NEVER_INWARD: Final = frozenset("CIKMOV")
# Only these areas have districts that end in a letter.
_LETTERED: Final = frozenset(listed("E EC N NW SE SW W WC"))


def read(value: str) -> str | None:
    """Read a postcode, or the district of one; None if it is neither."""
    if len(value) > MOST:
        return None
    text = re.sub(r"[\s.,_/-]+", "", _LABEL.sub("", level(value))).upper()
    if not re.fullmatch(r"[A-Z0-9?]{2,7}", text):
        return None
    best, fewest = None, 3
    for outward, inward in product(_OUTWARD, ("9AA", "")):
        if len(outward) + len(inward) != len(text):
            continue
        fitted = _fit(outward + inward, text, len(outward)) or _as_written(outward + inward, text, len(outward))
        if fitted is None:
            continue
        misread = sum(was != now for was, now in zip(text, fitted, strict=True))
        # A district alone is too short to be misread and still be known.
        if misread < (fewest if inward else 1):
            best, fewest = f"{fitted[: len(outward)]} {fitted[len(outward) :]}".strip(), misread
    return best


def _as_written(shape: str, text: str, outward: int) -> str | None:
    """Read one whose last letters no real postcode has: people mishear and make up, but hours are "5PM"."""
    fitted = _fit(shape, text, outward, never=frozenset())
    return fitted if fitted == text and text[-2:] not in {"AM", "PM", "KM", "CM", "MM"} else None


def _fit(shape: str, text: str, outward: int, never: frozenset[str] = _NEVER_INWARD) -> str | None:
    read = ""
    for at, (want, char) in enumerate(zip(shape, text, strict=True)):
        now = (_TO_LETTER if want == "A" else _TO_DIGIT).get(char, char)
        if now == "?":
            if at <= outward:
                return None
        elif not (now.isdigit() if want == "9" else now.isalpha()) or (at > outward and now in never):
            return None
        read += now
    area = read[: 2 if shape[1] == "A" else 1]
    if area not in AREAS or (shape[outward - 1] == "A" and area not in _LETTERED):
        return None
    return None if read[len(area)] == "0" and len(read[len(area) : outward]) > 1 else read
