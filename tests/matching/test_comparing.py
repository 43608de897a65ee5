"""What speaks for and against two being one man."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ugly_mugs.identifiers import Kind, normalise
from ugly_mugs.matching import comparing, words
from ugly_mugs.matching.comparing import Commonness, Profile, Verdict
from ugly_mugs.matching.described import Described, Measure, Trait

LOOKS = {
    Trait.NAME: "kevin", Trait.ETHNICITY: "white british", Trait.BUILD: "stocky", Trait.HAIR: "ginger",
    Trait.ACCENT: "welsh", Trait.MARK: "limp", Trait.TOWN: "luton",
}  # fmt: skip
COMMON = Commonness()


def a_man(*, age: float | None = None, height: float | None = None, **said: Any) -> Profile:
    """What one report says of him: identifiers by kind, traits by name."""
    identifiers = [normalise(kind, said[kind.value]) for kind in Kind if kind.value in said]
    traits = {trait: frozenset([said[trait.value]]) for trait in Trait if trait.value in said}
    measures = {
        measure: value for measure, value in ((Measure.AGE, age), (Measure.HEIGHT, height)) if value is not None
    }
    return Profile.of(Described("", tuple(identifiers), traits, measures))


def told(one: Profile, other: Profile, *, reports: int = 5_000) -> Verdict:
    return comparing.compare(one, other, reports=reports, common=COMMON)


EVERYTHING = {trait.value: value for trait, value in LOOKS.items()}


def test_the_same_description_alone_is_never_a_link() -> None:
    same = told(a_man(**EVERYTHING, age=40, height=70), a_man(**EVERYTHING, age=40, height=70))

    assert sum(each.bits for each in same.looks) > 15
    assert not same.is_link


@pytest.mark.parametrize(
    "named", [{"phone": "07700 900123"}, {"vrm": "KX12 ABC"}, {"email": "mild.mike@example.org"}], ids=str
)
def test_one_whole_number_is_enough_where_nothing_speaks_against_it(named: dict[str, Any]) -> None:
    assert told(a_man(**named), a_man(**named)).is_link


def test_a_shared_number_is_not_enough_where_two_men_are_described() -> None:
    one = a_man(phone="07700 900123", age=22, height=64, ethnicity="asian", accent="scouse")
    other = a_man(phone="07700 900123", age=61, height=75, ethnicity="white british", accent="welsh")

    assert not told(one, other).is_link


def test_a_slip_needs_a_description_beside_it() -> None:
    bare = told(a_man(vrm="KX12 ABC"), a_man(vrm="KX12 ABG"))
    described = told(
        a_man(vrm="KX12 ABC", build="stocky", accent="welsh"), a_man(vrm="KX12 ABG", build="stocky", accent="welsh")
    )

    assert not bare.is_link
    assert described.is_link
    assert words.why(described) == ("plate differs by one character that is easily misread; same build and accent")


def test_what_looks_alike_weighs_less_among_a_million_and_what_is_the_same_does_not() -> None:
    same = a_man(phone="07700 900123"), a_man(phone="07700 900123")
    slip = a_man(phone="07700 900123"), a_man(phone="07700 900128")

    assert told(*same, reports=1_000_000) == told(*same, reports=10_000)
    assert told(*slip, reports=1_000_000).bits < told(*slip, reports=10_000).bits


def test_a_rare_trait_tells_more_than_a_common_one() -> None:
    def bits(colour: str) -> float:
        return told(a_man(ethnicity=colour), a_man(ethnicity=colour)).looks[0].bits

    assert bits("mixed") > bits("white british") > 0


def test_a_few_years_are_nothing_and_twenty_speak_against() -> None:
    assert told(a_man(age=34), a_man(age=37)).looks[0].bits > 0
    assert told(a_man(age=34), a_man(age=54)).looks[0].bits < -3


def test_no_trait_decides_alone() -> None:
    assert told(a_man(age=12), a_man(age=110)).looks[0].bits == -8


def test_what_many_say_of_him_holds_against_one_who_says_otherwise() -> None:
    one, other = a_man(accent="welsh", build="slim"), a_man(accent="irish", build="large")
    many = one.with_also(one).with_also(one)

    def against(him: Profile) -> float:
        return sum(each.bits for each in told(him, other).looks)

    assert against(many) < against(one) < 0


def test_another_number_of_the_same_kind_speaks_against() -> None:
    alone = told(a_man(phone="07700 900123"), a_man(phone="07700 900123"))
    with_cars = told(a_man(phone="07700 900123", vrm="KX12 ABC"), a_man(phone="07700 900123", vrm="LM63 XYZ"))

    assert with_cars.bits < alone.bits
    assert words.why(with_cars) == "same phone; but other plate"


def test_the_words_say_what_agrees_and_what_does_not() -> None:
    one = a_man(phone="07700 900123", age=40, height=70, name="kevin", hair="grey")
    other = a_man(phone="07700 900123", age=41, height=63, name="kevin", hair="ginger")

    assert words.why(told(one, other)) == (
        "same phone; same name, about the same age; but other hair, heights 7 inches apart"
    )


DESCRIPTIONS = st.fixed_dictionaries(
    {},
    optional={
        "phone": st.sampled_from(["07700 900123", "07700 900124", "ends 900123"]),
        "vrm": st.sampled_from(["KX12 ABC", "KX12 ABG", "KX12 ???"]),
        "build": st.sampled_from(["slim", "large"]),
        "accent": st.sampled_from(["welsh", "irish"]),
        "age": st.floats(18, 80),
        "height": st.floats(58, 80),
    },
)


@given(DESCRIPTIONS, DESCRIPTIONS)
def test_it_is_the_same_from_both_sides(one: dict[str, Any], other: dict[str, Any]) -> None:
    there, back = told(a_man(**one), a_man(**other)), told(a_man(**other), a_man(**one))

    assert there.bits == pytest.approx(back.bits)
    assert words.why(there) == words.why(back)


@given(DESCRIPTIONS, DESCRIPTIONS)
def test_nothing_in_common_is_never_a_link(one: dict[str, Any], other: dict[str, Any]) -> None:
    verdict = told(a_man(**one), a_man(**other))

    assert verdict.meetings or not verdict.is_link


def test_a_hub_speaks_neither_for_nor_against() -> None:
    hub = normalise(Kind.PHONE, "07700 900123")
    one, other = a_man(phone="07700 900123"), a_man(phone="07700 900123")

    shared = comparing.compare(one, other, reports=5_000, common=COMMON, worth={hub: 0.0})

    assert (shared.meetings, shared.different, shared.is_link) == ((), (), False)
    assert shared.bits == told(a_man(), a_man()).bits
