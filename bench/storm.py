"""A carrier and a mail server in a storm: everything goes wrong by seeded dice, workers are killed at some attempts."""

import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from ugly_mugs.demo.faults import Faults, MailFaults, MailTrouble, Trouble

CHANCE = {
    Trouble.LOSE: 0.04,
    Trouble.FAIL: 0.03,
    Trouble.THROTTLE: 0.04,
    Trouble.CLOSE: 0.03,
    Trouble.HANG: 0.01,
    Trouble.STALL: 0.01,
}
MAIL_CHANCE = {MailTrouble.LATER: 0.04, MailTrouble.CLOSE: 0.05, MailTrouble.LOSE: 0.04}
STORIES = (
    ("sent", "delivered"),
    ("sent", "sent", "delivered", "delivered"),  # twice
    ("delivered", "sent"),  # out of order
    ("delivered", "sending", "queued"),  # backwards
    ("sent",),  # and nothing more is ever heard
    (),
)


class Storm(Faults):
    """Other callbacks and another Retry-After at each attempt; *kill* is called after each of *lives* attempts."""

    def __init__(self, *, seed: int, latency: float, lives: Iterator[int], kill: Callable[[], bool]) -> None:
        super().__init__(chance=CHANCE, seed=seed, latency=latency)
        self._weather = random.Random(seed + 1)
        self._lives, self._kill = lives, kill
        self._left = next(lives, 0)

    def next(self) -> Trouble | None:
        """Say what goes wrong with this attempt."""
        self.story = self._weather.choice(STORIES)
        soon = datetime.now(UTC) + timedelta(seconds=1)
        self.retry_after = self._weather.choice(("1", format_datetime(soon, usegmt=True)))
        if self._left:
            self._left -= 1
            if not self._left:
                # Not while nobody is alive: what the dead one had on the wire is still coming in.
                self._left = next(self._lives, 0) if self._kill() else 1
        return super().next()


class MailStorm(MailFaults):
    """Every so often not now, or the connection closes in mid-DATA, or after the mail was taken."""

    def __init__(self, *, seed: int) -> None:
        super().__init__()
        self._dice = random.Random(seed)

    def next(self) -> MailTrouble | None:
        """Say what goes wrong with this mail."""
        (found,) = self._dice.choices([*MAIL_CHANCE, None], [*MAIL_CHANCE.values(), 1 - sum(MAIL_CHANCE.values())])
        return found
