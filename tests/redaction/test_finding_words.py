"""Emails, usernames, profiles, postcodes, addresses and nationalities are found however somebody writes them."""

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ugly_mugs.redaction import Found, Label, addresses, mailboxes, nations, postcodes, profiles, towns, usernames
from ugly_mugs.redaction.spans import settled

Finder = Callable[[str], Iterable[Found]]

FORMS = Path(__file__).parents[1] / "odd_forms"
FINDERS: dict[str, tuple[Label, Finder]] = {
    "emails": (Label.EMAIL, mailboxes.find),
    "handles": (Label.HANDLE, usernames.find),
    "profiles": (Label.PROFILE, profiles.find),
    "postcodes": (Label.POSTCODE, postcodes.find),
    "addresses": (Label.ADDRESS, addresses.find),
    "nationalities": (Label.NATIONALITY, nations.find),
}
EVERY: tuple[Finder, ...] = (*(find for _, find in FINDERS.values()), towns.find)
MARK = re.compile(r"\[\[(.*?)=>(.*?)\]\](?!\])", re.DOTALL)


def sentences(file: str) -> list[str]:
    """The sentences of a file; one whose mark goes over a line's end goes on in the next line."""
    text = (FORMS / f"{file}.txt").read_text(encoding="utf-8")
    return re.findall(r"(?m)^(?:\[\[(?:[^\[\]]|\[at\]|\[dot\]| \[)*?\]\]|[^\n])+$", text)


def marked(file: str) -> list[tuple[str, str, list[tuple[int, int, str]]]]:
    cases = []
    for sentence in sentences(file):
        text, spans, before = "", [], 0
        for mark in MARK.finditer(sentence):
            text += sentence[before : mark.start()]
            spans.append((len(text), len(text) + len(mark[1]), mark[2]))
            text += mark[1]
            before = mark.end()
        cases.append((file, text + sentence[before:], spans))
    return cases


CASES = [case for file in FINDERS for case in marked(file)]


def found(file: str, text: str) -> list[tuple[int, int, str | None]]:
    label, find = FINDERS[file]
    return [(each.start, each.end, each.norm) for each in settled(find(text)) if each.label is label]


def test_there_are_many_odd_forms_of_each_kind() -> None:
    assert all(sum(len(spans) for _, _, spans in marked(file)) >= 60 for file in FINDERS)
    assert len(sentences("lookalike_words")) >= 60


@pytest.mark.parametrize(("file", "text", "spans"), CASES)
def test_an_odd_form_is_found_where_it_stands_and_in_its_one_spelling(
    file: str, text: str, spans: list[tuple[int, int, str]]
) -> None:
    assert found(file, text) == spans


@pytest.mark.parametrize(("file", "text", "spans"), [case for case in CASES if case[0] in {"emails", "postcodes"}])
def test_it_is_the_same_in_capitals(file: str, text: str, spans: list[tuple[int, int, str]]) -> None:
    if len(text.upper()) == len(text):
        assert found(file, text.upper()) == spans


@pytest.mark.parametrize("text", sentences("lookalike_words"))
def test_what_only_looks_like_one_is_left_alone(text: str) -> None:
    assert [text[each.start : each.end] for find in EVERY for each in find(text) if each.label is not Label.LOC] == []


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("he was in leeds then near Moss Side", ["leeds", "Moss Side"]),
        ("Seen on Lumb Lane in Bradford", ["Lumb Lane", "Bradford"]),
        ("he is from hull", ["hull"]),
        ("I was reading in the bath, it was a deal", []),
        ("Angel said Chelsea was rude", []),
        ("with Kitty Vale and Mark Dale and Mr Green", []),
        ("Rosalind Crewe and M. Hanley came", []),
        ("wears a Leeds United top, London accent", []),
    ],
)
def test_towns_and_streets_are_places_unless_they_are_words(text: str, places: list[str]) -> None:
    spans = settled(each for find in (addresses.find, towns.find) for each in find(text))

    assert [text[each.start : each.end] for each in spans if each.label is Label.LOC] == places


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("She live Windmill Close 16, I clean there", "Windmill Close 16"),
        ("i work out of Alma St no 12 top bell", "Alma St no 12"),
        ("the old vicarage, tansley rd. sk4", "the old vicarage, tansley rd"),
        ("all to The Cabin, Loch Road. Signed", "The Cabin, Loch Road"),
        ("linh cole of 30 lovell park heights says", "30 lovell park heights"),
        ("come to my apartment 197A Belmont Terrace say", "197A Belmont Terrace"),
        ("two men came to the door of flat 25 mill house, cemetery rd at 2am", "flat 25 mill house, cemetery rd"),
    ],
)
def test_an_address_is_read_as_far_as_it_goes(text: str, address: str) -> None:
    assert [text[each.start : each.end] for each in settled(addresses.find(text))] == [address]


PIECES = re.split(
    r" ",
    "@ a at dot . , - _ / ( ) [at] 1 12 flat the road mill Mill House on above snap is insta : www. x.com polish from "
    "girl postcode sw1 1aa \n AW 1234567 underscore twenty one heol y é ß ② ＠ \u200b",
)


@pytest.mark.parametrize("find", EVERY)
@given(st.lists(st.sampled_from(PIECES), max_size=30).map(" ".join) | st.text(max_size=80))
def test_whatever_is_written_every_find_is_a_piece_of_it(find: Finder, text: str) -> None:
    for each in find(text):
        assert 0 <= each.start < each.end <= len(text)
        assert 0 < each.score <= 1
        assert text[each.start : each.end].strip() == text[each.start : each.end]


ORDINARY = (
    "He rang me at ten and came to the flat on Mill Lane, I think his snap is wolf_99 and he drove off in a van. "
)
HOSTILE = [
    *(
        "@",
        "a@",
        "a.",
        "a-",
        "a",
        "1",
        " ",
        "1 ",
        "a ",
        "at ",
        "dot a ",
        "_",
        "a_",
        "(",
        "\n",
        "é",
        "+.+",
        "u/",
        "A. ",
        "a'",
    ),
    *(
        "flat 1 ",
        "road ",
        "12 mill ",
        "the house ",
        "over the shop on ",
        "twenty one ",
        "heol y yr ",
        "Mill, ",
        "the old ",
    ),
    *(
        "number ",
        "no. 1 ",
        "Flat B ",
        "http://",
        "www.",
        "snap: ",
        "x.com/",
        "aw id no ad ",
        "@a.",
        "a underscore ",
        "[at]",
    ),
    *("polish ", "from poland ", "s w 1 h ", "a at a dot ", "is it's ", "1a1a", "*@*"),
]


def work(find: Finder, text: str) -> float:
    before = process_time()
    for _each in find(text):
        pass
    return process_time() - before


@pytest.mark.parametrize("find", EVERY)
def test_a_hostile_text_takes_little_longer_than_an_ordinary_one(find: Finder) -> None:
    length = 20_000
    usual = min(work(find, (ORDINARY * length)[:length]) for _again in range(3))

    # What is not linear takes a thousand times as long at this length; a busy machine perhaps ten.
    for piece in HOSTILE:
        assert min(work(find, (piece * length)[:length]) for _again in range(2)) < 25 * usual + 0.1
