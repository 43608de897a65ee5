"""The text of a warning, made from its fields: every fact by which he could be recognised, and no word more."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from ..models import VersionKind
from ..segments import count, to_gsm
from .features import listed
from .plain import in_one_line, plain
from .wording import OPENING


class Identifier(Protocol):
    """A phone, plate, mailbox or account, as it is to be said."""

    @property
    def kind(self) -> str: ...
    @property
    def value(self) -> str: ...
    @property
    def partial(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Facts:
    """What a text says; an empty one is left out."""

    reference: str
    what: str
    when: str = ""
    where: str = ""
    people: str = ""
    vehicle: str = ""
    identifiers: Sequence[Identifier] = ()
    advice: str = ""


def compose(facts: Facts, *, kind: VersionKind = VersionKind.ALERT) -> str:
    """Write *facts* with GSM characters wherever they can be; in fewer letters where that saves a whole text."""
    easy, tight = (_written(facts, kind, tight=each) for each in (False, True))
    return tight if count(tight).segments < count(easy).segments else easy


def _written(facts: Facts, kind: VersionKind, *, tight: bool) -> str:
    opening = f"{OPENING}, update" if kind is VersionKind.UPDATE else OPENING
    about = [part for each in (facts.what, facts.when, facts.where) if (part := plain(each).strip(" .,"))]
    happened = (" " if tight else ", ").join(about)
    people, vehicle = (plain(part).strip(" .,;") for part in (facts.people, facts.vehicle))
    if tight:
        people = _NUMBER.sub(" ", _AGE.sub("", people))
    named = listed(_named(facts.identifiers, is_plate_clear=tight and bool(vehicle)))
    if "2) " in people:
        # What stands behind the last of several would be taken for his alone.
        seen = [_capital(people), listed((_capital(vehicle), named))]
    else:
        looks = listed((people, vehicle))
        seen = [listed((_capital(looks), named))]
    advice = _advice(facts.advice, tight=tight) or ("" if tight else "Avoid")
    return _sentences((f"{opening}: {happened}", *seen, advice, f"Ref {in_one_line(facts.reference)}"))


# Each costs less than it says, once a text would be too long for it.
_AGE = re.compile(r"\bage (?=\d+(?:-\d+|\+), )")
_NUMBER = re.compile(r"; (?=\d\d?\) )")
# "Who is there?" needs no stop, but "TJ08???" does.
_ENDED = re.compile(r"!$|(?<!\?)\?$")


def _sentences(parts: Iterable[str]) -> str:
    said = [part for part in parts if part]
    return " ".join(part if _ENDED.search(part) else f"{part}." for part in said[:-1]) + f" {said[-1]}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


_FILLER = re.compile(
    r"\b(?:(?:please|pls|kindly)\b(?! note),?|under any circumstances|at all costs|make sure (?:that )?(?:you|to)\b"
    r"|be sure to\b|remember to\b|(?:be aware|please note) that\b|stay safe\b(?: x+\b)?(?=[.!]|$))\s*",
    re.I,
)
_SHORTER = (
    (re.compile(r"\b([Dd])o not\b"), r"\1on't"),
    (re.compile(r"\b([Cc])annot\b"), r"\1an't"),
    (re.compile(r"\band\b"), "&"),
)


def _advice(text: str, *, tight: bool) -> str:
    text = _FILLER.sub("", plain(text))
    text = re.sub(r"\s+([.,;!?])", r"\1", text).strip(" .,;")
    if tight:
        for long, short in _SHORTER:
            text = long.sub(short, text)
    return re.sub(r"(?:^|(?<=[.!?] ))[a-z]", lambda first: first[0].upper(), text)


_LABELS = {"phone": "ph", "vrm": "reg", "handle": "user", "username": "user", "bank": "bank acct"}
_FIRST = ("vrm", "phone")
_LEFT_OPEN = re.compile(r"^(?:[*?]+|\.{2,})|(?:[*?]+|\.{2,})$")


def _named(identifiers: Sequence[Identifier], *, is_plate_clear: bool) -> list[str]:
    """Each kind once, with all its values; a plate beside its car needs no word before it."""
    by_kind: dict[str, dict[str, str]] = {kind: {} for kind in _FIRST}
    for each in identifiers:
        value = to_gsm(in_one_line(each.value))
        if value:
            kind = in_one_line(each.kind).casefold()
            said = _value(kind, value, is_partial=each.partial)
            # The plate of the car may be named a second time, in another spelling.
            by_kind.setdefault(kind, {}).setdefault(said.replace(" ", "") if kind == "vrm" else said, said)
    found = []
    for kind, said_by_key in by_kind.items():
        values = said_by_key.values()
        if not values:
            continue
        is_clear = (kind == "email" and all("@" in value for value in values)) or (
            kind == "vrm" and is_plate_clear and all(_PLATE.fullmatch(value) for value in values)
        )
        label = "" if is_clear else _LABELS.get(kind, plain(kind.replace("_", " ")))
        found.append(f"{label} {', '.join(values)}".strip())
    return found


_PLATE = re.compile(r"[A-Z]{2}\d\d ?[A-Z]{3}")
_DIALLED = re.compile(r"\+?[\d\s().*?-]+")


def _value(kind: str, value: str, *, is_partial: bool) -> str:
    """The value as it is dialled or read; of a part, which part it is."""
    if kind == "phone" and _DIALLED.fullmatch(value):
        value = re.sub(r"^(?:\+|00)44(?:0(?=\d))?", "0", re.sub(r"[\s()-]", "", value))
    elif kind == "vrm":
        value = value.upper() if value.isascii() else value
    if not is_partial and not (kind in _FIRST and set(value) & set("*?")):
        return value
    known = _LEFT_OPEN.sub("", value)
    if re.match(r"(?:ends|starts|begins|part|contains)\b", value, re.I) or not known:
        return value
    before, _, after = value.partition(known)
    if not (before and after) and not set(known) & set("*?"):
        if before:
            return f"ends {known}"
        # "TJ08???" says how much is missing.
        if after and set(after) != {"?"}:
            return f"starts {known}"
    return value if set(value) & set("*?") else f"part {value}"
