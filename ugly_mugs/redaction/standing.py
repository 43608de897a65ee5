"""Where something that is known stands in a text."""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Final

_RUN: Final = re.compile(r"[^\W\d_]+|\d+|[^\w\s]")


class Standing:
    """A text in which many things are looked up: each costs as much as there are places where it could begin."""

    def __init__(self, text: str) -> None:
        self._low = _small(text)
        self._starts: dict[str, list[int]] = defaultdict(list)
        for run in _RUN.finditer(self._low):
            self._starts[run[0]].append(run.start())

    def of(self, name: str) -> Iterator[tuple[int, int]]:
        """Where *name*, in small letters, stands with no letter at either side, but for an s: "kims flat"."""
        first = _RUN.match(name)
        if first is None:
            return
        ways = [first[0]]
        if first.end() == len(name) > 2 and name.isalpha():
            ways.append(f"{name}s")
        before = 0
        for start in sorted(at for way in ways for at in self._starts.get(way, ())):
            if start >= before and self._low.startswith(name, start):
                before = start + len(name)
                if len(ways) == 2 or not self._low[before : before + 1].isalpha():
                    yield start, before


def _small(text: str) -> str:
    """*text* in small letters, as long as it was."""
    low = text.casefold()
    if len(low) == len(text):
        return low
    # "ß" and its like grow.
    return "".join(small if len(small := char.casefold()) == 1 else char for char in text)
