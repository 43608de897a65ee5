"""Whether certain words stand near a place in a text; they are looked for once."""

import re
from bisect import bisect_left, bisect_right


class Nearby:
    """Where an expression matches in a text."""

    def __init__(self, pattern: re.Pattern[str], text: str) -> None:
        found = list(pattern.finditer(text))
        self._starts = [one.start() for one in found]
        self._ends = [one.end() for one in found]
        self._text = text

    def before(self, place: int, within: int) -> int | None:
        """Where the last one before *place* ends, if it begins within so many characters."""
        at = bisect_right(self._ends, place)
        return self._ends[at - 1] if at and self._starts[at - 1] >= place - within else None

    def is_after(self, place: int, within: int) -> bool:
        """Whether one ends within so many characters after *place*."""
        at = bisect_left(self._starts, place)
        return at < len(self._starts) and self._ends[at] <= place + within

    def is_near(self, start: int, end: int, before: int, after: int) -> bool:
        """Whether one stands before *start* or after *end*, within so many characters."""
        return self.before(start, before) is not None or self.is_after(end, after)

    def is_right_before(self, place: int, within: int, words: int) -> bool:
        """Whether fewer than so many words stand between one and *place*."""
        end = self.before(place, within)
        return end is not None and len(self._text[end:place].split()) < words
