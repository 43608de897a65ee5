"""Which words have the form of a username: signs, digits or capitals inside."""

import re
from typing import Final

from . import lexicon
from .lexicon import listed

_FILE: Final = re.compile(r"\.(?:jpe?g|png|gif|mp[34]|mov|avi|pdf|docx?|txt|heic|webp|zip|wav|m4a)$", re.IGNORECASE)
_MEASURE: Final = re.compile(
    r"\d+(?:[.:]\d+)?(?:st|nd|rd|th|pm|am|hrs?|hours?|mins?|ish|k|ft|foot|cm|mm|m|x\d*|yo|yrs?|year|quid|p|g|kg|stone|"
    r"s|in|inch|ml|mph|miles?|days?|wks?|nite|day|moro|gether|be|2u|c|o|d|i|t|litre|l|series|door)?(?:\d+)?|"
    r"(?:b4|m8s?|gr8|l8r?|w8|h8|str8|n8|2u|u2|me2|any1|some1|every1|no1|sum1|ne1|covid19|mp3s?|mp4|ps[345]|a4|4x4s?|"
    r"\w*\d+[ap]m)",
    re.IGNORECASE,
)
SITES: Final = listed(
    "adultwork vivastreet onlyfans whatsapp paypal facebook snapchat instagram insta snap tiktok twitter telegram "
    "fansly discord reddit grindr tinder hinge bumble badoo facetime youtube wechat cashapp sleepyboy fetlife "
    "fabswingers airbnb revolut monzo locanto linkedin messenger"
)
_FIRMS: Final = listed(
    "playstation mastercard mcdonald mcdonalds justeat gofundme easyjet puregym natwest talktalk scotrail blackberry "
    "autotrader rightmove transpennine moneygram"
)


def is_none(name: str) -> bool:
    """Whether *name* is surely no username: a site, a file, a time or a measure, a phone number with o for 0."""
    low = name.lower()
    if low in SITES or re.fullmatch(r"[0-9oil.]+|[a-z]{2}\d{6}[a-z]?", low) or not re.search(r"[^\W\d_]", name):
        return True
    return _MEASURE.fullmatch(name) is not None or _FILE.search(name) is not None or is_sentence_end(name)


def is_shaped(name: str) -> bool:
    """Whether the form of *name* says that it is a username."""
    if is_none(name):
        return False
    letters = sum(char.isalpha() for char in name)
    if "_" in name or "#" in name:
        return letters >= 2
    if "." in name:
        parts = name.split(".")
        return letters >= 3 and any(len(part) > 2 for part in parts) and all(parts)
    if any(char.isdigit() for char in name):
        is_plate = re.fullmatch(r"[A-Za-z]{1,3}\d{1,4}[A-Za-z]{0,3}|[A-Za-z]{3,4}\d", name)
        return not is_plate and letters >= 3 and len(name) >= 5 and not is_word_with_digits(name)
    is_surname = re.match(r"(?:Ma?c|O|De|Di|La|Le|Van|Fitz)[A-Z][a-z]+$", name)
    return re.search(r"[a-z][A-Z]", name) is not None and not is_surname


def is_word_with_digits(name: str) -> bool:
    """Whether it is an ordinary word with a number stuck to it: "june2023", "room12", "junction21"."""
    found = re.fullmatch(r"([^\W\d_]+)\d+", name.lower())
    return found is not None and found[1] in lexicon.ordinary()


def is_dotted(name: str) -> bool:
    """Whether what has full stops inside is more likely a username than a missing space."""
    if name[0].isupper() or re.match(r"\d+[^\W\d_]", name):
        return False
    parts = name.lower().split(".")
    strange = [part for part in parts if any(char.isdigit() for char in part) or part not in lexicon.ordinary()]
    last = parts[-1]
    if len(parts) == 2 and len(parts[0]) > 5 and parts[0] in strange and len(last) > 3:
        return last in strange or last in lexicon.given() or last in lexicon.surnames()
    if len(parts) == 2 and len(last) == 1 and last.isalpha():
        return len(parts[0]) > 6 and parts[0] in strange
    return (last in strange and len(last) > 1 and not last.isdecimal()) or (len(parts) > 2 and bool(strange))


def is_camel(name: str) -> bool:
    """Whether it is several words in one, each with its capital, as firms' names are too: "ZipDrop"."""
    return re.fullmatch(r"(?:[A-Z][a-z]{2,}){2,}\d*", name) is not None and name.lower() not in _FIRMS


def is_word_and_number(name: str) -> bool:
    """Whether it is no word, and then a number: "tallship91"."""
    if re.fullmatch(r"[^\W\d_]{4,}\d[^\W\d_]{4,}", name):
        return True
    return re.fullmatch(r"[^\W\d_]{5,}\d{2,}[^\W\d_]{0,2}", name) is not None and not is_word_with_digits(name)


def is_sentence_end(name: str) -> bool:
    """Whether two sentences met without a space: "left.He"."""
    first, _, rest = name.partition(".")
    if not first.isalpha() or not rest.isalpha():
        return False
    return first[0].islower() and rest[0].isupper() and rest.lower() in lexicon.ordinary()
