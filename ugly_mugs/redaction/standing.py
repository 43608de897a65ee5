"""Where something that is known stands in a text."""

from collections.abc import Iterator


def standing(text: str, name: str) -> Iterator[tuple[int, int]]:
    """Where *name*, in small letters, stands in *text* with no letter at either side."""
    low = _small(text)
    at = low.find(name)
    while at != -1:
        end = at + len(name)
        if not low[at - 1 : at].isalpha() and not low[end : end + 1].isalpha():
            yield at, end
        at = low.find(name, end)


def _small(text: str) -> str:
    """*text* in small letters, as long as it was."""
    low = text.casefold()
    if len(low) == len(text):
        return low
    # "ß" and its like grow.
    return "".join(small if len(small := char.casefold()) == 1 else char for char in text)
