"""The earth is round, and nobody on the edge of a circle is lost."""

from math import asin, cos, radians, sin, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ugly_mugs.globe import EARTH, Globe

latitudes = st.floats(-90, 90)
longitudes = st.floats(-180, 180)
points = st.tuples(latitudes, longitudes)


def haversine(a: tuple[float, float], b: tuple[float, float]) -> float:
    (p, k), (q, m) = ((radians(lat), radians(lon)) for lat, lon in (a, b))
    return 2 * EARTH * asin(min(1.0, sqrt(sin((q - p) / 2) ** 2 + cos(p) * cos(q) * sin((m - k) / 2) ** 2)))


def test_london_is_344_kilometres_from_paris() -> None:
    globe = Globe([(51.5074, -0.1278), (48.8566, 2.3522)])

    assert globe.metres(0, 1) == pytest.approx(343_560, abs=50)


@given(a=points, b=points)
def test_metres_are_those_of_the_great_circle_there_and_back(a: tuple[float, float], b: tuple[float, float]) -> None:
    globe = Globe([a, b])

    # Near the other side of the earth the formulas lose digits; nobody is warned there.
    assert globe.metres(0, 1) == pytest.approx(haversine(a, b), abs=2 if haversine(a, b) < 19e6 else 2_000)
    assert globe.metres(0, 1) == globe.metres(1, 0)


@given(centre=points, others=st.lists(points, max_size=20), metres=st.floats(0, 3e6))
def test_a_circle_holds_exactly_the_points_that_near(
    centre: tuple[float, float], others: list[tuple[float, float]], metres: float
) -> None:
    inside = Globe([centre, *others]).around(0, metres)

    assert 0 in inside
    for place, point in enumerate(others, start=1):
        if abs(haversine(centre, point) - metres) > 1:
            assert (place in inside) == (haversine(centre, point) < metres)


def test_a_circle_wider_than_the_earth_holds_everything() -> None:
    assert sorted(Globe([(51, 0), (-51, 180), (0, 90)]).around(0, 1e9)) == [0, 1, 2]
