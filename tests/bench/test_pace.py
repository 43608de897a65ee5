"""The bench of the pace counts right, and the picture shows the numbers that lie beside it."""

import json
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench import waits
from bench.crew import Arrival
from bench.pace import used
from docs import draw_waits
from ugly_mugs.delivery.pace import burst

texts = st.lists(st.tuples(st.floats(0, 10), st.integers(1, 3)), min_size=1, max_size=30)


def came(*texts: tuple[float, int]) -> Sequence[Arrival]:
    return [Arrival(at, "", segments) for at, segments in texts]


def test_a_full_bucket_and_then_the_rate_is_all_that_is_permitted() -> None:
    what = used(came((5, 10), *((5 + n / 10, 1) for n in range(1, 21))), rate=10)

    assert what.segments == 30
    assert what.seconds == pytest.approx(2)
    assert what.share == pytest.approx(1)
    assert what.over == pytest.approx(0)


def test_too_much_in_a_short_time_shows_although_there_was_little_in_all() -> None:
    what = used(came((0, 1), (50, 9), (50.1, 9), (100, 1)), rate=10)

    assert what.share < 0.05
    assert what.over == pytest.approx(7)


@given(texts)
def test_the_most_beyond_what_is_permitted_is_that_of_the_worst_of_all_times(texts: list[tuple[float, int]]) -> None:
    seen = sorted(texts)

    worst = max(
        sum(segments for _, segments in seen[first : last + 1]) - 10 * (seen[last][0] - seen[first][0]) - burst(10)
        for last in range(len(seen))
        for first in range(last + 1)
    )

    assert used(came(*seen), rate=10).over == pytest.approx(worst, abs=1e-6)


def test_people_are_told_in_the_given_order_as_fast_as_the_pace_lets_them() -> None:
    left = waits.counted([3, 1, *range(4, 200)], rate=100)

    assert list(left) == [3, 1, *range(4, 200)]
    assert list(left.values()) == sorted(left.values())
    assert list(left.values()).count(0) == burst(100) / waits.SEGMENTS
    assert max(left.values()) == pytest.approx((198 * waits.SEGMENTS - burst(100)) / 100, abs=0.1)


def test_the_picture_shows_the_numbers_beside_it() -> None:
    numbers = json.loads(draw_waits.NUMBERS.read_text())

    assert draw_waits.PICTURE.read_text() == draw_waits.draw(numbers)
