"""Made-up men and what is reported of them, for tests and figures that need many.

Their numbers begin with 06, which Ofcom gives to nobody. Rates are of our own choosing and harsher than in the
reports the weights were measured on, so that what is true here is not true by construction.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from string import ascii_uppercase
from typing import Any

NAMES = [
    "adrian",
    "amir",
    "benny",
    "carl",
    "clive",
    "dmitri",
    "ed",
    "eddie",
    "farid",
    "geoff",
    "gerry",
    "hakan",
    "hugh",
    "ivan",
    "jake",
    "jerome",
    "josef",
    "karim",
    "ken",
    "kenneth",
    "kevin",
    "kyle",
    "lars",
    "leo",
    "mario",
    "mick",
    "michael",
    "nathan",
    "nick",
    "nicholas",
    "omar",
    "otis",
    "pascal",
    "ravi",
    "ray",
    "reza",
    "ronnie",
    "ron",
    "sergei",
    "stu",
    "stuart",
    "ted",
    "terry",
    "theo",
    "trevor",
    "vic",
    "victor",
    "wes",
    "yusuf",
    "zane",
]
TOWNS = [
    "bath",
    "bolton",
    "chester",
    "coventry",
    "dover",
    "exeter",
    "gloucester",
    "ipswich",
    "lincoln",
    "luton",
    "oxford",
    "poole",
    "preston",
    "stoke",
]
BUILDS = ["slim", "medium", "stocky", "large", "muscular"]
HAIRS = ["brown", "black", "blond", "grey", "bald", "ginger"]
ACCENTS = ["local", "london", "geordie", "scottish", "welsh", "irish", "none"]
COLOURS = ["white british", "white other", "asian", "black", "mixed"]
MARKS = ["neck tattoo", "limp", "glasses", "beard", "scar", "earring"]
LOOKALIKE = {"0": "O", "O": "0", "1": "I", "I": "1", "5": "S", "S": "5", "2": "Z", "Z": "2", "8": "B", "B": "8"}


@dataclass(frozen=True, slots=True)
class Man:
    """One made-up man."""

    number: int
    phones: list[str]
    plate: str | None
    handle: str | None
    email: str | None
    names: list[str]
    age: int
    height: float
    looks: dict[str, str]
    town: str


def reports(men: int, *, seed: int, taxi: int = 3, hotel: int = 60) -> list[dict[str, Any]]:
    """What is reported of *men* made-up men, in any order, with the man's number as "offender".

    One taxi brings *taxi* of them, and one hotel's number stands in *hotel* reports.
    """
    dice = Random(seed)
    told = [report for number in range(men) for report in _of(_a_man(number, dice), dice)]
    dice.shuffle(told)
    cab = _plate(dice)
    for offender in dice.sample(range(men), taxi):
        for report in told:
            if report["offender"] == offender:
                report["vrm"] = cab
    for report in dice.sample(told, min(hotel, len(told))):
        report["phone"] = "+442079460999"
    for number, report in enumerate(told):
        report["id"] = number
    return told


def _a_man(number: int, dice: Random) -> Man:
    name = dice.choice(NAMES)
    return Man(
        number=number,
        phones=[_phone(dice) for _ in range(dice.choice((0, 1, 1, 1, 2, 3)))],
        plate=_plate(dice) if dice.random() < 0.45 else None,
        handle=f"{name}_{dice.choice(('x', 'fun', 'man', 'uk', 'the'))}{dice.randint(1, 99)}"
        if dice.random() < 0.25
        else None,
        email=f"{name}{dice.randint(1, 9999)}@example.org" if dice.random() < 0.15 else None,
        names=[name, dice.choice(NAMES)],
        age=dice.randint(19, 66),
        height=dice.gauss(69.5, 3),
        looks={
            "eth": dice.choices(COLOURS, (60, 12, 12, 10, 6))[0],
            "build": dice.choice(BUILDS),
            "hair": dice.choice(HAIRS),
            "acc": dice.choice(ACCENTS),
            "mark": dice.choice(MARKS),
        },
        town=dice.choice(TOWNS),
    )


def _of(man: Man, dice: Random) -> Iterator[dict[str, Any]]:
    for _ in range(dice.choices((1, 2, 3, 5, 9), (60, 22, 10, 6, 2))[0]):
        told: dict[str, Any] = {"offender": man.number}
        told["phone"] = _slipped(dice.choice(man.phones), dice) if man.phones and dice.random() < 0.7 else None
        told["vrm"] = _seen(man.plate, dice) if man.plate and dice.random() < 0.7 else None
        told["handle"] = man.handle if man.handle and dice.random() < 0.6 else None
        told["email"] = man.email if man.email and dice.random() < 0.6 else None
        told["name"] = man.names[dice.random() < 0.3] if dice.random() < 0.7 else None
        told["age"] = round(dice.gauss(man.age, 5.5)) if dice.random() < 0.7 else None
        told["height"] = round(dice.gauss(man.height, 2)) if dice.random() < 0.5 else None
        pools = {"eth": COLOURS, "build": BUILDS, "hair": HAIRS, "acc": ACCENTS, "mark": MARKS}
        for name, pool in pools.items():
            said = dice.choice(pool) if dice.random() < 0.18 else man.looks[name]
            told[name] = said if dice.random() < 0.5 else None
        told["age"] = min(max(told["age"], 16), 90) if told["age"] else None
        told["town"] = dice.choice(TOWNS) if dice.random() < 0.35 else man.town
        yield told


def _phone(dice: Random) -> str:
    return f"+446{dice.randint(0, 10**9 - 1):09}"


def _plate(dice: Random) -> str:
    letters = "".join(dice.choices(ascii_uppercase.replace("I", "").replace("Q", ""), k=5))
    return f"{letters[:2]}{dice.randint(2, 75):02}{letters[2:]}"


def _slipped(phone: str, dice: Random) -> str:
    if dice.random() > 0.05:
        return phone
    at = dice.randrange(4, len(phone))
    return phone[:at] + str((int(phone[at]) + dice.randint(1, 9)) % 10) + phone[at + 1 :]


def _seen(plate: str, dice: Random) -> str:
    match dice.random():
        case chance if chance < 0.12:
            known = dice.randint(3, 5)
            return plate[:known] + "?" * (7 - known) if dice.random() < 0.5 else "?" * (7 - known) + plate[-known:]
        case chance if chance < 0.24:
            at = dice.randrange(7)
            char = plate[at]
            other = str((int(char) + dice.randint(1, 9)) % 10) if char.isdigit() else dice.choice("ABCDEFGHJKLMN")
            return plate[:at] + LOOKALIKE.get(char, other) + plate[at + 1 :]
    return plate
