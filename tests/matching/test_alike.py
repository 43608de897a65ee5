"""How two identifiers meet, and under which keys they are found."""

import re

from hypothesis import assume, given
from hypothesis import strategies as st

from ugly_mugs.identifiers import Kind, Normal, NotAnIdentifier, normalise
from ugly_mugs.matching import keys
from ugly_mugs.matching.alike import fits, meets, name_bits
from ugly_mugs.matching.weights import MEETING, How

PHONES = st.integers(0, 999).map(lambda n: normalise(Kind.PHONE, f"07700 900{n:03}"))
PLATES = st.from_regex(r"[A-HJ-NPR-Z]{2}[0-9]{2}[A-HJ-NPR-Z]{3}", fullmatch=True).map(lambda p: normalise(Kind.VRM, p))


def phone(written: str) -> Normal:
    return normalise(Kind.PHONE, written)


def plate(written: str) -> Normal:
    return normalise(Kind.VRM, written)


def how(one: Normal, other: Normal) -> How | None:
    found = meets(one, other)
    return found.how if found else None


def test_one_digit_or_a_swap_is_a_slip_and_two_are_another_number() -> None:
    assert how(phone("07700 900123"), phone("07700 900128")) is How.ONE_OFF
    assert how(phone("07700 900123"), phone("07700 900132")) is How.ONE_OFF
    assert how(phone("07700 900123"), phone("07700 900188")) is None


def test_a_plate_misread_at_night_meets_the_one_that_was_meant() -> None:
    assert how(plate("KX12 ABM"), plate("KX12 ABN")) is How.MISREAD
    assert how(plate("KX12 ABM"), plate("KX12 ABT")) is How.ONE_OFF
    assert how(plate("KX12 ABM"), plate("KX12 CDM")) is None


def test_what_is_known_of_a_number_meets_the_whole_that_fits() -> None:
    assert how(phone("ends 900447"), phone("07700 900447")) is How.PARTIAL
    assert how(phone("ends 900448"), phone("07700 900447")) is None
    assert how(plate("KX1? ABC"), plate("KX12 ABC")) is How.PARTIAL
    assert how(plate("starts KX12"), plate("KX12 ABC")) is How.PARTIAL


def test_too_little_known_is_nothing_known() -> None:
    assert how(phone("ends 447"), phone("07700 900447")) is None
    assert how(plate("K?1*"), plate("KX12 ABC")) is None


def test_more_known_tells_more() -> None:
    bits = [
        found.bits
        for known in ("ends 0447", "ends 900447", "ends 00900447")
        if (found := meets(phone(known), phone("07700 900447")))
    ]

    assert bits == sorted(bits)
    assert len(set(bits)) > 1
    assert max(bits) <= MEETING[Kind.PHONE, How.PARTIAL]


def test_a_username_that_is_a_mailbox_too_is_seen() -> None:
    mike, mail = normalise(Kind.HANDLE, "aw: mike_1984"), normalise(Kind.EMAIL, "mike_1984@example.org")

    assert how(mike, mail) is How.STEM
    assert keys.keys([mike]).stems == keys.keys([mail]).stems != frozenset()


def test_a_common_username_tells_less_than_a_rare_one() -> None:
    assert name_bits("mike7") < name_bits("mike_fun77") < name_bits("adultwork:crumbling_teapot77")


def test_two_kinds_never_meet_otherwise() -> None:
    assert meets(phone("07700 900123"), plate("KX12 ABC")) is None


@given(PHONES | PLATES, PHONES | PLATES)
def test_to_meet_is_mutual(one: Normal, other: Normal) -> None:
    there, back = meets(one, other), meets(other, one)

    assert (there and (there.how, there.bits)) == (back and (back.how, back.bits))


@given(PHONES | PLATES, st.data())
def test_every_slip_is_asked_for_and_meets(value: Normal, data: st.DataObject) -> None:
    asked = [key[1] for key in keys.slips(value)]
    slipped = data.draw(st.sampled_from(asked))

    assert value.value not in asked
    try:
        other = normalise(value.kind, slipped)
    except NotAnIdentifier:
        # No plate has this shape, so that no report can name it.
        assume(False)
        raise
    # A slip may be another spelling of a plate, which then reads as the same.
    assert how(value, other) in {How.ONE_OFF, How.MISREAD, How.TWIN, How.SAME, How.PARTIAL}


@given(PHONES | PLATES, st.data())
def test_whoever_differs_by_one_digit_is_among_the_slips(value: Normal, data: st.DataObject) -> None:
    at = data.draw(st.integers(4, len(value.value) - 1) if value.kind is Kind.PHONE else st.integers(2, 3))
    digit = data.draw(st.sampled_from([each for each in "0123456789" if each != value.value[at]]))
    other = value.value[:at] + digit + value.value[at + 1 :]

    assert (value.kind.value, other) in set(keys.slips(value))


@given(PLATES, st.integers(3, 6), st.booleans())
def test_a_known_end_of_a_plate_finds_the_whole(whole: Normal, known: int, at_the_end: bool) -> None:
    rest = "?" * (7 - known)
    part = plate(rest + whole.value[-known:] if at_the_end else whole.value[:known] + rest)

    assert how(part, whole) is How.PARTIAL
    assert keys.keys([part]).known & keys.keys([whole]).pieces


@given(PHONES, st.integers(4, 9))
def test_the_last_digits_of_a_phone_find_the_whole(whole: Normal, known: int) -> None:
    part = phone(f"ends {whole.value[-known:]}")

    assert how(part, whole) is How.PARTIAL
    assert keys.keys([part]).known & keys.keys([whole]).pieces


@given(st.text("AB?*", max_size=8), st.text("AB", max_size=8))
def test_fits_is_what_a_pattern_says(pattern: str, value: str) -> None:
    expression = "".join({"?": ".", "*": ".*"}.get(char, re.escape(char)) for char in pattern)

    assert fits(pattern, value) == bool(re.fullmatch(expression, value))
