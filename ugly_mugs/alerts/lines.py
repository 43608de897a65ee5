"""One alert a line, as JSON: from structured fields to the text that the desk would draft."""

import json
import re
from datetime import date, timedelta
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from ..segments import count
from ..vocabulary import Category, Flag, PlaceKind
from . import features
from .composing import Facts, compose
from .wording import what

MOST_CHARACTERS = 2_000


class NotAnAlert(ValueError):
    """A line that is no alert; *why* never repeats what stands in it."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def _or(empty: object) -> BeforeValidator:
    return BeforeValidator(lambda value: empty if value is None else value)


Words = Annotated[str, _or(""), Field(max_length=MOST_CHARACTERS)]
Truth = Annotated[bool, _or(False)]
Age = Annotated[int, Field(ge=0, le=150)] | None
_STRICT = ConfigDict(extra="ignore", strict=True, hide_input_in_errors=True)


class _Person(BaseModel):
    model_config = _STRICT

    age_min: Age = None
    age_max: Age = None
    height: Words = ""
    build: Words = ""
    hair: Words = ""
    accent: Words = ""
    marks: Words = ""
    clothing: Words = ""
    way: Words = ""

    def said(self) -> str:
        return features.listed(
            (
                features.age(self.age_min, self.age_max),
                features.height(self.height),
                features.build(self.build),
                features.hair(self.hair),
                features.called(self.accent, "accent"),
                features.known(self.marks),
                features.known(self.clothing),
                features.known(self.way),
            )
        )


class _Vehicle(BaseModel):
    model_config = _STRICT

    vrm: Words = ""
    make: Words = ""
    model: Words = ""
    colour: Words = ""
    features: Words = ""

    def said(self) -> str:
        kind = " ".join(part for part in map(features.known, (self.colour, self.make, self.model)) if part)
        return features.listed((kind, features.known(self.features)))


class _Identifier(BaseModel):
    model_config = _STRICT

    kind: Words = ""
    value: Words = ""
    partial: Truth = False


class _Line(BaseModel):
    model_config = _STRICT

    id: str | int
    category: str = Field(min_length=1, max_length=MOST_CHARACTERS)
    attempted: Truth = False
    when: Words = ""
    district: Words = ""
    place_kind: Words = ""
    people: Annotated[list[_Person], _or([]), Field(max_length=50)] = []
    vehicle: Annotated[_Vehicle, _or({})] = _Vehicle()
    identifiers: Annotated[list[_Identifier], _or([]), Field(max_length=50)] = []
    advice: Words = ""
    reference: str = Field(min_length=1, max_length=40, pattern=r"^[!-~]+$")


def answer(line: str, *, today: date) -> str:
    """Compose the alert in *line* and give its text as a line; raise `NotAnAlert`."""
    try:
        asked = _Line.model_validate(json.loads(line))
    except json.JSONDecodeError as error:
        raise NotAnAlert(f"is not JSON (character {error.pos + 1:,})") from None
    except RecursionError:
        raise NotAnAlert("is nested too deep") from None
    except ValidationError as error:
        raise NotAnAlert(_why(error)) from None
    except ValueError:
        raise NotAnAlert("has a number that is too long") from None
    text = compose(_facts(asked, today=today))
    counted = count(text)
    told: dict[str, Any] = {"id": asked.id, "text": text, "segments": counted.segments, "encoding": counted.encoding}
    # Half a character, which JSON can spell and UTF-8 cannot, may stand in an id.
    is_whole = not (isinstance(asked.id, str) and any("\ud800" <= char <= "\udfff" for char in asked.id))
    return json.dumps(told, ensure_ascii=not is_whole)


def _facts(asked: _Line, *, today: date) -> Facts:
    plate = [_Identifier(kind="vrm", value=asked.vehicle.vrm, partial=False)] if asked.vehicle.vrm else []
    return Facts(
        reference=asked.reference,
        what=_what(asked.category, is_attempted=asked.attempted),
        when=when(asked.when, today=today),
        where=f"{asked.district} {_PLACES.get(asked.place_kind, asked.place_kind.replace('_', ' '))}".strip(),
        people=features.numbered(person.said() for person in asked.people),
        vehicle=asked.vehicle.said(),
        identifiers=[*plate, *asked.identifiers],
        advice=asked.advice,
    )


_PLACES: dict[str, str] = {PlaceKind.VEHICLE: "in vehicle"}


def _what(category: str, *, is_attempted: bool) -> str:
    if category in set(Category):
        return what(Category(category), [Flag.ATTEMPTED] if is_attempted else [])
    words = category.replace("_", " ")
    return f"attempted {words}" if is_attempted else words


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DATE = re.compile(r"\b(\d{4})-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01]))?(?![\d-])(?:T(\d\d:\d\d)(?::\d\d)?Z?)?")
_LONG_AGO = timedelta(days=300)


def when(text: str, *, today: date) -> str:
    """Each date in *text* as "21 Nov"; with its year once the next such day is nearer."""

    def short(found: re.Match[str]) -> str:
        year, month, day, time = found.groups()
        is_long_ago = date(max(int(year), 1), int(month), 1) < today - _LONG_AGO
        parts = (day and day.removeprefix("0"), _MONTHS[int(month) - 1], is_long_ago and year, time)
        return " ".join(part for part in parts if part)

    return _DATE.sub(short, features.known(text))


def _why(error: ValidationError) -> str:
    first = error.errors(include_input=False, include_url=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    return f"has something wrong at {where or 'its top'}: {first['msg'][0].lower()}{first['msg'][1:]}"
