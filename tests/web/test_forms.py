"""A form is parsed into a plain model, and what is wrong is said in words that do not repeat it."""

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from tests.web import made_up
from ugly_mugs.web import forms


def test_an_empty_field_is_one_that_was_left_out() -> None:
    told, errors = forms.read(
        made_up.Told, {"story": "He ran.", "place": "street", "day": "  ", "people": [{"age": ""}]}
    )

    assert errors == {}
    assert told == made_up.Told(story="He ran.", place=made_up.Place.STREET, people=(made_up.Person(),))


def test_what_is_wrong_is_said_beside_its_field_without_repeating_it() -> None:
    sent: dict[str, object] = {
        "story": "x",
        "place": "SECRET",
        "people": [{"age": "44"}, {"age": "SECRET"}, {"age": "9"}],
    }

    told, errors = forms.read(made_up.Told, sent)

    assert told is None
    assert errors == {
        "story": "This is too short.",
        "place": "Choose one of the answers given.",
        "people.1.age": "Write a whole number.",
        "people.2.age": "This must be at least 18.",
    }


def test_what_is_missing_is_said() -> None:
    _, errors = forms.read(made_up.Told, {"story": ""})

    assert errors == {"story": "This is needed.", "place": "This is needed."}


def test_one_tick_is_as_good_as_several() -> None:
    one, _ = forms.read(made_up.Told, {"story": "abc", "place": "street", "consents": "warn"})
    two, _ = forms.read(made_up.Told, {"story": "abc", "place": "street", "consents": ["warn", "share"]})

    assert one is not None
    assert two is not None
    assert (one.consents, two.consents) == (("warn",), ("warn", "share"))


def _no_such_place(value: str) -> str:
    raise PydanticCustomError("no_such_place", "We do not know this place.")


def _clumsy(value: str) -> str:
    raise ValueError(f"{value} is bad")


class Elsewhere(forms.Form):
    place: Annotated[str, AfterValidator(_no_such_place)]
    other: Annotated[str, AfterValidator(_clumsy)]
    when: Annotated[date, Field()]


def test_a_model_says_what_is_wrong_in_words_of_its_own_but_a_value_error_is_not_repeated() -> None:
    _, errors = forms.read(Elsewhere, {"place": "SECRET", "other": "SECRET", "when": "SECRET"})

    assert errors == {
        "place": "We do not know this place.",
        "other": "This does not look right.",
        "when": "Write a day, like 2026-11-24.",
    }
