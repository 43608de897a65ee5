"""Everything that she wrote freely is read, and what is only "blue" or "slim" is not laid before anybody twice."""

import pytest

from tests.desk.stories import told
from ugly_mugs.desk import first_words, her_words
from ugly_mugs.intake.new_report import Person, Vehicle

LOOKS = ("height", "build", "hair", "facial_hair", "eyes", "complexion", "accent", "marks", "clothing", "acting")


@pytest.mark.parametrize("name", LOOKS)
def test_every_answer_that_a_warning_begins_with_is_read(name: str) -> None:
    story = told(people=[{name: "like Rosie's, she lives at 12 Mill Lane"}])

    assert any("Rosie" in part.text for part in her_words.parts(story))
    assert "Rosie" in first_words.description(story.people)


@pytest.mark.parametrize("name", ["make", "model", "colour", "features"])
def test_every_answer_about_his_car_is_read(name: str) -> None:
    story = told(vehicle={name: "the same as Kasia Nowak's"})

    assert any("Kasia" in part.text for part in her_words.parts(story))


def test_when_it_is_safe_to_call_is_read() -> None:
    assert any("Mark" in part.text for part in her_words.parts(told(safe_times="when Mark is out")))


def test_short_answers_about_looks_and_cars_are_shown_to_nobody_twice() -> None:
    person = Person(
        height="6ft", build="stocky", hair="short dark hair", facial_hair="ginger beard", eyes="blue", accent="Scouse"
    )
    vehicle = Vehicle(make="Seat", model="Leon", colour="dark green")

    story = told(people=[person], vehicle=vehicle, safe_times="after 6pm")

    assert [part.name for part in her_words.parts(story)] == ["What happened"]


@pytest.mark.parametrize("answer", ["07700 900123", "Leon", "jo", "rosie@example.org", "12 Mill Lane", "Sunny Spa"])
def test_a_short_answer_that_may_be_somebody_is_read(answer: str) -> None:
    assert [part.text for part in her_words.parts(told("x", people=[{"hair": answer}]))] == ["x", answer]
