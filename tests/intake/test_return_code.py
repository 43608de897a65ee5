"""The number that opens a report again."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.intake.stories import draft
from ugly_mugs.intake import return_code
from ugly_mugs.intake.return_code import NotACode
from ugly_mugs.models import ReturnCode
from ugly_mugs.vault import Vault

VAULT = Vault({"code_pepper": (bytes(range(32)),)})
OTHER = Vault({"code_pepper": (bytes(range(1, 33)),)})
DRAFT = bytes(32)


async def test_the_code_is_six_groups_of_four_digits() -> None:
    made = await return_code.make(VAULT, draft())

    groups = made.code.shown.split(" ")

    assert [len(group) for group in groups] == [4] * 6
    assert all(group.isdecimal() for group in groups)


async def test_the_same_draft_makes_the_same_code_and_another_does_not() -> None:
    first, again, other = [await return_code.make(VAULT, each) for each in (DRAFT, DRAFT, draft())]

    assert first == again
    assert first.code != other.code


async def test_without_the_pepper_a_draft_says_nothing_about_its_code() -> None:
    ours, theirs = await return_code.make(VAULT, DRAFT), await return_code.make(OTHER, DRAFT)

    assert ours.code != theirs.code


@pytest.mark.parametrize("between", ["", "-", " – ", "  ", "\u00a0", "\n", "\u200b"])
async def test_a_code_is_read_however_it_is_spaced(between: str) -> None:
    made = await return_code.make(VAULT, DRAFT)

    assert return_code.read(between.join(made.code.shown.split())) == made.code


@pytest.mark.parametrize("zero", ["٠", "۰", "०", "０"])
async def test_a_code_is_read_in_other_digits(zero: str) -> None:
    made = await return_code.make(VAULT, DRAFT)

    typed = "".join(chr(ord(zero) + int(digit)) if digit.isdecimal() else digit for digit in made.code.shown)

    assert return_code.read(typed) == made.code


async def test_any_one_wrong_digit_and_any_swap_is_noticed_without_a_look_up() -> None:
    digits = (await return_code.make(VAULT, DRAFT)).code.digits

    slips = [
        digits[:at] + other + digits[at + 1 :] for at in range(24) for other in "0123456789" if other != digits[at]
    ]
    swaps = [digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :] for at in range(23)]

    for typed in [*slips, *(swap for swap in swaps if swap != digits)]:
        with pytest.raises(NotACode) as caught:
            return_code.read(typed)
        assert "One digit seems wrong" in str(caught.value.words)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "missing"),
        ("1234 5678", "missing"),
        ("1" * 25, "too many"),
        ("9" * 100_000, "too many"),
        ("my number is lost", "digits only"),
        ("²²²²", "missing"),
    ],
)
def test_what_cannot_be_a_code_is_said_kindly(typed: str, words: str) -> None:
    with pytest.raises(NotACode) as caught:
        return_code.read(typed)

    assert words in str(caught.value.words)


@given(st.text(max_size=200))
def test_any_text_is_a_code_or_is_not(text: str) -> None:
    try:
        code = return_code.read(text)
    except NotACode:
        return
    assert return_code.read(code.shown) == code


async def test_a_code_is_found_inside_other_words() -> None:
    shown = (await return_code.make(VAULT, DRAFT)).code.shown

    assert return_code.is_in(f"my code is {shown}, please call")
    assert return_code.is_in(shown.replace(" ", "-"))
    assert not return_code.is_in("he rang from 07700 900123 and 0113 496 0123 at 10:30")


async def test_only_the_right_code_unwraps_and_a_wrong_one_never_does() -> None:
    made, other = await return_code.make(VAULT, DRAFT), await return_code.make(VAULT, draft())
    row = ReturnCode(selector=b"", report_id=uuid4(), salt=made.salt, verifier=made.verifier)

    assert await return_code.verify(VAULT, made.code, row) == made.by_code
    assert await return_code.verify(VAULT, other.code, row) is None
    assert await return_code.verify(VAULT, made.code, None) is None


async def test_what_is_kept_does_not_hold_the_code() -> None:
    made = await return_code.make(VAULT, DRAFT)

    kept = return_code.selector_tag(VAULT, made.code) + made.salt + made.verifier

    assert made.code.digits.encode() not in kept
    assert made.code.digits not in repr(made)
