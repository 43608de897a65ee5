"""A name found once is found everywhere: also inside a file name, a mailbox and a possessive."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from . import lexicon
from .spans import Label, Span, Taken, Why
from .standing import Standing

_WORD: Final = re.compile(r"[^\W\d_]{3,}")
_SPREAD: Final = frozenset(
    {Label.PERSON, Label.ORG, Label.ADDRESS, Label.HANDLE, Label.PROFILE, Label.PHONE, Label.EMAIL, Label.VRM}
)


def spread(text: str, spans: Sequence[Span]) -> list[Span]:
    """Find what stands in *spans* wherever else it stands in *text*; what already has a role keeps it."""
    taken = Taken()
    for span in spans:
        taken.take(span.start, span.end)
    text_at = Standing(text)
    more = [
        Span(start, end, span.label, span.norm, span.score, span.role, Why.SAME)
        for name, span in _names(spans)
        for start, end in text_at.of(name)
        if taken.take(start, end)
    ]
    return sorted([*spans, *more], key=lambda each: each.start)


def _names(spans: Iterable[Span]) -> Iterator[tuple[str, Span]]:
    """What to look for: each thing as it is written, and each part of a name that is no ordinary word."""
    seen: set[str] = set()
    # What is hidden goes first: of two people of one name, she is the one to protect.
    for span in sorted(spans, key=lambda each: (not each.role.is_hidden, -each.score)):
        if span.label not in _SPREAD:
            continue
        written = span.norm or ""
        parts = [written]
        if span.label is Label.PERSON:
            parts += [part for part in _WORD.findall(written) if not _is_ordinary(part)]
        for part in parts:
            if len(part) > 1 and part not in seen:
                seen.add(part)
                yield part, span


def _is_ordinary(word: str) -> bool:
    return lexicon.ordinary().get(word, 0) >= 1 and lexicon.given().get(word, (0, ""))[0] < 3
