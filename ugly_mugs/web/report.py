"""Telling us what happened: the page, and its twin for schemes that report for somebody."""

import base64
import binascii
import secrets
from collections.abc import Mapping
from datetime import date

from aiohttp import hdrs, web
from pydantic import BaseModel, Field

from .. import visits
from ..feed.tokens import Scope
from ..intake import changing, questions, reports
from ..intake.answers import Want
from ..intake.new_report import NewReport, Person
from ..intake.reports import NoCode
from ..intake.stretching import Busy
from ..languages import gettext, lazy
from ..models import VisitKind
from ..vault import keyed_hash
from ..vocabulary import Purpose, Timing
from . import SERVICE, browser, errors, forms, guard, scheme
from .bodies import NOT_OURS, BadBody
from .guard import Role, Routes
from .respond import page, problem, see_other

routes = Routes()

DRAFT_BYTES = 32
FORM_LIMIT = 4 * forms.LIMIT
"""The longest story in a script that takes nine characters for each of its own, once a browser has encoded it."""
CODE_MINUTES = 15
API = "/api/v1/reports"
PERSON_NAMES = [[f"people.{number}.{name}" for name in Person.model_fields] for number in range(2)]
LABELS: Mapping[str, lazy] = {
    "what_happened": lazy("What happened?"),
    "happened_on": lazy("On which day?"),
    "district": lazy("Postcode:"),
    "phones.0": lazy("His phone number:"),
    "phones.1": lazy("Another phone number:"),
    "handles.0": lazy("His username:"),
    "emails.0": lazy("His email address:"),
    "vehicle.registration": lazy("Number plate:"),
    "people.0.number": lazy("How many people?"),
    "people.0.age_from": lazy("Age from:"),
    "people.0.age_to": lazy("Age to:"),
    "people.1.number": lazy("How many people?"),
    "people.1.age_from": lazy("Age from:"),
    "people.1.age_to": lazy("Age to:"),
    "days": lazy("After how many days?"),
}
"""What goes before the words in the summary, where they alone would not say which field they mean."""

errors.say(Busy, 503, lazy("It was not sent: too many people are sending at this moment. Please send it again soon."))
errors.say(NoCode, 503, lazy("It was not sent: we could not make a number for you. Please try again later."))


class Sent(BaseModel):
    """What the page with the number says."""

    code: str = Field(repr=False)
    warns: bool
    timing: Timing
    go_on: date | None
    calls: bool


@routes.get("/", role=Role.ANYONE)
async def start(request: web.Request) -> web.Response:
    """What this is, in plain words; no cookie yet."""
    return page(request, "report/start.html")


@routes.get("/report", role=Role.ANYONE)
async def blank(request: web.Request) -> web.Response:
    """The form, with a draft of its own: her code will follow from it."""
    return _form(request, {})


def again(request: web.Request, data: forms.Sent, notice: str) -> web.Response:
    """The form with her words still in it."""
    return _form(request, data, notice=notice)


@routes.post("/report", role=Role.ANYONE, limit=FORM_LIMIT, again=again)
async def submit(request: web.Request) -> web.Response:
    """Take one report and hand back the code that opens it again."""
    data = await forms.body(request)
    new, wrong = forms.read(NewReport, data)
    if new is None:
        return _form(request, data, errors=wrong, status=422)
    service = request.app[SERVICE]
    draft, now = _draft(data) or secrets.token_bytes(DRAFT_BYTES), service.now()
    async with service.transaction() as session:
        code = await reports.submit(session, service.vault, new, draft=draft, now=now)
        sent = Sent(
            code=code,
            warns=not {Purpose.ALERT_MEMBERS, Purpose.SHARE_WITH_SCHEMES}.isdisjoint(new.consents),
            timing=new.timing,
            go_on=changing.goes_on(new.timing, new.days, from_day=now.date()),
            calls=new.wants is Want.CALL_BACK,
        )
        seen = secrets.token_urlsafe(16)
        holds = sent.model_dump_json().encode()
        await visits.open_visit(
            session, _seen_by(request, seen), VisitKind.REPORTER, holds, now=now, minutes=CODE_MINUTES
        )
    # No log line: that there was a report at this time is an exact time.
    # Another page, so that the browser keeps no form that could be sent once more with her story in it.
    return see_other(f"/report/code?seen={seen}")


@routes.get("/report/code", role=Role.ANYONE)
async def code(request: web.Request) -> web.Response:
    """The number that opens her report, to be kept; nothing of what she wrote."""
    service, seen = request.app[SERVICE], request.query.get("seen", "")[:64]
    if browser.sent_token(request) is None or not seen:
        return see_other("/return")
    async with service.reading() as session:
        holds = await visits.look(session, _seen_by(request, seen), VisitKind.REPORTER, now=service.now())
    if holds is None:
        return see_other("/return")
    return page(request, "report/code.html", sent=Sent.model_validate_json(holds))


def _seen_by(request: web.Request, seen: str) -> bytes:
    """What opens the page with the number: her cookie and the page's address; a planted cookie is not enough.

    It is a visit like any other reporter's, so that rows do not count the reports of the last minutes.
    """
    return keyed_hash(browser.browser_token(request).encode(), seen.encode())


@routes.post(API, role=Role.SCHEME)
async def hand_in(request: web.Request) -> web.Response:
    """The same for a program: a scheme reports for somebody and gives her the code."""
    reader = request[scheme.READER]
    if Scope.REPORT not in reader.scopes:
        raise scheme.NotAllowed
    if request.content_type != "application/json":
        raise BadBody(415, NOT_OURS)
    new, wrong = forms.read(NewReport, await forms.body(request), unknown="forbid")
    if new is None:
        return problem(422, errors=wrong)
    service = request.app[SERVICE]
    # Sent again with the same key it is the same report, as with the form's draft.
    key = request.headers.get("Idempotency-Key") or secrets.token_hex(DRAFT_BYTES)
    draft = service.vault.tag("code_pepper", "handed in", str(reader.scheme), key)
    async with service.transaction() as session:
        code = await reports.submit(
            session, service.vault, new, draft=draft, now=service.now(), handed_in_by=reader.scheme
        )
    return web.json_response({"code": code}, status=201)


def setup(app: web.Application) -> None:
    """Schemes come through the gate of the feed, also where the feed itself is served elsewhere."""
    guard.install(app, Role.SCHEME, scheme.gate)
    app.on_response_prepare.append(_challenge)


async def _challenge(request: web.Request, response: web.StreamResponse) -> None:
    if request.path == API and response.status == 401:
        response.headers[hdrs.WWW_AUTHENTICATE] = scheme.CHALLENGE


def _form(
    request: web.Request,
    data: forms.Sent,
    *,
    errors: Mapping[str, str] | None = None,
    notice: str = "",
    status: int = 200,
) -> web.Response:
    draft = _draft(data) or secrets.token_bytes(DRAFT_BYTES)
    return page(
        request,
        "report/form.html",
        status=status,
        data=data,
        errors=errors,
        notice=notice,
        draft=base64.urlsafe_b64encode(draft).decode().rstrip("="),
        q=questions,
        labels={name: gettext(words.words) for name, words in LABELS.items()},
        person_names=PERSON_NAMES,
        consents={purpose: label for purpose, label, _ in purposes()},
        hints={purpose: hint for purpose, _, hint in purposes()},
    )


def purposes() -> list[tuple[Purpose, str, str]]:
    """What the pages say about each purpose: the words to tick, and what they mean."""
    return [(purpose, str(label), str(hint)) for purpose, (label, hint) in questions.CONSENTS.items()]


def _draft(data: forms.Sent) -> bytes | None:
    """The draft that came back with the form, if it is one."""
    sent = data.get("draft")
    if not isinstance(sent, str) or len(sent) != 43 or not sent.isascii():
        return None
    try:
        return base64.urlsafe_b64decode(sent + "=")
    except binascii.Error:
        return None
