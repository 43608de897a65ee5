"""Phone numbers, in E.164 wherever they are whole."""

import re
from typing import Final

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberType, ValidationResult

from . import spoken
from .kinds import Kind, NotAnIdentifier, _, clean, starred
from .spoken import MANY

_LABEL: Final = re.compile(r"^(?:tel|telephone|phone|mobile|mob|cell|number|call|text|whatsapp)\b[ .:]*")
_EXTENSION: Final = re.compile(r" ?(?:ext|extn|extension|x)\.? ?\d{1,5}$")
_BETWEEN: Final = re.compile(r"[\s()\[\].,/\\_:;|~•·'\"‘’-]+")
_ZERO_IN_BRACKETS: Final = re.compile(r"\( ?[0o] ?\)")
_SYMBOLS: Final = re.compile(r"\*?\+?[0-9?*]+")
_WORD: Final = re.compile(r"[a-wyz]{2,}")
_PLUS: Final = re.compile(r"\*?(?:\+|plus\b) ?")
_LOOKALIKE: Final = str.maketrans("oilsbz|", "0115821")
_DRAMA: Final = re.compile(r"\+447700900\d{3}")
"""Ofcom keeps these for films; nobody has one, so the demo may send to them."""

_HELP: Final = _("Write the number with its digits, such as 07700 900123; put ? for each digit you do not know.")


def read(text: str) -> str:
    """Read a phone number, or what is known of one; a British one where no country is given."""
    symbols = _symbols(starred(_LABEL.sub("", text)))
    if "?" in symbols or "*" in symbols:
        return _pattern(symbols)
    if len(symbols) < 4:
        raise NotAnIdentifier(Kind.PHONE, _("At least four digits are needed."))
    if (normal := _whole(symbols)) is not None:
        return normal
    if len(symbols) <= 8 and symbols[0] != "+":
        return _pattern(f"{symbols}*" if symbols[0] == "0" else f"*{symbols}*")
    raise NotAnIdentifier(Kind.PHONE, _HELP)


def mobile(value: str, *, allow_drama: bool = False) -> str:
    """Give the E.164 of a number that can receive texts from us; say why where it cannot."""
    normal = read(clean(Kind.PHONE, value))
    if "*" in normal or "?" in normal:
        raise NotAnIdentifier(Kind.PHONE, _("We need the whole number, such as 07700 900123."))
    if _DRAMA.fullmatch(normal):
        if allow_drama:
            return normal
        raise NotAnIdentifier(Kind.PHONE, _("This number is made up, so nobody can get a text there."))
    number = phonenumbers.parse(normal)
    if number.country_code != 44:
        # Codes sent abroad are what fraudsters sign up for, and abroad nobody meets the man.
        raise NotAnIdentifier(Kind.PHONE, _("We can only text UK mobile numbers."))
    match phonenumbers.number_type(number):
        case PhoneNumberType.MOBILE:
            return normal
        case PhoneNumberType.FIXED_LINE:
            raise NotAnIdentifier(
                Kind.PHONE, _("This is a landline, where a machine would read our texts aloud. Give a mobile number.")
            )
        case _other:
            raise NotAnIdentifier(Kind.PHONE, _("This is not a mobile number, so it cannot get texts."))


def _symbols(text: str) -> str:
    """Reduce what was typed to digits, ``?``, ``*`` and a leading ``+``."""
    text = _ZERO_IN_BRACKETS.sub("", text) if text.startswith(("+", "00", "44")) else text
    text = _EXTENSION.sub("", text)
    plain = _BETWEEN.sub("", text)
    if _WORD.search(text) and (said := _spelled_out(text)):
        return _from_country(said)
    if re.fullmatch(r"\d+(?:\*\d+)+", plain) and _whole(_from_country(plain.replace("*", ""))):
        plain = plain.replace("*", "")  # nothing is missing, so they only part it
    if sum(char.isdigit() or char == "o" for char in plain) * 2 >= len(plain.strip("*?x")):
        plain = plain.translate(_LOOKALIKE).replace("x", "?")
    if len(plain) > 40 or not _SYMBOLS.fullmatch(plain):
        raise NotAnIdentifier(Kind.PHONE, _HELP)
    return _from_country(plain)


def _from_country(text: str) -> str:
    text = re.sub(r"^0(?=44\d{10}$)", "+", text.replace("*+", "+"))
    text = re.sub(r"^\+?00+(?=[1-9])", "+", text)
    # Nobody's number goes on with 0 after the country, however often it is written.
    text = re.sub(r"^\+0+", "0", text)
    return re.sub(r"^\+?440+(?=.)", "+44", text)


def _spelled_out(text: str) -> str:
    """Read digits that are written as words; nothing else may stand beside them."""
    text = spoken.plain(text)
    found = _PLUS.match(text)
    begun = found.end() if found else 0
    runs = list(spoken.digits(text[begun:]))
    if len(runs) != 1:
        return ""
    run = runs[0]
    if text[begun : begun + run[0].start].strip(" *(") or text[begun + run[-1].end :].strip(" *)."):
        return ""
    sign, left, right = ("+" if found else ""), MANY * text.startswith(MANY), MANY * text.endswith(MANY)
    readings = [left + sign + chars.strip(MANY if right else "") + right for chars in spoken.readings(run)]
    return next((one for one in readings if "*" not in one and _whole(_from_country(one))), readings[0])


def _whole(symbols: str) -> str | None:
    if len(symbols) < 9 and symbols[0] not in "0+":
        return None
    try:
        number = phonenumbers.parse(symbols, "GB")
    except NumberParseException:
        return None
    if phonenumbers.is_possible_number_with_reason(number) != ValidationResult.IS_POSSIBLE:
        return None
    # British numbers of nine digits are few and known; any other is one with a digit missing.
    if (
        number.country_code == 44
        and len(str(number.national_number)) != 10
        and not phonenumbers.is_valid_number(number)
    ):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _pattern(symbols: str) -> str:
    """Write a partial number so that it can be laid over an E.164 one."""
    if sum(char.isdigit() for char in symbols) < 3:
        raise NotAnIdentifier(Kind.PHONE, _("At least three digits are needed."))
    national = len(symbols) == 11 and symbols[0] in "0?*"
    if "**" in symbols and (national or (len(symbols) == 13 and symbols.startswith("+44"))):
        symbols = symbols.replace("*", "?")  # "0*********1": as many places as a number has
    if national and "*" not in symbols:
        symbols = "+44" + symbols[1:]
    symbols = _abroad(re.sub(r"[?]*\*[?*]*", "*", symbols))
    if symbols.startswith("+44") and "*" not in symbols and len(symbols) != 13:
        # Not as many places as there should be: each ? stands for we don't know how many.
        symbols = re.sub(r"[?]+", "*", symbols)
    if len(symbols) > 18:
        raise NotAnIdentifier(Kind.PHONE, _HELP)
    known = symbols.strip("*")
    whole = None if "*" in known or "?" in known else _whole(known)
    return whole if whole is not None and whole.startswith("+44") else symbols


def _abroad(symbols: str) -> str:
    """Begin a partial number as from abroad, where its beginning is known."""
    if symbols[0] == "0":
        return "+44" + symbols.lstrip("0")
    if symbols[0] == "?":
        return "*" + symbols.lstrip("?*")
    if symbols[0] in "+*":
        return symbols
    return f"+{symbols}" if symbols.startswith("44") else f"+44{symbols}"
