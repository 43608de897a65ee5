"""What is suggested to be hidden in a reporter's words, one suggestion for everything that is the same; pure."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ..redaction import Label, Role, Span, Why, left, read
from .her_words import Part

GAP = "\n\n"
"""Between two parts: they are read as one text, so that a name in one is found in all."""
SURE = 0.8
"""From this score on, a suggestion is one of those that can be accepted together."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Characters *start* up to *end* of her part number *part*."""

    part: int
    start: int
    end: int

    def overlaps(self, other: "Place") -> bool:
        return self.part == other.part and self.start < other.end and other.start < self.end

    def within(self, other: "Place") -> bool:
        return self.part == other.part and other.start <= self.start and self.end <= other.end


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One thing in her words, wherever it stands in them."""

    key: str
    words: str = field(repr=False)
    """As she wrote it first."""
    places: tuple[Place, ...]
    label: Label | None = None
    """None for what a moderator marked."""
    role: Role = Role.REPORTER
    why: Why | None = None
    score: float = 1.0
    norm: str | None = field(default=None, repr=False)
    spellings: tuple[str, ...] = field(default=(), repr=False)
    """All of it that nobody may read, if it is hidden."""

    @property
    def hides(self) -> bool:
        """Whether it is suggested to hide it; else it is his, and kept unless somebody says otherwise."""
        return self.role.is_hidden

    @property
    def is_mark(self) -> bool:
        """Whether a moderator found it, and not we."""
        return self.label is None

    @property
    def is_sure(self) -> bool:
        return self.hides and self.score >= SURE and self.why is not Why.UNSURE


def suggest(
    parts: Sequence[Part],
    *,
    about_them: Mapping[Label, Sequence[str]],
    reporter: Sequence[str],
    marks: Mapping[str, Sequence[str]] | None = None,
) -> tuple[Suggestion, ...]:
    """Read *parts*, in the order in which things stand there; *marks* are words that are hidden anyway, by key."""
    offsets, at = [], 0
    for part in parts:
        offsets.append(at)
        at += len(part.text) + len(GAP)
    groups: dict[str, Suggestion] = {}
    for span in read(GAP.join(part.text for part in parts), about_them=about_them, reporter=reporter):
        places = _places(span, parts, offsets)
        if places and span.role is not Role.NEUTRAL:
            _add(groups, span, places, [_at(parts, place) for place in places])
    found = [*groups.values(), *_marked(parts, groups, marks or {})]
    return tuple(sorted(found, key=lambda each: each.places[:1] or (Place(len(parts), 0, 0),)))


def key_of(words: str, *, label: Label | None = None, his: bool = False) -> str:
    """The same for everything that one decision is about."""
    text = "\x1f".join(("his" if his else "hers", label or "", _folded(words)))
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def whole_words(words: str) -> str:
    """*words* as they are kept."""
    return " ".join(words.split())


def _folded(words: str) -> str:
    return whole_words(words).casefold()


def _places(span: Span, parts: Sequence[Part], offsets: Sequence[int]) -> tuple[Place, ...]:
    """Where it stands; what goes on in her next answer is cut at the gap."""
    return tuple(
        Place(number, max(span.start - offset, 0), min(span.end - offset, len(part.text)))
        for number, (part, offset) in enumerate(zip(parts, offsets, strict=True))
        if span.start < offset + len(part.text) and offset < span.end
    )


def _at(parts: Sequence[Part], place: Place) -> str:
    return parts[place.part].text[place.start : place.end]


def _add(groups: dict[str, Suggestion], span: Span, places: tuple[Place, ...], texts: Sequence[str]) -> None:
    words = whole_words(" ".join(texts))
    key = key_of(span.norm or words, label=span.label, his=not span.role.is_hidden)
    # Of what is cut, "12" alone says nothing, but the street does.
    cut = [each for each in map(whole_words, texts) if len(texts) > 1 and " " in each]
    spellings = tuple(dict.fromkeys(each for each in (words, span.norm, *cut) if each))
    known = groups.get(key)
    if known is None:
        groups[key] = Suggestion(key, words, places, span.label, span.role, span.why, span.score, span.norm, spellings)
        return
    # Of several mentions, the surest says why.
    if span.score > known.score:
        known = replace(known, score=span.score, why=span.why)
    spellings = tuple(dict.fromkeys((*known.spellings, *spellings)))
    groups[key] = replace(known, places=(*known.places, *places), spellings=spellings)


def _marked(
    parts: Sequence[Part], known: Mapping[str, Suggestion], marks: Mapping[str, Sequence[str]]
) -> Iterator[Suggestion]:
    """What is hidden although reading did not find it, wherever it can be read; even if that is nowhere."""
    taken = {_folded(spelling) for each in known.values() if each.hides for spelling in each.spellings}
    missed = {
        key: words for key, words in marks.items() if key not in known and words and _folded(words[0]) not in taken
    }
    if not missed:
        return
    standing: dict[str, list[Place]] = {}
    # All at once: a text is made ready to be searched only one time.
    sought = [one for words in missed.values() for one in words]
    for number, part in enumerate(parts):
        for each in left(part.text, sought):
            standing.setdefault(each.hidden, []).append(Place(number, each.start, each.end))
    for key, words in missed.items():
        places = sorted({place for one in words for place in standing.get(one, ())})
        yield Suggestion(key, words[0], tuple(places), spellings=tuple(words))


_INSTEAD = {
    Label.PERSON: "name",
    Label.PHONE: "number",
    Label.VRM: "car",
    Label.EMAIL: "email",
    Label.HANDLE: "username",
    Label.PROFILE: "profile",
    Label.ADDRESS: "address",
    Label.POSTCODE: "postcode",
    Label.ORG: "workplace",
    Label.AGE: "age",
    Label.NATIONALITY: "nationality",
    Label.DOB: "date of birth",
    Label.NINO: "insurance number",
}


def instead(suggestion: Suggestion) -> str:
    """What stands where it was: what it is and whose, and nothing of its length."""
    what = _INSTEAD.get(suggestion.label, "") if suggestion.label else ""
    if not what:
        return "[hidden]"
    if suggestion.role is Role.THIRD:
        return "[somebody she knows]" if suggestion.label is Label.PERSON else f"[somebody's {what}]"
    return f"[her {what}]"


def redacted(part: Part, number: int, hidden: Iterable[Suggestion]) -> str:
    """The *part*, of that number, without what is *hidden*."""
    here = [(place, each) for each in hidden for place in each.places if place.part == number]
    pieces, at = [], 0
    for place, each in sorted(here, key=lambda one: (one[0].start, -one[0].end)):
        if place.end <= at:
            continue
        if place.start >= at:
            pieces += [part.text[at : place.start], instead(each)]
        at = place.end
    return "".join((*pieces, part.text[at:]))


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of her words as the page shows it; *suggestion* is what it is, if it is anything."""

    text: str = field(repr=False)
    suggestion: Suggestion | None = None


def pieces(part: Part, number: int, suggestions: Iterable[Suggestion]) -> list[Piece]:
    """The *part*, of that number, cut where something is marked in it; of two that overlap, the longer."""
    here = [(place, each) for each in suggestions for place in each.places if place.part == number]
    kept: list[tuple[Place, Suggestion]] = []
    last = None
    # Longest first within each group that overlaps, in one sweep.
    for place, each in sorted(here, key=lambda one: (one[0].start, -one[0].end)):
        if last is not None and place.start < last.end:
            if place.end - place.start > last.end - last.start:
                kept[-1], last = (place, each), place
            continue
        kept.append((place, each))
        last = place
    cut, at = [], 0
    for place, each in kept:
        if place.start > at:
            cut.append(Piece(part.text[at : place.start]))
        cut.append(Piece(part.text[max(at, place.start) : place.end], each))
        at = place.end
    return [*cut, Piece(part.text[at:])] if at < len(part.text) else cut
