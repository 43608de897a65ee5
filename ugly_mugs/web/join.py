"""Joining by phone or email with a code; who has joined signs in the same way.

No answer here depends on whether an address is known, unknown, or has said no.
"""

from typing import Annotated
from uuid import UUID

from aiohttp import web
from pydantic import Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from .. import visits
from ..areas import UnknownDistrict
from ..languages import gettext, lazy, spoken
from ..models import SubscriberKind, VisitKind
from ..subscribers import addresses, codes, joining
from ..subscribers.addresses import BadAddress
from ..subscribers.codes import Asked, Wish
from ..vocabulary import MILES, Wording
from . import SERVICE, browser, forms, guard
from .guard import Role
from .respond import page, see_other, typed

routes = guard.Routes()

WAIT_MINUTES = 15
LOOK_MINUTES = 30

KINDS = {
    SubscriberKind.INDIVIDUAL: lazy("Me"),
    SubscriberKind.PROJECT: lazy("A project that supports people"),
    SubscriberKind.VENUE: lazy("A place where people work"),
}
WORDINGS = {Wording.DISCREET: lazy("Discreet"), Wording.FULL: lazy("Full")}
WORDING_HINTS = {
    Wording.DISCREET: lazy("“7K2Q: update waiting.” Nobody who sees your phone learns anything."),
    Wording.FULL: lazy("What happened, where, and how to know him, once somebody vouches for you."),
}
DISTANCES = {
    0: lazy("Only there"),
    5: lazy("5 miles around it"),
    10: lazy("10 miles around it"),
    15: lazy("15 miles around it"),
    30: lazy("30 miles around it"),
    50: lazy("50 miles around it"),
}
LABELS = {
    "kind": lazy("Who is this for?"),
    "working_name": lazy("A name to call you by"),
    "phone": lazy("Mobile number"),
    "email": lazy("Email address"),
    "district": lazy("First half of the postcode"),
    "miles": lazy("How far around it?"),
    "wording": lazy("How much may a message say?"),
    "adult": lazy("I am 18 or older"),
}
NAMED = {name: LABELS[name] for name in ("kind", "working_name", "miles", "wording")}
"""Where the words beside the field would not say what they are about."""
NEITHER = lazy("Give a mobile number or an email address.")
BOTH = lazy("Give only one of them: we write to you in one way.")
UNFIT = lazy("This is not the code, or its time is up. Check it, or ask for another.")
STRANGER = lazy("You have not joined yet. Fill this in, and we send you another code.")


class Joining(forms.Form):
    """What the page asks for, besides where to send it."""

    kind: SubscriberKind
    working_name: Annotated[forms.Line, Field(min_length=1, max_length=60)]
    miles: int = 10
    wording: Wording = Wording.DISCREET
    adult: Annotated[bool, Field(validate_default=True)] = False

    @field_validator("miles")
    @classmethod
    def _offered(cls, miles: int) -> int:
        if miles not in MILES:
            raise PydanticCustomError("miles", "Choose one of the answers given.")
        return miles

    @field_validator("adult")
    @classmethod
    def _grown(cls, is_adult: bool, info: ValidationInfo) -> bool:
        if not is_adult and info.data.get("kind") is SubscriberKind.INDIVIDUAL:
            raise PydanticCustomError("adult", "You can join from 18 on. Tick this if you are.")
        return is_adult


@routes.get("/join", role=Role.ANYONE)
async def blank(request: web.Request) -> web.Response:
    """What somebody has to say to be warned."""
    return _form(request, {})


def again(request: web.Request, data: forms.Sent, notice: str) -> web.Response:
    """The form as it was sent."""
    return _form(request, data, notice=notice)


@routes.post("/join", role=Role.ANYONE, again=again)
async def ask(request: web.Request) -> web.Response:
    """Send a code; she has joined once she brings it back."""
    data = await forms.body(request)
    new, errors = forms.read(Joining, data)
    where, wrong = _where(request, data)
    district, misspelt = read_district(request, data)
    errors |= wrong | misspelt
    if new is None or where is None or errors:
        return _form(request, data, status=422, errors=errors)
    wish = Wish(kind=new.kind, working_name=new.working_name, district=district, miles=new.miles, wording=new.wording)
    return await _send(request, *where, wish)


@routes.get("/sign-in", role=Role.ANYONE)
async def sign_in(request: web.Request) -> web.Response:
    """For those who have joined."""
    return page(request, "member/sign_in.html", labels=LABELS)


def sign_in_again(request: web.Request, data: forms.Sent, notice: str) -> web.Response:
    """The form as it was sent."""
    return page(request, "member/sign_in.html", data=data, notice=notice, labels=LABELS)


@routes.post("/sign-in", role=Role.ANYONE, again=sign_in_again)
async def ask_to_sign_in(request: web.Request) -> web.Response:
    """Send a code to whatever address was given: nobody learns here who has joined."""
    data = await forms.body(request)
    where, errors = _where(request, data)
    if where is None:
        return page(request, "member/sign_in.html", status=422, data=data, errors=errors, labels=LABELS)
    return await _send(request, *where, None)


@routes.get("/join/code", role=Role.ANYONE)
async def code(request: web.Request) -> web.Response:
    """Where the code is typed in."""
    return page(request, "member/code.html")


def code_again(request: web.Request, data: forms.Sent, notice: str) -> web.Response:
    """The code as it was typed."""
    return page(request, "member/code.html", data=data, notice=notice)


@routes.post("/join/code", role=Role.ANYONE, again=code_again)
async def confirm(request: web.Request) -> web.Response:
    """Let in whoever brings the right code back, from the browser that asked for it."""
    data = await forms.body(request)
    service, now = request.app[SERVICE], request.app[SERVICE].now()
    token = (browser.sent_token(request) or "").encode()
    async with service.transaction() as session:
        waiting = await visits.look(session, token, VisitKind.JOINING, now=now) if token else None
        asked, arrival = None, None
        if waiting is not None:
            code_id = UUID(waiting.decode())
            asked = await codes.check(session, service.vault, code_id, typed(data, "code"), now=now)
        if asked is not None:
            arrival = await joining.arrive(session, service.vault, service.atlas, asked, now=now)
        if arrival is not None:
            await visits.close(session, token)
            member = browser.new_token(request).encode()
            holds = str(arrival.recipient_id).encode()
            await visits.open_visit(session, member, VisitKind.MEMBER, holds, now=now, minutes=LOOK_MINUTES)
    # No log line: it would say when somebody joined.
    if asked is None:
        return page(request, "member/code.html", status=422, data=data, errors={"code": str(UNFIT)})
    if arrival is None:
        return _form(request, {"phone" if asked.channel == addresses.TEXT else "email": asked.address}, notice=STRANGER)
    return see_other("/me/joined" if arrival.is_new else "/me")


async def _send(request: web.Request, channel: str, address: str, wish: Wish | None) -> web.Response:
    service, now = request.app[SERVICE], request.app[SERVICE].now()
    asked = Asked(channel=channel, address=address, language=spoken().tag, wish=wish)
    token = browser.browser_token(request).encode()
    async with service.transaction() as session:
        code_id = await codes.send(session, service.vault, asked, now=now)
        holds = str(code_id).encode()
        await visits.open_visit(session, token, VisitKind.JOINING, holds, now=now, minutes=WAIT_MINUTES)
    # No log line: it would say when somebody asked.
    return see_other("/join/code")


def _where(request: web.Request, data: forms.Sent) -> tuple[tuple[str, str] | None, dict[str, str]]:
    """Channel and address that were typed, or what is wrong with them."""
    given = {name: typed(data, name).strip() for name in ("phone", "email")}
    if not any(given.values()):
        return None, {"phone": str(NEITHER)}
    if all(given.values()):
        return None, {"email": str(BOTH)}
    name = "phone" if given["phone"] else "email"
    channel = addresses.TEXT if name == "phone" else addresses.EMAIL
    try:
        return (channel, addresses.read(channel, given[name], is_demo=request.app[SERVICE].config.is_demo)), {}
    except BadAddress as error:
        return None, {name: str(error.words)}


def read_district(request: web.Request, data: forms.Sent) -> tuple[str, dict[str, str]]:
    """The postcode district that was typed, or what is wrong with it."""
    try:
        return request.app[SERVICE].atlas.district(typed(data, "district")).code, {}
    except UnknownDistrict as error:
        return "", {"district": gettext(error.message)}


def _form(
    request: web.Request,
    data: forms.Sent,
    *,
    status: int = 200,
    errors: dict[str, str] | None = None,
    notice: str | lazy = "",
) -> web.Response:
    wrong = errors or {}
    return page(
        request,
        "member/join.html",
        status=status,
        data=data,
        filled={"miles": 10, "wording": Wording.DISCREET.value} | data,
        errors={name: wrong[name] for name in LABELS if name in wrong},
        notice=str(notice),
        labels=LABELS,
        named=NAMED,
        kinds=KINDS,
        wordings=WORDINGS,
        wording_hints=WORDING_HINTS,
        distances=DISTANCES,
        own_number=request.app[SERVICE].config.own_number,
    )


def setup(app: web.Application) -> None:
    """Nothing: the gate of those who have joined is `member`'s."""
