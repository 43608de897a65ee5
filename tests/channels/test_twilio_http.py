"""The wire under Twilio's package."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.twilio_http import LONGEST_WAIT, retry_after

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "wait"),
    [
        ("30", timedelta(seconds=30)),
        (" 0 ", timedelta()),
        ("Wed, 25 Nov 2026 12:01:00 GMT", timedelta(minutes=1)),
        ("Wed, 25 Nov 2026 11:00:00 GMT", timedelta()),
        ("99999999999999999999", LONGEST_WAIT),
        ("soon", None),
        ("-1", None),
        (None, None),
    ],
)
def test_a_wait_is_read_in_seconds_or_as_a_date(said: str | None, wait: timedelta | None) -> None:
    assert retry_after(said, now=NOW) == wait


@given(st.text(max_size=40))
def test_whatever_a_wait_says_it_is_short_or_none(said: str) -> None:
    wait = retry_after(said, now=NOW)

    assert wait is None or timedelta() <= wait <= LONGEST_WAIT
