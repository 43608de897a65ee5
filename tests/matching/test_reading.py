"""One line, and the many ways in which people write what a man looks like."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ugly_mugs.matching import names, reading, said
from ugly_mugs.matching.described import Measure, Trait
from ugly_mugs.matching.reading import NotAReport


@pytest.mark.parametrize(
    ("written", "inches"),
    [("5ft 10", 70), ("5'10\"", 70), ("5 foot 10", 70), ("six foot", 72), ("6ft", 72), ("70", 70), ("180cm", 71),
     ("1.80 m", 71), ("180", 71), ("between 5ft 8 and 5ft 10", 69), ("tall", None), ("", None), ("5ft 14", None)],
)  # fmt: skip
def test_a_height_is_read_as_people_say_it(written: str, inches: int | None) -> None:
    found = said.height(written)

    assert (None if found is None else round(found)) == inches


@pytest.mark.parametrize(
    ("written", "years"),
    [("40", 40), ("about 40", 40), ("25-35", 30), ("30s", 34.5), ("mid 30s", 35), ("late 40's", 48), ("old", None)],
)
def test_an_age_is_read_as_people_say_it(written: str, years: float | None) -> None:
    assert said.age(written) == years


@pytest.mark.parametrize(
    ("what", "one", "other"),
    [
        (Trait.BUILD, "skinny", "slim build"), (Trait.HAIR, "short ginger hair", "red"),
        (Trait.ACCENT, "Liverpool accent", "scouse"), (Trait.ACCENT, "polish", "Eastern European"),
        (Trait.MARK, "rose tattoo on his neck", "neck tattoo"), (Trait.MARK, "walks with a limp", "limps a bit"),
        (Trait.NAME, "Big Mick", "Michael"), (Trait.NAME, "MATTY", "matthew"),
    ],
)  # fmt: skip
def test_two_ways_of_saying_it_are_one(what: Trait, one: str, other: str) -> None:
    assert said.trait(what, one) == said.trait(what, other) != frozenset()


def test_two_marks_are_two() -> None:
    assert said.trait(Trait.MARK, "scar on cheek, and tattoo on left arm") == {"cheek scar", "arm tattoo"}


def test_what_could_be_either_is_neither() -> None:
    assert said.trait(Trait.HAIR, "brown or black") == frozenset()


def test_every_form_belongs_to_one_name_and_a_name_is_its_own_form() -> None:
    forms = [form for line in names._FORMS.split("\n") for form in line.split()]

    assert len(forms) == len(set(forms))
    assert all(names.name(names.name(form)) == names.name(form) for form in forms)


def test_a_line_may_say_little_and_be_messy() -> None:
    line = reading.read('{"id": "a-1", "phone": ["07700 900123", "n/a"], "vrm": "", "height": "5ft 10", "extra": {}}')

    assert line.id == "a-1"
    assert [each.value for each in line.report.identifiers] == ["+447700900123"]
    assert line.report.measures == {Measure.HEIGHT: 70}
    assert line.unread == ("phone",)


def test_the_ids_1_and_text_1_are_two() -> None:
    assert reading.read('{"id": 1}').report.id != reading.read('{"id": "1"}').report.id


@pytest.mark.parametrize(
    "line",
    ["", "x", "[]", "null", '"id"', "{}", '{"id": null}', '{"id": true}', '{"id": ""}', '{"id": 1.5}',
     '{"id": 1, "phone": 7}', '{"id": 1, "phone": [7]}', '{"id": 1, "age": []}', '{"id": 1, "age": true}',
     '{"id": 1, "name": {"first": "Kev"}}', "[" * 50_000, '{"id": 1, "name": "' + "x" * 200_000 + '"}'],
    ids=lambda line: line[:30],
)  # fmt: skip
def test_what_is_no_report_is_refused_in_words_that_do_not_repeat_it(line: str) -> None:
    with pytest.raises(NotAReport) as refused:
        reading.read(line)

    assert len(refused.value.why) < 120
    assert "Kev" not in refused.value.why


def test_a_number_that_is_no_age_is_left_out_and_said() -> None:
    assert reading.read('{"id": 1, "age": 900, "height": 3}').unread == ("age", "height")


@given(st.text(max_size=300))
def test_no_text_makes_it_fall_over(text: str) -> None:
    said.age(text)
    said.height(text)
    for what in Trait:
        said.trait(what, text, any_word=True)
    line = json.dumps({"id": 1} | dict.fromkeys(("phone", "vrm", "handle", "email", "age", *reading.FIELDS), text))
    assert reading.read(line).id == 1


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from(["id", "phone", "vrm", "age", "height", "name", "town"]), VALUES))
def test_any_json_is_a_report_or_refused(told: dict[str, object]) -> None:
    try:
        line = reading.read(json.dumps(told))
    except NotAReport:
        return
    assert line.id == told["id"]
