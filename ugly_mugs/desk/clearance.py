"""May this warning leave the desk? Not while something in a report is undecided, nor while anything of hers shows."""

import asyncio
import hashlib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from .. import audit
from ..alerts.wording import Wording
from ..models import AlertReport, Report, ReportMessage, ReportRedaction, ReportState
from ..redaction import Label, Sought, Span, is_called_like_nobody, is_colour, is_firm, is_name, is_thing, is_town, read
from ..vault import CannotOpen, Vault
from . import redacting
from .decisions import Overruled
from .redacting import Words

_NAMED = frozenset(
    {
        *(Label.PERSON, Label.PHONE, Label.EMAIL, Label.HANDLE, Label.PROFILE),
        *(Label.ADDRESS, Label.POSTCODE, Label.NINO, Label.ORG),
    }
)
"""What a warning names only if a field of it says that it is his."""
MOST_SOUGHT = 3_000
"""Things of hers in one report: so many are looked for in a second or two."""
Hidden = tuple[UUID, Sought]
"""A report, and what of it nobody may read."""
_SURE = 0.8
"""From this score on a name is one, though no list has it."""
_LIKE_NAMES = ("vehicle", "place_words", "when_words")
"""Fields that hold what is called like people; the text has them word for word, and each is read by itself."""
_FIELDS = {
    "text": "the text",
    "headline": "the headline",
    "when_words": "“When”",
    "place_words": "“Where”",
    "description": "“Looks, voice, ways”",
    "vehicle": "“Vehicle”",
    "advice": "“What to do”",
}
_AROUND = 24
"""Characters on each side in which a word is looked for."""
_WORD_BEFORE, _WORD_AFTER = re.compile(r"\S*\s*\S*\Z"), re.compile(r"\S*\s*\S*")


class NotCleared(Exception):
    """Something of hers is undecided, or shows in the warning; *outlook* says what and where."""

    def __init__(self, outlook: "Outlook") -> None:
        super().__init__("not cleared")
        self.outlook = outlook


@dataclass(frozen=True, slots=True)
class Rendering:
    """A warning as one reader gets it; *blank* is the same with nothing in it that a moderator wrote."""

    where: str
    text: str = field(repr=False)
    blank: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Find:
    """Something of hers that still shows in a warning."""

    hidden: str = field(repr=False)
    """What it is of hers; nothing where it is only not known to be his."""
    shown: str = field(repr=False)
    where: tuple[str, ...] = ()
    around: tuple[str, ...] = field(default=(), repr=False)
    report_id: UUID | None = None

    @property
    def key(self) -> str:
        """Names it in a form."""
        text = f"{self.hidden.casefold()}\x1f{self.shown.casefold()}\x1f{self.report_id}"
        return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


@dataclass(frozen=True, slots=True)
class Outlook:
    """What stands in the way of a warning, and what somebody said does not."""

    undecided: Mapping[UUID, int] = field(default_factory=dict)
    """How many suggestions, by report."""
    unreadable: tuple[UUID, ...] = ()
    """Reports that cannot be opened although they should: nothing can be looked for."""
    too_much: tuple[UUID, ...] = ()
    """Reports that hold more than can be looked for."""
    finds: tuple[Find, ...] = ()
    overruled: tuple[Overruled, ...] = ()
    stamp: bytes = field(default=b"", repr=False)
    """Changes when anything changes that was looked at."""

    @property
    def is_clear(self) -> bool:
        return not (self.undecided or self.unreadable or self.too_much or self.finds)


async def look(
    session: AsyncSession,
    vault: Vault,
    alert_id: UUID,
    wording: Wording,
    renderings: Sequence[Rendering],
) -> Outlook:
    """Look at what stands in the way."""
    reports = list(await session.exec(_behind(alert_id)))
    # Before anything is opened: what changes meanwhile is seen by it.
    stamp = await _stamp(session, wording, renderings, reports)
    opened: list[Words] = []
    unreadable: list[UUID] = []
    for report in reports:
        try:
            words = await redacting.open_words(session, vault, report.id)
        except CannotOpen:
            unreadable.append(report.id)
            continue
        if words is not None:
            opened.append(words)
    # What a withdrawn report leaves undecided stays hidden, and nobody has to decide it any more.
    asked = [words for words in opened if words.state is not ReportState.WITHDRAWN]
    overruled = [each for words in opened for each in words.decided.overruled if each.alert_id == alert_id]
    too_much = [words for words in opened if words.is_too_long or len(words.hidden) > MOST_SOUGHT]
    finds: tuple[Find, ...] = ()
    sought = [(words.report_id, Sought.of(words.hidden)) for words in opened if words not in too_much]
    if sought:
        hers = await asyncio.to_thread(_hers, sought, wording, renderings)
        finds = _each(hers, await redacting.alone(_unknown, sought, wording))
    return Outlook(
        undecided={words.report_id: len(words.undecided) for words in asked if words.undecided},
        unreadable=tuple(unreadable),
        too_much=tuple(words.report_id for words in too_much),
        finds=tuple(_not_overruled(finds, overruled)),
        overruled=tuple(each for each in overruled if _still_stands(each, finds)),
        stamp=stamp,
    )


def _behind(alert_id: UUID) -> SelectOfScalar[Report]:
    behind = select(Report).join(AlertReport, col(AlertReport.report_id) == Report.id)
    return behind.where(AlertReport.alert_id == alert_id).order_by(col(Report.id))


async def _stamp(
    session: AsyncSession, wording: Wording, renderings: Sequence[Rendering], reports: Sequence[Report]
) -> bytes:
    stamp = hashlib.sha256(wording.model_dump_json().encode())
    stamp.update(repr([(each.where, each.text, each.blank) for each in renderings]).encode())
    for report in reports:
        last = select(func.max(ReportMessage.number)).where(ReportMessage.report_id == report.id)
        row = await session.get(ReportRedaction, report.id)
        seen = (report.id, report.state, report.body, (await session.exec(last)).one(), row and row.body)
        stamp.update(repr(seen).encode())
    return stamp.digest()


async def clear(
    session: AsyncSession,
    vault: Vault,
    alert_id: UUID,
    wording: Wording,
    renderings: Sequence[Rendering],
    *,
    not_hers: Collection[str] = (),
    looked: Outlook | None = None,
    by: UUID,
    now: datetime,
) -> Outlook:
    """Let it pass or raise `NotCleared`; *not_hers* are the keys of what *by* says is not hers.

    What was *looked* at before holds as long as nothing has changed: looking takes time, and others wait for a
    transaction.
    """
    # Held, so that nobody changes any of it until commit.
    reports = list(await session.exec(_behind(alert_id).with_for_update()))
    if looked is not None and looked.stamp == await _stamp(session, wording, renderings, reports):
        outlook = looked
    else:
        outlook = await look(session, vault, alert_id, wording, renderings)
    said = [each for each in outlook.finds if each.key in not_hers]
    rest = replace(outlook, finds=tuple(each for each in outlook.finds if each.key not in not_hers))
    if not rest.is_clear:
        raise NotCleared(outlook)
    for report_id in dict.fromkeys(each.report_id for each in said if each.report_id):
        more = [
            Overruled(alert_id=alert_id, hidden=each.hidden, shown=each.shown, around=each.around, by=by)
            for each in said
            if each.report_id == report_id
        ]
        await redacting.overrule(session, vault, report_id, more)
    if said:
        # The number alone: a report's id beside an alert's would outlive the report.
        subject, detail = f"alert:{alert_id}", {"number": len(said)}
        await audit.write(
            session, actor=f"moderator:{by}", act="alert.not_hers", subject=subject, now=now, detail=detail
        )
    return rest


def _hers(sought: Sequence[Hidden], wording: Wording, renderings: Sequence[Rendering]) -> list[Find]:
    """What of hers shows."""
    fields = [Rendering(where, getattr(wording, name)) for name, where in _FIELDS.items()]
    fields += [Rendering("an identifier", each.value) for each in wording.identifiers]
    return [find for hidden in sought for rendering in (*fields, *renderings) for find in _showing(rendering, *hidden)]


def _each(*finds: Iterable[Find]) -> tuple[Find, ...]:
    """Everything once, with all places where it stands."""
    found: dict[str, Find] = {}
    for each in (one for several in finds for one in several):
        known = found.get(each.key)
        found[each.key] = each if known is None else _joined(known, each)
    return tuple(found.values())


def _joined(one: Find, other: Find) -> Find:
    return replace(
        one,
        where=tuple(dict.fromkeys((*one.where, *other.where))),
        around=tuple(dict.fromkeys((*one.around, *other.around))),
    )


def _showing(rendering: Rendering, report_id: UUID, sought: Sought) -> Iterator[Find]:
    always = {
        (each.hidden, rendering.blank[each.start : each.end].casefold())
        for each in (sought.left(rendering.blank) if rendering.blank else ())
    }
    for each in sought.left(rendering.text):
        shown = rendering.text[each.start : each.end]
        # What stands there whatever she wrote says nothing of her.
        if (each.hidden, shown.casefold()) not in always:
            around = _around(rendering.text, each.start, each.end)
            yield Find(each.hidden, shown, (rendering.where,), (around,), report_id)


def _unknown(sought: Sequence[Hidden], wording: Wording) -> list[Find]:
    """Names, numbers, workplaces and addresses in a warning of which no field says that they are his."""
    about_them: dict[Label, list[str]] = {}
    for each in wording.identifiers:
        about_them.setdefault(_LABELS.get(each.kind, Label.HANDLE), []).append(each.value)
    finds: list[Find] = []
    asked: set[str] = set()
    for name in (*_LIKE_NAMES, "headline", "text", "description", "advice"):
        text = getattr(wording, name)
        copies = [] if name in _LIKE_NAMES else list(_copies(text, wording))
        shows = _Shows([(each.start, each.end) for _, hidden in sought for each in hidden.left(text)])
        for span in read(text, about_them=about_them):
            shown = text[span.start : span.end]
            if span.label not in _NAMED or not span.role.is_hidden or not _names_somebody(text, span, name):
                continue
            # Of what stands there only because a field has it, the field is asked about.
            if any(start <= span.start and span.end <= end for start, end in copies) and shown.casefold() not in asked:
                continue
            # What is hers is asked about as hers; of a name that goes on, also as a name.
            if shows.all_of(text, span.start, span.end):
                continue
            asked.add(shown.casefold())
            around = _around(text, span.start, span.end)
            finds.append(Find("", shown, (_FIELDS[name],), (around,), sought[0][0]))
    return finds


@dataclass(frozen=True, slots=True)
class _Shows:
    """Where something of hers shows in a text."""

    places: Sequence[tuple[int, int]]

    def all_of(self, text: str, start: int, end: int) -> bool:
        """Whether no letter of *start* up to *end* is outside."""
        inside = {at for first, last in self.places for at in range(max(first, start), min(last, end))}
        return all(at in inside or not text[at].isalnum() for at in range(start, end))


def _copies(text: str, wording: Wording) -> Iterator[tuple[int, int]]:
    """Where *text* has a field in which things are called like people, word for word."""
    for name in _LIKE_NAMES:
        words = getattr(wording, name).strip(" .")
        at = text.casefold().find(words.casefold()) if words else -1
        while at != -1:
            yield at, at + len(words)
            at = text.casefold().find(words.casefold(), at + len(words))


def _names_somebody(text: str, span: Span, field_name: str) -> bool:
    shown = text[span.start : span.end]
    words = _words_in(shown)
    if span.label not in {Label.PERSON, Label.ORG, Label.ADDRESS} or not words:
        return True
    # Who is called like a town or a car is still somebody, except where towns and cars belong.
    if is_town(" ".join(shown.casefold().split())):
        return field_name != "place_words" and span.label is Label.PERSON and is_name(words[0])
    if span.label is Label.ADDRESS:
        return True
    near = _words_in(_around(text, span.start, span.end))
    of_things = field_name == "vehicle" or any(is_called_like_nobody(word) for word in near)
    if all((is_thing(word) if of_things else is_called_like_nobody(word)) or is_colour(word) for word in words):
        return False
    if span.label is Label.ORG:
        return any(is_firm(word) for word in words) or (span.score >= _SURE and shown != shown.casefold())
    return span.score >= _SURE or any(is_name(word) for word in words)


def _words_in(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", text.casefold())


_LABELS = {"phone": Label.PHONE, "vrm": Label.VRM, "email": Label.EMAIL, "handle": Label.HANDLE}


def _around(text: str, start: int, end: int) -> str:
    """It with the word before and the word after."""
    before = _WORD_BEFORE.search(text, max(start - _AROUND, 0), start)
    after = _WORD_AFTER.match(text, end, end + _AROUND)
    return " ".join(text[before.start() if before else start : after.end() if after else end].split())


def _not_overruled(finds: Iterable[Find], overruled: Sequence[Overruled]) -> Iterator[Find]:
    for each in finds:
        known = {one.casefold() for said in overruled if _is_about(said, each) for one in said.around}
        if {one.casefold() for one in each.around} - known:
            yield each


def _still_stands(said: Overruled, finds: Iterable[Find]) -> bool:
    return any(_is_about(said, each) for each in finds)


def _is_about(said: Overruled, find: Find) -> bool:
    return (said.hidden, said.shown.casefold()) == (find.hidden, find.shown.casefold())
