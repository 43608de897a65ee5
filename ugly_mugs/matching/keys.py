"""Under what one report is looked for: whole identifiers, slips of them, and pieces.

    kept     whole and folded identifiers; pieces of whole ones; what is known of partial ones
    asked    the same, and every value that is one slip away, or that fills a gap or two

Slips are asked for and never kept: what is kept tells less to a thief, and is a tenth as much.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import product
from string import ascii_uppercase
from typing import Final

from ..identifiers import Kind, Normal, fold
from .alike import LEAST_OF_A_PLATE, stem

VERSION: Final = 1
"""Stored with what is kept, beside that of `normalise`; goes up whenever a report would be kept under other keys."""

Key = tuple[str, ...]
"""What is tagged under the key of the index, in the order of `vault.tag`."""

_DIGITS: Final = "0123456789"
_GAPS: Final = {Kind.PHONE: 2, Kind.VRM: 1}
"""So many unknown characters are tried one by one; of more, the ends are asked for."""
_FIRST, _LAST, _LEAST_LAST = 11, 6, 4
"""Of a phone: +44 and eight digits; the last six; the last four."""


@dataclass(frozen=True, slots=True)
class Keys:
    """What one report is kept under."""

    whole: frozenset[Key] = field(repr=False)
    """Reports that share one meet."""
    pieces: frozenset[Key] = field(repr=False)
    """Of whole identifiers: whoever knows such a piece meets them."""
    known: frozenset[Key] = field(repr=False)
    """The pieces that are known of partial ones."""
    stems: frozenset[Key] = field(repr=False)
    """What a username and a mailbox may share; reports that do meet."""


def keys(identifiers: Iterable[Normal]) -> Keys:
    """What a report that names *identifiers* is kept under."""
    each = list(identifiers)
    return Keys(
        whole=frozenset(key for normal in each for key in _whole(normal)),
        pieces=frozenset(key for normal in each if not normal.partial for key in _pieces(normal)),
        known=frozenset(key for normal in each if normal.partial for key in _known(normal)),
        stems=frozenset(("stem", found) for normal in each if (found := stem(normal))),
    )


def exact(normal: Normal) -> Key:
    """The key of exactly this value."""
    return (normal.kind.value, normal.value)


def folded(normal: Normal) -> Key:
    """The key under which it and its misread twins meet."""
    return ("folded", normal.kind.value, fold(normal.kind, normal.value))


def slips(normal: Normal) -> Iterator[Key]:
    """The exact keys of all that is one slip away from a phone or plate, or fills the one or two gaps in it."""
    if normal.kind not in {Kind.PHONE, Kind.VRM} or "*" in normal.value:
        return
    kind, value = normal.kind.value, normal.value
    if normal.partial:
        yield from ((kind, filled) for filled in _filled(normal.kind, value))
        return
    # Nobody mistakes the code of the country, nor that a mobile begins with 7.
    start = 4 if value.startswith("+") else 0
    for at in range(start, len(value)):
        char = value[at]
        for instead in ("?", *(_DIGITS if char.isdigit() else ascii_uppercase)):
            if instead != char:
                yield (kind, value[:at] + instead + value[at + 1 :])
        if at + 1 < len(value):
            if value[at + 1] != char and value[at + 1].isdigit() == char.isdigit():
                yield (kind, value[:at] + value[at + 1] + char + value[at + 2 :])
            for other in range(at + 1, len(value)):
                yield (kind, f"{value[:at]}?{value[at + 1 : other]}?{value[other + 1 :]}")


def _filled(kind: Kind, value: str) -> Iterator[str]:
    gaps = value.count("?")
    letters = _DIGITS if kind is Kind.PHONE else _DIGITS + ascii_uppercase
    if gaps > _GAPS[kind]:
        return
    for chars in product(letters, repeat=gaps):
        given = iter(chars)
        yield "".join(next(given) if char == "?" else char for char in value)


def _whole(normal: Normal) -> Iterator[Key]:
    yield exact(normal)
    if normal.kind is not Kind.PHONE and not normal.partial:
        yield folded(normal)


def _pieces(normal: Normal) -> Iterator[Key]:
    value = normal.value
    if normal.kind is Kind.PHONE:
        yield ("first", value[:_FIRST])
        yield ("last", value[-_LAST:])
        yield ("last", value[-_LEAST_LAST:])
    elif normal.kind is Kind.VRM:
        for long in range(LEAST_OF_A_PLATE, len(value)):
            yield ("plate begins", value[:long])
            yield ("plate ends", value[-long:])


def _known(normal: Normal) -> Iterator[Key]:
    value = normal.value
    begins = value.partition("*")[0].partition("?")[0]
    ends = value.rpartition("*")[2].rpartition("?")[2]
    if normal.kind is Kind.PHONE:
        if len(begins) >= _FIRST:
            yield ("first", begins[:_FIRST])
        if len(ends) >= _LEAST_LAST:
            yield ("last", ends[-_LAST:] if len(ends) >= _LAST else ends[-_LEAST_LAST:])
    elif normal.kind is Kind.VRM and max(len(begins), len(ends)) >= LEAST_OF_A_PLATE:
        yield ("plate begins", begins) if len(begins) >= len(ends) else ("plate ends", ends)
