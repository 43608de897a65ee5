"""Her words with what could identify her marked in them: a moderator hides or keeps each thing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Literal
from uuid import UUID

from aiohttp import web
from pydantic import BeforeValidator, Field, StringConstraints

from .. import audit
from ..desk import accounts, decisions, redacting, suggestions
from ..desk.case import NotThere
from ..desk.decisions import Choice, Decided, Save
from ..desk.redacting import Words
from ..desk.suggestions import Piece, Suggestion
from . import SERVICE, desk_words, errors, forms
from .desk_ids import id_in
from .desk_seat import SEAT, desk_page
from .guard import Role, Routes
from .respond import see_other

routes = Routes()

MOST_SHOWN = 300
"""At once: a form has only so many fields. The rest comes once these are decided."""
_AROUND = 30
_AGAIN = {"save", "sure", "mark", "undo"}
"""What the button does with which it is all sent once more."""


def _pairs(value: object) -> object:
    """`key=hide other=keep` in one field, since a form has only so many."""
    if not isinstance(value, str):
        return value
    return {key: choice for key, _, choice in (each.partition("=") for each in value.split())}


class Decide(forms.Form):
    """What a moderator decides about one report's words."""

    choice: dict[str, Choice] = Field({}, max_length=400)
    drawn: Annotated[dict[str, Choice], BeforeValidator(_pairs)] = Field({}, max_length=400)
    """What was chosen when the page was made."""
    missed: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=200)] | None = None
    seen: int = 0
    """The save that she looked at."""
    act: Literal["save", "sure", "mark", "undo", "leave"] = "save"


@dataclass(frozen=True, slots=True)
class Line:
    """One suggestion as the page shows it."""

    suggestion: Suggestion
    number: int
    choice: Choice | None
    before: str = field(repr=False)
    after: str = field(repr=False)
    """The words around it, where it stands first."""
    by: UUID | None
    against: UUID | None
    wanted: Choice | None


@routes.get("/desk/reports/{id}/words", role=Role.MODERATOR)
async def words_of(request: web.Request) -> web.Response:
    """Everything she wrote freely; that it was opened is in the audit log."""
    service, seat, report_id = request.app[SERVICE], request[SEAT], id_in(request)
    async with service.transaction() as session:
        words = await redacting.open_words(session, service.vault, report_id)
        actor, subject = f"moderator:{seat.moderator_id}", f"report:{report_id}"
        await audit.write(session, actor=actor, act="report.opened", subject=subject, now=service.now())
        names = await accounts.names(session)
    if words is None:
        raise NotThere
    return _page(request, words, names)


def decided_again(request: web.Request, data: forms.Sent, notice: str) -> web.Response:
    """What was chosen, carried along unseen, with a button to send it once more."""
    sent = data.get("choice")
    chosen = sent if isinstance(sent, dict) else {}
    kept = [(f"choice.{key}", str(value)) for key, value in chosen.items()]
    kept += [(name, str(data[name])) for name in ("missed", "seen", "drawn") if name in data]
    act = str(data.get("act", ""))
    return desk_page(
        request, "words_again.html", data=data, notice=notice, kept=kept, act=act if act in _AGAIN else "save"
    )


@routes.post("/desk/reports/{id}/words", role=Role.MODERATOR, again=decided_again)
async def decide(request: web.Request) -> web.Response:
    """Keep what was decided; the page and, for a script that leaves, its JSON twin."""
    service, seat, report_id = request.app[SERVICE], request[SEAT], id_in(request)
    data = await forms.body(request)
    asked, wrong = forms.read(Decide, data)
    if asked is None:
        async with service.reading() as session:
            words = await redacting.open_words(session, service.vault, report_id)
            names = await accounts.names(session)
        if words is None:
            raise NotThere
        return _page(request, words, names, status=422, data=data, wrong=wrong)

    def step(words: Words, save: Save) -> Decided:
        return _step(asked, words, save)

    async with service.transaction() as session:
        words = await redacting.change(
            session, service.vault, report_id, step, seen=asked.seen, by=seat.moderator_id, now=service.now()
        )
    if errors.is_program(request):
        return web.json_response({"seen": words.saves, "undecided": len(words.undecided)})
    if asked.act == "save" and not words.undecided and not asked.missed:
        return see_other(f"/desk/reports/{report_id}")
    return see_other(f"/desk/reports/{report_id}/words#{_at(words, asked.missed or '')}")


def _at(words: Words, missed: str) -> str:
    """Where to go on: at what was just marked, or at the first thing that is open.

    By its number: whatever is made of her words would stay in the browser's history.
    """
    key = suggestions.key_of(suggestions.whole_words(missed))
    shown = _shown(words)
    going_on = [number for number, each in enumerate(shown, 1) if each.key == key] or [
        number for number, each in enumerate(shown, 1) if words.decided.choice(each) is None
    ]
    return f"thing-{going_on[0]}" if going_on else "things"


def _shown(words: Words) -> Sequence[Suggestion]:
    """What one page has room for: if that is not everything, first what is open."""
    if len(words.suggestions) <= MOST_SHOWN:
        return words.suggestions
    return (words.undecided or words.suggestions)[:MOST_SHOWN]


def _step(asked: Decide, words: Words, save: Save) -> Decided:
    if asked.act == "undo":
        return decisions.undo(words.decided, save)
    decided = decisions.decide(words.decided, words.suggestions, asked.choice, save, drawn=asked.drawn)
    if asked.act == "sure":
        decided = decisions.accept_sure(decided, words.suggestions, save)
    if asked.missed:
        decided = decisions.mark(decided, words.suggestions, asked.missed, save)
    return decided


def _page(
    request: web.Request,
    words: Words,
    names: Mapping[UUID, str],
    *,
    status: int = 200,
    data: forms.Sent | None = None,
    wrong: Mapping[str, str] | None = None,
) -> web.Response:
    me = request[SEAT].moderator_id
    shown, sent = _shown(words), _choices(data)
    lines = [_line(words, each, number, sent.get(each.key)) for number, each in enumerate(shown, 1)]
    drawn = {line.suggestion.key: line.choice for line in lines if line.choice}
    return desk_page(
        request,
        "words.html",
        status=status,
        data=data,
        errors=wrong,
        her=words,
        wrote=_parts(words, shown),
        hers=[line for line in lines if line.suggestion.hides or line.suggestion.is_mark],
        his=[line for line in lines if not (line.suggestion.hides or line.suggestion.is_mark)],
        lines={line.suggestion.key: line for line in lines},
        more=max(len(words.undecided) - len(shown), 0),
        # What comes back unsaved was chosen on the page that was seen first.
        is_unsaved=data is not None,
        seen=data.get("seen", 0) if data else words.saves,
        drawn=data.get("drawn", "") if data else " ".join(f"{key}={choice}" for key, choice in drawn.items()),
        sure=sum(each.is_sure and words.decided.is_untouched(each) for each in words.suggestions),
        can_undo=decisions.can_undo(words.decided, me, last=words.saves),
        instead=suggestions.instead,
        names=names,
        me=me,
        words=desk_words,
    )


def _parts(words: Words, shown: Sequence[Suggestion]) -> list[tuple[str, list[Piece]]]:
    """What she wrote, cut where something is marked; short answers in which nothing is are left out."""
    cut = [(part.name, suggestions.pieces(part, number, shown)) for number, part in enumerate(words.parts)]
    return [each for number, each in enumerate(cut) if number == 0 or len(each[1]) > 1 or each[1][0].suggestion] + [
        each for number, each in enumerate(cut) if number and len(each[1]) == 1 and not each[1][0].suggestion
    ]


def _choices(data: forms.Sent | None) -> dict[str, Choice]:
    """What was chosen in a form that comes back."""
    sent = data.get("choice") if data else None
    known = {each.value: each for each in Choice}
    return {key: known[str(value)] for key, value in sent.items() if value in known} if isinstance(sent, dict) else {}


def _line(words: Words, each: Suggestion, number: int, sent: Choice | None) -> Line:
    before = after = ""
    if each.places:
        place = each.places[0]
        text = words.parts[place.part].text
        before = text[max(place.start - _AROUND, 0) : place.start].rpartition("\n")[2]
        after = text[place.end : place.end + _AROUND].partition("\n")[0]
        if place.start > _AROUND and " " in before:
            before = "…" + before.partition(" ")[2]
        if len(text) > place.end + _AROUND and " " in after:
            after = after.rpartition(" ")[0] + "…"
    known = words.decided.decisions.get(each.key)
    return Line(
        each,
        number,
        sent or words.decided.choice(each),
        before,
        after,
        by=known.by if known else None,
        against=known.against if known else None,
        wanted=known.wanted if known else None,
    )
