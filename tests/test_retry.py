"""When a message is tried again depends on whose fault it was."""

from datetime import UTC, datetime, timedelta

import pytest

from ugly_mugs.contract import ChannelDown, OnceMore, SendFailed
from ugly_mugs.retry import ANOTHER_SENDER, LONGEST, MOST_ATTEMPTS, counts, next_try

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
TOMORROW = NOW + timedelta(days=1)


def test_each_wait_is_twice_as_long_up_to_a_quarter_of_an_hour() -> None:
    waits = [next_try(SendFailed("x"), number, now=NOW, until=TOMORROW, chance=1) for number in range(1, 13)]

    seconds = [(at - NOW).total_seconds() for at in waits if at is not None]
    assert seconds == [5, 10, 20, 40, 80, 160, 320, 640, 900, 900, 900, LONGEST.total_seconds()]


def test_what_failed_together_does_not_come_back_together() -> None:
    at = {next_try(SendFailed("x"), 1, now=NOW, until=TOMORROW, chance=chance) for chance in (0, 0.5, 1)}

    assert at == {NOW + timedelta(seconds=seconds) for seconds in (2.5, 3.75, 5)}


@pytest.mark.parametrize(
    "failure",
    [
        ChannelDown("twilio 20003"),
        ChannelDown("twilio 20003", retry_after=timedelta(hours=1)),
        SendFailed("twilio 20429", retry_after=timedelta(hours=1)),
    ],
)
def test_what_was_the_senders_fault_may_go_by_another_at_once(failure: SendFailed) -> None:
    soon = NOW + timedelta(minutes=1)

    assert not counts(failure)
    assert next_try(failure, MOST_ATTEMPTS, now=NOW, until=soon) == NOW + ANOTHER_SENDER


def test_a_phone_that_was_off_is_tried_once_more() -> None:
    assert next_try(OnceMore("x"), 1, now=NOW, until=TOMORROW) is not None
    assert next_try(OnceMore("x"), 2, now=NOW, until=TOMORROW) is None


def test_what_would_come_too_late_or_fails_for_ever_is_given_up() -> None:
    assert next_try(SendFailed("x"), 1, now=NOW, until=NOW + timedelta(seconds=2)) is None
    assert next_try(SendFailed("x"), MOST_ATTEMPTS + 1, now=NOW, until=TOMORROW) is None
