"""How a person spells a postcode district: "gu1 ", "GU1 3AB", "gu-1"."""

import re
import unicodedata
from collections.abc import Collection

_FULL = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?)[0-9][A-Z]{2}")
_SECTOR = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?)[ -]+[0-9][A-Z]?")
_SHAPE = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]?")
_LONGEST = 40


def N_(words: str) -> str:
    """Mark *words* for translation; the page that shows them translates."""
    return words


EMPTY = N_("Enter the first half of a postcode, like GU1.")
SHAPE = N_("That does not look like a postcode. Enter the first half of one, like GU1.")
NOBODY = N_(
    "There is no such postcode in the UK, the Isle of Man or the Channel Islands. Check it, or enter one nearby."
)
SPLIT = N_("That one is divided further: add the letter that follows, like EC1A.")


class UnknownDistrict(ValueError):
    """No such postcode district; *message* says why, and never repeats what was typed.

    *choices* are the districts it may have been, when "EC1" was typed and there are EC1A, EC1M, …
    """

    def __init__(self, message: str, choices: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.choices = choices


def outward(spelling: str, known: Collection[str]) -> str:
    """The one of the *known* districts that *spelling* means, or `UnknownDistrict`."""
    # Some keyboards write full-width letters and digits.
    text = unicodedata.normalize("NFKC", spelling[:_LONGEST]).strip().upper()
    if not text:
        raise UnknownDistrict(EMPTY)
    # "E1 4" is a part of E1, and not E14.
    if (sector := _SECTOR.fullmatch(text)) and sector[1] in known:
        return sector[1]
    compact = re.sub(r"[\s.-]+", "", text)
    if full := _FULL.fullmatch(compact):
        compact = full[1]
    if compact in known:
        return compact
    if not _SHAPE.fullmatch(compact):
        raise UnknownDistrict(SHAPE)
    if choices := tuple(sorted(code for code in known if code[:-1] == compact and code[-1].isalpha())):
        raise UnknownDistrict(SPLIT, choices)
    raise UnknownDistrict(NOBODY)
