"""One structured report as a line of JSON, as a scheme has it in a table."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from ..identifiers import Kind, Normal, NotAnIdentifier, normalise
from . import said
from .described import Described, Measure, Trait

FIELDS: Final = {
    "name": Trait.NAME,
    "eth": Trait.ETHNICITY,
    "build": Trait.BUILD,
    "hair": Trait.HAIR,
    "acc": Trait.ACCENT,
    "mark": Trait.MARK,
    "town": Trait.TOWN,
}
"""What a line calls each trait; its identifiers, age and height are called as they are here."""
LONGEST_LINE: Final = 100_000
MOST_OF_A_KIND: Final = 50
NUMBERS: Final = {Measure.AGE: (10, 110), Measure.HEIGHT: (36, 96)}


class NotAReport(ValueError):
    """A line that is none; *why* never repeats what stands in it."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Line:
    """A report, its id as it was written, and the fields that could not be read."""

    id: str | int
    report: Described = field(repr=False)
    unread: tuple[str, ...] = ()


def read(line: str) -> Line:
    """Read one line; raise `NotAReport`. An identifier that nobody can read is left out and said."""
    if len(line) > LONGEST_LINE:
        raise NotAReport(f"is longer than {LONGEST_LINE:,} characters")
    try:
        told = json.loads(line)
    except json.JSONDecodeError as error:
        raise NotAReport(f"is not JSON: {error.msg} at column {error.colno}") from None
    except (RecursionError, ValueError):
        raise NotAReport("is not JSON that can be read") from None
    if not isinstance(told, dict):
        raise NotAReport('is not a JSON object such as {"id": 1, "phone": "07700 900123"}')
    id_ = _id(told)
    unread: list[str] = []
    identifiers = tuple(dict.fromkeys(_identifiers(told, unread)))
    traits = {
        what: frozenset(value for text in _texts(told, name) for value in said.trait(what, text, any_word=True))
        for name, what in FIELDS.items()
    }
    report = Described(
        id=json.dumps(id_),
        identifiers=identifiers,
        traits={what: values for what, values in traits.items() if values},
        measures={what: value for what in Measure if (value := _measure(told, what, unread)) is not None},
    )
    return Line(id_, report, tuple(unread))


def _id(told: dict[str, object]) -> str | int:
    match told.get("id"):
        case bool():
            pass
        case int() | str() as id_ if id_ != "":
            return id_
    raise NotAReport('has no "id" that is a number or a text')


def _identifiers(told: dict[str, object], unread: list[str]) -> Iterator[Normal]:
    for kind in Kind:
        for text in _texts(told, kind.value):
            try:
                yield normalise(kind, text)
            except NotAnIdentifier:
                unread.append(kind.value)


def _texts(told: dict[str, object], name: str) -> list[str]:
    match told.get(name):
        case None | "":
            return []
        case str() as text:
            return [text]
        case list() as many if len(many) <= MOST_OF_A_KIND and all(isinstance(each, str) for each in many):
            return [each for each in many if each]
    raise NotAReport(f'has a "{name}" that is neither a text, a list of at most {MOST_OF_A_KIND} texts, nor null')


def _measure(told: dict[str, object], what: Measure, unread: list[str]) -> float | None:
    least, most = NUMBERS[what]
    value = told.get(what.value)
    match value:
        case None | "":
            return None
        case str():
            number = said.age(value) if what is Measure.AGE else said.height(value)
        case int() | float() if not isinstance(value, bool):
            number = float(value) if least <= value <= most else said.height(str(value))
        case _:
            raise NotAReport(f'has a value for "{what.value}" that is neither a number, a text, nor null')
    if number is None or not least <= number <= most:
        unread.append(what.value)
        return None
    return number
