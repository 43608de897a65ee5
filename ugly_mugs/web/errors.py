"""What each failure looks like from outside: one table, so that no handler has a `try`.

A module adds its own when it is imported:

    errors.say(TooManyTries, 429, lazy("That was tried too often. Wait a little, then try again."))

An exception is found by its class or the nearest base class. If it has a `retry_after` (a timedelta), it is
sent along. On a route with `again` the form comes back with the words in it and these as its notice.
"""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus

import structlog
from aiohttp import web
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection

from .. import logs
from ..languages import lazy
from . import forms
from .bodies import BadBody
from .guard import RULE, ForeignForm, LogIn, NoAccess, Rule, StaleForm
from .respond import page, problem, see_other

log = structlog.get_logger()

PROGRAMS = ("/api/", "/feed/", "/hooks/", "/health")
"""Where programs ask: they get a problem instead of a page."""


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """How a failure is told."""

    status: int
    title: lazy
    words: lazy
    gives_words_back: bool = True


TITLES = {
    400: lazy("This could not be read"),
    403: lazy("This was not accepted"),
    404: lazy("Nothing here"),
    405: lazy("Nothing here"),
    408: lazy("This took too long"),
    409: lazy("Somebody was faster"),
    413: lazy("This is too large"),
    415: lazy("This could not be read"),
    422: lazy("Something is missing or not right"),
    429: lazy("Please wait a little"),
    503: lazy("Not sent"),
}
SORRY = lazy("Something went wrong")
AWAY = lazy("It was not sent: we cannot save anything at the moment. Please try again in a few minutes.")
AWAY_LOOKING = lazy("We cannot show anything at the moment. Please try again in a few minutes.")
NOTHING = lazy("There is nothing at this address, or it is not for you.")
STATUS_WORDS = {
    404: NOTHING,
    405: NOTHING,
    413: lazy("This is too large to send at once."),
    429: lazy("This was tried too often. Wait a little, then try again."),
    503: AWAY,
}
UNEXPECTED = ErrorPage(
    500, SORRY, lazy("Something on our side went wrong, and we cannot say whether it was sent. Please try again.")
)
TABLE: dict[type[Exception], ErrorPage] = {}


def say(exception: type[Exception], status: int, words: lazy, *, title: lazy | None = None) -> None:
    """From now on, *exception* has this *status* and is told in these *words*."""
    TABLE[exception] = ErrorPage(status, title or TITLES.get(status, SORRY), words)


for away in (OperationalError, InterfaceError, NoConnection):
    say(away, 503, AWAY)
say(StaleForm, 403, lazy("It was not sent, because this page stood open too long. Please send it again."))
TABLE[NoAccess] = ErrorPage(404, TITLES[404], NOTHING, gives_words_back=False)
TABLE[ForeignForm] = ErrorPage(
    403, TITLES[403], lazy("This came from another site. Open our page and send it from there."), gives_words_back=False
)


@web.middleware
async def explain(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Answer every failure plainly; log its type and place when it is our own."""
    try:
        return await handler(request)
    except LogIn as error:
        return see_other(error.where)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        return _answer(request, _of_status(error.status), allow=error.headers.get("Allow"))
    except Exception as error:  # noqa: BLE001 - the one place where whatever went wrong becomes an answer
        told = _find(error)
        if told.words is AWAY and request.method in {"GET", "HEAD"}:
            told = ErrorPage(503, TITLES[429], AWAY_LOOKING)
        reference = _note(error) if told.status >= 500 else ""
        return await _again(request, told, error) or _answer(
            request, told, reference=reference, retry_after=getattr(error, "retry_after", None)
        )


def is_program(request: web.Request) -> bool:
    """Whether a program asks, to whom a page says nothing."""
    accept = request.headers.get("Accept", "")
    return request.path.startswith(PROGRAMS) or ("json" in accept and "text/html" not in accept)


def _find(error: Exception) -> ErrorPage:
    if isinstance(error, BadBody):
        return ErrorPage(error.status, TITLES[error.status], error.words)
    return next((TABLE[kind] for kind in type(error).__mro__ if kind in TABLE), UNEXPECTED)


def _of_status(status: int) -> ErrorPage:
    title = TITLES.get(status, SORRY)
    return ErrorPage(status, title, STATUS_WORDS.get(status, title))


def _note(error: Exception) -> str:
    reference = secrets.token_hex(8)
    log.error("web.failed", reference=reference, **logs.told(error))
    return reference


async def _again(request: web.Request, told: ErrorPage, error: Exception) -> web.Response | None:
    """The form with her words still in it, where the route knows how to show it."""
    rule: Rule | None = request.get(RULE)
    if rule is None or rule.again is None or not told.gives_words_back or isinstance(error, BadBody):
        return None
    try:
        data = await forms.body(request, limit=rule.limit)
        response = rule.again(request, data, str(told.words))
    except Exception as second:  # noqa: BLE001 - the plain page is better than none
        _note(second)
        return None
    response.set_status(told.status)
    return response


def _answer(
    request: web.Request,
    told: ErrorPage,
    *,
    reference: str = "",
    allow: str | None = None,
    retry_after: timedelta | None = None,
) -> web.Response:
    title, words = str(told.title), str(told.words)
    if is_program(request):
        name = HTTPStatus(told.status).phrase
        response = problem(told.status, title=name, detail=words, reference=reference)
    else:
        response = page(request, "error.html", status=told.status, heading=title, words=words, reference=reference)
    if allow:
        response.headers["Allow"] = allow
    if told.status == 503 and retry_after is None:
        retry_after = timedelta(minutes=1)
    if retry_after is not None:
        response.headers["Retry-After"] = str(max(1, round(retry_after.total_seconds())))
    return response
