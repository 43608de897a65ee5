"""Places, sets of places, and who is near enough to need to know."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ugly_mugs.areas import MILES, Area, Atlas, BadSet, UnknownArea

ATLAS = Atlas.load()
CODES = [district.code for district in ATLAS.districts]

codes = st.sampled_from(CODES)
sets = st.integers(min_value=0, max_value=ATLAS.everywhere())


# The order of the districts


def test_the_order_of_districts_never_changes_because_sets_are_stored() -> None:
    first = ",".join(CODES[:2851])

    digest = hashlib.sha256(first.encode()).hexdigest()

    assert digest == "c458c2674d160f1470ba1020ddc5cb4b8123924fbee238463462eb297bec26d4"


def test_the_atlas_is_read_once() -> None:
    assert Atlas.load() is ATLAS


def test_every_district_has_a_force_with_ground_and_a_town() -> None:
    for district in ATLAS.districts:
        assert all(ATLAS.police[force].has_ground for force in district.forces)
        assert district.town


# Sets


@given(bits=sets)
def test_codes_and_bits_say_the_same(bits: int) -> None:
    assert ATLAS.from_codes(ATLAS.codes(bits)) == bits


@given(chosen=st.sets(codes, max_size=50))
def test_a_set_holds_the_districts_put_into_it(chosen: set[str]) -> None:
    bits = ATLAS.from_codes(chosen)

    assert set(ATLAS.codes(bits)) == chosen
    assert bits.bit_count() == len(chosen)


@given(bits=sets)
def test_a_stored_set_comes_back(bits: int) -> None:
    stored = ATLAS.to_bytes(bits)

    assert len(stored) == 357
    assert ATLAS.from_bytes(stored) == bits


def test_a_set_stored_when_there_were_fewer_districts_still_reads() -> None:
    assert ATLAS.codes(ATLAS.from_bytes(b"\x03")) == ["AB10", "AB11"]


@pytest.mark.parametrize("bits", [-1, 1 << 2851])
def test_bits_that_no_district_has_are_refused(bits: int) -> None:
    with pytest.raises(BadSet):
        ATLAS.codes(bits)
    with pytest.raises(BadSet):
        ATLAS.to_bytes(bits)


def test_stored_bits_that_no_district_has_are_refused() -> None:
    with pytest.raises(BadSet):
        ATLAS.from_bytes(b"\xff" * 400)


# Distances


@given(a=codes, b=codes)
def test_there_is_as_far_as_back(a: str, b: str) -> None:
    assert ATLAS.metres(a, b) == ATLAS.metres(b, a)
    assert ATLAS.metres(a, a) == 0


@pytest.mark.parametrize(("a", "b", "miles"), [("GU1", "LS1", 181), ("EC2V", "EH1", 331)])
def test_distances_are_those_of_the_map(a: str, b: str, miles: int) -> None:
    assert ATLAS.metres(a, b) / 1609.344 == pytest.approx(miles, abs=2)


@given(code=codes, less=st.integers(0, 120), more=st.integers(0, 120))
def test_more_miles_never_reach_fewer_districts(code: str, less: int, more: int) -> None:
    inner = ATLAS.within(code, less)

    outer = ATLAS.within(code, less + more)

    assert inner & outer == inner
    assert code in ATLAS.codes(inner)


@given(a=codes, b=codes, miles=st.sampled_from(MILES[1:]))
def test_who_is_near_me_has_me_near(a: str, b: str, miles: int) -> None:
    assert (b in ATLAS.codes(ATLAS.within(a, miles))) == (a in ATLAS.codes(ATLAS.within(b, miles)))


def test_no_miles_is_the_district_alone() -> None:
    assert ATLAS.codes(ATLAS.within("GY3", 0)) == ["GY3"]  # four others have the same centre in the files


def test_a_circle_as_wide_as_the_world_holds_everything() -> None:
    assert ATLAS.within("GU1", 20_000) == ATLAS.everywhere()


def test_miles_below_nothing_are_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        ATLAS.within("GU1", -1)


@given(code=codes, bits=sets.filter(bool))
def test_the_nearest_of_a_set_is_the_least_distance(code: str, bits: int) -> None:
    nearest = ATLAS.nearest_metres(code, bits)

    assert nearest == min(ATLAS.metres(code, other) for other in ATLAS.codes(bits))


def test_nothing_is_near_an_empty_set() -> None:
    with pytest.raises(BadSet):
        ATLAS.nearest_metres("GU1", 0)


# Areas to subscribe to


def test_an_area_is_a_district_with_miles_a_force_a_region_or_everything() -> None:
    assert ATLAS.bits(Area("district", "GU1", 5)) == ATLAS.within("GU1", 5)
    assert ATLAS.bits(Area("force", "surrey")) == ATLAS.of_force("surrey")
    assert ATLAS.bits(Area("region", "Scotland")) == ATLAS.of_region("Scotland")
    assert ATLAS.bits(Area("national")) == ATLAS.everywhere()


def test_the_distance_to_a_circle_is_to_its_centre_and_to_a_force_to_its_nearest_district() -> None:
    in_woking = Area("district", "GU22", 30)

    assert ATLAS.metres_between(in_woking, "GU1") == ATLAS.metres("GU22", "GU1")
    assert ATLAS.metres_between(Area("force", "surrey"), "GU1") == 0
    assert ATLAS.metres_between(Area("national"), "GU1") == 0
    assert 0 < ATLAS.metres_between(Area("region", "Wales"), "GU1") < ATLAS.metres("GU1", "CF10")


def test_a_district_on_the_border_belongs_to_both_forces() -> None:
    shared = ATLAS.from_codes(["GU17"])  # Hampshire, with a corner of Surrey and one of Berkshire

    assert shared & ATLAS.of_force("surrey")
    assert shared & ATLAS.of_force("hampshire")
    assert set(ATLAS.forces(shared)) == {"hampshire", "surrey", "thames-valley"}


def test_regions_and_nothing_else_make_up_the_whole() -> None:
    whole = 0
    for region in ATLAS.regions:
        assert not whole & ATLAS.of_region(region)
        whole |= ATLAS.of_region(region)

    assert whole == ATLAS.everywhere()


def test_a_force_without_ground_of_its_own_has_all_its_country() -> None:
    railways, defence = ATLAS.of_force("btp"), ATLAS.of_force("mdp")

    assert railways & ATLAS.within("BT1", 0) == 0
    assert defence & ATLAS.within("BT1", 0)
    assert defence & ATLAS.of_region("Crown Dependencies") == 0
    assert railways & ATLAS.within("ZE1", 0)


def test_forces_come_with_the_most_concerned_first() -> None:
    assert ATLAS.forces(ATLAS.within("GU1", 5))[0] == "surrey"
    assert ATLAS.forces(0) == ()


@pytest.mark.parametrize("area", [Area("force", "mordor"), Area("region", "Mercia"), Area("county")])  # type: ignore[arg-type]  # a kind read from outside
def test_an_area_that_does_not_exist_is_refused(area: Area) -> None:
    with pytest.raises(UnknownArea):
        ATLAS.bits(area)


# Words


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("GU1", "Guildford area"),
        ("LS1", "Leeds area"),
        ("HU1", "Hull area"),
        ("AB10", "Aberdeen area"),
        ("BT9", "Belfast area"),
        ("GY1", "Guernsey area"),
        ("B38", "Birmingham area"),
    ],
)
def test_a_place_is_named_by_its_town_and_never_finer(code: str, words: str) -> None:
    assert ATLAS.place_words(code) == words


def test_forces_have_their_names() -> None:
    assert ATLAS.force_name("surrey") == "Surrey Police"
    with pytest.raises(UnknownArea):
        ATLAS.force_name("mordor")
