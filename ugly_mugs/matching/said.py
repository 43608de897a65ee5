"""What people write of a man's looks, levelled: "5ft 10" and "178cm", "skinny" and "slim", "mid 40s"."""

import re
import unicodedata
from typing import Final

from .described import Trait
from .names import name

LONGEST: Final = 200
_WORDS: Final[dict[Trait, dict[str, str]]] = {
    Trait.BUILD: {
        "slim": "slim thin skinny slender lean slight lanky wiry petite small",
        "medium": "medium average normal",
        "stocky": "stocky thickset heavyset broad solid sturdy chunky",
        "large": "large big fat obese overweight huge heavy chubby plump",
        "muscular": "muscular athletic muscly built toned bodybuilder buff",
    },
    Trait.HAIR: {
        "bald": "bald shaved shaven balding skinhead",
        "black": "black",
        "brown": "brown brunette",
        "blond": "blond blonde fair",
        "ginger": "ginger red auburn",
        "grey": "grey gray white silver greying graying",
    },
    Trait.ACCENT: {
        "local": "local",
        "none": "none",
        "scouse": "scouse liverpool liverpudlian merseyside",
        "geordie": "geordie newcastle tyneside mackem",
        "brummie": "brummie birmingham midlands",
        "manchester": "manc manchester mancunian",
        "yorkshire": "yorkshire leeds sheffield bradford hull",
        "london": "london cockney essex londoner estuary",
        "scottish": "scottish scots glaswegian glasgow edinburgh scotland",
        "welsh": "welsh wales",
        "irish": "irish ireland belfast dublin",
        "eastern european": "eastern polish romanian russian ukrainian lithuanian bulgarian albanian latvian",
        "asian": "asian indian pakistani bangladeshi",
        "african": "african nigerian ghanaian somali",
        "caribbean": "caribbean jamaican",
    },
}
_MEANS: Final = {
    trait: {word: value for value, words in values.items() for word in words.split()}
    for trait, values in _WORDS.items()
}
_PLACES: Final = "neck face forehead cheek chin eye lip hand knuckle finger wrist arm forearm shoulder chest back leg"
_PLACE: Final = re.compile(rf"\b({'|'.join(_PLACES.split())})s?\b")
_MARKS: Final = (
    (re.compile(r"\blimp"), "limp"),
    (re.compile(r"\b(?:full |short |long )?beard"), "beard"),
    (re.compile(r"\bm(?:o)?ustache"), "moustache"),
    (re.compile(r"\b(?:glasses|spectacles)\b"), "glasses"),
    (re.compile(r"\bearrings?\b|\bear ?studs?\b|\bpierced ears?\b"), "earring"),
    (re.compile(r"\bgold(?:en)? (?:tooth|teeth)\b"), "gold tooth"),
    (re.compile(r"\bmissing (?:a )?(?:front )?(?:tooth|teeth)\b|\b(?:tooth|teeth) missing\b"), "missing tooth"),
    (re.compile(r"\bstammer|\bstutter"), "stammer"),
    (re.compile(r"\blisp\b"), "lisp"),
    (re.compile(r"\bbirthmark\b"), "birthmark"),
)
_NUMBER: Final = re.compile(r"\d{1,3}")
_DECADE: Final = re.compile(r"\b(early|mid|late)?[ -]*([1-9]0)[' ]?s\b")
_IN_DECADE: Final = {"early": 2.0, "mid": 5.0, "late": 8.0, None: 4.5}
_FEET: Final = re.compile(r"\b([4-7]) ?(?:'|ft|foot|feet)\.? ?(\d{1,2})?")
_METRES: Final = re.compile(r"\b([12])[.,](\d\d) ?m?\b")
_CENTIMETRES: Final = re.compile(r"\b(1[2-9]\d|2[0-2]\d) ?(?:cms?\b|$)")
_SPELLED: Final = {"four": "4", "five": "5", "six": "6", "seven": "7"}


def plain(text: str) -> str:
    """*text* in small letters with single spaces, without accents and invisible characters."""
    text = unicodedata.normalize("NFKD", text[:LONGEST].casefold().replace("’", "'").replace("½", ""))
    return " ".join("".join(char for char in text if char.isascii() and char.isprintable()).split())


def trait(what: Trait, text: str, *, any_word: bool = False) -> frozenset[str]:
    """What *text* says of *what*; with *any_word* also a word that nobody has listed."""
    said = plain(text)
    match what:
        case Trait.NAME:
            found = {name(said)} - {""}
        case Trait.MARK:
            found = _marks(said)
        case Trait.TOWN | Trait.ETHNICITY:
            found = {said} - {""}
        case _:
            means = _MEANS[what]
            found = {means[word] for word in re.findall(r"[a-z]+", said) if word in means}
            # "dark brown" is one; "brown or black" is none that could be compared.
            found = found if len(found) == 1 else set()
    return frozenset(found or ({said} - {""} if any_word and len(said.split()) <= 3 else set()))


def _marks(said: str) -> set[str]:
    found = {mark for pattern, mark in _MARKS if pattern.search(said)}
    for part in re.split(r"[,;.]| and ", said):
        place = _PLACE.search(part)
        if "tattoo" in part or "tatoo" in part:
            found.add(f"{place[1]} tattoo" if place else "tattoo")
        elif re.search(r"\bscar", part):
            found.add(f"{place[1]} scar" if place else "scar")
    return found


def age(text: str) -> float | None:
    """His age: "30s" is 34.5, "25-35" is 30; None where it says none."""
    said = plain(text)
    if found := _DECADE.search(said):
        return int(found[2]) + _IN_DECADE[found[1]]
    numbers = [int(each) for each in _NUMBER.findall(said) if 10 <= int(each) <= 110]
    return sum(numbers[:2]) / len(numbers[:2]) if numbers else None


def height(text: str) -> float | None:
    """His height in inches; None where it says none."""
    said = plain(text)
    for word, digit in _SPELLED.items():
        said = re.sub(rf"\b{word}\b", digit, said)
    inches = [int(feet) * 12 + int(rest or 0) for feet, rest in _FEET.findall(said) if int(rest or 0) < 12]
    if not inches and said.isdecimal():
        bare = int(said) if len(said) <= 3 else 0
        return float(bare) if 48 <= bare <= 90 else bare / 2.54 if 120 <= bare <= 229 else None
    centimetres = [int(f"{whole}{rest}") for whole, rest in _METRES.findall(said)]
    centimetres += [int(each) for each in _CENTIMETRES.findall(said)]
    found = [float(each) for each in inches[:2]] or [each / 2.54 for each in centimetres[:2]]
    return sum(found) / len(found) if found else None
