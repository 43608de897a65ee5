"""The queue, one report, a question to its reporter, and what is decided about it."""

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

import structlog
from aiohttp import web
from pydantic import AfterValidator, StringConstraints
from pydantic_core import PydanticCustomError
from sqlmodel.ext.asyncio.session import AsyncSession

from ..alerts import approval, drafts
from ..delivery import alarms
from ..delivery.progress import silent
from ..desk import accounts, board, case, first_words, queue, redacting
from ..desk.case import Case, Closing, Decided, Forgotten, NotThere, WaitsForAnswer
from ..intake import messages, return_code
from ..intake.messages import CannotWrite
from ..intake.questions import KNOWS, PARTS_OF_DAY, ROLES, STRANDS, WANTS
from ..languages import lazy
from ..models import AlertState, DeskRole
from ..service import Service
from ..vault import CannotOpen
from ..vocabulary import SAFEGUARDING
from . import MEANING, SERVICE, desk_alarms, desk_words, errors, forms
from .desk_ids import id_in
from .desk_seat import SEAT, desk_page
from .errors import TABLE
from .guard import NoAccess, Role, Routes
from .respond import see_other

log = structlog.get_logger()
routes = Routes()

TABLE[NotThere] = TABLE[NoAccess]
errors.say(Decided, 409, lazy("This report has been decided, or withdrawn, in the meantime."))
errors.say(WaitsForAnswer, 409, lazy("A warning about this report waits for a second moderator. Answer that first."))
errors.say(Forgotten, 409, lazy("This report has been erased: nothing can be written to its reporter any more."))
errors.say(CannotWrite, 422, messages.TOO_MANY)
errors.say(
    approval.LeadDecides,
    403,
    lazy("A child, or somebody controlled by others: only the safeguarding lead decides whether to warn."),
)


def _without_code(text: str) -> str:
    if return_code.is_in(text):
        raise PydanticCustomError("code", "This holds what looks like a return code. Take it out.")
    return text


class Question(forms.Form):
    """What a moderator asks the reporter."""

    text: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=messages.LONGEST),
        AfterValidator(_without_code),
    ]


class Close(forms.Form):
    """Why a report becomes no alert."""

    because: Closing


@routes.get("/desk", role=Role.MODERATOR)
async def desk(request: web.Request) -> web.Response:
    """What waits, the worst first."""
    service = request.app[SERVICE]
    async with service.reading() as session:
        reports = await queue.waiting(session, now=service.now())
        answers = await queue.answers(session)
        proposed = await board.proposed(session, service.vault)
        stopped = await board.stopped(session)
        sent_back = await board.sent_back(session)
        untold = await silent(session, now=service.now())
        ringing = await alarms.about_sending(session, now=service.now())
        live = await board.issued(session, [AlertState.LIVE])
        expired = await board.expired(session, now=service.now())
        names = await accounts.names(session)
    return desk_page(
        request,
        "list.html",
        reports=reports,
        current=None,
        answers=answers,
        proposed=proposed,
        stopped=stopped,
        untold=untold,
        alarms=desk_alarms.in_words(ringing, request.app[MEANING]),
        sent_back=sent_back,
        live=live,
        expired=expired,
        names=names,
        words=desk_words,
    )


@routes.get("/desk/reports/{id}", role=Role.MODERATOR)
async def report(request: web.Request) -> web.Response:
    """One report; that it was opened is in the audit log."""
    return await _case(request)


def asked_again(request: web.Request, data: forms.Sent, notice: str) -> web.Response:
    """The question, still in its field."""
    return desk_page(request, "question.html", data=data, notice=notice)


@routes.post("/desk/reports/{id}/ask", role=Role.MODERATOR, again=asked_again)
async def ask(request: web.Request) -> web.Response:
    """Leave a question that the reporter finds when she comes back."""
    data, report_id = await forms.body(request), id_in(request)
    question, wrong = forms.read(Question, data)
    if question is None:
        return await _case(request, status=422, data=data, wrong=wrong)
    service = request.app[SERVICE]
    async with service.transaction() as session:
        await case.ask(session, service.vault, report_id, text=question.text, by=_me(request), now=service.now())
    return see_other(f"/desk/reports/{report_id}#talk")


@routes.post("/desk/reports/{id}/close", role=Role.MODERATOR)
async def close(request: web.Request) -> web.Response:
    """Decide that nobody is warned."""
    data, report_id = await forms.body(request), id_in(request)
    closing, wrong = forms.read(Close, data)
    if closing is None:
        return await _case(request, status=422, data=data, wrong=wrong)
    service = request.app[SERVICE]
    async with service.transaction() as session:
        await case.close(session, report_id, because=closing.because, by=_me(request), now=service.now())
    # No line in the log: a decision's time is one thing more to lay beside the report's.
    return see_other("/desk")


@routes.post("/desk/reports/{id}/warn", role=Role.MODERATOR)
async def warn(request: web.Request) -> web.Response:
    """Begin a warning on this report, or go on with the one that was begun."""
    service, report_id, seat = request.app[SERVICE], id_in(request), request[SEAT]
    now = service.now()
    async with service.transaction() as session:
        opened = await case.open_case(session, service.vault, report_id, by=seat.moderator_id, now=now)
        if not opened.is_undecided:
            raise Decided
        if opened.report.category in SAFEGUARDING and DeskRole.LEAD not in seat.roles:
            raise approval.LeadDecides
        alert = opened.draft or await drafts.begin(session, [report_id], by=seat.moderator_id, now=now)
    return see_other(f"/desk/alerts/{alert.id}/write")


async def _case(
    request: web.Request,
    *,
    status: int = 200,
    data: forms.Sent | None = None,
    wrong: Mapping[str, str] | None = None,
) -> web.Response:
    service, seat = request.app[SERVICE], request[SEAT]
    now = service.now()
    async with service.transaction() as session:
        opened = await case.open_case(session, service.vault, id_in(request), by=seat.moderator_id, now=now)
        reports = await queue.waiting(session, now=now)
        to_decide = await _to_decide(session, service, opened)
    return desk_page(
        request,
        "case.html",
        status=status,
        data=data,
        errors=wrong,
        case=opened,
        reports=reports,
        current=opened.report.id,
        looks=[first_words.looks(person) for person in opened.story.people] if opened.story else [],
        severity=queue.severity_of(opened.report),
        place=_place(service, opened.report.district),
        is_for_lead=opened.report.category in SAFEGUARDING,
        to_decide=to_decide,
        may_lead=DeskRole.LEAD in seat.roles,
        words=desk_words,
        told={"knows": KNOWS, "parts_of_day": PARTS_OF_DAY, "roles": ROLES, "strands": STRANDS, "wants": WANTS},
    )


async def _to_decide(session: AsyncSession, service: Service, opened: Case) -> int:
    """How much in her words is open; what cannot be read says so where it is to be decided."""
    try:
        hers = await redacting.open_words(session, service.vault, opened.report.id) if opened.story else None
    except CannotOpen:
        return 0
    return len(hers.undecided) if hers else 0


def _place(service: Service, district: str | None) -> str:
    return f"{district}, {service.atlas.place_words(district)}" if district else ""


def _me(request: web.Request) -> UUID:
    return request[SEAT].moderator_id
