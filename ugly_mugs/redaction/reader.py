"""From a text to what is in it and whose it is."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from math import exp, log
from pathlib import Path
from typing import Final

from . import finders, lexicon, tagging, whose
from .known import Known, know
from .spans import Found, Label, Role, Span, Why, settled
from .spread import spread
from .standing import Standing
from .words import words

HIDE: Final = 0.3
"""From this chance on, hiding is suggested: a name of hers left readable costs more than one of his hidden."""
HIDE_FROM: Final = {
    Label.ADDRESS: 0.1,
    Label.POSTCODE: 0.1,
    Label.DOB: 0.0,
    Label.NINO: 0.0,
    Label.ORG: 0.35,
    Label.VRM: 0.6,
}
"""What leads to her door, or is hardly ever his, is hidden sooner; a registration, which is hardly ever hers, later."""
COMMON: Final = 4
"""A name that is as common a word as this is looked for with a capital letter alone."""


class Reader:
    """The two models, loaded once."""

    def __init__(self, folder: Path = lexicon.DATA) -> None:
        self._words = tagging.load(folder)
        self._whose = whose.load(folder)
        self._roles = [Role(label) for label in self._whose.labels()]

    def read(
        self, text: str, *, about_them: Mapping[Label, Sequence[str]] | None = None, reporter: Sequence[str] = ()
    ) -> tuple[Span, ...]:
        """Find what names or finds somebody in *text*, and say whose it is; in the text's order, nothing twice."""
        known = know(about_them or {}, reporter)
        found = self.find(text, known)
        return tuple(spread(text, self._given(text, found, known)))

    def find(self, text: str, known: Known) -> list[Found]:
        """Find what is in *text*, without saying whose it is."""
        sure = finders.find(text)
        found = together(text, sure, list(_parted(text, tagging.find(self._words, text, sure))))
        return together(text, found, _written(text, known, found))

    def _given(self, text: str, found: list[Found], known: Known) -> list[Span]:
        if not found:
            return []
        given = [known.of(each, text[each.start : each.end]) for each in found]
        self._whose.set(whose.features(words(text), found, given))
        self._whose.tag()
        chances = [{role: self._whose.marginal(role.value, at) for role in self._roles} for at in range(len(found))]
        spans: list[Span] = []
        for each, fact, chance in zip(found, given, _agreed(found, chances), strict=True):
            if fact.known is not None:
                why = Why.FIELD if fact.known is Role.SUSPECT else Why.KNOWN
                spans.append(_span(each, fact.known, why, 1.0))
                continue
            hidden = chance.get(Role.REPORTER, 0.0) + chance.get(Role.THIRD, 0.0)
            role = max(chance, key=lambda one: chance[one])
            is_hidden = hidden >= HIDE_FROM.get(each.label, HIDE)
            if is_hidden != role.is_hidden:
                role = max((one for one in Role if one.is_hidden is is_hidden), key=lambda one: chance.get(one, 0.0))
            sure = hidden if role.is_hidden else 1 - hidden
            spans.append(_span(each, role, Why.WORDS if sure > 0.7 else Why.UNSURE, sure))
        return spans


def _span(each: Found, role: Role, why: Why, score: float) -> Span:
    return Span(each.start, each.end, each.label, each.norm, round(each.score * score, 3), role, why)


def _agreed(found: Sequence[Found], chances: Sequence[dict[Role, float]]) -> list[dict[Role, float]]:
    """Let mentions of the same thing agree: their chances are multiplied."""
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    for at, each in enumerate(found):
        name = (each.norm or "").split(" ")[0] if each.label is Label.PERSON else each.norm or ""
        groups[each.label, name or str(at)].append(at)
    agreed: list[dict[Role, float]] = [dict(each) for each in chances]
    for members in groups.values():
        if len(members) < 2:
            continue
        total = {
            role: exp(sum(log(max(chances[at].get(role, 0.0), 1e-4)) for at in members) / len(members) ** 0.5)
            for role in Role
        }
        whole = sum(total.values())
        for at in members:
            agreed[at] = {role: value / whole for role, value in total.items()}
    return agreed


def together(text: str, *sources: Sequence[Found]) -> list[Found]:
    """Join what several ways of looking found: of one label, where they overlap, as far as any of them goes."""
    joined: list[Found] = []
    latest: dict[Label, int] = {}
    for each in sorted((one for source in sources for one in source), key=lambda one: (one.start, -one.end)):
        at = latest.get(each.label)
        if at is None or not joined[at].overlaps(each):
            latest[each.label] = len(joined)
            joined.append(each)
            continue
        other = joined[at]
        longer = max(other, each, key=lambda one: (one.norm is not None, one.end - one.start))
        joined[at] = replace(
            longer,
            start=min(other.start, each.start),
            end=max(other.end, each.end),
            score=max(other.score, each.score),
        )
    return [_normal(text, each) for each in settled(_bare(text, each) for each in joined)]


def _bare(text: str, each: Found) -> Found:
    """Leave the spaces at its ends out."""
    piece = text[each.start : each.end]
    return replace(each, start=each.end - len(piece.lstrip()), end=each.start + len(piece.rstrip()))


def _normal(text: str, each: Found) -> Found:
    """Give a name its one spelling."""
    if each.norm is not None or each.label not in {
        Label.PERSON,
        Label.HANDLE,
        Label.NATIONALITY,
        Label.ORG,
        Label.ADDRESS,
    }:
        return each
    written = " ".join(text[each.start : each.end].split())
    if each.label is Label.NATIONALITY:
        return replace(each, norm=written.title())
    norm = written.casefold().lstrip("@")
    if (
        each.label is Label.PERSON
        and norm.endswith("s")
        and norm not in lexicon.given()
        and norm[:-1] in lexicon.given()
    ):
        norm = norm[:-1]
    return replace(each, norm=norm)


def _parted(text: str, tagged: Iterable[Found]) -> Iterator[Found]:
    """Part names between which somebody forgot a full stop: "a regular of Kasia Hes Graham"."""
    for each in tagged:
        if each.label is not Label.PERSON:
            yield each
            continue
        start = each.start
        for word in words(text[each.start : each.end]):
            if word.low in whose.PRONOUNS:
                yield replace(each, start=start, end=each.start + word.start)
                start = each.start + word.end
        yield replace(each, start=start)


def _written(text: str, known: Known, found: Sequence[Found]) -> list[Found]:
    """Where what is known stands; what it touches is joined with it."""
    text_at = Standing(text)
    stands = []
    for value, label in known.written:
        is_word = lexicon.ordinary().get(value, 0) >= COMMON
        for start, end in text_at.of(value):
            if is_word and text[start].islower():
                continue  # Somebody called May is not meant by every "may".
            here = Found(start, end, label)
            touched = next((each.label for each in found if each.overlaps(here)), label)
            stands.append(replace(here, label=touched))
    return stands


@cache
def _ours() -> Reader:
    return Reader()


def read(
    text: str, *, about_them: Mapping[Label, Sequence[str]] | None = None, reporter: Sequence[str] = ()
) -> tuple[Span, ...]:
    """Find what names or finds somebody in *text*, and say whose it is; in the text's order, nothing twice."""
    return _ours().read(text, about_them=about_them, reporter=reporter)
