"""What somebody tells us, within bounds: the form and the JSON interface read the same model.

`Story` is what is sealed for the desk. `NewReport` adds what she decides about it. No field asks for
anybody's nationality or ethnicity.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
)
from pydantic_core import PydanticCustomError

from ..areas import Atlas
from ..identifiers import Kind, Normal, NotAnIdentifier, normalise
from ..postcodes import UnknownDistrict
from ..vocabulary import Category, Flag, PartOfDay, PlaceKind, Purpose, Timing
from . import return_code
from .answers import Knows, Role, Strand, Want

MOST_PEOPLE = 5
MOST_OF_A_KIND = 5
LONGEST_STORY = 20_000
LONGEST_WAIT_DAYS = 90
YEARS_BACK = 80


def N_(words: str) -> str:
    """Mark *words* for translation; the page that shows them translates."""
    return words


T = TypeVar("T")


def _several(value: object) -> object:
    if value is None:
        return ()
    # One ticked box arrives alone.
    return tuple(value) if isinstance(value, list | tuple | set | frozenset) else (value,)


def _reads_as(kind: Kind) -> AfterValidator:
    def check(value: str) -> str:
        try:
            normalise(kind, value)
        except NotAnIdentifier as error:
            raise PydanticCustomError("identifier", error.why) from None
        # Kept as she wrote it: reading improves with its version, what was thrown away does not come back.
        return value

    return AfterValidator(check)


def _coarse(value: object) -> object:
    # A whole postcode is taken and cut here, before anything keeps it.
    if not isinstance(value, str):
        return value
    try:
        return Atlas.load().district(value).code
    except UnknownDistrict as error:
        raise PydanticCustomError("district", error.message) from None


Several = Annotated[tuple[T, ...], BeforeValidator(_several)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4_000)]
Phone = Annotated[Line, _reads_as(Kind.PHONE)]
Email = Annotated[Line, _reads_as(Kind.EMAIL)]
Handle = Annotated[Line, _reads_as(Kind.HANDLE)]
Registration = Annotated[Line, _reads_as(Kind.VRM)]
District = Annotated[str, BeforeValidator(_coarse)]
"""A postcode district, however it or a postcode in it is spelt."""
Age = Annotated[int, Field(ge=10, le=110)]


def _texts(value: object) -> Iterator[str]:
    """Every string in *value*, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, BaseModel):
        yield from _texts(tuple(value.__dict__.values()))
    elif isinstance(value, tuple):
        for each in value:
            yield from _texts(each)


class _Private(BaseModel):
    """A model that never prints what it holds."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    def __repr_args__(self) -> list[tuple[str | None, Any]]:
        return []


class Person(_Private):
    """One person as she remembers him."""

    role: Role | None = None
    number: Annotated[int, Field(ge=1, le=50)] | None = None
    age_from: Age | None = None
    age_to: Age | None = None
    height: Line = ""
    build: Line = ""
    hair: Line = ""
    facial_hair: Line = ""
    eyes: Line = ""
    complexion: Line = ""
    accent: Line = ""
    marks: Line = ""
    clothing: Line = ""
    acting: Line = ""
    alias: Line = ""
    """For moderators only."""

    @field_validator("age_to")
    @classmethod
    def _in_order(cls, value: int | None, info: ValidationInfo) -> int | None:
        youngest = info.data.get("age_from")
        if value is not None and youngest is not None and value < youngest:
            raise PydanticCustomError("age", N_("The second age must not be below the first."))
        return value


class Vehicle(_Private):
    """What he came in."""

    registration: Registration | None = None
    make: Line = ""
    model: Line = ""
    colour: Line = ""
    features: Line = ""


class Story(_Private):
    """What happened, for the desk alone. Only `what_happened` must be there."""

    what_happened: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_STORY)]
    category: Category | None = None
    flags: Several[Flag] = Field((), max_length=len(Flag))
    hate: Several[Strand] = Field((), max_length=len(Strand))
    happened_on: date | None = None
    part_of_day: PartOfDay | None = None
    when_words: Line = ""
    district: District | None = None
    place_kind: PlaceKind | None = None
    contact_how: Line = ""
    others_should_know: Words = ""
    injuries: Words = ""
    support: Words = ""
    people: tuple[Person, ...] = Field((), max_length=MOST_PEOPLE)
    phones: Several[Phone] = Field((), max_length=MOST_OF_A_KIND)
    emails: Several[Email] = Field((), max_length=MOST_OF_A_KIND)
    handles: Several[Handle] = Field((), max_length=MOST_OF_A_KIND)
    vehicle: Vehicle | None = None
    would_know: Knows | None = None
    wants: Want = Want.WARN
    contact: Line = Field("", validate_default=True)
    """Where she wants to be called or written to."""
    safe_times: Line = ""
    if_someone_else: Line = ""
    """What to say when somebody else answers."""

    @field_validator("happened_on")
    @classmethod
    def _has_been(cls, value: date | None) -> date | None:
        # A day's grace: her clock may be ahead of ours.
        today = datetime.now(UTC).date()
        if value is not None and value > today + timedelta(days=1):
            raise PydanticCustomError("future", N_("This day has not come yet."))
        if value is not None and value.year < today.year - YEARS_BACK:
            raise PydanticCustomError("past", N_("This is too long ago. Check the year."))
        return value

    @field_validator("contact")
    @classmethod
    def _where(cls, value: str, info: ValidationInfo) -> str:
        if not value and info.data.get("wants") is Want.CALL_BACK:
            raise PydanticCustomError("contact", N_("Write where we can reach you."))
        return value

    @property
    def identifiers(self) -> tuple[Normal, ...]:
        """Every phone, email, username and registration in its one spelling."""
        plates = (self.vehicle.registration,) if self.vehicle and self.vehicle.registration else ()
        each = {Kind.PHONE: self.phones, Kind.EMAIL: self.emails, Kind.HANDLE: self.handles, Kind.VRM: plates}
        return tuple(dict.fromkeys(normalise(kind, value) for kind, values in each.items() for value in values))


class NewReport(Story):
    """A story and what she decides about it. Nothing is ticked for her."""

    consents: Several[Purpose] = Field((), max_length=len(Purpose), validate_default=True)
    timing: Timing = Timing.WHEN_I_SAY
    days: Annotated[int, Field(ge=1, le=LONGEST_WAIT_DAYS)] | None = Field(None, validate_default=True)

    @field_validator("days")
    @classmethod
    def _how_many(cls, value: int | None, info: ValidationInfo) -> int | None:
        if info.data.get("timing") is not Timing.AFTER_DAYS:
            return None
        if value is None:
            raise PydanticCustomError("days", N_("Write after how many days, from 1 to 90."))
        return value

    @field_validator(*Story.model_fields)
    @classmethod
    def _without_code(cls, value: Any) -> Any:
        # The desk reads this, and whoever reads a code can open what it opens.
        if any(return_code.is_in(text) for text in _texts(value)):
            raise PydanticCustomError(
                "code", N_("A number that opens a report is in this. Take it out: nobody but you should have it.")
            )
        return value

    @field_validator("consents")
    @classmethod
    def _agreed(cls, value: tuple[Purpose, ...], info: ValidationInfo) -> tuple[Purpose, ...]:
        if info.data.get("wants") is Want.CALL_BACK and Purpose.CONTACT_BACK not in value:
            raise PydanticCustomError(
                "contact_back", N_("Tick that we may contact you, or choose that you do not want a call.")
            )
        return tuple(dict.fromkeys(value))

    @property
    def story(self) -> Story:
        """What goes to the desk, without her decisions: those may change, and live in the open ledger."""
        return Story.model_construct(
            _fields_set=self.model_fields_set & set(Story.model_fields),
            **{name: getattr(self, name) for name in Story.model_fields},
        )
