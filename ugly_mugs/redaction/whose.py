"""Whose each thing is, as the words around it and the form say.

A second small CRF reads the things found, in the text's order, and gives each a role. It knows what the form has.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pycrfsuite

from . import lexicon
from .spans import Found, Label, Role
from .tagging import ruled
from .words import Word, covered, sentences

FILE: Final = "whose.crfsuite"
Features = list[str]
FARTHEST: Final = 60
"""Words that are looked back on within a sentence."""

HERS: Final = lexicon.group("hers")
HIS: Final = lexicon.group("his")
SHE: Final = lexicon.group("she")
THEY: Final = lexicon.group("they")
SITES: Final = lexicon.group("sites")
PRONOUNS: Final = HERS | HIS | SHE | THEY
HIM: Final = lexicon.group("him")
THEIRS: Final = lexicon.group("theirs")


@dataclass(frozen=True, slots=True)
class Given:
    """What is known of a thing from the form, before any word is read."""

    known: Role | None = None
    """Its role, where a field or what the service knows of her says so."""
    form_has: bool = False
    """The form names something of its kind that is his, and this is not it."""
    is_form: bool = False
    """There is a form at all."""
    is_known: bool = False
    """Something of hers is known, and this is not it."""


def features(parted: Sequence[Word], found: Sequence[Found], given: Sequence[Given]) -> list[Features]:
    """What the model is told of each thing."""
    within = sentences(list(parted))
    marked = ruled(parted, found, "")
    about = _about(parted)
    places = [covered(parted, each.start, each.end) for each in found]
    earlier: Counter[Label] = Counter()
    told: list[Features] = []
    for n, each in enumerate(found):
        here = [f"label={each.label}", *about]
        start, end = places[n][0], places[n][-1]
        here += _form(given[n], each.label)
        here += _before(parted, within, marked, start)
        here += _after(parted, within, marked, end)
        here += _itself(parted, start, end, each)
        if end >= len(parted) - 2:
            here.append("ends-text")
        if start <= 1:
            here.append("begins-text")
        at = start / max(1, len(parted))
        here.append(f"at={int(at * 4)}")
        here.append(f"nth={earlier[each.label]}")
        earlier[each.label] += 1
        for step in (-2, -1, 1, 2):
            if 0 <= n + step < len(found):
                other = found[n + step]
                near = within[places[n + step][0]] == within[start]
                here.append(f"{step}:{other.label}{'' if near else '/far'}")
                if (role := given[n + step].known) is not None and near:
                    here.append(f"{step}:known={role}")
        here += [f"{each.label}|{one}" for one in here if one[:2] in {"b1", "b2", "be", "a1", "ow", "su", "cu", "fo"}]
        told.append(here)
    return told


def _form(given: Given, label: Label) -> Features:
    if given.known is not None:
        return [f"form={given.known}"]
    told = []
    if given.form_has:
        told.append("form-has-other")
    elif given.is_form:
        told.append("form-has-none")
    if given.is_known:
        told.append("known-has-other")
    return told


def _before(parted: Sequence[Word], within: Sequence[int], marked: Sequence[str], start: int) -> Features:
    told: Features = []
    seen: list[str] = []
    at = start - 1
    while at >= max(0, start - FARTHEST) and len(seen) < 12:
        word = _name(parted, marked, at)
        if not (seen and seen[-1] == word and word.isupper()):
            seen.append(word)
        at -= 1
    for n, word in enumerate(seen[:4], 1):
        told.append(f"b{n}={word}")
    told.append(f"be={' '.join(reversed(seen[:2]))}")
    told.append(f"be3={' '.join(reversed(seen[:3]))}")
    told.extend(f"bag={word}" for word in dict.fromkeys(seen[:6]))
    told.extend(f"wide={word}" for word in dict.fromkeys(seen[:12]) if _subject(word))
    # The nearest word that says who is spoken of, here and within the sentence.
    owner = next((kind for word in seen if (kind := _subject(word))), "none")
    told.append(f"owner={owner}")
    distance = next((n for n, word in enumerate(seen) if _subject(word)), 12)
    told.append(f"owner={owner}/{min(distance, 5)}")
    subject = "none"
    counts = {"hers": 0, "his": 0, "she": 0}
    for back in range(start - 1, max(-1, start - FARTHEST), -1):
        if within[back] != within[start]:
            break
        if kind := _subject(parted[back].low):
            subject = kind
            counts[kind] = counts.get(kind, 0) + 1
    told.append(f"subject={subject}")
    if counts["his"] and not counts["hers"] and not counts["she"]:
        told.append("subject-only=his")
    if counts["hers"] and not counts["his"]:
        told.append("subject-only=hers")
    cue = next((word for word in seen[:8] if word in _CUES), None)
    if cue:
        told.append(f"cue={cue}")
        told.append(f"cue={cue}/{owner}")
    return told


def _after(parted: Sequence[Word], within: Sequence[int], marked: Sequence[str], end: int) -> Features:
    told: Features = []
    seen: list[str] = []
    at = end + 1
    while at < min(len(parted), end + FARTHEST) and len(seen) < 6:
        word = _name(parted, marked, at)
        if not (seen and seen[-1] == word and word.isupper()):
            seen.append(word)
        at += 1
    for n, word in enumerate(seen[:3], 1):
        told.append(f"a{n}={word}")
    told.append(f"a12={' '.join(seen[:2])}")
    told.extend(f"abag={word}" for word in dict.fromkeys(seen))
    told.append(f"aowner={next((kind for word in seen if (kind := _subject(word))), 'none')}")
    if end + 1 < len(parted) and within[end + 1] != within[end]:
        told.append("ends-sentence")
    return told


def _itself(parted: Sequence[Word], start: int, end: int, each: Found) -> Features:
    first = parted[start].low
    told = [f"words={min(end - start + 1, 3)}"]
    match each.label:
        case Label.PERSON:
            known = lexicon.given().get(first)
            told.append(f"sex={known[1] if known else '?'}")
        case Label.ORG | Label.ADDRESS:
            told.extend(
                f"in={word.low}" for word in parted[start : end + 1] if word.low in lexicon.FIRMS | lexicon.HOUSES
            )
        case Label.PROFILE | Label.HANDLE:
            # A name hides in many of them.
            parts = [part for word in parted[start : end + 1] for part in word.low.split("_")]
            sexes = {
                known[1] for part in parts if len(part) > 2 and (known := lexicon.given().get(part)) and known[0] > 1
            }
            told.append(f"sex={''.join(sorted(sexes)) or '?'}")
            # Who advertises is hers, who subscribes is his.
            told.extend(f"in={word.low}" for word in parted[start : end + 1] if word.low in SITES)
        case _:
            pass
    return told


def _about(parted: Sequence[Word]) -> Features:
    """What kind of text it is: hers, or somebody's about her."""
    low = [word.low for word in parted]
    mine = sum(word in HERS for word in low)
    hers = sum(word in SHE for word in low)
    told = ["text=" + ("mine" if mine and mine >= hers else "hers" if hers else "mixed" if mine else "neither")]
    if "sw" in low or "worker" in low:
        told.append("text-says-sw")
    return told


def _subject(word: str) -> str:
    if word in HERS:
        return "hers"
    if word in HIS or word in HIM:
        return "his"
    if word in SHE or word in THEIRS:
        return "she"
    if word in THEY:
        return "they"
    if word in lexicon.KIN:
        return "kin"
    return ""


_CUES: Final = lexicon.group("cues")


def _name(parted: Sequence[Word], marked: Sequence[str], at: int) -> str:
    """A word near a thing: another thing as its label, an ordinary word as itself."""
    if marked[at]:
        return marked[at]
    low = parted[at].low
    return low if low in lexicon.ordinary() or low in _CUES or not low[0].isalnum() else "9" if low.isdigit() else "?"


def load(folder: Path) -> pycrfsuite.Tagger:
    """Load the model in *folder*."""
    tagger = pycrfsuite.Tagger()
    tagger.open(str(folder / FILE))
    return tagger
