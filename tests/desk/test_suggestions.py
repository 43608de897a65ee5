"""Her words with what could identify her: one suggestion for all that is the same, and a text that tells nothing."""

from collections.abc import Iterable

import pytest

from ugly_mugs.desk import suggestions
from ugly_mugs.desk.her_words import Part
from ugly_mugs.desk.suggestions import Suggestion, instead, key_of, pieces, redacted, suggest
from ugly_mugs.redaction import Label, Left, Role, left

HERS = Part("What happened", "I'm Mei. He rang my friend Rosie at Sunny Spa. Later Mei cried. His name was Dave.")


def of(*parts: Part, marks: dict[str, tuple[str, ...]] | None = None) -> dict[str, Suggestion]:
    """What is suggested, by the words."""
    return {each.words: each for each in suggest(parts, about_them={}, reporter=(), marks=marks)}


def marked(*words: str) -> dict[str, tuple[str, ...]]:
    """As a moderator marks them."""
    return {key_of(each): (each,) for each in words}


def test_what_stands_in_several_places_is_one_suggestion() -> None:
    found = of(HERS)

    assert len(found["Mei"].places) == 2
    assert found["Mei"].hides
    assert not found["Dave"].hides


def test_a_name_in_one_answer_is_found_in_another() -> None:
    found = of(HERS, Part("What others should know", "ask rosie, she saw it"))

    assert {place.part for place in found["Rosie"].places} == {0, 1}


def test_what_was_known_as_hers_is_hidden_and_what_the_form_has_is_his() -> None:
    text = "Text jo@example.org. He wrote from nice@example.org."

    found = suggest(
        [Part("What happened", text)], about_them={Label.EMAIL: ["nice@example.org"]}, reporter=["jo@example.org"]
    )

    assert {(each.words, each.role) for each in found} == {
        ("jo@example.org", Role.REPORTER),
        ("nice@example.org", Role.SUSPECT),
    }


@pytest.mark.parametrize("where", ["see bluebird.jpg", "bluebird's coat", "BLUEBIRD", "bluebird_77@mail.example"])
def test_what_a_moderator_marks_is_hidden_wherever_it_can_be_read(where: str) -> None:
    part = Part("What happened", f"They call me Bluebird. And then {where} again.")

    found = of(part, marks=marked("Bluebird"))

    assert "bluebird" not in redacted(part, 0, found.values()).casefold()


def test_a_mark_that_stands_nowhere_in_her_words_is_kept_all_the_same() -> None:
    found = of(HERS, marks=marked("Bluebird"))

    assert found["Bluebird"].places == ()
    assert found["Bluebird"].spellings == ("Bluebird",)


def test_redaction_says_what_it_was_and_not_how_long() -> None:
    names = ("Mei", "Bartholomea")

    texts = set()
    for name in names:
        part = Part("", f"I'm {name} and I ran")
        texts.add(redacted(part, 0, suggest([part], about_them={}, reporter=[name])))

    assert texts == {"I'm [her name] and I ran"}


def test_of_two_that_overlap_nothing_of_either_is_left() -> None:
    part = Part("", "ask Mei Lin Chen there")

    found = of(part, marks=marked("Mei Lin", "Lin Chen"))

    text = redacted(part, 0, found.values())
    assert not {"Mei", "Lin", "Chen"} & set(text.replace("[", " ").replace("]", " ").split())
    assert text.startswith("ask [")
    assert text.endswith("] there")


def test_the_pieces_of_a_part_are_the_part() -> None:
    found = suggest([HERS], about_them={}, reporter=(), marks=marked("friend Rosie", "cried"))

    cut = pieces(HERS, 0, found)

    assert "".join(each.text for each in cut) == HERS.text
    assert [each.text for each in cut if each.suggestion and each.suggestion.is_mark] == ["friend Rosie", "cried"]


def test_what_goes_on_in_her_next_answer_is_hidden_in_both() -> None:
    parts = Part("What happened", "He knows that I live at 12"), Part("Others", "Mill Lane Leeds, by the shop.")

    found = suggest(parts, about_them={}, reporter=())

    (address,) = (each for each in found if each.label is Label.ADDRESS)
    assert {place.part for place in address.places} == {0, 1}
    assert redacted(parts[0], 0, found) == "He knows that I live at [her address]"
    assert "Mill Lane" not in redacted(parts[1], 1, found)
    assert any("Mill Lane" in each and "12" not in each for each in address.spellings)


def test_many_old_marks_take_no_longer_than_one_look_at_her_words(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = []

    def counted(text: str, hidden: Iterable[str]) -> tuple[Left, ...]:
        looks.append(text)
        return left(text, hidden)

    monkeypatch.setattr(suggestions, "left", counted)
    marks = marked("the blue door", "a red kite", *(f"thing {number}" for number in range(50)))
    part = Part("", "By the blue door, and the blue door again.")

    found = of(part, marks=marks)

    assert [len(found["the blue door"].places), len(found["a red kite"].places)] == [2, 0]
    assert looks == [part.text]


@pytest.mark.parametrize(
    ("label", "role", "words"),
    [
        (Label.PERSON, Role.REPORTER, "[her name]"),
        (Label.PERSON, Role.THIRD, "[somebody she knows]"),
        (Label.ADDRESS, Role.REPORTER, "[her address]"),
        (Label.PHONE, Role.THIRD, "[somebody's number]"),
        (None, Role.REPORTER, "[hidden]"),
    ],
)
def test_what_stands_instead_says_what_it_was(label: Label | None, role: Role, words: str) -> None:
    assert instead(Suggestion("k", "x", (), label, role)) == words
