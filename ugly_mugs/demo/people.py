"""Made-up people across the UK, for the demo: none of them exists, and their numbers are Ofcom's drama range."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from ..areas import Area, Atlas
from ..vocabulary import Wording

SUBSCRIBERS = 600
_SEED = 20
_NAMES = (
    "Amber", "Bella", "Carys", "Dee", "Elin", "Faye", "Gwen", "Holly", "Ivy", "Jade", "Kit", "Lou",
    "Mia", "Nell", "Oona", "Pip", "Quin", "Rae", "Sky", "Tess", "Una", "Val", "Wren", "Zia",
)  # fmt: skip
_MILES = (5, 10, 15, 30, 50)
_NEARBY = ("GU1", "GU2", "GU4", "GU7", "GU14", "GU21", "GU22", "KT1", "KT6", "KT11", "RH1", "SW15", "TW18", "BN1")
"""Where the story of the README happens: some people must be in its reach."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody made up."""

    name: str
    channel: str
    address: str = field(repr=False)
    other_email: str = field(repr=False)
    """Where she can be reached if a text does not arrive; empty for most."""
    areas: tuple[Area, ...]
    wording: Wording
    vouched: bool


def people(atlas: Atlas, *, number: int = SUBSCRIBERS) -> Iterator[Person]:
    """The same *number* of people each time: two in three by text, the rest by email; most vouched for.

    One in four of those told by text has a mailbox to fall back on.
    """
    chance = random.Random(_SEED)  # noqa: S311 -- the same people every time, and nothing secret
    for place in range(number):
        home = chance.choice(_NEARBY) if place % 8 == 0 else chance.choice(atlas.districts).code
        areas = [Area("district", home, chance.choice(_MILES))]
        if chance.random() < 0.2:
            areas.append(Area("district", chance.choice(atlas.districts).code, 10))
        by_text = place % 3 != 2
        name = chance.choice(_NAMES)
        yield Person(
            name=name,
            channel="sms" if by_text else "email",
            address=f"+447700900{place:03}" if by_text else f"{chance.choice(_NAMES).lower()}{place}@example.org",
            other_email=f"{name.lower()}{place}@example.org" if by_text and place % 4 == 0 else "",
            areas=tuple(dict.fromkeys(areas)),
            wording=Wording.FULL if chance.random() < 0.6 else Wording.DISCREET,
            vouched=chance.random() < 0.85,
        )
