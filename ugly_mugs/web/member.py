"""A subscriber's own pages: what she gets, where, when it is quiet, and the way out."""

from datetime import date, timedelta
from typing import Annotated

from aiohttp import web
from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from .. import visits
from ..areas import Area
from ..languages import gettext, lazy
from ..models import Subscriber, VisitKind
from ..subscribers import preferences, warnings
from ..subscribers.preferences import Change, Preferences, TooManyAreas
from ..vocabulary import MILES, Severity
from . import SERVICE, browser, errors, forms, guard, join
from .always import LEAVING
from .guard import LogIn, Role
from .respond import page, see_other

routes = guard.Routes()

MEMBER = web.RequestKey("member", int)
LONGEST = timedelta(days=366)
SEVERITIES = {
    Severity.CRITICAL: lazy("Critical"),
    Severity.SERIOUS: lazy("Serious"),
    Severity.CAUTION: lazy("Caution"),
    Severity.NUISANCE: lazy("Nuisance"),
}
LEAST = {
    Severity.CAUTION: lazy("Everything that is sent out"),
    Severity.SERIOUS: lazy("Serious and critical"),
    Severity.CRITICAL: lazy("Only critical: attacks on life and body"),
}
DONE = {
    "saved": lazy("Saved."),
    "area": lazy("Your areas have changed."),
    "paused": lazy("Paused. It ends by itself."),
    "stopped": lazy("Stopped. We send you nothing more."),
    "started": lazy("You get warnings again."),
}

LABELS = {
    **join.LABELS,
    "until": lazy("Only until"),
    "pause_until": lazy("Pause until"),
    "least_severity": lazy("What do you want to hear of?"),
    "quiet_from": lazy("Quiet from"),
    "quiet_until": lazy("Quiet until"),
}

errors.say(TooManyAreas, 422, lazy("These are as many areas as one can have. Remove one first."))


def _known_distance(miles: int) -> int:
    if miles not in MILES:
        raise PydanticCustomError("miles", "Choose one of the answers given.")
    return miles


class NewArea(forms.Form):
    """One more place, perhaps only for a while."""

    miles: Annotated[int, AfterValidator(_known_distance)] = 10
    until: date | None = None


class Dropped(forms.Form):
    """Which area goes."""

    area: Annotated[int, Field(ge=1, le=2**31 - 1)]


async def gate(request: web.Request, *, fresh: bool) -> None:
    """Let in who brought a code back not long ago; *fresh* asks for nothing more here."""
    token = browser.sent_token(request)
    service = request.app[SERVICE]
    if token is not None:
        async with service.reading() as session:
            held = await visits.look(session, token.encode(), VisitKind.MEMBER, now=service.now())
            if held is not None and await session.get(Subscriber, int(held)) is not None:
                request[MEMBER] = int(held)
                return
    raise LogIn("/sign-in")


@routes.get("/me", role=Role.MEMBER)
async def mine(request: web.Request) -> web.Response:
    """Everything she has chosen, each with a way to change it."""
    return await show(request, notice=str(DONE.get(request.query.get("done", ""), "")))


@routes.get("/me/joined", role=Role.MEMBER)
async def joined(request: web.Request) -> web.Response:
    """What happens next."""
    hers = await _load(request)
    return page(request, "member/joined.html", hers=hers, distances=join.DISTANCES)


@routes.get("/me/warnings", role=Role.MEMBER)
async def live(request: web.Request) -> web.Response:
    """The warnings that stand for her areas."""
    service, hers = request.app[SERVICE], await _load(request)
    now = service.now()
    async with service.reading() as session:
        found = await warnings.live(session, service.atlas, hers.recipient_id, is_vouched=hers.is_vouched, now=now)
    return page(request, "member/warnings.html", hers=hers, found=found, severities=SEVERITIES, now=now)


@routes.post("/me/choices", role=Role.MEMBER)
async def choose(request: web.Request) -> web.Response:
    """Keep new choices."""
    data = await forms.body(request)
    new, wrong = forms.read(Change, data)
    if new is None:
        return await show(request, status=422, data=data, errors=wrong)
    async with request.app[SERVICE].transaction() as session:
        await preferences.change(session, request[MEMBER], new)
    return see_other("/me?done=saved")


@routes.post("/me/areas", role=Role.MEMBER)
async def add_area(request: web.Request) -> web.Response:
    """Warn her about one more place."""
    data, service = await forms.body(request), request.app[SERVICE]
    new, wrong = forms.read(NewArea, data)
    code, misspelt = join.read_district(request, data)
    wrong = misspelt | wrong | soon(request, "until", new.until if new else None)
    if new is None or wrong:
        return await show(request, status=422, data=data, errors=wrong)
    area = Area("district", code, new.miles)
    async with service.transaction() as session:
        await preferences.add_area(session, service.atlas, request[MEMBER], area, until=new.until)
    return see_other("/me?done=area")


@routes.post("/me/areas/drop", role=Role.MEMBER)
async def drop_area(request: web.Request) -> web.Response:
    """Warn her about a place no more."""
    old, _ = forms.read(Dropped, await forms.body(request))
    if old is not None:
        async with request.app[SERVICE].transaction() as session:
            await preferences.drop_area(session, request[MEMBER], old.area)
    return see_other("/me?done=area")


async def end(request: web.Request) -> None:
    """Forget that this browser was let in."""
    if token := browser.sent_token(request):
        async with request.app[SERVICE].transaction() as session:
            await visits.close(session, token.encode())


def setup(app: web.Application) -> None:
    """Install the gate of subscribers' pages."""
    guard.install(app, Role.MEMBER, gate)
    app[LEAVING].append(end)


async def _load(request: web.Request) -> Preferences:
    service = request.app[SERVICE]
    async with service.reading() as session:
        found = await preferences.load(session, service.vault, request[MEMBER], now=service.now())
    if found is None:
        raise LogIn("/sign-in")
    return found


async def show(
    request: web.Request,
    *,
    status: int = 200,
    data: forms.Sent | None = None,
    errors: dict[str, str] | None = None,
    notice: str = "",
) -> web.Response:
    """Her page, with what she just sent and what is wrong with it."""
    hers = await _load(request)
    chosen = {
        "wording": hers.wording.value,
        "least_severity": hers.least_severity,
        "quiet_from": hers.quiet_from,
        "quiet_until": hers.quiet_until,
        "critical_breaks_quiet": hers.critical_breaks_quiet,
        "miles": 10,
    }
    return page(
        request,
        "member/me.html",
        status=status,
        data=data,
        filled=chosen | (data or {}),
        errors=errors,
        notice=notice,
        hers=hers,
        labels=LABELS,
        named=join.NAMED,
        wordings=join.WORDINGS,
        wording_hints=join.WORDING_HINTS,
        distances=join.DISTANCES,
        least=LEAST,
        hours={hour: f"{hour:02}:00" for hour in range(24)},
        today=request.app[SERVICE].now().date(),
    )


def soon(request: web.Request, name: str, day: date | None) -> dict[str, str]:
    """What is wrong with *day*, unless it lies within the next year."""
    today = request.app[SERVICE].now().date()
    if day is None or today <= day <= today + LONGEST:
        return {}
    return {name: gettext("Choose a day from today on, within a year.")}
