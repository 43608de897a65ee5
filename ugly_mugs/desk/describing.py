"""What a story says of him, as matching compares it. Nobody's ethnicity: no field asks for it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from ..identifiers import Kind, Normal, NotAnIdentifier, normalise
from ..intake.new_report import Person, Story
from ..matching import said
from ..matching.described import Described, Measure, Trait

Read = dict[tuple[Kind, str], Normal | None]
"""What was read already: reports that are compared name the same things, and reading is what costs most."""


def described(report_id: UUID, story: Story) -> Described:
    """What *story* names and how it describes him."""
    return _described(report_id, story.identifiers, story.people, story.district)


def opened(report_id: UUID, told: Mapping[str, Any], read: Read) -> Described:
    """The same from what was sealed, without checking again what was checked before it was."""
    car = told.get("vehicle")
    named = {
        Kind.PHONE: told.get("phones"),
        Kind.EMAIL: told.get("emails"),
        Kind.HANDLE: told.get("handles"),
        Kind.VRM: [car.get("registration")] if isinstance(car, dict) else None,
    }
    identifiers = (normal for kind, texts in named.items() for normal in _normal(kind, texts, read))
    district = told.get("district")
    return _described(
        report_id,
        tuple(dict.fromkeys(identifiers)),
        tuple(_people(told.get("people"))),
        district if isinstance(district, str) else None,
    )


def _normal(kind: Kind, texts: object, read: Read) -> Iterator[Normal]:
    for value in texts if isinstance(texts, list) else []:
        if isinstance(value, str):
            if (kind, value) not in read:
                try:
                    read[kind, value] = normalise(kind, value)
                except NotAnIdentifier:
                    # What no longer passes today's rules must not hide the rest.
                    read[kind, value] = None
            if normal := read[kind, value]:
                yield normal


def _people(told: object) -> Iterator[Person]:
    for each in told if isinstance(told, list) else []:
        try:
            yield Person.model_validate(each)
        except ValidationError:
            yield Person()


def _described(
    report_id: UUID, identifiers: tuple[Normal, ...], people: Iterable[Person], district: str | None
) -> Described:
    traits: dict[Trait, frozenset[str]] = {}
    measures: dict[Measure, float] = {}
    match tuple(people):
        case (person,) if (person.number or 1) == 1:
            traits, measures = _traits(person), _measures(person)
        case _:
            # Of several people nobody can say whose phone it is.
            pass
    if district:
        # "GU" of GU1: who went two streets further is not somewhere else.
        traits[Trait.TOWN] = frozenset([district[: 2 if district[1:2].isalpha() else 1]])
    return Described(
        id=str(report_id),
        identifiers=identifiers,
        traits={trait: values for trait, values in traits.items() if values},
        measures=measures,
    )


def _traits(person: Person) -> dict[Trait, frozenset[str]]:
    return {
        Trait.NAME: said.trait(Trait.NAME, person.alias),
        Trait.BUILD: said.trait(Trait.BUILD, person.build),
        Trait.HAIR: said.trait(Trait.HAIR, person.hair),
        Trait.ACCENT: said.trait(Trait.ACCENT, person.accent),
        Trait.MARK: said.trait(Trait.MARK, f"{person.marks}, {person.facial_hair}"),
    }


def _measures(person: Person) -> dict[Measure, float]:
    ages = [age for age in (person.age_from, person.age_to) if age is not None]
    height = said.height(person.height)
    measures = {Measure.AGE: sum(ages) / len(ages)} if ages else {}
    return measures if height is None else {**measures, Measure.HEIGHT: height}
