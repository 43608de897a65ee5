"""What an identifier is, and what every reader of one does first."""

import re
import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

MOST: Final = 200
"""Nothing that names a person is longer; what is longer is not read at all."""


class Kind(StrEnum):
    PHONE = "phone"
    EMAIL = "email"
    HANDLE = "handle"
    VRM = "vrm"


@dataclass(frozen=True, slots=True)
class Normal:
    """An identifier in its one spelling."""

    kind: Kind
    value: str = field(repr=False)
    partial: bool


class NotAnIdentifier(ValueError):
    """What was typed is not one; *why* is for the person, and never repeats what she typed."""

    def __init__(self, kind: Kind, why: str) -> None:
        super().__init__(f"{kind}: {why}")
        self.kind = kind
        self.why = why


def listed(words: str) -> tuple[str, ...]:
    """Words written one after the other."""
    return tuple(words.split())


def _(words: str) -> str:
    """Mark *words* for the translators; whoever shows them looks the translation up."""
    return words


UNREADABLE: Final = _("We cannot read this. Check how it is written.")


def clean(kind: Kind, value: str) -> str:
    """Level out how *value* was typed: width, case, digits of other scripts, spaces, invisible characters."""
    if len(value) > MOST:
        raise NotAnIdentifier(kind, _("This is too long."))
    text = level(value)
    if len(text) > MOST:
        raise NotAnIdentifier(kind, _("This is too long."))
    if not text:
        raise NotAnIdentifier(kind, _("Nothing is written here."))
    return text


def level(text: str) -> str:
    """Level out width, case, digits of other scripts, spaces and invisible characters."""
    text = unicodedata.normalize("NFKC", text)
    text = "".join(_plain(char) for char in text)
    # Folding case and dropping marks can make new compositions, so once more.
    return " ".join(unicodedata.normalize("NFKC", text.casefold()).split())


def _plain(char: str) -> str:
    if char.isascii():
        return char
    if unicodedata.category(char) in {"Cf", "Me"} or char == "\ufe0f":
        return ""  # also what makes a key of a digit
    if unicodedata.category(char) == "Pd":
        return "-"
    digit = unicodedata.decimal(char, None)
    return char if digit is None else str(digit)


_COUNT = r"(?: (?:\d\b|two|three|four|five|six|seven|eight))?"
_WHAT = r"(?: (?:digits?|letters?|numbers?|part|bit|is|are|was|were|with|in|as))*"
_FRONT: Final = re.compile(rf"(?:starts?|starting|begins?|beginning|first){_COUNT}{_WHAT}[ :]+(?=\S)")
_BACK: Final = re.compile(rf"(?:ends?|ending|finish(?:es|ing)?|last){_COUNT}{_WHAT}[ :]+(?=\S)")
_MIDDLE: Final = re.compile(rf"(?:contains?|containing|includes?|including){_COUNT}{_WHAT}[ :]+(?=\S)")


def starred(text: str) -> str:
    """Write "ends 900447" and "...900447" as "*900447"; leave what is whole alone."""
    text = re.sub(r"\.{2,}", "*", text)
    if found := _FRONT.match(text):
        return text[found.end() :] + "*"
    if found := _BACK.match(text):
        return "*" + text[found.end() :]
    if found := _MIDDLE.match(text):
        return "*" + text[found.end() :] + "*"
    return text
