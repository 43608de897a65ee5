"""A report's words with what is to be hidden in them: opened, decided about, and kept under the report's own key."""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import accumulate
from threading import Lock
from typing import ParamSpec, TypeVar
from uuid import UUID

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from .. import audit
from ..identifiers import Kind, NotAnIdentifier, normalise
from ..intake import messages
from ..intake.new_report import Story
from ..models import Report, ReportRedaction, ReportState
from ..redaction import Label, left, read
from ..vault import DataKey, Vault
from . import her_words, stories, suggestions
from .case import NotThere
from .decisions import Decided, Overruled, Save
from .her_words import Part
from .suggestions import Suggestion

P = ParamSpec("P")
T = TypeVar("T")

PAGE = 1024
"""Decisions are padded to whole pages, so that a length says little."""
MOST_READ = 60_000
"""Characters of hers: three times the longest story."""
# Reading is one at a time: what reads keeps its place in the text.
_READING = Lock()
_KINDS = {Label.PHONE: Kind.PHONE, Label.VRM: Kind.VRM, Label.EMAIL: Kind.EMAIL, Label.HANDLE: Kind.HANDLE}
_OF_HERS = frozenset({Label.PERSON, Label.PHONE, Label.EMAIL, Label.HANDLE, Label.PROFILE, Label.ADDRESS, Label.ORG})


@dataclass(frozen=True, slots=True)
class Words:
    """What she wrote, and what is to be done with it."""

    report_id: UUID
    state: ReportState
    parts: tuple[Part, ...] = field(repr=False)
    suggestions: tuple[Suggestion, ...] = field(repr=False)
    decided: Decided = field(repr=False)
    saves: int
    known: tuple[str, ...] = field(repr=False)
    """What the service knows of her, and what names somebody in that."""
    of_form: frozenset[tuple[Kind, str]] = field(repr=False)
    parts_read: int | None = None
    """How many of the parts were read; None for all."""

    @property
    def is_too_long(self) -> bool:
        """Whether she wrote more than is read."""
        return self.parts_read is not None and self.parts_read < len(self.parts)

    @property
    def undecided(self) -> tuple[Suggestion, ...]:
        return tuple(each for each in self.suggestions if self.decided.choice(each) is None)

    @property
    def hidden(self) -> tuple[str, ...]:
        """Everything that nobody outside the desk may read."""
        spelt = (one for each in self.suggestions if self.decided.hides(each) for one in each.spellings)
        ever = (one for words in self.decided.hidden.values() for one in words)
        return tuple(dict.fromkeys((*self.known, *spelt, *ever)))

    @property
    def redacted(self) -> tuple[Part, ...]:
        """Her words without it; how long it was is not to be seen."""
        hidden = [each for each in self.suggestions if self.decided.hides(each)]
        return tuple(
            Part(part.name, suggestions.redacted(part, number, hidden))
            for number, part in enumerate(self.parts[: self.parts_read])
        )

    @property
    def his(self) -> tuple[tuple[Kind, str], ...]:
        """Phones, plates, mailboxes and accounts of his that stand in her words and not in the form."""
        found: dict[tuple[Kind, str], None] = {}
        for each in self.suggestions:
            kind = _KINDS.get(each.label) if each.label else None
            if kind is None or each.hides or self.decided.hides(each):
                continue
            value = _as_the_form_has_it(kind, each.norm or each.words)
            if value and (kind, value) not in self.of_form:
                found[kind, value] = None
        return tuple(_without(found, self.hidden)) if found else ()


def _without(found: Iterable[tuple[Kind, str]], hidden: Iterable[str]) -> Iterator[tuple[Kind, str]]:
    """What of *found* shows nothing that is hidden, however it is spelt."""
    lines, at = [], 0
    for kind, value in found:
        lines.append((at, at + len(value), (kind, value)))
        at += len(value) + 1
    shown = left("\n".join(value for _, _, (_, value) in lines), hidden)
    for start, end, each in lines:
        if not any(one.start < end and start < one.end for one in shown):
            yield each


def _as_the_form_has_it(kind: Kind, words: str) -> str:
    try:
        return normalise(kind, words).value
    except NotAnIdentifier:
        return ""


async def open_words(session: AsyncSession, vault: Vault, report_id: UUID) -> Words | None:
    """Open what she wrote and read it; None once it is forgotten. Raise `NotThere`, `CannotOpen`."""
    report = await session.get(Report, report_id)
    if report is None:
        raise NotThere
    key = await stories.key_of(session, vault, report_id)
    if key is None or report.body is None:
        return None
    story = stories.read(report, key)
    decided, saves = await _decided(session, key, report_id)
    parts = her_words.parts(story, await messages.read(session, key, report_id))
    return await alone(_read, story, parts, report_id=report.id, state=report.state, decided=decided, saves=saves)


async def alone(step: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Do *step*, which reads, beside everything else that is going on."""

    def locked() -> T:
        with _READING:
            return step(*args, **kwargs)

    return await asyncio.to_thread(locked)


def _read(
    story: Story, parts: tuple[Part, ...], *, report_id: UUID, state: ReportState, decided: Decided, saves: int
) -> Words:
    about_them, of_her = her_words.about_them(story), her_words.known_of_her(story)
    parts_read = _within(parts)
    found = suggestions.suggest(parts[:parts_read], about_them=about_them, reporter=of_her, marks=decided.hidden)
    known = [story.contact if story.contact in of_her else "", *(each for words in of_her for each in _named_in(words))]
    of_form = frozenset((each.kind, each.value) for each in story.identifiers)
    return Words(
        report_id,
        state,
        parts,
        found,
        decided,
        saves,
        tuple(dict.fromkeys(each for each in known if each)),
        of_form,
        parts_read,
    )


def _within(parts: Iterable[Part]) -> int:
    """How many of *parts* can be read in good time: nobody may keep the desk waiting by writing on and on."""
    return sum(sofar <= MOST_READ for sofar in accumulate(len(part.text) for part in parts))


def _named_in(words: str) -> Iterable[str]:
    """Whatever names or finds somebody in what only she can have written, whoever that is."""
    for span in read(words):
        if span.label in _OF_HERS:
            yield words[span.start : span.end]
            if span.norm:
                yield span.norm


async def change(
    session: AsyncSession,
    vault: Vault,
    report_id: UUID,
    step: Callable[[Words, Save], Decided],
    *,
    seen: int,
    by: UUID,
    now: datetime,
) -> Words:
    """Let *step* decide, looking at save number *seen*; raise `NotThere` for what is forgotten."""
    # Held, so that of two who save at once, the second sees what the first decided.
    held = await session.exec(select(Report.id).where(Report.id == report_id).with_for_update())
    words = await open_words(session, vault, report_id) if held.first() else None
    if words is None:
        raise NotThere
    save = Save(by=by, number=words.saves + 1, seen=seen)
    decided = step(words, save)
    if decided == words.decided:
        return words
    key = await stories.key_of(session, vault, report_id)
    if key is None:
        raise NotThere
    await _keep(session, key, report_id, decided, save.number)
    changed = sum(words.decided.decisions.get(each) != one for each, one in decided.decisions.items())
    detail = {"decided": changed + len(words.decided.decisions.keys() - decided.decisions.keys())}
    await audit.write(
        session, actor=f"moderator:{by}", act="report.redacted", subject=f"report:{report_id}", now=now, detail=detail
    )
    after = await open_words(session, vault, report_id)
    if after is None:
        raise NotThere
    return after


async def _decided(session: AsyncSession, key: DataKey, report_id: UUID) -> tuple[Decided, int]:
    row = await session.get(ReportRedaction, report_id)
    if row is None:
        return Decided(), 0
    plain = key.open(row.body, table="report_redaction", column="body", row=report_id)
    return Decided.model_validate_json(plain), row.saves


async def _keep(session: AsyncSession, key: DataKey, report_id: UUID, decided: Decided, saves: int) -> None:
    plain = decided.model_dump_json(exclude_defaults=True).encode()
    # JSON may end in spaces.
    padded = plain.ljust(-(-len(plain) // PAGE) * PAGE)
    row = await session.get(ReportRedaction, report_id) or ReportRedaction(report_id=report_id, body=b"")
    row.body = key.seal(padded, table="report_redaction", column="body", row=report_id)
    row.saves = saves
    session.add(row)
    await session.flush()


async def overrule(session: AsyncSession, vault: Vault, report_id: UUID, more: Iterable[Overruled]) -> None:
    """Keep what somebody said about a warning: that it only looks like hers."""
    key = await stories.key_of(session, vault, report_id)
    if key is None:
        raise NotThere
    decided, saves = await _decided(session, key, report_id)
    decided = decided.model_copy(update={"overruled": (*decided.overruled, *more)})
    await _keep(session, key, report_id, decided, saves)
