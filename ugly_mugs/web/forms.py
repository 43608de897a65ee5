"""What people send: read within bounds, cleaned, nested by dots, and parsed into a plain model.

    data = await forms.body(request)               # {"people": [{"hair": "dark"}], "story": "…"}
    new, errors = forms.read(NewReport, data)      # errors: {"people.0.hair": "This is too long."}

`body` takes urlencoded, multipart (text only) and JSON alike. A name may come several times: its value is
then a list; give such a field the type `Several[…]`. Empty strings are missing. `read` never repeats what
was typed. A model of another room says what is wrong by raising `PydanticCustomError("kind", "Words.")`,
whose words are shown, translated; the words of a ValueError are not, because they may hold the input.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeVar, get_args

from aiohttp import web
from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, ValidationError
from pydantic_core.core_schema import ErrorType

from ..languages import gettext, lazy
from . import bodies
from .bodies import LIMIT, BadBody, Sent

__all__ = ["LIMIT", "BadBody", "Form", "Line", "Sent", "Several", "Words", "body", "flat", "raw", "read"]

BODY = web.RequestKey("body", dict)
CSRF = "csrf"

M = TypeVar("M", bound=BaseModel)
T = TypeVar("T")


def _several(value: object) -> object:
    if value is None:
        return ()
    return tuple(value) if isinstance(value, list | tuple) else (value,)


Several = Annotated[tuple[T, ...], BeforeValidator(_several)]
"""A field that may be ticked once, often or not at all; its default is `()`."""
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=10_000)]


class Form(BaseModel):
    """A plain model for what one page sends; other rooms bring models of their own."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)


async def body(request: web.Request, *, limit: int = LIMIT) -> Sent:
    """What was sent, read once; raise `BadBody` if it is too large, too deep, or not text.

    The guard has read it already on a route that changes something; its `limit` counts there.
    """
    if (known := request.get(BODY)) is None:
        known = request[BODY] = await bodies.nested(request, limit=limit)
    return known


async def raw(request: web.Request, *, limit: int = LIMIT) -> bytes:
    """The bytes themselves, for what is neither a form nor JSON."""
    return await bodies.raw(request, limit=limit)


async def flat(request: web.Request, *, limit: int = LIMIT) -> dict[str, str]:
    """A callback's urlencoded fields exactly as they were sent, for checking its signature."""
    return await bodies.flat(request, limit=limit)


def read(
    model: type[M], data: Mapping[str, object], *, unknown: Literal["ignore", "forbid"] | None = None
) -> tuple[M | None, dict[str, str]]:
    """Parse *data*; what is wrong comes back as words for a person, by dotted name of the field.

    *unknown* says what becomes of names that *model* has not, where that is not for the model to say.
    """
    try:
        return model.model_validate(_given(data), extra=unknown), {}
    except ValidationError as error:
        wrong: dict[str, str] = {}
        for each in error.errors(include_url=False, include_input=False):
            wrong.setdefault(".".join(str(part) for part in each["loc"]), _explain(each["type"], each))
        return None, wrong


def _given(value: object) -> Any:
    """*value* without empty strings: an empty field is one that was left out."""
    if isinstance(value, Mapping):
        return {key: _given(each) for key, each in value.items() if not _is_empty(each)}
    if isinstance(value, list):
        return [_given(each) for each in value if not _is_empty(each)]
    return value


def _is_empty(value: object) -> bool:
    return isinstance(value, str) and not value.strip()


SAID: dict[str, lazy] = {
    "missing": lazy("This is needed."),
    "string_too_short": lazy("This is too short."),
    "string_too_long": lazy("This is too long: use at most %(max_length)s characters."),
    "too_long": lazy("These are too many: choose at most %(max_length)s."),
    "too_short": lazy("Choose at least %(min_length)s."),
    "greater_than": lazy("This must be more than %(gt)s."),
    "greater_than_equal": lazy("This must be at least %(ge)s."),
    "less_than": lazy("This must be less than %(lt)s."),
    "less_than_equal": lazy("This must be at most %(le)s."),
    "extra_forbidden": lazy("We do not know this field."),
    "enum": lazy("Choose one of the answers given."),
    "literal_error": lazy("Choose one of the answers given."),
    "date_past": lazy("This day has not come yet."),
    "date_future": lazy("This day has passed."),
}
BY_BEGINNING: dict[str, lazy] = {
    "int_": lazy("Write a whole number."),
    "float_": lazy("Write a number."),
    "decimal_": lazy("Write a number."),
    "bool_": lazy("Choose yes or no."),
    "date_": lazy("Write a day, like 2026-11-24."),
    "time_": lazy("Write a time, like 21:30."),
    "string_": lazy("Write this in words."),
}
OTHERWISE = lazy("This does not look right.")
_PYDANTICS_OWN = frozenset[str](get_args(ErrorType))


def _explain(kind: str, error: Mapping[str, Any]) -> str:
    if kind not in _PYDANTICS_OWN:
        return gettext(str(error["msg"]))
    if kind in SAID:
        return str(str(SAID[kind]) % error.get("ctx", {}))
    return str(next((words for start, words in BY_BEGINNING.items() if kind.startswith(start)), OTHERWISE))
