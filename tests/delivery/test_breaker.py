"""A sender that is refused is shut, tried, and trusted again; nothing that only concerns one person shuts it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ugly_mugs.delivery.breaker import (
    FIRST_SHUT,
    LONGEST_SHUT,
    MOST_FAILURES,
    RECOVERY_SECONDS,
    Results,
    Standing,
    after,
)

NOW = 1_800_000_000.0
results = st.builds(
    Results,
    sent=st.integers(0, 3),
    down=st.integers(0, 1),
    later=st.integers(0, 30),
    unknown=st.integers(0, 30),
    retry_after=st.none() | st.floats(0, 100_000),
    code=st.just("x"),
)


def a_standing(**known: object) -> Standing:
    return Standing(name="one", tokens=10, filled_at=NOW, **known)  # type: ignore[arg-type]


def shut(*, opened: int = 1, tried: bool = False) -> Standing:
    """Shut until just now, and perhaps tried."""
    return a_standing(opened=opened, shut_until=NOW + (25 if tried else -5), probe_at=NOW - 5 if tried else None)


def of(kind: str) -> Results:
    return Results(down=kind == "down", later=kind == "later", unknown=kind == "unknown")


def test_what_is_taken_changes_nothing() -> None:
    assert after(a_standing(), Results(sent=500), now=NOW) == a_standing()
    assert after(a_standing(), Results(sent=1, unknown=100, later=100), now=NOW) == a_standing()


def test_one_that_is_refused_is_shut_at_once_whatever_was_taken_beside_it() -> None:
    new = after(a_standing(), Results(sent=499, down=1, code="twilio 20003"), now=NOW)

    assert (new.is_broken, new.shut_until, new.why) == (True, NOW + FIRST_SHUT, "twilio 20003")
    assert new.is_shut(NOW + FIRST_SHUT - 1)
    assert not new.is_shut(NOW + FIRST_SHUT)


@pytest.mark.parametrize("kind", ["later", "unknown"])
def test_one_that_only_does_not_answer_is_tried_every_minute_at_least(kind: str) -> None:
    standing, spans = after(a_standing(), Results(unknown=MOST_FAILURES), now=NOW), []

    for _ in range(6):
        spans.append((standing.shut_until or 0) - NOW)
        standing.probe_at = NOW
        standing = after(standing, of(kind), now=NOW)

    assert spans == [5, 10, 20, 40, 60, 60]


@pytest.mark.parametrize("kind", ["later", "unknown"])
def test_so_is_one_that_fails_many_times_in_a_row(kind: str) -> None:
    standing = a_standing()

    for _ in range(MOST_FAILURES - 1):
        standing = after(standing, of(kind), now=NOW)
    almost = standing
    once_more = after(almost, replace(of(kind), code="twilio 500"), now=NOW)

    assert not almost.is_broken
    assert (once_more.is_broken, once_more.why) == (True, "twilio 500")
    assert after(almost, Results(sent=1), now=NOW).failures == 0


def test_what_was_under_way_when_it_was_shut_neither_opens_it_nor_shuts_it_longer() -> None:
    standing = after(a_standing(), Results(down=1), now=NOW)

    assert after(standing, Results(sent=100), now=NOW + 1) == standing
    assert after(standing, Results(down=100, unknown=100), now=NOW + 1) == standing


def test_each_time_in_a_row_it_is_shut_for_twice_as_long() -> None:
    standing, spans = after(a_standing(), Results(down=1), now=NOW), []

    for _ in range(7):
        spans.append((standing.shut_until or 0) - NOW)
        standing.probe_at = NOW
        standing = after(standing, Results(down=1), now=NOW)

    assert spans == [30, 60, 120, 240, 480, LONGEST_SHUT, LONGEST_SHUT]


def test_the_message_that_tries_it_opens_it_when_it_is_taken() -> None:
    new = after(shut(tried=True), Results(sent=1), now=NOW)

    assert (new.is_broken, new.is_shut(NOW), new.why, new.probe_at) == (False, False, None, None)
    assert new.recovering_since == NOW


@pytest.mark.parametrize(("kind", "seconds"), [("down", 120), ("later", 20), ("unknown", 20)])
def test_and_shuts_it_again_when_it_is_not(kind: str, seconds: int) -> None:
    new = after(shut(opened=2, tried=True), of(kind), now=NOW)

    assert (new.is_broken, new.shut_until, new.opened, new.probe_at) == (True, NOW + seconds, 3, None)


def test_one_that_only_asks_the_trying_message_to_wait_may_be_tried_again_when_it_says() -> None:
    new = after(shut(tried=True), Results(later=1, retry_after=2, code="twilio 20429"), now=NOW)

    assert (new.is_broken, new.shut_until, new.probe_at) == (True, NOW + 2, None)


def test_one_that_fails_while_it_recovers_is_shut_for_longer_and_later_like_the_first_time() -> None:
    recovering = a_standing(opened=3, recovering_since=NOW - 60)
    recovered = a_standing(opened=3, recovering_since=NOW - RECOVERY_SECONDS)

    assert after(recovering, Results(down=1), now=NOW).shut_until == NOW + 240
    assert after(recovered, Results(down=1), now=NOW).shut_until == NOW + FIRST_SHUT
    assert after(recovered, Results(sent=1), now=NOW) == a_standing()


def test_one_that_asks_us_to_wait_is_left_alone_for_that_long_and_not_blamed() -> None:
    new = after(a_standing(), Results(sent=3, later=100, retry_after=7, code="twilio 20429"), now=NOW)

    assert (new.shut_until, new.why, new.is_broken, new.failures) == (NOW + 7, "twilio 20429", False, 0)
    assert after(new, Results(later=100, retry_after=2), now=NOW + 1) == new, "the longest wait counts"
    assert after(new, Results(sent=1), now=NOW + 6) == new
    assert after(new, Results(sent=1), now=NOW + 8) == a_standing()


def test_one_that_asks_for_a_days_patience_is_left_alone_for_ten_minutes() -> None:
    new = after(a_standing(), Results(sent=499, later=1, retry_after=86_400, code="twilio 20429"), now=NOW)

    assert (new.shut_until, new.is_broken) == (NOW + LONGEST_SHUT, False)
    assert not new.is_shut(NOW + LONGEST_SHUT)


def test_a_database_clock_that_is_set_back_shuts_nobody_for_longer_than_anybody_is() -> None:
    a_day = 86_400
    shut_tomorrow = a_standing(opened=2, shut_until=NOW + a_day)
    recovering = a_standing(opened=1, recovering_since=NOW + a_day)

    assert not shut_tomorrow.is_shut(NOW)
    assert after(shut_tomorrow, Results(later=1, retry_after=7), now=NOW).shut_until == NOW + 7
    assert recovering.share(NOW) == 1
    assert after(recovering, Results(sent=1), now=NOW) == a_standing()


@given(several=st.lists(st.tuples(st.floats(0, 400), results), max_size=40))
def test_whatever_comes_nobody_is_shut_for_longer_than_ten_minutes(several: list[tuple[float, Results]]) -> None:
    standing, now = a_standing(), NOW

    for later, result in several:
        now += later
        standing = after(standing, result, now=now)
        if standing.is_broken and not standing.is_shut(now):
            standing.probe_at = now

        assert (standing.shut_until or 0) <= now + LONGEST_SHUT
        assert 0 < standing.share(now) <= 1
        assert standing.failures < MOST_FAILURES
