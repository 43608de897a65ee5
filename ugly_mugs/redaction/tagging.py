"""Names, workplaces, addresses and usernames as a small sequence model sees them.

The model is a linear-chain CRF (Lafferty, McCallum, Pereira 2001) in CRFsuite's format; `training/` makes it.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import pycrfsuite

from . import lexicon
from .spans import Found, Label
from .words import Word, covered, words

FILE: Final = "words.crfsuite"
OUTSIDE: Final = "O"
LIKELY: Final = 0.3
"""From this on a word is taken for a name and the like: one too many costs a moderator a key."""
Features = list[str]

_NEAR: Final = (-3, -2, -1, 1, 2, 3)


def find(tagger: pycrfsuite.Tagger, text: str, sure: Sequence[Found]) -> list[Found]:
    """Find what rules cannot: *sure* is what they found."""
    parted = words(text)
    if not parted:
        return []
    tagger.set(features(parted, sure))
    known = tagger.labels()
    given = _lowered(tagger, known, tagger.tag())
    found: list[Found] = []
    at = 0
    while at < len(given):
        if given[at] == OUTSIDE:
            at += 1
            continue
        label = given[at][2:]
        last = at
        while last + 1 < len(given) and given[last + 1] == f"I-{label}":
            last += 1
        score = max(_chance(tagger, known, label, each) for each in range(at, last + 1))
        found.append(Found(parted[at].start, parted[last].end, Label(label), score=score))
        at = last + 1
    return found


def _lowered(tagger: pycrfsuite.Tagger, known: list[str], given: list[str]) -> list[str]:
    """Let a word be what it is likely enough to be, where being nothing is likelier still."""
    lowered = list(given)
    labels = {tag[2:] for tag in known if tag != OUTSIDE}
    for at, tag in enumerate(given):
        if tag == OUTSIDE and tagger.marginal(OUTSIDE, at) < 1 - LIKELY:
            label = max(labels, key=lambda one: _chance(tagger, known, one, at))
            if _chance(tagger, known, label, at) >= LIKELY:
                goes_on = at > 0 and lowered[at - 1][2:] == label
                lowered[at] = f"I-{label}" if goes_on else f"B-{label}"
                if at + 1 < len(given) and lowered[at + 1] == f"B-{label}":
                    lowered[at + 1] = f"I-{label}"
    return lowered


def _chance(tagger: pycrfsuite.Tagger, known: list[str], label: str, at: int) -> float:
    chance: float = sum(tagger.marginal(tag, at) for tag in (f"B-{label}", f"I-{label}") if tag in known)
    return chance


def tags(parted: Sequence[Word], spans: Iterable[Found]) -> list[str]:
    """Write *spans* as one tag a word: B-PERSON, I-PERSON, O."""
    written = [OUTSIDE] * len(parted)
    for span in spans:
        first = True
        for at in covered(parted, span.start, span.end):
            if parted[at].start >= span.start and _ends_within(parted[at], span):
                written[at] = f"{'B' if first else 'I'}-{span.label}"
                first = False
    return written


def _ends_within(word: Word, span: Found) -> bool:
    """Whether *word* ends with *span*, or only the s of a possessive without its apostrophe is left."""
    return word.end <= span.end or (word.end == span.end + 1 and word.low.endswith("s"))


def features(parted: Sequence[Word], sure: Iterable[Found], *, known_words: bool = True) -> list[Features]:
    """What the model is told of each word; without *known_words*, as if no list of names existed."""
    marked = ruled(parted, sure)
    own = [_own(word, known_words=known_words) for word in parted]
    caps = sum(word.text[0].isupper() for word in parted if word.text[0].isalpha())
    letters = sum(word.text[0].isalpha() for word in parted) or 1
    writing = "caps=none" if caps == 0 else "caps=all" if caps > 0.8 * letters else "caps=some"
    said: dict[str, int] = {}
    for word in parted:
        said[word.low] = said.get(word.low, 0) + 1
    told: list[Features] = []
    for at, word in enumerate(parted):
        here = [*own[at], writing, f"apart={word.is_apart}", f"rule={marked[at]}"]
        if said[word.low] > 1 and word.low not in lexicon.ordinary():
            here.append("again")
        if at == 0 or word.on_new_line:
            here.append("first")
        if at == len(parted) - 1:
            here.append("last")
        for step in _NEAR:
            there = at + step
            if not 0 <= there < len(parted):
                here.append(f"{step}:none")
                continue
            here.append(f"{step}:w={_plain(parted[there], marked[there])}")
            if -2 <= step <= 2:
                here.extend(f"{step}:{each}" for each in own[there][1:5])
                here.append(f"{step}:rule={marked[there]}")
        if at >= 2:
            here.append(f"-2-1:w={_plain(parted[at - 2], marked[at - 2])} {_plain(parted[at - 1], marked[at - 1])}")
        if at + 2 < len(parted):
            here.append(f"+1+2:w={_plain(parted[at + 1], marked[at + 1])} {_plain(parted[at + 2], marked[at + 2])}")
        if at >= 1:
            here.append(f"-1+0:{own[at - 1][1]} {own[at][1]}")
        told.append(here)
    return told


def _own(word: Word, *, known_words: bool) -> Features:
    low = word.low
    letters = low.replace("'", "").replace("’", "")
    kind = _kind(low, known_words=known_words)
    shape = _shape(word.text)
    told = [
        f"w={low if low in lexicon.ordinary() or (not letters.isalpha() and len(low) < 3) else '?'}",
        f"kind={kind}",
        f"shape={shape}",
    ]
    told.append(f"common={lexicon.ordinary().get(letters, 0)}")
    told.append(f"set={_set(low)}")
    if letters.isalpha():
        told.extend(
            (f"p2={letters[:2]}", f"p3={letters[:3]}", f"s2={letters[-2:]}", f"s3={letters[-3:]}", f"s4={letters[-4:]}")
        )
        told.append(f"len={min(len(letters), 10)}")
        told.append(f"case={'U' if word.text[0].isupper() else 'l'}{kind}")
    return told


def _kind(low: str, *, known_words: bool) -> str:
    """How well known *low* is as a name and as a word, in one."""
    common = lexicon.ordinary().get(low, 0)
    if not low.isalpha():
        return "digit" if low.isdigit() else "mixed" if any(each.isdigit() for each in low) else "sign"
    if not known_words:
        return f"x{common}"
    given = lexicon.given().get(low)
    surname = lexicon.surnames().get(low, 0)
    if given is None and not common and low.endswith("s"):
        given = lexicon.given().get(low[:-1])  # "kims flat"
    g = 0 if given is None else 1 if given[0] < 2 else 2 if given[0] < 5 else 3
    s = 0 if surname == 0 else 1 if surname < 3 else 2
    return f"g{g}s{s}c{common}"


def _set(low: str) -> str:
    for name, members in (
        ("street", lexicon.STREETS),
        ("house", lexicon.HOUSES),
        ("kin", lexicon.KIN),
        ("firm", lexicon.FIRMS),
    ):
        if low in members:
            return name
    return "none"


def _shape(text: str) -> str:
    shape = ""
    for char in text[:8]:
        kind = "X" if char.isupper() else "x" if char.isalpha() else "9" if char.isdigit() else char
        if not shape.endswith(kind * 2):
            shape += kind
    return shape


def _plain(word: Word, rule: str) -> str:
    """A neighbour as its word if it is an ordinary one, else as what it is."""
    if rule != OUTSIDE:
        return rule
    return (
        word.low if word.low in lexicon.ordinary() or not word.low[0].isalnum() else "9" if word.low.isdigit() else "?"
    )


def ruled(parted: Sequence[Word], found: Iterable[Found], nothing: str = OUTSIDE) -> list[str]:
    """Write beside each word the label of what was found there."""
    marked = [nothing] * len(parted)
    for each in found:
        for at in covered(parted, each.start, each.end):
            marked[at] = each.label.value
    return marked


def load(folder: Path) -> pycrfsuite.Tagger:
    """Load the model in *folder*."""
    tagger = pycrfsuite.Tagger()
    tagger.open(str(folder / FILE))
    return tagger
