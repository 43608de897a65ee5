"""Wrong codes are limited for everybody together."""

from datetime import UTC, datetime, timedelta

import pytest

from ugly_mugs.intake.guesses import Guesses, TooManyGuesses

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


def test_too_many_wrong_codes_in_a_minute_stop_all_for_a_while() -> None:
    guesses = Guesses(most=3)

    for _ in range(3):
        guesses.check(now=NOON)
        guesses.wrong(now=NOON)

    with pytest.raises(TooManyGuesses):
        guesses.check(now=NOON)
    guesses.check(now=NOON + timedelta(minutes=1))
