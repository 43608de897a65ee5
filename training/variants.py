"""The same report as others would have written it: other names and numbers, other cases, other mistakes."""

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache

from ugly_mugs.redaction import Label, lexicon

from .reports import Marked, normal

DOMAINS = (
    "gmail.com",
    "hotmail.com",
    "hotmail.co.uk",
    "outlook.com",
    "yahoo.co.uk",
    "yahoo.com",
    "icloud.com",
    "live.co.uk",
    "btinternet.com",
    "protonmail.com",
    "proton.me",
    "mail.ru",
    "aol.com",
    "sky.com",
    "gmx.com",
)
NATIONS = (
    "Romanian",
    "Polish",
    "Bulgarian",
    "Hungarian",
    "Albanian",
    "Thai",
    "Chinese",
    "Vietnamese",
    "Brazilian",
    "Colombian",
    "Spanish",
    "Italian",
    "Nigerian",
    "Ghanaian",
    "Jamaican",
    "Lithuanian",
    "Latvian",
    "Ukrainian",
    "Russian",
    "Moldovan",
    "Czech",
    "Slovak",
    "Portuguese",
    "Filipino",
    "Turkish",
    "Indian",
    "Pakistani",
    "Irish",
    "Scottish",
    "Welsh",
    "French",
    "German",
    "Greek",
    "Kenyan",
    "Zimbabwean",
    "Ugandan",
    "Venezuelan",
    "Cuban",
    "Mexican",
    "Korean",
)
COUNTRIES = (
    "Romania",
    "Poland",
    "Bulgaria",
    "Hungary",
    "Albania",
    "Thailand",
    "China",
    "Vietnam",
    "Brazil",
    "Colombia",
    "Spain",
    "Italy",
    "Nigeria",
    "Ghana",
    "Jamaica",
    "Lithuania",
    "Latvia",
    "Ukraine",
    "Russia",
    "Moldova",
    "Portugal",
    "Turkey",
    "India",
    "Pakistan",
    "Ireland",
    "France",
    "Germany",
    "Greece",
    "Kenya",
    "Zimbabwe",
    "Uganda",
    "Venezuela",
    "Cuba",
    "Mexico",
    "Korea",
    "Cameroon",
    "Eritrea",
    "Sudan",
    "Nepal",
    "Sri-Lanka",
)


def variants(one: Marked, number: int, chance: random.Random) -> Iterator[Marked]:
    """*one* itself, then *number* variants of it."""
    yield one
    for _ in range(number):
        yield _mangled(_renamed(one, chance), chance)


def _renamed(one: Marked, chance: random.Random) -> Marked:
    """Put other values in; the same value is the same everywhere, in every text of it."""
    other: dict[str, str] = {}
    text, spans, before = "", [], 0
    for span in one.spans:
        value = one.text[span.start : span.end]
        new = value
        if (make := _MAKERS.get(span.label)) and chance.random() < 0.7:
            key = f"{span.label}{value.casefold()}"
            if key not in other:
                other[key] = make(value, chance)
            new = _cased(other[key], value)
        text += one.text[before : span.start]
        spans.append(replace(span, start=len(text), end=len(text) + len(new), norm=normal(span.label, new)))
        text += new
        before = span.end
    return Marked(one.id, one.group, text + one.text[before:], tuple(spans))


def _cased(new: str, old: str) -> str:
    if not any(char.isupper() for char in old):
        return new.lower()
    return new.upper() if old.isupper() and len(old) > 3 else new


def _person(value: str, chance: random.Random) -> str:
    parts = value.split()
    new = []
    for at, part in enumerate(parts):
        low = part.casefold()
        if at == 0 or low in lexicon.given():
            known = lexicon.given().get(low)
            new.append(_given(known[1] if known else "b", chance).title())
        elif low in lexicon.surnames() or low not in lexicon.ordinary():
            new.append(chance.choice(_surnames()).title())
        else:
            new.append(part)
    return " ".join(new)


def _given(sex: str, chance: random.Random) -> str:
    if chance.random() < 0.06:
        return _invented(chance)
    names = _names(sex if chance.random() < 0.9 else "b")
    return names[int(len(names) * chance.random() ** 2)]


def _invented(chance: random.Random) -> str:
    syllables = "ka ri to mi la sha ne vo du el an ze ro ti na ja fe lo bri sa ol ur em yo chi ku den mar "
    return "".join(chance.choice(syllables.split()) for _ in range(chance.choice((2, 2, 3))))


@cache
def _names(sex: str) -> list[str]:
    """Names of *sex*, the best known first."""
    found = [
        (count, name)
        for name, (count, whose) in lexicon.given().items()
        if (sex == "b" or whose in {sex, "b"}) and len(name) > 2 and lexicon.ordinary().get(name, 0) < 3
    ]
    return [name for _count, name in sorted(found, key=lambda each: (-each[0], each[1]))]


@cache
def _surnames() -> list[str]:
    return [
        name
        for name, count in sorted(lexicon.surnames().items())
        if count > 1 and len(name) > 3 and lexicon.ordinary().get(name, 0) < 3
    ]


def _handle(value: str, chance: random.Random) -> str:
    base = chance.choice(
        (
            _given("b", chance),
            chance.choice(
                (
                    "foxy",
                    "lad",
                    "big",
                    "night",
                    "sweet",
                    "real",
                    "hot",
                    "mr",
                    "miss",
                    "dark",
                    "bad",
                    "lucky",
                    "north",
                    "city",
                )
            ),
        )
    )
    second = chance.choice(
        ("", chance.choice(_surnames()), _given("b", chance), "man", "guy", "girl", "babe", "uk", "x", "xx", "xo")
    )
    number = str(chance.randint(1, 9999)) if chance.random() < 0.6 else ""
    made = chance.choice(("", "_", ".", "")).join(part for part in (base, second, number) if part)
    made = (
        made
        if any(char in made for char in "_.0123456789") or value.startswith("@")
        else f"{made}{chance.randint(1, 99)}"
    )
    return f"@{made}" if value.startswith("@") else made


def _email(value: str, chance: random.Random) -> str:
    if value.count("@") != 1:
        return value
    local = _handle("", chance).replace("@", "")
    return f"{local}@{chance.choice(DOMAINS)}"


def _age(value: str, chance: random.Random) -> str:
    digits = "".join(char for char in value if char.isdigit())
    return value.replace(digits, str(chance.randint(18, 59))) if len(digits) == 2 else value


def _nation(value: str, chance: random.Random) -> str:
    if value.title() in NATIONS:
        return chance.choice(NATIONS)
    return chance.choice(COUNTRIES) if value.title() in COUNTRIES else value


def _phone(value: str, chance: random.Random) -> str:
    """Another number of the drama range, written the same way."""
    if sum(char.isdigit() for char in value) < 10:
        return value
    left, made = 3, ""
    for char in reversed(value):
        is_new = char.isdigit() and left > 0
        made = (chance.choice("0123456789") if is_new else char) + made
        left -= is_new
    return made


def _street(value: str, chance: random.Random) -> str:
    parts = value.split()
    return " ".join(
        str(chance.randint(1, 240)) + part.lstrip("0123456789")
        if part[0].isdigit() and chance.random() < 0.8
        else chance.choice(_surnames()).title()
        if part.istitle() and part.casefold() not in lexicon.STREETS | lexicon.HOUSES and chance.random() < 0.5
        else part
        for part in parts
    )


_MAKERS: dict[Label, Callable[[str, random.Random], str]] = {
    Label.PERSON: _person,
    Label.HANDLE: _handle,
    Label.EMAIL: _email,
    Label.AGE: _age,
    Label.NATIONALITY: _nation,
    Label.PHONE: _phone,
    Label.ADDRESS: _street,
}


def _mangled(one: Marked, chance: random.Random) -> Marked:
    """Write it in small or capital letters, without signs, or with slips of the thumb outside what is marked."""
    how = chance.random()
    if how < 0.3:
        one = _same_length(one, one.text.lower())
    elif how < 0.36:
        one = _same_length(one, one.text.upper())
    if chance.random() < 0.25:
        one = _without_signs(one)
    if chance.random() < 0.25:
        one = _slips(one, chance)
    return one


def _same_length(one: Marked, text: str) -> Marked:
    return replace(one, text=text) if len(text) == len(one.text) else one


def _without_signs(one: Marked) -> Marked:
    inside = {at for span in one.spans for at in range(span.start, span.end)}
    keep = [at for at, char in enumerate(one.text) if at in inside or char not in ".,;:!?'’"]
    return _kept(one, keep)


def _slips(one: Marked, chance: random.Random) -> Marked:
    inside = {at for span in one.spans for at in range(span.start, span.end)}
    keep = [at for at, char in enumerate(one.text) if at in inside or not char.isalpha() or chance.random() > 0.012]
    return _kept(one, keep)


def _kept(one: Marked, keep: list[int]) -> Marked:
    where = {old: new for new, old in enumerate(keep)}
    spans = tuple(
        replace(span, start=where[span.start], end=where[span.end - 1] + 1)
        for span in one.spans
        if span.start in where and span.end - 1 in where
    )
    return replace(one, text="".join(one.text[at] for at in keep), spans=spans)
