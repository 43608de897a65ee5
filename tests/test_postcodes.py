"""However somebody spells it, it is the same place."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ugly_mugs.areas import Atlas
from ugly_mugs.postcodes import EMPTY, NOBODY, SHAPE, SPLIT, UnknownDistrict

ATLAS = Atlas.load()
codes = st.sampled_from([district.code for district in ATLAS.districts])
inward = st.from_regex(r"[0-9][A-Z]{2}", fullmatch=True)
spaces = st.text(" \t\u00a0", max_size=3)


@given(code=codes, before=spaces, after=spaces, lower=st.booleans())
def test_case_and_spaces_do_not_matter(code: str, before: str, after: str, lower: bool) -> None:
    typed = before + (code.lower() if lower else code) + after

    assert ATLAS.district(typed).code == code


@given(code=codes, rest=inward, gap=st.sampled_from(["", " ", "  ", "-"]))
def test_a_whole_postcode_is_its_first_half(code: str, rest: str, gap: str) -> None:
    assert ATLAS.district(code + gap + rest).code == code


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("E1 4", "E1"),
        ("E14", "E14"),
        ("e 14", "E14"),
        ("gu-1", "GU1"),
        ("GU1 3", "GU1"),
        ("ＧＵ１", "GU1"),
        ("G.U.1", "GU1"),
    ],
)
def test_half_typed_and_oddly_typed_postcodes_are_understood(typed: str, code: str) -> None:
    assert ATLAS.district(typed).code == code


@pytest.mark.parametrize(
    ("typed", "message"),
    [("", EMPTY), ("   ", EMPTY), ("Guildford", SHAPE), ("07700 900123", SHAPE), ("GU99", NOBODY), ("EC1", SPLIT)],
)
def test_she_is_told_what_was_wrong(typed: str, message: str) -> None:
    with pytest.raises(UnknownDistrict) as caught:
        ATLAS.district(typed)

    assert caught.value.message == message


def test_a_district_that_is_divided_further_offers_its_parts() -> None:
    with pytest.raises(UnknownDistrict) as caught:
        ATLAS.district("ec1")

    assert caught.value.choices == ("EC1A", "EC1M", "EC1N", "EC1R", "EC1V", "EC1Y")


@given(typed=st.text(max_size=60))
@example("ß1")
@example("²²")
@example("GU1" + " " * 10_000)
def test_whatever_is_typed_is_a_district_or_a_message_that_does_not_repeat_it(typed: str) -> None:
    try:
        answer = ATLAS.district(typed).code
    except UnknownDistrict as error:
        answer = str(error)

    assert answer in {EMPTY, SHAPE, NOBODY, SPLIT} or ATLAS.district(answer).code == answer
