"""One spelling for an address: "Flat 2, 14 Quarry St." and "flat two no 14 quarry street" are one."""

import re
import unicodedata
from typing import Final

from . import numbers
from .kinds import MOST, level

STREETS: Final = {
    "street": "st str",
    "road": "rd",
    "avenue": "ave av avn",
    "lane": "ln la",
    "close": "cl clo",
    "crescent": "cres cresc crst cr crs",
    "drive": "dr drv",
    "court": "ct crt",
    "grove": "gr grv gro",
    "place": "pl plc",
    "terrace": "terr ter tce tr",
    "gardens": "gdns gdn gds grdns",
    "square": "sq",
    "parade": "pde",
    "walk": "wlk wk",
    "way": "wy",
    "mews": "mws",
    "park": "pk",
    "boulevard": "blvd",
    "hill": "hl",
    "mount": "mt",
    "buildings": "bldgs bldg",
    "house": "hse hs",
    "cottages": "cotts",
}
"""What a street or a house may be called at its end, and how that is written short."""
SHORT: Final = {short: long for long, all_ in STREETS.items() for short in all_.split()}
_FLAT: Final = {"apt": "flat", "apartment": "flat", "appt": "flat", "flt": "flat", "fl": "flat", "rm": "room"}
_NUMBERED: Final = re.compile(r"\b(?:no|nr|num|number|house number)\b\.? ?(?=\d)")


def read(value: str) -> str | None:
    """Write an address in its one spelling; None if nothing of one is left."""
    if len(value) > MOST:
        return None
    # An address in its one spelling is one that reads as itself.
    for _again in range(4):
        before, value = value, _read(value)
        if value == before:
            return value or None
    return None


def _read(value: str) -> str:
    text = unicodedata.normalize("NFKD", level(value))
    text = "".join(char for char in text if not unicodedata.combining(char))
    words = re.sub(r"['’`]", "", text)
    words = re.sub(r"(?<!\d)/|/(?!\d)|[^\w/\s-]|_", " ", words)
    words = re.sub(r"\b(\d{1,4})(?=[^\W\d_]{3})|\b(flat|apt|apartment|room|rm|unit|no)(?=\d)", r"\g<0> ", words)
    read = [_FLAT.get(word, word) for word in numbers.in_digits(words.split())]
    # "St Anns Sq": the first is a saint, the last a street.
    read = [
        SHORT[word] if at and word in SHORT and not (word == "st" and not _ends(read, at)) else word
        for at, word in enumerate(read)
    ]
    text = " ".join(read)
    text = re.sub(r"\b(\d+)[ -]([a-h])\b(?! \d)", r"\1\2", text)
    text = re.sub(r"^flat (\d+)/(?=\d+ [a-z]{3})", _flat_of, text)
    return _NUMBERED.sub("", text).strip(" -/")


def _ends(words: list[str], at: int) -> bool:
    """Whether a street's name can end here: nothing follows, or what follows is no part of a name."""
    before = words[at - 1]
    after = words[at + 1] if at + 1 < len(words) else ""
    return not (before[0].isdigit() or before in {"flat", "the"}) or not after.isalpha()


def _flat_of(found: re.Match[str]) -> str:
    """Read "flat 2/14 quarry street" as flat 2 of number 14; "2/1, 14 quarry street" stays what Glasgow means by it."""
    return f"flat {found[1]} "
