"""One report a line, as JSON: how schemes hand their old reports over."""

import json
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from .hiding import hide
from .reader import Reader
from .spans import Label, Span

MOST_CHARACTERS = 100_000


class NotAReport(ValueError):
    """A line that is no report; *why* never repeats what stands in it."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def _none_is_empty(value: object) -> object:
    return [] if value is None else [value] if isinstance(value, str) else value


Several = Annotated[list[Annotated[str, Field(max_length=500)]], BeforeValidator(_none_is_empty), Field(max_length=200)]


class _AboutThem(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True, hide_input_in_errors=True)

    phone: Several = []
    vrm: Several = []
    email: Several = []
    handle: Several = []
    name: Several = []
    profile: Several = []
    address: Several = []
    postcode: Several = []
    org: Several = []


class _Line(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True, hide_input_in_errors=True)

    id: str | int
    text: str = Field(max_length=MOST_CHARACTERS)
    about_them: _AboutThem = _AboutThem()
    reporter: Several = []


_LABELS = {"name": Label.PERSON} | {name: Label(name.upper()) for name in _AboutThem.model_fields if name != "name"}


def answer(line: str, reader: Reader, *, redacted: bool = False) -> str:
    """Read the report in *line* and give its spans as a line; raise `NotAReport`."""
    try:
        asked = _Line.model_validate(json.loads(line))
    except json.JSONDecodeError as error:
        raise NotAReport(f"is not JSON (character {error.pos + 1:,})") from None
    except RecursionError:
        raise NotAReport("is nested too deep") from None
    except ValidationError as error:
        raise NotAReport(_why(error)) from None
    about = {_LABELS[name]: values for name, values in asked.about_them if values}
    spans = reader.read(asked.text, about_them=about, reporter=asked.reporter)
    told: dict[str, Any] = {"id": asked.id, "spans": [_written(span) for span in spans]}
    if redacted:
        told["redacted"] = hide(asked.text, spans)
    return json.dumps(told, ensure_ascii=False)


def _why(error: ValidationError) -> str:
    first = error.errors(include_input=False, include_url=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    return f"has something wrong at {where or 'its top'}: {first['msg'][0].lower()}{first['msg'][1:]}"


def _written(span: Span) -> dict[str, Any]:
    return {
        "start": span.start,
        "end": span.end,
        "label": span.label.value,
        "role": span.role.value,
        "norm": span.norm,
        "score": span.score,
        "why": span.why.value,
    }
