"""Vehicle registrations of the United Kingdom, misread ones too, and what is known of others."""

import re
from functools import cache
from itertools import product
from typing import Final

from .kinds import Kind, NotAnIdentifier, _, starred

_LABEL: Final = re.compile(
    r"^(?:(?:number|licence|license) ?plate|(?:reg(?:istration)?|vrm|plate)(?: (?:no|number|plate))?)\b[ .:]*"
)
_BETWEEN: Final = re.compile(r"[\s.,/:;'\"()-]+")
_TO_DIGIT: Final = {"O": "0", "I": "1", "L": "1", "S": "5", "Z": "2", "B": "8"}
_TO_LETTER: Final = {"0": "O", "1": "I", "5": "S", "2": "Z", "8": "B"}

_HELP: Final = _("Write the registration as on the plate, such as AB12 CDE; put ? for each character you do not know.")


@cache
def _shapes() -> tuple[str, ...]:
    """List every shape a plate has, the likeliest first: A a letter, 9 a digit, 1 a digit that is not 0."""
    letters, numbers = ("A", "AA", "AAA"), ("1", "19", "199", "1999")
    return (
        "AA99AAA",  # since 2001
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
    text = starred(_LABEL.sub("", text))
    plate = _BETWEEN.sub("", text).replace("_", "?").upper()
    if not re.fullmatch(r"[A-Z0-9?*]{2,16}", plate):
        raise NotAnIdentifier(Kind.VRM, _HELP)
    if "*" in plate or "?" in plate:
        return _pattern(plate)
    if not any(char.isdigit() for char in plate):
        raise NotAnIdentifier(Kind.VRM, _HELP)
    if (normal := _fit(plate)) is not None:
        return normal
    if _foreign(plate):
        return plate
    raise NotAnIdentifier(Kind.VRM, _HELP)


def _fit(plate: str) -> str | None:
    """Read *plate* in the shape that takes the fewest characters for misread."""
    best, fewest = None, 3
    for shape in _shapes():
        if len(shape) == len(plate) and (read := _read_as(shape, plate)) is not None:
            misread = sum(was != now for was, now in zip(plate, read, strict=True))
            # Where a word could be a plate, two mistakes in it are too many to believe.
            if misread < fewest and (misread < 2 or shape[-3:] == "AAA"):
                best, fewest = read, misread
    return best


def _read_as(shape: str, plate: str) -> str | None:
    read = ""
    for want, char in zip(shape, plate, strict=True):
        match want:
            case "A":
                now = _TO_LETTER.get(char, char)
            case "1" | "9":
                now = _TO_DIGIT.get(char, char)
            case _letter:
                now = char
        if now != "?" and not _suits(want, now):
            return None
        read += now
    return read


def _suits(want: str, char: str) -> bool:
    match want:
        case "A":
            return char.isalpha()
        case "1":
            return char.isdigit() and char != "0"
        case "9":
            return char.isdigit()
        case _letter:
            return char == want


def _foreign(plate: str) -> bool:
    """Say whether *plate* could be one from abroad: at most three runs of letters or digits."""
    runs = re.findall(r"[A-Z]+|[0-9]+", plate)
    digits = sum(char.isdigit() for char in plate)
    return 5 <= len(plate) <= 9 and 2 <= len(runs) <= 3 and digits >= 3


def _pattern(plate: str) -> str:
    if sum(char not in "?*" for char in plate) < 2:
        raise NotAnIdentifier(Kind.VRM, _("At least two letters or digits are needed."))
    whole = plate.strip("*")
    if len(whole) == 7 and whole.isalnum() and (found := _fit(whole)) is not None:
        return found
    if "**" in plate and len(plate) == 7:
        plate = plate.replace("*", "?")  # "KX** ABC": as many places as a plate has
    if "*" not in plate:
        if (found := _fit(plate)) is not None:
            return found
        plate = plate.replace("?", "*")
    return re.sub(r"[?]*\*[?*]*", "*", plate)
