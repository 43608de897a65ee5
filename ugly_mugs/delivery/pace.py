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
from .breaker import CLOCK_SET_BACK, PROBE_SECONDS, Standing

NO_LIMIT: Final = 1_000_000
"""What `most` says where nobody limits us."""
LONGEST_WAIT: Final = 60.0
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
        self._buckets = {one.name: _Bucket(one, standings[one.name], now=now) for one in senders}
        self._carriers = {
            purpose: [self._buckets[one.name] for one in senders if purpose in one.carries] for purpose in Purpose
        }

    @property
    def charged(self) -> list[Standing]:
        """The senders whose rows have to be saved."""
        return [bucket.standing for bucket in self._buckets.values() if bucket.is_charged]

    def most(self, purpose: Purpose) -> int:
        """How many segments may go now."""
        return min(sum(bucket.room for bucket in self._carriers[purpose]), NO_LIMIT)

    def assign(self, key: str, segments: int, purpose: Purpose) -> Sender | None:
        """Choose the sender for a message to *key*, and charge it; None where it has to wait.

        Everybody has a favourite sender, by weight, and gets her messages from the same number as long as that can.
        """
        free = [bucket for bucket in self._carriers[purpose] if bucket.is_free]
        able = [bucket for bucket in free if bucket.holds(segments)]
        if not able:
            for bucket in free:
                bucket.await_(segments)
            return None
        chosen = able[0] if len(able) == 1 else _nearest(able, key)
        chosen.charge(segments)
        return chosen.sender

    def put_back(self, sender: Sender, segments: int) -> None:
        """Take back that a message was charged, which did not go."""
        self._buckets[sender.name].put_back(segments)

    def leave(self, *, now: float) -> None:
        """Say that what was charged leaves at *now*, a while after: what a full bucket would have lost is lost."""
        for bucket in self._buckets.values():
            if bucket.is_charged:
                bucket.leave(now)

    def wait(self, purpose: Purpose) -> float:
        """How many seconds until somebody may send, or send what could not be sent just now."""
        return min((bucket.wait for bucket in self._carriers[purpose]), default=LONGEST_WAIT)


class _Bucket:
    """One sender at that moment."""

    __slots__ = (
        "_awaited",
        "_before",
        "_full",
        "_now",
        "_rate",
        "_size",
        "is_charged",
        "is_free",
        "seed",
        "sender",
        "standing",
        "weight",
    )

    def __init__(self, sender: Sender, standing: Standing, *, now: float) -> None:
        self.sender, self.standing = sender, standing
        self.weight = sender.weight * standing.share(now)
        self.seed = f"{sender.name}|"
        self.is_charged = False
        self.is_free = not standing.is_shut(now)
        """Whether anything may go, and nobody more urgent waits for it."""
        self._now = now
        self._rate = sender.segments_a_second
        self._size = math.inf if self._rate is None else burst(self._rate)
        self._awaited = 1
        """Segments that whoever waits for it needs."""
        self._before = (standing.shut_until, standing.probe_at)
        if self._rate is not None:
            self._fill(self._rate)
        self._full = standing.tokens
        """What was in it before anything was charged."""

    def _fill(self, rate: float) -> None:
        standing, passed = self.standing, self._now - self.standing.filled_at
        standing.tokens = min(standing.tokens + max(passed, 0) * rate, self._size)
        if passed < -CLOCK_SET_BACK:
            self.is_charged = True
        if passed > 0 or passed < -CLOCK_SET_BACK:
            # Otherwise another worker was here since this one asked for the time.
            standing.filled_at = self._now

    @property
    def room(self) -> int:
        """Whole segments that may go."""
        if not self.is_free:
            return 0
        room = NO_LIMIT if self._rate is None else max(math.floor(self.standing.tokens + _DUST), 0)
        return min(room, 1) if self.standing.is_broken else room

    def holds(self, segments: int) -> bool:
        """Whether a message of this length may go."""
        return self._rate is None or self.standing.tokens + _DUST >= min(segments, self._size)

    def await_(self, segments: int) -> None:
        """Let nobody overtake a message of this length."""
        self.is_free, self._awaited = False, segments

    def charge(self, segments: int) -> None:
        """Take a message out."""
        standing = self.standing
        if self._rate is not None:
            standing.tokens -= segments
            self.is_charged = True
        if standing.is_broken:
            # The one message that shows whether it works again; the others wait for what becomes of it.
            standing.probe_at, standing.shut_until = self._now, self._now + PROBE_SECONDS
            self.is_charged, self.is_free = True, False

    def put_back(self, segments: int) -> None:
        """Undo one charge."""
        standing = self.standing
        if self._rate is not None:
            standing.tokens = min(standing.tokens + segments, self._size)
        if standing.is_broken:
            standing.shut_until, standing.probe_at = self._before
            self.is_free = not standing.is_shut(self._now)

    def leave(self, now: float) -> None:
        """Fill up to *now* as if it had been charged only then."""
        standing, passed = self.standing, now - self.standing.filled_at
        if self._rate is not None and passed > 0:
            standing.tokens += min(passed * self._rate, self._size - self._full)
            standing.filled_at = now

    @property
    def wait(self) -> float:
        """Seconds until it may send what waits for it."""
        shut = (self.standing.shut_until or 0) - self._now if self.standing.is_shut(self._now) else 0
        if self._rate is None:
            return shut
        missing = min(self._awaited, self._size) - self.standing.tokens
        return max(shut, missing / self._rate if missing > _DUST else 0)


def _nearest(buckets: Sequence[_Bucket], key: str) -> _Bucket:
    """Throw the dice that a sender and *key* always throw: a sender that comes or goes moves only its own people."""
    best, least = buckets[0], math.inf
    for bucket in buckets:
        digest = blake2b((bucket.seed + key).encode(), digest_size=6).digest()
        distance = -math.log((int.from_bytes(digest) + 1) / 2**48) / bucket.weight
        if distance < least:
            best, least = bucket, distance
    return best
