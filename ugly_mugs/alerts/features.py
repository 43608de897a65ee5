"""What somebody looked like, feature by feature: short, and still understood at night."""

import re
from collections.abc import Iterable

from .plain import plain

_NOTHING = frozenset({"", "-", "?", "n/a", "na", "none", "null", "unknown", "not known", "not sure", "unsure"})
_SAYS_ENOUGH = re.compile(
    r"hair|bald|head|shave[dn]|skinhead|bun\b|fade\b|ponytail|pony tail|dread|afro|braid|plait|cornrow|moh(?:awk|ican)"
    r"|quiff|mullet|crew ?cut|buzz ?cut|bob\b|wig\b|fringe|locks|curls|highlights"
    r"|blonde?\b|ginger\b|brunette|hat\b|cap\b|hood",
    re.I,
)
_ON_THE_FACE = re.compile(r"beard|stubble|moustache|goatee|sideburns|clean.shaven", re.I)
_NEEDS_BUILD = frozenset(
    {"average", "medium", "normal", "regular", "large", "small", "heavy", "light", "solid", "broad"}
)
_FEET = re.compile(r"(\d)\s*(?:'|ft\.?|feet|foot)\s*(\d{1,2}(?: \d/\d)?)\s*(?:\"|''|ins?\b\.?|inch(?:es)?\b)?", re.I)


def known(text: str | None) -> str:
    """*text*, or nothing if it only says that nobody knows."""
    text = plain(text or "").strip(" .,;")
    return "" if text.casefold() in _NOTHING else text


def age(youngest: int | None, oldest: int | None) -> str:
    """ "40s", "age 40-45", "about 40", "60+"."""
    if youngest is None or oldest is None:
        if youngest is not None:
            return f"age {youngest}+"
        return "" if oldest is None else f"age up to {oldest}"
    if youngest == oldest:
        return f"about {youngest}"
    return f"{youngest}s" if youngest % 10 == 0 and oldest == youngest + 9 else f"age {youngest}-{oldest}"


def height(text: str | None) -> str:
    """ "5ft10" for whatever way of writing feet and inches; anything else as it is."""
    return _FEET.sub(r"\1ft\2", known(text))


def build(text: str | None) -> str:
    """ "stocky" by itself, "medium build" with the word."""
    text = known(text)
    return f"{text} build" if text.casefold() in _NEEDS_BUILD else text


def hair(text: str | None) -> str:
    """ "short dark hair"; "bald" and "man bun" say enough."""
    text = "no hair" if text and text.strip().casefold() == "none" else known(text)
    if text.casefold() == "shaved":
        return "shaved head"
    if not text or _SAYS_ENOUGH.search(text):
        return text
    parts = [part.strip() for part in text.split(",")]
    if _ON_THE_FACE.search(parts[0]):
        return text
    if all(" " not in part and not _ON_THE_FACE.search(part) for part in parts):
        return f"{' '.join(parts)} hair"
    return ", ".join((f"{parts[0]} hair", *parts[1:]))


def called(text: str | None, what: str) -> str:
    """ "Leeds" as "Leeds accent", unless it says so itself."""
    text = known(text)
    return text if not text or what in text.casefold() else f"{text} {what}"


def listed(parts: Iterable[str]) -> str:
    """Those of *parts* that say anything."""
    return ", ".join(part for part in parts if part)


def numbered(people: Iterable[str]) -> str:
    """Several people, each with a number; that there was another says something even if nobody saw him."""
    each = list(people)
    if len(each) < 2:
        return "".join(each)
    if not any(each):
        return f"{len(each)} people"
    return "; ".join(f"{number}) {text or 'not described'}" for number, text in enumerate(each, 1))
