"""Vehicle registrations of the United Kingdom, misread and spoken ones too, and what is known of others."""

import re
from functools import cache, lru_cache
from itertools import product
from typing import Final

from . import spoken
from .kinds import Kind, NotAnIdentifier, _, starred
from .spoken import MANY, ONE

_LABEL: Final = re.compile(
    r"^(?:(?:number|licence|license) ?plate|(?:reg(?:istration)?|vrm|plate)(?: (?:no|number|plate))?)\b[ .:]*"
)
_BETWEEN: Final = re.compile(r"[\s.,/:;'\"“”‘’()\[\]|~•-]+")
_TO_DIGIT: Final = {"O": "0", "I": "1", "L": "1", "S": "5", "Z": "2", "B": "8"}
_TO_LETTER: Final = {"0": "O", "1": "I", "5": "S", "2": "Z", "8": "B"}

_HELP: Final = _("Write the registration as on the plate, such as AB12 CDE; put ? for each character you do not know.")

CURRENT: Final = "AA99AAA"
"""The shape of plates since 2001: most cars that are driven."""


@cache
def _shapes() -> tuple[str, ...]:
    """List every shape a plate has, the likeliest first: A a letter, 9 a digit, 1 a digit that is not 0."""
    letters, numbers = ("A", "AA", "AAA"), ("1", "19", "199", "1999")
    return (
        CURRENT,
        *(f"A{number}AAA" for number in numbers[:3]),  # 1983 to 2001; Q for kits and rebuilds
        *(f"AAA{number}A" for number in numbers[:3]),  # 1963 to 1983
        *(f"{some}{number}" for some, number in product(letters, numbers)),  # dateless; Northern Ireland
        *(f"{number}{some}" for some, number in product(letters, numbers)),
        "999D999",  # diplomats
        "99AA99",  # the army
        "99999",  # on trade plates
        "J99999",  # Jersey
        "J999999",
    )


def read(text: str) -> str:
    """Read a registration, or what is known of one."""
    text = _masked(starred(_LABEL.sub("", text)))
    plate = _BETWEEN.sub("", text).replace("_", "?").upper()
    typed = re.fullmatch(r"[A-Z0-9?*]{2,16}", plate) is not None
    if re.fullmatch(r"[A-Z]{2}0[1-9]", plate):
        return f"{plate}???"  # only plates of today have a 0 there, and they go on
    if typed and not _is_unsure(plate) and (found := fit(plate)) is not None:
        return found[0]
    if said := _said(text, plate if typed else ""):
        return said
    if not typed:
        raise NotAnIdentifier(Kind.VRM, _HELP)
    if _is_unsure(plate):
        return _pattern(plate)
    if any(char.isdigit() for char in plate) and _foreign(plate):
        return plate
    raise NotAnIdentifier(Kind.VRM, _HELP)


def _masked(text: str) -> str:
    """Write "ab12 xxx" and "ab12 - - -" with question marks."""
    return re.sub(r"^([a-z]{2} ?[0-9o]{2})(?: ?xxx|(?: ?-){3})$", r"\1???", text)


def fit(plate: str) -> tuple[str, str, int] | None:
    """Read *plate* in the shape that takes the fewest characters for misread: the reading, the shape, how many."""
    if ONE not in plate and not any(char.isdigit() for char in plate):
        return None
    shape, misread = _fit(plate.translate(_SKELETON))
    return (_read_as(shape, plate), shape, misread) if shape else None


# All that decides which shape fits: letters and digits that can be taken for one another stay, others are one kind.
_SKELETON: Final = str.maketrans(
    {char: "A" for char in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" if char not in "OILSZBDJ"}
    | {char: "9" for char in "0123456789" if char not in "01528"}
)


@lru_cache(4096)
def _fit(plate: str) -> tuple[str, int]:
    best, fewest = "", 3
    for shape in _shapes():
        if len(shape) != len(plate):
            continue
        read = _read_as(shape, plate)
        if all(_suits(want, char) for want, char in zip(shape, read, strict=True)):
            misread = sum(was != now for was, now in zip(plate, read, strict=True))
            # Where a word could be a plate, two mistakes in it are too many to believe.
            if misread < fewest and (misread < 2 or shape[-3:] == "AAA"):
                best, fewest = shape, misread
    return best, fewest


def _read_as(shape: str, plate: str) -> str:
    read = ""
    for want, char in zip(shape, plate, strict=True):
        match want:
            case "A":
                read += _TO_LETTER.get(char, char)
            case "1" | "9":
                read += _TO_DIGIT.get(char, char)
            case _letter:
                read += char
    return read


def _suits(want: str, char: str) -> bool:
    if char == ONE:
        return True
    match want:
        case "A":
            return char.isalpha()
        case "1":
            return char.isdigit() and char != "0"
        case "9":
            return char.isdigit()
        case _letter:
            return char == want


def _said(text: str, typed: str) -> str:
    """Read a registration that is spelled out; nothing else may stand beside it."""
    text = spoken.plain(text)
    runs = list(spoken.characters(text))
    if len(runs) != 1:
        return ""
    run = runs[0]
    if text[: run[0].start].strip() or text[run[-1].end :].strip(" ."):
        return ""
    plate = "".join(atom.chars for atom in run).upper()
    if not 2 <= len(plate) <= 16 or plate == typed:
        return ""
    if _is_unsure(plate):
        return _pattern(plate) if sum(char not in "?*" for char in plate) > 1 else ""
    found = fit(plate)
    return found[0] if found else ""


def _foreign(plate: str) -> bool:
    """Say whether *plate* could be one from abroad: at most four runs of letters or digits."""
    runs = re.findall(r"[A-Z]+|[0-9]+", plate)
    digits = sum(char.isdigit() for char in plate)
    return 5 <= len(plate) <= 9 and 2 <= len(runs) <= 4 and digits >= 3


def _is_unsure(plate: str) -> bool:
    return MANY in plate or ONE in plate


# What is left open is as long as the rest of such a plate always is.
_REST: Final = (
    (re.compile(r"([A-Z]{2}\d\d)\*"), r"\1???"),
    (re.compile(r"([A-Z]\d{2,3})\*"), r"\1???"),
    (re.compile(r"\*(\d{2}[A-Z]{3})"), r"??\1"),
    (re.compile(r"\*(\d[A-Z]{3})"), r"???\1"),
)


def _pattern(plate: str) -> str:
    if sum(char not in "?*" for char in plate) < 2:
        raise NotAnIdentifier(Kind.VRM, _("At least two letters or digits are needed."))
    whole = plate.strip("*")
    if len(whole) == 7 and whole.isalnum() and (found := fit(whole)) is not None:
        return found[0]
    shown = fit(re.sub("[?*]", "", plate))
    if shown is not None and shown[1] == CURRENT and not re.search("[?*]{2}", plate):
        return shown[0]  # nothing is missing, so the mark only parts it
    if "**" in plate and len(plate) == 7:
        plate = plate.replace("*", "?")  # "KX** ABC": as many places as a plate has
    for pattern, known in _REST:
        if rest := pattern.fullmatch(plate):
            plate = rest.expand(known)
    if plate.count("*") == 1 and plate[0] != "*" != plate[-1] and 3 < len(plate) < 8:
        # In the middle of a plate of today.
        longer = plate.replace("*", "?" * (8 - len(plate)))
        plate = longer if (found := fit(longer)) is not None and found[1:] == (CURRENT, 0) else plate
    if "*" not in plate:
        if (found := fit(plate)) is not None:
            return found[0]
        plate = plate.replace("?", "*")
    return re.sub(r"[?]*\*[?*]*", "*", plate)
