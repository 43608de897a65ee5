"""Coming back with the code: what became of a report, and messages about it."""

import base64
from typing import Annotated
from uuid import UUID

from aiohttp import web
from pydantic import AfterValidator, BeforeValidator, StringConstraints
from pydantic_core import PydanticCustomError

from .. import visits
from ..intake import changing, messages, return_code, returning
from ..intake.guesses import Guesses, TooManyGuesses
from ..intake.messages import CannotWrite
from ..intake.return_code import NotACode
from ..intake.returning import Opened, Standing
from ..languages import day, gettext, lazy
from ..models import ReportState, VisitKind
from ..vault import DataKey
from ..vocabulary import Timing
from . import SERVICE, browser, errors, forms, guard
from .always import LEAVING
from .guard import LogIn, Role, Routes
from .report import purposes
from .respond import page, see_other

routes = Routes()

MINUTES = 30
HOME, ENTRANCE = "/return/report", "/return"
ID_BYTES = 16
OPENED = web.RequestKey("opened", Opened)
GUESSES = web.AppKey("guesses", Guesses)
UNKNOWN = lazy("This number opens nothing. Please look at it again, or try tomorrow if you tried it often.")
STATES = {
    ReportState.RECEIVED: lazy("It is waiting. Nobody has opened it yet."),
    ReportState.ON_DESK: lazy("We are looking at it."),
    ReportState.ALERTED: lazy("It went out: others were warned."),
    ReportState.CLOSED: lazy("It is closed. No warning goes out from it."),
    ReportState.WITHDRAWN: lazy("You stopped it. Nothing more goes out from it."),
    ReportState.ERASED: lazy("It is erased."),
}
FULL = messages.TOO_MANY


class VisitOver(Exception):
    """Her visit has ended, and she sends words of hers."""


errors.say(
    VisitOver,
    403,
    lazy(
        "Nothing was sent: your report had closed by itself. Open it with your number in another tab, then send again."
    ),
)
errors.say(TooManyGuesses, 429, lazy("Too many wrong numbers are being tried. Please try again in a minute."))
errors.say(CannotWrite, 422, FULL, title=lazy("Not sent"))


def _code(value: object) -> return_code.Code:
    try:
        return return_code.read(value if isinstance(value, str) else "")
    except NotACode as error:
        raise PydanticCustomError("code", str(error.words.words)) from None


def _without_code(text: str) -> str:
    if return_code.is_in(text):
        raise PydanticCustomError("code", messages.HOLDS_CODE.words)
    return text


class Entering(forms.Form):
    """The code as she typed it."""

    code: Annotated[return_code.Code, BeforeValidator(_code)]


class Message(forms.Form):
    """What she wants to say."""

    text: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=messages.LONGEST),
        AfterValidator(_without_code),
    ]


@routes.get(ENTRANCE, role=Role.ANYONE)
async def entrance(request: web.Request) -> web.Response:
    """Where the code is typed in."""
    return page(request, "report/return.html")


def entrance_again(request: web.Request, data: forms.Sent, notice: str) -> web.Response:
    """The same, when it could not be tried."""
    return page(request, "report/return.html", data=data, notice=notice)


@routes.post(ENTRANCE, role=Role.ANYONE, again=entrance_again)
async def enter(request: web.Request) -> web.Response:
    """Open her report for half an hour."""
    data = await forms.body(request)
    entered, wrong = forms.read(Entering, data)
    if entered is None:
        return page(request, "report/return.html", status=422, data=data, errors=wrong)
    service, guesses, code = request.app[SERVICE], request.app[GUESSES], entered.code
    now = service.now()
    guesses.check(now=now)
    async with service.reading() as session:
        opened = await returning.open_with_code(session, service.vault, code, now=now)
    async with service.transaction() as session:
        if opened is None:
            guesses.wrong(now=now)
            await returning.count_failure(session, service.vault, code, now=now)
        else:
            token = _token_bytes(browser.new_token(request))
            holds = opened.report_id.bytes + opened.key.raw
            await visits.open_visit(session, token, VisitKind.REPORTER, holds, now=now, minutes=MINUTES)
    if opened is None:
        return page(request, "report/return.html", status=422, data=data, errors={"code": str(UNKNOWN)})
    return see_other(HOME)


@routes.get(HOME, role=Role.REPORTER)
async def mine(request: web.Request) -> web.Response:
    """How her report stands."""
    return await show(request)


def message_again(request: web.Request, data: forms.Sent, notice: str) -> web.Response:
    """Her message, still in its field."""
    return page(request, "report/message.html", data=data, notice=notice)


@routes.post("/return/message", role=Role.REPORTER, again=message_again)
async def write(request: web.Request) -> web.Response:
    """Add a message for the desk."""
    data = await forms.body(request)
    message, wrong = forms.read(Message, data)
    if message is None:
        return page(request, "report/message.html", status=422, data=data, errors=wrong)
    service, opened = request.app[SERVICE], request[OPENED]
    async with service.transaction() as session:
        await messages.add(
            session, opened.key, opened.report_id, message.text, from_desk=False, on_day=service.now().date()
        )
    return see_other(f"{HOME}?saved=yes#messages")


@routes.post("/return/done", role=Role.REPORTER)
async def done(request: web.Request) -> web.Response:
    """Close what the code opened."""
    await end(request)
    browser.forget(request)
    return see_other("/")


async def gate(request: web.Request, *, fresh: bool) -> None:
    """Let in whoever showed a code in the last half hour; there is no second factor to be fresh."""
    service, sent, holds = request.app[SERVICE], browser.sent_token(request), None
    if sent is not None:
        async with service.reading() as session:
            holds = await visits.look(session, _token_bytes(sent), VisitKind.REPORTER, now=service.now())
    if holds is None:
        raise VisitOver if request[guard.RULE].again else LogIn(ENTRANCE)
    request[OPENED] = Opened(UUID(bytes=holds[:ID_BYTES]), DataKey(holds[ID_BYTES:]))


async def end(request: web.Request) -> None:
    """End the visit of this browser."""
    if (sent := browser.sent_token(request)) is not None:
        async with request.app[SERVICE].transaction() as session:
            await visits.close(session, _token_bytes(sent))


def setup(app: web.Application) -> None:
    """Put the gate up, and end her visit when she leaves in a hurry."""
    guard.install(app, Role.REPORTER, gate)
    app[GUESSES] = Guesses()
    app[LEAVING].append(end)


async def show(
    request: web.Request,
    *,
    data: forms.Sent | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> web.Response:
    """Her report as it stands; with *errors*, beside what she sent."""
    async with request.app[SERVICE].reading() as session:
        standing = await returning.look(session, request[OPENED])
    return page(
        request,
        "report/mine.html",
        status=status,
        data=data,
        errors=errors,
        standing=standing,
        state_words=STATES,
        timing_words="" if standing.state is ReportState.ALERTED else _timing_words(standing),
        is_over=standing.state in changing.OVER,
        is_out=standing.state is ReportState.ALERTED,
        saved=request.query.get("saved") == "yes" and not errors,
        purposes=purposes(),
    )


def _timing_words(standing: Standing) -> str:
    match standing.timing:
        case Timing.NOW:
            return gettext("A warning may go out as soon as it is ready.")
        case Timing.AFTER_DAYS if standing.go_on is not None:
            return gettext("Nothing goes out before %s.") % day(standing.go_on)
        case _:
            return gettext("Nothing goes out until you say so.")


def _token_bytes(token: str) -> bytes:
    return base64.urlsafe_b64decode(token + "=")
