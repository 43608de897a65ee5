"""When to try again: a pure function of what happened, how often, and the time."""

import random
from datetime import datetime, timedelta

from .contract import ChannelDown, OnceMore, SendFailed

FIRST = timedelta(seconds=5)
LONGEST = timedelta(minutes=15)
ANOTHER_SENDER = timedelta(seconds=1)
"""After a sender was refused or told to wait: it is left alone as a whole, and another may take the message."""
MOST_ATTEMPTS = 12


def next_try(
    failure: SendFailed, attempts: int, *, now: datetime, until: datetime, chance: float | None = None
) -> datetime | None:
    """When to send again after *failure*, the *attempts*-th; None when it is not worth it before *until*.

    Waits double from five seconds to a quarter of an hour, and vary by *chance* (0 to 1, random unless
    given) between half and all of that, so that what failed together does not come back together.
    """
    if isinstance(failure, OnceMore) and attempts > 1:
        return None
    if attempts > MOST_ATTEMPTS:
        return None
    if not counts(failure):
        # How long the sender rests stands in its own row: the message does not rest with it, nor is it late by it.
        wait = ANOTHER_SENDER
    else:
        wait = min(FIRST * 2 ** max(attempts - 1, 0), LONGEST)
        wait *= 0.5 + (random.random() if chance is None else chance) / 2  # noqa: S311 -- spreads load, keeps no secret
    at = now + wait
    return at if at < until else None


def counts(failure: SendFailed) -> bool:
    """Whether *failure* was an attempt: being told to wait, or a channel that is down, is none."""
    return failure.retry_after is None and not isinstance(failure, ChannelDown)
