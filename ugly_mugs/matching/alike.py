"""In what way two identifiers meet, and how much that tells."""

import re
from dataclasses import dataclass, field
from typing import Final

from ..identifiers import Kind, Normal, fold
from .names import is_known
from .weights import DIGIT, FURTHER_DIGIT, LETTER, MEETING, NAME, PARTIAL_COSTS, SHORT, WORD, How

_ALIKE: Final = "MN VY UV EF CG OD OQ DQ PR KX BR XY HN WV IJ TI LI TY MW HM 17 38 69 56 08 35 14"
_TAKEN_FOR: Final = frozenset(frozenset(pair) for pair in _ALIKE.split())
_RUNS: Final = re.compile(r"[^\W\d_]+|\d+")
LEAST_OF_A_PHONE: Final = 4
LEAST_OF_A_PLATE: Final = 3


@dataclass(frozen=True, slots=True)
class Meeting:
    """Two identifiers that are one, or may be."""

    kind: Kind
    how: How
    bits: float
    one: Normal = field(repr=False)
    other: Normal = field(repr=False)


def meets(one: Normal, other: Normal) -> Meeting | None:
    """How *one* and *other* meet; None where they are simply different."""
    if one.kind is not other.kind:
        how = How.STEM if stem(one) and stem(one) == stem(other) else None
        return None if how is None else Meeting(Kind.HANDLE, how, MEETING[Kind.HANDLE, how], one, other)
    kind = one.kind
    how = _partial(one, other) if one.partial or other.partial else _whole(kind, one.value, other.value)
    if how is None or (kind, how) not in MEETING:
        return None
    bits = MEETING[kind, how]
    if how is How.PARTIAL:
        bits = min(bits, min(known_bits(each) for each in (one, other) if each.partial) - PARTIAL_COSTS)
    elif kind is Kind.HANDLE:
        bits = min(bits, name_bits(one.value))
    return Meeting(kind, how, bits, one, other)


def stem(normal: Normal) -> str:
    """The name that a username and a mailbox may share; "" where it is too short to tell anything."""
    if normal.partial or normal.kind not in {Kind.HANDLE, Kind.EMAIL} or "/" in normal.value:
        return ""
    name = fold(normal.kind, normal.value).partition("@")[0]
    return name if len(name) >= 8 or (len(name) >= 5 and any(char.isdigit() for char in name)) else ""


def name_bits(handle: str) -> float:
    """How much it tells that two reports give this username."""
    total = 0.0
    for run in _RUNS.findall(handle.rpartition(":")[2]):
        if run.isdigit():
            total += DIGIT * min(len(run), 2) + FURTHER_DIGIT * max(len(run) - 2, 0)
        elif is_known(run):
            total += NAME
        else:
            total += SHORT if len(run) <= 3 else WORD
    return total


def known_bits(partial: Normal) -> float:
    """How much the known characters of *partial* tell; the code of the country is none."""
    known = _known(partial)
    digits = sum(char.isdigit() for char in known)
    return DIGIT * digits + LETTER * (len(known) - digits)


def _known(normal: Normal) -> str:
    value = normal.value.removeprefix("+44") if normal.kind is Kind.PHONE else normal.value
    return "".join(char for char in value if char.isalnum())


def _partial(one: Normal, other: Normal) -> How | None:
    least = LEAST_OF_A_PHONE if one.kind is Kind.PHONE else LEAST_OF_A_PLATE
    if min(len(_known(each)) for each in (one, other)) < least:
        return None
    if one.value == other.value:
        return How.PARTIAL
    if one.partial and other.partial:
        return None
    pattern, whole = (one, other) if one.partial else (other, one)
    return How.PARTIAL if fits(pattern.value, whole.value) else None


def fits(pattern: str, value: str) -> bool:
    """Whether *value* may be what *pattern* is known of."""
    at = after_star = 0
    star = -1
    here = 0
    while here < len(value):
        if at < len(pattern) and (pattern[at] == "?" or (pattern[at] != "*" and pattern[at] == value[here])):
            at, here = at + 1, here + 1
        elif at < len(pattern) and pattern[at] == "*":
            star, at, after_star = at, at + 1, here
        elif star >= 0:
            after_star += 1
            at, here = star + 1, after_star
        else:
            return False
    return not pattern[at:].strip("*")


def _whole(kind: Kind, one: str, other: str) -> How | None:
    if one == other:
        return How.SAME
    folded, also = fold(kind, one), fold(kind, other)
    if folded == also and kind is not Kind.PHONE:
        return How.TWIN
    if kind not in {Kind.PHONE, Kind.VRM} or len(folded) != len(also):
        return None
    where = [at for at, pair in enumerate(zip(folded, also, strict=True)) if pair[0] != pair[1]]
    if len(where) == 1:
        chars = frozenset((one[where[0]], other[where[0]]))
        return How.MISREAD if kind is Kind.VRM and chars in _TAKEN_FOR else How.ONE_OFF
    if len(where) == 2 and where[1] == where[0] + 1 and folded[where[0]] == also[where[1]]:
        return How.ONE_OFF if folded[where[1]] == also[where[0]] else None
    return None
