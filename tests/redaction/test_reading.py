"""What a report names, and whose it is."""

from itertools import pairwise
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ugly_mugs.redaction import Label, Role, Span, Why, read
from ugly_mugs.redaction.hiding import hide


def found(text: str, spans: tuple[Span, ...], label: Label) -> dict[str, Role]:
    return {text[each.start : each.end]: each.role for each in spans if each.label is label}


def test_her_name_is_hidden_and_his_is_kept() -> None:
    text = "My name is Magda. A man calling himself Big Terry hit me."
    names = found(text, read(text), Label.PERSON)
    assert names["Magda"] is Role.REPORTER
    assert names["Big Terry"] is Role.SUSPECT


def test_a_friend_is_hidden_in_lower_case_too() -> None:
    text = "me and my mate shaz were working when a bloke called darren pulled a knife"
    names = found(text, read(text), Label.PERSON)
    assert names["shaz"].is_hidden
    assert names["darren"] is Role.SUSPECT


def test_what_the_form_says_of_him_is_his_whatever_the_words_say() -> None:
    text = "I am Alex and this is about Alexei and his Nadia"
    spans = read(text, about_them={Label.PERSON: ["Nadia"]})
    nadia = next(each for each in spans if text[each.start : each.end] == "Nadia")
    assert (nadia.role, nadia.why) == (Role.SUSPECT, Why.FIELD)


def test_what_is_known_of_her_is_hidden_whatever_the_words_say() -> None:
    text = "A man calling himself Robin hit me."
    spans = read(text, reporter=["Robin"])
    assert [(each.role, each.why) for each in spans if each.label is Label.PERSON] == [(Role.REPORTER, Why.KNOWN)]


@pytest.mark.parametrize("where", ["IMG_kaylee_arm.jpg", "kaylee's", "kaylees flat", "KAYLEE", "kaylee.1990"])
def test_a_name_found_once_is_found_everywhere(where: str) -> None:
    text = f"my friend Kaylee was with me. Look at {where} please."
    spans = read(text)
    at = text.lower().rindex("kaylee")
    assert any(each.start <= at and at + 6 <= each.end and each.role.is_hidden for each in spans)


def test_nothing_of_hers_can_be_read_in_the_hidden_text() -> None:
    text = "Hi its Magda, me and Oksana work together. He grabbed Oksana. Thanks, Magda"
    hidden = hide(text, read(text))
    assert "magda" not in hidden.lower()
    assert "oksana" not in hidden.lower()


def test_a_hidden_name_leaves_no_length_behind() -> None:
    short, long = "My name is Jo.", "My name is Bartholomea."
    assert hide(short, read(short, reporter=["Jo"])) == hide(long, read(long, reporter=["Bartholomea"]))


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=400), st.lists(st.text(max_size=30), max_size=4))
def test_any_text_can_be_read(text: str, known: list[str]) -> None:
    spans = read(text, about_them={Label.PERSON: known}, reporter=known)
    assert all(0 <= each.start < each.end <= len(text) for each in spans)
    assert all(one.end <= other.start for one, other in pairwise(spans))


@pytest.mark.parametrize("piece", ["a", "0", "@", "kim ", "07", "at dot ", "\n", "(", "flat 1 ", "é", "kim kim's "])
def test_a_hostile_text_takes_time_in_proportion(piece: str) -> None:
    def cost(times: int) -> float:
        text = (piece * times)[: times * 2]
        begun = process_time()
        read(text)
        return process_time() - begun

    read("warm")
    # Sixteen times the text may take sixteen times the time and a lot of noise; a square would take 256 times.
    assert cost(16_000) < 80 * max(cost(1_000), 0.002)
