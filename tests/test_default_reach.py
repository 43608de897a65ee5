"""Who could meet the same person, before a moderator has said otherwise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ugly_mugs.areas import Atlas

ATLAS = Atlas.load()
codes = st.sampled_from([district.code for district in ATLAS.districts])


def test_a_nuisance_warns_nobody() -> None:
    assert ATLAS.default_reach(1, "GU1") == 0


def test_caution_reaches_fifteen_miles_whoever_polices_them() -> None:
    assert ATLAS.default_reach(2, "GU1") == ATLAS.within("GU1", 15)


@pytest.mark.parametrize(("severity", "miles"), [(3, 30), (4, 60)])
def test_worse_reaches_further_but_only_the_force_and_its_neighbours(severity: int, miles: int) -> None:
    reach = ATLAS.default_reach(severity, "LS1")

    assert reach & ~ATLAS.within("LS1", miles) == 0
    assert ATLAS.within("LS1", miles) & ATLAS.of_force("west-yorkshire") & ~reach == 0
    allowed = {"west-yorkshire", *ATLAS.neighbours["west-yorkshire"]}
    assert all(allowed & set(district.forces) for district in ATLAS.members(reach))
    assert reach & ATLAS.of_force("south-yorkshire")


def test_a_force_three_forces_away_is_not_warned_however_near() -> None:
    reach = ATLAS.default_reach(4, "LS1")

    too_far = ATLAS.within("LS1", 60) & ATLAS.of_force("merseyside") & ~ATLAS.of_force("greater-manchester")

    assert too_far
    assert reach & too_far & ~ATLAS.of_force("lancashire") == 0


def test_the_city_of_london_is_warned_as_the_rest_of_london_is() -> None:
    reach = ATLAS.default_reach(3, "EC2V")

    assert {"metropolitan", "city-of-london", "surrey", "essex", "kent"} <= set(ATLAS.forces(reach))


@pytest.mark.parametrize(
    ("code", "forces"), [("GY1", {"guernsey", "jersey"}), ("JE2", {"guernsey", "jersey"}), ("IM1", {"isle-of-man"})]
)
def test_islands_warn_their_own(code: str, forces: set[str]) -> None:
    assert set(ATLAS.forces(ATLAS.default_reach(4, code))) == forces


@given(code=codes)
def test_every_default_reach_holds_the_place_itself_and_grows_with_severity_inside_the_forces(code: str) -> None:
    serious, critical = ATLAS.default_reach(3, code), ATLAS.default_reach(4, code)

    assert ATLAS.within(code, 0) & serious
    assert serious & critical == serious


@pytest.mark.parametrize("severity", [0, 5])
def test_there_are_four_severities(severity: int) -> None:
    with pytest.raises(ValueError, match="1 to 4"):
        ATLAS.default_reach(severity, "GU1")
