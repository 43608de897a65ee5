"""The pieces of an address: a flat, a number, a street, a house.

Each reader begins at a word and says after which one its piece ends; 0 means that there is none.
"""

import re
from dataclasses import dataclass

from ..identifiers import numbers
from . import lexicon
from . import street_words as words


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a number or a sign of a text."""

    text: str
    low: str
    start: int
    end: int
    after_blank: bool
    """Whether an empty line stands before it."""


def tokens(text: str) -> list[Token]:
    """Part *text*; what is no space belongs to a token."""
    parted: list[Token] = []
    before = 0
    for match in words.TOKEN.finditer(text):
        low = match[0].casefold().replace("’", "'")
        low = low[:-2] if low.endswith("'s") and low[:-2] in words.STRONG else low
        is_apart = text.count("\n", before, match.start()) > 1
        parted.append(Token(match[0], low, match.start(), match.end(), is_apart))
        before = match.end()
    return parted


class Streets:
    """Reads the pieces of addresses in one text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tokens(text)
        self.count = len(self.tokens)

    # A flat or a room.

    def unit(self, at: int) -> int:
        """ "flat 3", "apt. no 3b", "top floor", "2/1", "basement flat"."""
        if self.low(at) in words.UNIT:
            return self._numbered_unit(at)
        return self._floor(at) or self._tenement(at)

    def _numbered_unit(self, at: int) -> int:
        next_ = self._after_stop(at + 1)
        if self.low(next_) in words.NUMBERED | {"#"}:
            next_ = self._after_stop(next_ + 1)
        if next_ >= self.count:
            return 0
        ident = self.tokens[next_]
        spelt = self.spoken(next_)
        if spelt and not (ident.low == "one" and self.low(next_ + 1) in {"of", "with", "in", "day", "night"}):
            return spelt
        if ident.text.isalpha():
            # "flat c", "Flat A, 7 …"; "a room u can rent" is none.
            letters = "bcdefgh" if ident.text.islower() else "bcdefghjklmnp"
            is_letter = self.low(at) != "door" and ident.low in set(letters)
            return next_ + 1 if is_letter or (ident.text == "A" and self.ends_at(next_ + 1)) else 0
        return next_ + 1 if words.IDENT.fullmatch(ident.text) else 0

    def _floor(self, at: int) -> int:
        low, after = self.low(at), self.low(at + 1)
        if re.fullmatch(r"\d{1,2}(?:st|nd|rd|th)", low) and after == "floor":
            return at + 2
        if low in words.FLOOR and after in words.FLOORED:
            end = at + 2
            if after == "ground":
                if self.low(end) not in words.FLOORED:
                    return 0
                end += 1
            sides = {"flat", "rear", "left", "right", "front", "back"}
            return end + 1 if self.low(end - 1) == "floor" and self.low(end) in sides else end
        return at + 1 if low in {"basement", "penthouse"} and after == "," else 0

    def _tenement(self, at: int) -> int:
        low = self.low(at)
        if words.TENEMENT.fullmatch(low) and self.number(self.after_comma(at + 1)) and low[0] != "0":
            return at + 1
        is_room = re.fullmatch(r"[a-z]\d{1,3}", low) and self.low(at + 1) == "," and self.is_capital(at + 2)
        return at + 1 if is_room and self.house(at + 2, after_unit=True) else 0

    # A number.

    def number(self, at: int) -> int:
        """ "14", "14b", "no. 14", "number 14", "twelve a", "40-42"."""
        is_named = self.low(at) in words.NUMBERED
        if is_named:
            at = self._after_stop(at + 1)
        if at >= self.count or (not is_named and self._is_part_of_figure(at)):
            return 0
        if words.NUMBER.fullmatch(self.tokens[at].text):
            return at + 2 if self._has_letter(at) else at + 1
        spelt = self.spoken(at)
        if spelt and self.low(spelt) in set("abcdefgh") and self.street(spelt + 1, after_number=True):
            return spelt + 1
        return spelt

    def _is_part_of_figure(self, at: int) -> bool:
        """Whether it goes on from ".", ":" or "£" without a space: "7.30"."""
        if not at or self.low(at - 1) not in {".", ":", "£", "$", "€"}:
            return False
        return self.tokens[at - 1].end == self.tokens[at].start

    def _has_letter(self, at: int) -> bool:
        """Whether the letter of "14 b quarry street" follows."""
        if not self.tokens[at].text.isdecimal() or not re.fullmatch(r"[a-h]", self.low(at + 1)):
            return False
        is_word = self.low(at + 1) != "a" and self.is_word(at + 2)
        return is_word or self.street(at + 2, after_number=True) > 0

    def spoken(self, at: int) -> int:
        """A number in words."""
        low = self.low(at)
        if low in numbers.TENS:
            return at + 2 if numbers.UNITS.get(self.low(at + 1), "0") != "0" else at + 1
        if low in numbers.TEENS or numbers.UNITS.get(low, "0") != "0":
            return at + 1
        tens, _, unit = low.partition("-")
        return at + 1 if tens in numbers.TENS and unit in numbers.UNITS else 0

    # A street.

    def street(self, at: int, *, after_number: bool) -> int:
        """ "Mill Lane", "The Paddocks", "Heol y Felin": a name and what kind of street it is."""
        low = self.low(at)
        if low == "the" and after_number:
            if self.low(at + 1) in words.THE:
                return at + 2
            at += 1
        if low in words.TYPE_FIRST and (after_number or self.is_capital(at)) and (end := self._welsh(at)):
            return end
        best, end = 0, at
        for length in range(4):
            kind = self.low(end)
            is_kind = kind in words.STRONG | words.WEAK or (best > 0 and kind in words.SURE_HOUSE)
            if length and is_kind and self._is_kind(at, end, after_number=after_number):
                best = end + 1
                # "Queens Park Road": the last kind is the kind.
                if not self._goes_by(end, end + 1):
                    break
            if not self.is_word(end) and not (length == 0 and kind in words.FIRST_IN_NAME):
                break
            end = self._after_stop(end + 1) if length == 0 and kind == "st" else end + 1
        return best

    def _is_kind(self, at: int, end: int, *, after_number: bool) -> bool:
        kind = self.low(end)
        is_capital = self.is_capital(end)
        name = self.tokens[at:end]
        if after_number:
            # "2 lads walk", "10 min drive": a kind that is a deed as well, after a word that is no name.
            is_deed = any(each.low in lexicon.KIN | words.VERBS for each in name) or self.low(end + 1) in words.DEEDS
            return kind in words.STRONG or is_capital or not is_deed
        # Without a number: everything in capitals, or nothing, and then a kind that is hardly another word.
        if is_capital and all(each.text[0].isupper() or each.low in words.PARTICLES for each in name):
            return True
        is_plain = not any(each.low in lexicon.KIN or each.text[0].isupper() for each in name)
        return kind in words.STRONG and len(name) < 3 and is_plain

    def _goes_by(self, kind: int, next_: int) -> bool:
        """Whether a name goes on over one kind to another: "Bank Top Close", but not "Belmont St close to"."""
        low = self.low(next_)
        if low in words.STRONG:
            return True
        if self.is_capital(next_) != self.is_capital(kind):
            return False
        is_kind = self.is_capital(kind) or low not in {"top", "bottom", "end", "side", "corner", "point"}
        is_preposition = self.low(next_ + 1) in {"to", "by", "past", "off", "of"}
        return low in words.SURE_HOUSE or (low in words.WEAK and is_kind and not is_preposition)

    def _welsh(self, at: int) -> int:
        """ "Heol y Felin", "Maes Pen y Bryn": what it is, then whose or what."""
        end = at + 1
        for _part in range(2):
            particles = end
            while end - particles < 3 and self.low(end) in words.PARTICLES:
                end += 1
            if not self.is_word(end) or (self.is_capital(at) and not self.is_capital(end)):
                return 0
            end += 1
            if self.low(end) not in words.PARTICLES - {"of", "and", "the", "upon", "le"}:
                break
        return end

    # A house.

    def house(self, at: int, *, after_unit: bool = False) -> int:
        """ "Quarry House", "The Old Forge", and after a flat's number "the Beeches" as well."""
        first = at
        if self.low(at) == "the":
            first += 1
            if end := self._the_house(first, after_unit=after_unit):
                return end
        for end in range(first, first + 4):
            kind = self.low(end)
            if end > first and kind in words.HOUSE:
                is_capital = all(self.is_capital(each) for each in range(first, end + 1))
                if is_capital or after_unit or (kind in words.SURE_HOUSE and self.is_numbered(at)):
                    return self._last_kind(end)
            if not self.is_word(end) and kind not in {"old", "new"}:
                break
        return 0

    def _the_house(self, at: int, *, after_unit: bool) -> int:
        low = self.low(at)
        if low == "old" and self.low(at + 1) in words.OLD:
            return at + 2
        if low in words.OLD and self.is_capital(at):
            return at + 1
        is_name = low in words.THE or (self.is_capital(at) and not self.is_capital(at + 1))
        return at + 1 if after_unit and is_name else 0

    def _last_kind(self, kind: int) -> int:
        while self.low(kind + 1) in words.HOUSE | {"park"} and self.is_capital(kind + 1) == self.is_capital(kind):
            kind += 1
        return kind + 1

    # What stands somewhere.

    def low(self, at: int) -> str:
        """The token at *at* in lower case; nothing before the first and after the last."""
        return self.tokens[at].low if 0 <= at < self.count else ""

    def is_word(self, at: int) -> bool:
        """Whether the token can be a part of a name."""
        if at >= self.count or self.tokens[at].after_blank:
            return False
        token = self.tokens[at]
        is_name = len(token.text) > 1 and token.text[0].isalpha() and not any(char.isdigit() for char in token.text)
        if token.text[0].isupper() and not token.text.isupper():
            return is_name and token.low not in words.NEVER_IN_NAME
        return is_name and token.low not in words.NOT_IN_NAME

    def is_capital(self, at: int) -> bool:
        return 0 <= at < self.count and self.tokens[at].text[0].isupper()

    def is_numbered(self, at: int) -> bool:
        """Whether a number stands just before: "7 quarry house"."""
        return at > 0 and (self.tokens[at - 1].text[0].isdigit() or self.low(at - 1) in numbers.NUMBERS)

    def ends_at(self, at: int) -> bool:
        """Whether a name can end before *at*."""
        is_sign = at >= self.count or not self.tokens[at].text[0].isalnum()
        return is_sign or self.low(at) in {"flat", "and", "he", "she", "is", "in", "i", "at"}

    def after_comma(self, at: int) -> int:
        return at + 1 if self.low(at) in {",", "/", "-"} else at

    def _after_stop(self, at: int) -> int:
        return at + 1 if self.low(at) == "." else at

    def capitals(self, at: int, most: int = 3) -> int:
        """Up to *most* words in capitals; none if everything is written so."""
        end = at
        while end - at < most and self.is_word(end) and self.is_capital(end) and not self.tokens[end].text.isupper():
            end += 1
        return end if end > at and self.low(end - 1) not in words.MONTHS else 0
