"""Whether a sender works: shut when refused, tried with one message after a while, trusted again little by little.

Pure: what a sender's row says, what came of its messages, and the time by the database's clock.
"""

from dataclasses import dataclass, replace
from typing import Final

FIRST_SHUT: Final = 30.0
"""Seconds that a sender stays shut which was refused."""
FIRST_REST: Final = 5.0
"""The same for one that only did not answer: that may be over in a moment."""
LONGEST_SHUT: Final = 600.0
"""Seconds; each time in a row a sender that is refused stays shut twice as long, up to this.

Also one that asks for more patience: a single answer that says "tomorrow" must not stop all warnings for a day.
"""
LONGEST_REST: Final = 60.0
"""The same for one that only does not answer: when it is back, warnings should not wait for long."""
MOST_FAILURES: Final = 20
"""So many in a row, and it is shut although nobody said that it is refused."""
PROBE_SECONDS: Final = 30.0
"""Longer than any answer is waited for: then the next message may try."""
RECOVERY_SECONDS: Final = 600.0
CLOCK_SET_BACK: Final = 5.0
"""Seconds; a row's time this far ahead is no race between two workers."""
LEAST_SHARE: Final = 0.05
"""What a sender that works again gets of its weight at first."""


@dataclass(slots=True, kw_only=True)
class Standing:
    """One sender's row; `models.Sender` says what each column means."""

    name: str
    tokens: float
    filled_at: float
    shut_until: float | None = None
    probe_at: float | None = None
    failures: int = 0
    opened: int = 0
    recovering_since: float | None = None
    why: str | None = None

    @property
    def is_broken(self) -> bool:
        """Whether it has failed, and no message has shown since that it works."""
        return self.opened > 0 and self.recovering_since is None

    def is_shut(self, now: float) -> bool:
        """Whether nothing may go. Nobody is shut for longer than that: the database's clock was set back."""
        left = (self.shut_until or 0) - now
        return 0 < left <= LONGEST_SHUT + CLOCK_SET_BACK

    def share(self, now: float) -> float:
        """How much of its weight counts."""
        if self.recovering_since is None or self.recovering_since > now + CLOCK_SET_BACK:
            return 1
        return min(max((now - self.recovering_since) / RECOVERY_SECONDS, LEAST_SHARE), 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """What came of some messages of one sender."""

    sent: int = 0
    """Taken, or refused because of its own words or recipient: the sender works."""
    down: int = 0
    """The sender itself was refused."""
    later: int = 0
    """Put off."""
    unknown: int = 0
    """Never answered."""
    retry_after: float | None = None
    """The longest wait in seconds that the provider asked for; then those put off are no fault."""
    code: str | None = None
    """Of the worst of them."""

    @property
    def failures(self) -> int:
        """How many speak against the sender, one by one."""
        return self.unknown + (self.later if self.retry_after is None else 0)


def after(standing: Standing, results: Results, *, now: float) -> Standing:
    """Say how a sender stands after *results*."""
    new = replace(standing)
    if standing.is_broken:
        _hear_of_the_probe(new, results, now=now)
    elif results.down or (not results.sent and standing.failures + results.failures >= MOST_FAILURES):
        _shut(new, results, now=now)
    elif results.sent:
        _forget_what_is_over(new, now=now)
    else:
        new.failures += results.failures
    if results.retry_after is not None:
        until = now + min(results.retry_after, LONGEST_SHUT)
        if not new.is_shut(now) or until > (new.shut_until or 0):
            new.shut_until, new.why = until, results.code
    return new


def _hear_of_the_probe(new: Standing, results: Results, *, now: float) -> None:
    if new.probe_at is None:
        return  # it left before the sender was shut, and says nothing new
    if results.down or (results.failures and not results.sent):
        _shut(new, results, now=now)
    elif results.retry_after is not None:
        # It answers, and says itself when the next message may try.
        new.shut_until = new.probe_at = None
    elif results.sent:
        new.shut_until = new.probe_at = new.why = None
        new.failures = 0
        new.recovering_since = now


def _shut(new: Standing, results: Results, *, now: float) -> None:
    if new.recovering_since is not None and new.share(now) >= 1:
        new.opened = 0  # it had been well for long enough
    new.opened += 1
    first, longest = (FIRST_SHUT, LONGEST_SHUT) if results.down else (FIRST_REST, LONGEST_REST)
    new.shut_until = now + min(first * 2 ** min(new.opened - 1, 10), longest)
    new.probe_at = new.recovering_since = None
    new.failures = 0
    new.why = results.code


def _forget_what_is_over(new: Standing, *, now: float) -> None:
    new.failures = 0
    if not new.is_shut(now):
        new.shut_until = new.why = None
    if new.recovering_since is not None and new.share(now) >= 1:
        new.recovering_since, new.opened = None, 0
