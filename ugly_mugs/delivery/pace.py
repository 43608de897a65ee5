"""How much each sender may send now, and which of them a message leaves from.

Pure: built from what the table says and the time there, asked message by message, and then saved. A bucket fills
at the sender's rate and holds half a second of it, or ten segments where that is more. So in any time T no more than
rate × T and one bucket go, whoever asks and how; a message longer than a bucket goes when that is full, and the next
waits until its debt is paid.
"""

import math
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Final

from ..contract import Purpose, Sender
from .breaker import PROBE_SECONDS, Standing

NO_LIMIT: Final = 1_000_000
"""What `most` says where nobody limits us."""
LONGEST_WAIT: Final = 60.0
CLOCK_SET_BACK: Final = 5.0
"""Seconds; a row's time this far ahead is no race between two workers."""
_DUST: Final = 1e-6
"""Of a segment: what adding up fractions may lose."""


def burst(rate: float) -> float:
    """How many segments the bucket of a sender holds."""
    return max(rate / 2, 10.0)


class Pace:
    """The senders of one channel at one moment; *locked* if nobody else charges them until it is saved."""

    def __init__(
        self, channel: str, senders: Sequence[Sender], standings: Mapping[str, Standing], *, now: float, locked: bool
    ) -> None:
        self.channel = channel
        self.now = now
        self.locked = locked
        self.standings = {one.name: standings[one.name] for one in senders}
        self.charged: set[str] = set()
        """The senders whose rows have to be saved."""
        self._rates = {one.name: one.segments_a_second for one in senders}
        self._carriers = {purpose: [one for one in senders if purpose in one.carries] for purpose in Purpose}
        self._weights = {one.name: one.weight * self.standings[one.name].share(now) for one in senders}
        self._awaited: dict[str, int] = {}
        """What the first message that had to wait for a sender needs of it: no later one overtakes."""
        self._shut_before: dict[str, float | None] = {}
        for one in senders:
            self._fill(self.standings[one.name], one.segments_a_second)

    def most(self, purpose: Purpose) -> int:
        """How many segments may go now."""
        return min(sum(self._room(one) for one in self._carriers[purpose]), NO_LIMIT)

    def assign(self, key: str, segments: int, purpose: Purpose) -> Sender | None:
        """Choose the sender for a message to *key*, and charge it; None where it has to wait.

        Everybody has a favourite sender, by weight, and gets her messages from the same number as long as that can.
        """
        free = [one for one in self._carriers[purpose] if self._is_open(one.name) and one.name not in self._awaited]
        able = [one for one in free if self._holds(one.name, segments)]
        if not able:
            self._awaited.update((one.name, segments) for one in free)
            return None
        chosen = able[0] if len(able) == 1 else min(able, key=lambda one: self._distance(one.name, key))
        self._charge(chosen.name, segments)
        return chosen

    def put_back(self, sender: Sender, segments: int) -> None:
        """Take back that a message was charged, which did not go."""
        standing, rate = self.standings[sender.name], self._rates[sender.name]
        if rate is not None:
            standing.tokens = min(standing.tokens + segments, burst(rate))
        if sender.name in self._shut_before:
            standing.shut_until, standing.probe_at = self._shut_before.pop(sender.name), None

    def wait(self, purpose: Purpose) -> float:
        """How many seconds until somebody may send, or send what could not be sent just now."""
        return min((self._wait(one) for one in self._carriers[purpose]), default=LONGEST_WAIT)

    def _fill(self, standing: Standing, rate: float | None) -> None:
        if rate is None:
            return
        passed = self.now - standing.filled_at
        standing.tokens = min(standing.tokens + max(passed, 0) * rate, burst(rate))
        if passed < -CLOCK_SET_BACK:
            self.charged.add(standing.name)
        if passed > 0 or passed < -CLOCK_SET_BACK:
            # Otherwise another worker was here since this one asked for the time.
            standing.filled_at = self.now

    def _room(self, sender: Sender) -> int:
        name = sender.name
        if not self._is_open(name) or name in self._awaited:
            return 0
        room = NO_LIMIT if self._rates[name] is None else max(math.floor(self.standings[name].tokens + _DUST), 0)
        return min(room, 1) if self.standings[name].is_broken else room

    def _is_open(self, name: str) -> bool:
        return not self.standings[name].is_shut(self.now)

    def _holds(self, name: str, segments: int) -> bool:
        rate = self._rates[name]
        return rate is None or self.standings[name].tokens + _DUST >= min(segments, burst(rate))

    def _charge(self, name: str, segments: int) -> None:
        standing = self.standings[name]
        if self._rates[name] is not None:
            standing.tokens -= segments
            self.charged.add(name)
        if standing.is_broken:
            # The one message that shows whether it works again; the others wait for what becomes of it.
            self._shut_before[name] = standing.shut_until
            standing.probe_at, standing.shut_until = self.now, self.now + PROBE_SECONDS
            self.charged.add(name)

    def _distance(self, name: str, key: str) -> float:
        """Throw the dice that these two always throw: a sender that comes or goes moves only its own people."""
        digest = blake2b(f"{name}|{key}".encode(), digest_size=6).digest()
        return -math.log((int.from_bytes(digest) + 1) / 2**48) / self._weights[name]

    def _wait(self, sender: Sender) -> float:
        standing, rate = self.standings[sender.name], self._rates[sender.name]
        shut = max((standing.shut_until or 0) - self.now, 0)
        if rate is None:
            return shut
        wanted = min(self._awaited.get(sender.name, 1), burst(rate))
        missing = wanted - standing.tokens
        return max(shut, missing / rate if missing > _DUST else 0)
