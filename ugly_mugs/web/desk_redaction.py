"""Her words with what could identify her marked in them: a moderator hides or keeps each thing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Literal
from uuid import UUID

from aiohttp import web
from pydantic import Field, StringConstraints

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


class Decide(forms.Form):
    """What a moderator decides about one report's words."""

    choice: dict[str, Choice] = Field({}, max_length=400)
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
    kept += [(name, str(data[name])) for name in ("missed", "seen") if name in data]
    return desk_page(request, "words_again.html", data=data, notice=notice, kept=kept)


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
    key = suggestions.key_of(suggestions.whole_words(asked.missed)) if asked.missed else ""
    return see_other(f"/desk/reports/{report_id}/words#{_at(words, key)}")


def _at(words: Words, key: str) -> str:
    """Where to go on: at what was just marked, or at the first thing that is open."""
    if any(each.key == key for each in words.suggestions):
        return f"s-{key}"
    return f"s-{words.undecided[0].key}" if words.undecided else "things"


def _step(asked: Decide, words: Words, save: Save) -> Decided:
    if asked.act == "undo":
        return decisions.undo(words.decided, save)
    decided = decisions.decide(words.decided, words.suggestions, asked.choice, save)
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
    shown = words.suggestions
    if len(shown) > MOST_SHOWN:
        shown = (words.undecided or shown)[:MOST_SHOWN]
    lines = [_line(words, each, number) for number, each in enumerate(shown, 1)]
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
        more=len(words.suggestions) - len(shown),
        sure=sum(each.is_sure and each.key not in words.decided.decisions for each in words.suggestions),
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


def _line(words: Words, each: Suggestion, number: int) -> Line:
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
        words.decided.choice(each),
        before,
        after,
        by=known.by if known else None,
        against=known.against if known else None,
        wanted=known.wanted if known else None,
    )
