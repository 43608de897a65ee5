"""How many wrong codes are listened to, from everybody together: there is nobody to count them by."""

from collections import deque
from datetime import datetime, timedelta

MOST_A_MINUTE = 120
WINDOW = timedelta(minutes=1)


class TooManyGuesses(Exception):
    """So many wrong codes came that no code is tried for a while, right or wrong."""

    retry_after = WINDOW


class Guesses:
    """The wrong codes of the last minute; in memory, and nothing but times."""

    def __init__(self, *, most: int = MOST_A_MINUTE) -> None:
        self._most = most
        self._wrong: deque[datetime] = deque()

    def check(self, *, now: datetime) -> None:
        """Raise `TooManyGuesses` while there were too many."""
        while self._wrong and self._wrong[0] <= now - WINDOW:
            self._wrong.popleft()
        if len(self._wrong) >= self._most:
            raise TooManyGuesses

    def wrong(self, *, now: datetime) -> None:
        """Count one."""
        self._wrong.append(now)
