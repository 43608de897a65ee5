"""What goes wrong at the demo's carrier and mailbox, when a test or a bench asks for it."""

import random
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Trouble(StrEnum):
    """What happens to one attempt to send."""

    CLOSE = "close"  # the connection closes; nothing was taken
    THROTTLE = "throttle"  # 429; nothing was taken
    HANG = "hang"  # no answer; nothing was taken
    LOSE = "lose"  # taken, then the connection closes
    FAIL = "fail"  # taken, then 500
    STALL = "stall"  # taken, then no answer

    @property
    def taken(self) -> bool:
        """Whether the message is sent all the same."""
        return self in {Trouble.LOSE, Trouble.FAIL, Trouble.STALL}


@dataclass(kw_only=True)
class Faults:
    """What the carrier does wrong: *plan* first, one entry an attempt, then by *chance*."""

    plan: deque[Trouble | None] = field(default_factory=deque)
    """None lets one attempt through."""
    chance: Mapping[Trouble, float] = field(default_factory=dict)
    seed: int = 0
    latency: float = 0
    """Seconds before each answer."""
    retry_after: str = "1"
    """What a 429 says: seconds, or a date as HTTP writes it."""
    refused: dict[str, int] = field(default_factory=dict, repr=False)
    """Numbers that are refused when a text to them is made, with the code."""
    failing: dict[str, int] = field(default_factory=dict, repr=False)
    """Numbers whose texts are taken and then end as undelivered, with the code."""
    story: tuple[str, ...] = ("sent", "delivered")
    """The callbacks, in order: may repeat, run backwards, or be none."""

    def __post_init__(self) -> None:
        self._dice = random.Random(self.seed)  # noqa: S311 - repeatable, not secret

    def next(self) -> Trouble | None:
        """Say what goes wrong with this attempt."""
        if self.plan:
            return self.plan.popleft()
        if not self.chance:
            return None
        left = self._dice.random()
        for trouble, share in self.chance.items():
            left -= share
            if left < 0:
                return trouble
        return None


class MailTrouble(StrEnum):
    """What happens to one mail."""

    LATER = "later"  # 451 at the end of DATA
    CLOSE = "close"  # the connection closes in mid-DATA; nothing was taken
    LOSE = "lose"  # taken, then the connection closes before the 250


@dataclass(kw_only=True)
class MailFaults:
    """What the mailbox does wrong."""

    plan: deque[MailTrouble | None] = field(default_factory=deque)
    """One entry a mail; None lets one through."""
    refused: dict[str, str] = field(default_factory=dict, repr=False)
    """Addresses that are refused, with the reply: ``550 5.1.1 …``, ``450 4.2.1 …``."""

    def next(self) -> MailTrouble | None:
        """Say what goes wrong with this mail."""
        return self.plan.popleft() if self.plan else None
