"""What a story says of him, as matching compares it. Nobody's ethnicity: no field asks for it."""

from uuid import UUID

from ..intake.new_report import Person, Story
from ..matching import said
from ..matching.described import Described, Measure, Trait


def described(report_id: UUID, story: Story) -> Described:
    """What *story* names and how it describes him; of several people nobody can say whose is what."""
    traits: dict[Trait, frozenset[str]] = {}
    measures: dict[Measure, float] = {}
    if len(story.people) == 1 and (story.people[0].number or 1) == 1:
        (person,) = story.people
        traits, measures = _traits(person), _measures(person)
    if story.district:
        # "GU" of GU1: who went two streets further is not somewhere else.
        traits[Trait.TOWN] = frozenset([story.district[: 2 if story.district[1:2].isalpha() else 1]])
    return Described(
        id=str(report_id),
        identifiers=story.identifiers,
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
