"""Addresses in a text: from "Flat 2, 14 Quarry Street" to "above the chippy on mill rd"."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from ..identifiers import address
from . import lexicon, nations, towns
from . import street_words as words
from .spans import Found, Label
from .streets import Streets


class _Read(NamedTuple):
    """What was read, up to which token, and how sure it is; 0 is sure to be none."""

    end: int
    score: float
    label: Label = Label.ADDRESS


def find(text: str) -> Iterator[Found]:
    """Find the addresses in *text*; a street without a number is a place."""
    reader = _Addresses(text)
    at = 0
    while at < reader.count:
        read = next(reader.readings(at), None)
        if read is None:
            at += 1
            continue
        if read.score:
            start, end = reader.tokens[at].start, reader.tokens[read.end - 1].end
            norm = address.read(text[start:end]) if read.label is Label.ADDRESS else None
            yield Found(start, end, read.label, norm, read.score)
        at = read.end


class _Addresses(Streets):
    """Puts the pieces together; of the readings that begin at one token, the first is taken."""

    def readings(self, at: int) -> Iterator[_Read]:
        if self.low(at - 1) in {"£", "$", "€"}:
            return
        if unit := self.unit(at):
            yield from self._from_unit(at, unit)
            return
        if number := self.number(at):
            yield from self._from_number(at, number)
        if not self.tokens[at].text[0].isdigit():
            yield from self._around(at)
            yield from self._from_house(at, self.house(at))
            yield from self._from_street(at, self.street(at, after_number=False))

    # From a flat on.

    def _from_unit(self, at: int, unit: int, *, is_inner: bool = False) -> Iterator[_Read]:
        next_ = self.after_comma(unit)
        if next_ == unit and self._is_no_flat(at, unit):
            yield _Read(at + 1, 0)
        # "3rd floor, flat 8, …", "flat 2, block c, …"
        inner = 0 if is_inner else self.unit(next_)
        read = next(self._from_unit(next_, inner, is_inner=True), None) if inner else None
        if read and read.score:
            yield _Read(read.end, max(read.score, 0.85))
        number = self.number(next_)
        if number and (street := self.street(number, after_number=True)):
            yield _Read(self._further(street), 0.97)
        if house := self.house(next_, after_unit=True) or self.street(next_, after_number=False):
            yield _Read(self._after_house(house), 0.95)
        if above := self._above(unit):
            yield _Read(above, 0.93)
        named = self.capitals(number) if number else 0
        if named and self._is_no_person(number, named):
            yield _Read(named, 0.85)
        low = self.low(at)
        if low in words.SURE_UNIT or (words.TENEMENT.fullmatch(low) and "f" in low):
            yield from self._from_flat(unit, next_)
        if low in {"caravan", "almshouse", "door", "chalet", "bedsit"} and unit == at + 2:
            yield _Read(unit, 0.55)

    def _from_flat(self, unit: int, next_: int) -> Iterator[_Read]:
        named = self.capitals(next_)
        if named and not self._is_sentence_start(next_):
            street = self.street(self.after_comma(named), after_number=False)
            if street or next_ == unit:
                yield _Read(street or named, 0.85)
        # "flat 23 trinity one, bellevue ave"
        for end in range(next_ + 1, next_ + 4):
            if not self.is_word(end - 1):
                break
            if self.low(end) == "," and (street := self.street(end + 1, after_number=False)):
                yield _Read(street, 0.85)
        yield _Read(unit, 0.6)

    def _is_no_flat(self, at: int, unit: int) -> bool:
        """Whether the number is the street's: "come to my apartment 197A Belmont Terrace"."""
        low = self.low(at)
        if low not in {"apartment", "flat", "room", "door", "place"} or unit != at + 2 or self.number(at + 1) != unit:
            return False
        street = self.street(unit, after_number=True)
        is_owned = self.low(at - 1) in {"my", "her", "his", "our", "their", "the", "box", "a"}
        is_street = low != "flat" and self.low(street - 1) in words.STRONG
        return street > 0 and (is_owned or low == "door" or is_street)

    def _after_house(self, house: int) -> int:
        """What may follow a house: ", 4 Mill Lane", ", shelley view", "Hotel"."""
        next_ = self.after_comma(house)
        number = self.number(next_)
        if number and (street := self.street(number, after_number=True)):
            return street
        if street := self.street(next_, after_number=False):
            return street
        if self.low(house) == "," and not self.is_capital(next_):
            street = self.street(next_, after_number=True)
            if street == next_ + 2:
                return street
        return house + 1 if self._is_firm(house) else self._further(house)

    def _further(self, at: int) -> int:
        """What may follow a street: ", flat 3", ", second floor"."""
        next_ = self.after_comma(at)
        is_unit = self.low(next_) in (words.FLOOR | words.UNIT if next_ > at else words.SURE_UNIT)
        unit = self.unit(next_) if is_unit else 0
        return unit or at

    # From a number on.

    def _from_number(self, at: int, number: int) -> Iterator[_Read]:
        if street := self.street(number, after_number=True):
            # "12 Pargeter Street, top room"; "7 Quarry House, Mill Lane"
            last = self.low(street - 1)
            further = self.street(self.after_comma(street), after_number=False) if last in words.HOUSE else 0
            is_sure = last in words.STRONG or self.is_capital(street - 1)
            yield _Read(further or self._further(street), 0.93 if is_sure else 0.8)
        # "22, Duke Street"
        is_parted = self.low(number) == "," and self.is_capital(number + 1) and self.low(at - 1) not in {",", "and"}
        if is_parted and (street := self.street(number + 1, after_number=False)):
            yield _Read(self._further(street), 0.75)
        if house := self.house(number):
            street = self.street(self.after_comma(house), after_number=False)
            yield _Read(street or house, 0.9 if street or self.is_capital(house - 1) else 0.75)
        is_figure = self.tokens[number - 1].text[0].isdigit()
        is_cued = at == 0 or self.low(at - 1) in words.CUES
        named = self.capitals(number) if is_figure and is_cued else 0
        if named and self._is_no_person(number, named):
            yield _Read(named, 0.65)
        first = self.low(number)
        if words.SUFFIX.match(first) and first not in lexicon.ordinary() and (self.is_capital(number) or is_cued):
            yield _Read(number + 1, 0.7)
        is_at = self.low(at) in {"number", "no"} and self.low(at - 1) in {"at", "opposite"}
        if is_figure and is_at and self.ends_at(number):
            yield _Read(number, 0.5)

    # Around a house or a street that are named.

    def _around(self, at: int) -> Iterator[_Read]:
        low, after = self.low(at), self.low(at + 1)
        behind = self.number(at + 2) if low in {"back", "bk", "rear"} and after == "of" else 0
        if behind and (street := self.street(behind, after_number=True)):
            yield _Read(street, 0.9)
        if low == "the" and after == "basement" and self.low(at + 2) == "," and (number := self.number(at + 3)):
            street = self.street(number, after_number=True) or (number + 1 if self._is_long_name(number) else 0)
            if street:
                yield _Read(street, 0.9)
        if low in {"the", "a"} and (dwelling := self._dwelling(at)):
            yield _Read(dwelling, 0.75)
        if low in {"above", "over"} and after == "the" and (above := self._above(at)):
            yield _Read(above, 0.7)
        if named := self._named(at):
            yield _Read(named, 0.7)

    def _dwelling(self, at: int) -> int:
        """ "the end house on Bobbin Street", "the white bungalow at the end of Sandpiper Walk"."""
        kind = next((at + step for step in range(1, 4) if self.low(at + step) in words.DWELLING), 0)
        if (
            not kind
            or (kind == at + 1 and self.low(kind) == "door")
            or self.unit(kind)
            or any(self.low(each) in words.BOUNDARY for each in range(at, kind))
        ):
            return 0
        for end in range(kind + 1, kind + 8):
            low = self.low(end)
            if not low or low in words.BOUNDARY | words.CLAUSE or self.unit(end) or self.number(end):
                break
            is_comma = low == "," and end < kind + 4 and self.low(at) == "the"
            is_near = is_comma or low in {"on", "of", "at", "in", "facing"}
            if is_near and not self.unit(end + 1) and (street := self.street(end + 1, after_number=not is_comma)):
                return street
        return 0

    def _above(self, at: int) -> int:
        """ "above the chippy on Mill Rd", "over Khan's Carpets"."""
        if self.low(at) not in words.ABOVE:
            return 0
        for end in range(at + 1, at + 7):
            low = self.low(end)
            if low in {"on", "in", "at"} and (street := self.street(end + 1, after_number=True)):
                return street
            if not low or low in words.BOUNDARY or low in {"he", "she", "i", "and", "they"}:
                break
        is_name = self.low(at) in {"above", "over"} and self.low(at - 1) not in {"is", "was"}
        return self.capitals(at + 1) if is_name else 0

    def _named(self, at: int) -> int:
        """ "at The Cabin, Loch Road": what stands in capitals before a comma and a street."""
        first = at + 1 if self.low(at) == "the" else at
        if not self.is_capital(first) or self.low(at - 1) not in words.NAMED_AFTER:
            return 0
        named = self.capitals(first)
        if not named or self.low(named) != "," or not (self.is_capital(named + 1) or self.number(named + 1)):
            return 0
        if not self._is_no_person(first, named) or towns.is_one(self.low(first)):
            return 0
        number = self.number(named + 1)
        return self.street(number or named + 1, after_number=number > 0)

    def _from_house(self, at: int, house: int) -> Iterator[_Read]:
        if not house:
            return
        next_ = self.after_comma(house)
        number = self.number(next_)
        is_capital = self.is_capital(at)
        if self.low(next_) == "on" and is_capital and (street := self.street(next_ + 1, after_number=False)):
            yield _Read(street, 0.75)
        if number and (street := self.street(number, after_number=True)):
            yield _Read(street, 0.9)
        is_old = self.low(at) == "the"
        if next_ > house and (is_capital or is_old) and (street := self.street(next_, after_number=False)):
            yield _Read(street, 0.9)
        unit = self.unit(next_)
        if unit and not self.street(unit, after_number=True) and not self.house(unit, after_unit=True):
            yield _Read(unit, 0.85)
        is_number = number == house + 1 or (self.low(house) in words.NUMBERED and number == house + 2)
        if is_number and is_capital and next_ == house and self.ends_at(number):
            yield _Read(number, 0.75)
        if is_capital and self.is_capital(house - 1) and not self.street(at, after_number=False):
            yield from self._house_alone(at, house)

    def _house_alone(self, at: int, house: int) -> Iterator[_Read]:
        is_court = self.low(at) in words.NOT_A_HOME and house == at + 2
        is_town = towns.is_one(" ".join(self.low(each) for each in range(at, house)))
        if self._is_firm(house) or is_court or is_town or self._is_person(at):
            return
        if self.low(house - 1) in words.ALONE:
            yield _Read(house, 0.6)
        if self._is_lived_in(at):
            yield _Read(house, 0.5)

    def _from_street(self, at: int, street: int) -> Iterator[_Read]:
        if not street:
            return
        last = self.low(street - 1)
        is_strong = last in words.STRONG
        is_capital = self.is_capital(at) and self.is_capital(street - 1)
        if unit := self.unit(self.after_comma(street)):
            yield _Read(unit, 0.85)
        if number := self._number_behind(street, is_sure=is_strong or is_capital):
            yield _Read(self.unit(self.after_comma(number)) or number, 0.75)
        if self._is_firm(street) or (not is_strong and self._is_person(at)):
            return
        if is_capital and last in words.ALONE:
            yield from self._house_alone(at, street)
            return
        before = self.low(at - 1)
        if (is_capital or is_strong) and self._is_lived_in(at) and before in {"on", "in", "(", "is", "at", "to"}:
            yield _Read(street, 0.55)
        if (is_strong and (is_capital or before in words.ALONG)) or (is_capital and before in words.ALONG):
            yield _Read(street, 0.5 if is_capital else 0.45, Label.LOC)

    def _number_behind(self, street: int, *, is_sure: bool) -> int:
        """ "Alma St no 12", "Windmill Close 16", as people write who come from where that is usual."""
        next_ = self.after_comma(street)
        if self.low(next_) in words.NUMBERED:
            return self.number(next_)
        number = self.number(street)
        if not number or not is_sure or not self.tokens[street].text[0].isdigit() or len(self.tokens[street].text) > 3:
            return 0
        is_end = self.ends_at(number) or re.fullmatch(r"[a-z]{1,2}\d{1,2}[a-z]?", self.low(number)) is not None
        return number if is_end else 0

    # Questions.

    def _is_long_name(self, at: int) -> bool:
        """ "19 Ropewalk": a street's name in one word."""
        return self.is_capital(at) and words.SUFFIX.match(self.low(at)) is not None

    def _is_firm(self, at: int) -> bool:
        return self.is_capital(at) and self.low(at) in words.FIRMS

    def _is_person(self, at: int) -> bool:
        """Whether "Mark Dale" and "Mr Green" are people: by a given name, or by how somebody is addressed."""
        return self.low(at) in lexicon.given() or self.low(at) in words.MONTHS or self.low(at - 1) in words.MONTHS

    def _is_no_person(self, start: int, end: int) -> bool:
        """Whether the words in capitals after a number are no person, no people and no firm."""
        if self._is_sentence_start(start):
            return False
        return not any(
            low in lexicon.given() or low in lexicon.FIRMS or low in words.MONTHS or nations.is_one(low)
            for low in (self.low(at) for at in range(start, end))
        )

    def _is_lived_in(self, at: int) -> bool:
        return any(self.low(at - step) in words.HOME for step in range(1, 6))

    def _is_sentence_start(self, at: int) -> bool:
        return self.low(at - 1) in {".", "!", "?"}
