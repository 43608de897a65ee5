"""Emails and usernames as people say them, postcodes, addresses and names: one spelling for each."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ugly_mugs.identifiers import Kind, NotAnIdentifier, address, alias, normalise, postcode

FORMS = Path(__file__).parent / "odd_forms"


def forms(file: str) -> list[tuple[str, str]]:
    text = (FORMS / f"{file}.txt").read_text(encoding="utf-8")
    return re.findall(r"\[\[((?:[^\[\]]|\[[^\[\]]+\])*?)=>(.*?)\]\](?!\])", text)


@pytest.mark.parametrize(("typed", "value"), forms("emails"))
def test_an_email_is_read_however_it_is_said(typed: str, value: str) -> None:
    assert normalise(Kind.EMAIL, typed).value == value


@pytest.mark.parametrize(("typed", "value"), forms("handles"))
def test_a_username_is_read_however_it_is_said(typed: str, value: str) -> None:
    assert normalise(Kind.HANDLE, typed).value.rpartition(":")[2] == value


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "AW 6120993",
            "aw6120993",
            "AW member 6120993",
            "AW no. 6120993",
            "AW#6120993",
            "A.W. 6120993",
            "aw: 6120993",
        ),
        *("adultwork id 6120993", "Adult Work 6120993", "adultwork.com/6120993"),
    ],
)
def test_a_members_number_is_one_value(typed: str) -> None:
    assert normalise(Kind.HANDLE, typed).value == "adultwork:6120993"


@pytest.mark.parametrize(
    "typed",
    ["VS 33120994", "viva street ad 33120994", "https://www.vivastreet.co.uk/escort/leeds/sweet-lily/33120994"],
)
def test_an_advertisements_number_is_one_value(typed: str) -> None:
    assert normalise(Kind.HANDLE, typed).value == "vivastreet:33120994"


@pytest.mark.parametrize(("typed", "value"), forms("postcodes"))
def test_a_postcode_is_read_however_it_is_spaced_or_misread(typed: str, value: str) -> None:
    assert postcode.read(typed) == value


@pytest.mark.parametrize(
    "typed", ["", "hello", "5pm", "E1 6AM", "QZ1 1AA", "07700 900447", "AB12 CDE", "M6 5PM", "0" * 500]
)
def test_what_is_no_postcode_is_not_read(typed: str) -> None:
    assert postcode.read(typed) is None


@pytest.mark.parametrize(("typed", "value"), forms("addresses"))
def test_an_address_is_read_however_it_is_shortened(typed: str, value: str) -> None:
    assert address.read(typed) == value


@pytest.mark.parametrize(
    ("one", "other"),
    [("2 Mill Lane", "2 Mill Road"), ("Flat 2, 14 Mill St", "Flat 14, 2 Mill St"), ("2/1 Bell St", "21 Bell St")],
)
def test_addresses_that_differ_stay_apart(one: str, other: str) -> None:
    assert address.read(one) != address.read(other)


@pytest.mark.parametrize(
    ("spellings", "name"),
    [
        ("Mr. O’Brien|obrien|O'BRIEN's|mr o'brien", "obrien"),
        ("Zoë|zoe|ZOE.", "zoe"),
        ("Jean-Paul|jean paul|“Jean Paul”", "jean paul"),
        ("Big  Kev|big kev,|(Big Kev)", "big kev"),
    ],
)
def test_a_name_is_read_however_it_is_written(spellings: str, name: str) -> None:
    assert {alias.read(typed) for typed in spellings.split("|")} == {name}


ANYTHING = st.text(max_size=60) | st.lists(
    st.sampled_from(
        ["flat", "st", "apt", "no", "14", "b", "/", "-", "'s", "mr", "ß", "É", "SW1", "0AA", "twenty", "one", "."]
    ),
    max_size=8,
).map(" ".join)


@pytest.mark.parametrize("read", [postcode.read, address.read, alias.read])
@given(ANYTHING)
def test_what_was_read_reads_as_itself(read: Callable[[str], str | None], typed: str) -> None:
    if (value := read(typed)) is not None:
        assert read(value) == value


SAID = st.lists(
    st.sampled_from(
        [
            *(
                "at",
                "dot",
                "@",
                ".",
                "underscore",
                "dash",
                "com",
                "co",
                "uk",
                "gmail",
                "example",
                "kev",
                "nine",
                "double",
                "7",
            ),
            *("[at]", "(dot)", ",", "email", "is", "aw", "snap", ":", "u/", "#", "slash", "vivastreet", "*", "?"),
        ]
    ),
    max_size=9,
).map(" ".join)


@given(st.sampled_from([Kind.EMAIL, Kind.HANDLE]), SAID)
def test_what_was_said_reads_as_itself_and_nothing_else_is_raised(kind: Kind, typed: str) -> None:
    try:
        normal = normalise(kind, typed)
    except NotAnIdentifier:
        return

    assert normalise(kind, normal.value) == normal
