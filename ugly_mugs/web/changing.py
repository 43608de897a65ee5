"""Changing one's mind about a report: consents, when it may go, stopping, erasing."""

from typing import Annotated

from aiohttp import web
from pydantic import Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from ..intake import changing
from ..intake.new_report import LONGEST_WAIT_DAYS, N_
from ..languages import gettext
from ..vocabulary import Purpose, Timing
from . import SERVICE, browser, forms
from .guard import Role, Routes
from .respond import page, see_other
from .returning import HOME, OPENED, end, show

routes = Routes()


class Consents(forms.Form):
    """What is ticked now."""

    consents: forms.Several[Purpose] = Field((), max_length=len(Purpose))


class When(forms.Form):
    """When a warning may go."""

    timing: Timing
    days: Annotated[int, Field(ge=1, le=LONGEST_WAIT_DAYS)] | None = Field(None, validate_default=True)

    @field_validator("days")
    @classmethod
    def _how_many(cls, value: int | None, info: ValidationInfo) -> int | None:
        if value is None and info.data.get("timing") is Timing.AFTER_DAYS:
            raise PydanticCustomError("days", N_("Write after how many days, from 1 to 90."))
        return value


@routes.post("/return/consents", role=Role.REPORTER)
async def consent(request: web.Request) -> web.Response:
    """Use it from now on for what is ticked, and nothing else."""
    ticked, wrong = forms.read(Consents, await forms.body(request))
    if ticked is None:
        return await show(request, errors=wrong, status=422)
    service = request.app[SERVICE]
    async with service.transaction() as session:
        await changing.consent(session, request[OPENED].report_id, ticked.consents, now=service.now())
    return see_other(f"{HOME}?saved=yes")


@routes.post("/return/timing", role=Role.REPORTER)
async def timing(request: web.Request) -> web.Response:
    """Let a warning go out now, later, or when she says so."""
    data = await forms.body(request)
    when, wrong = forms.read(When, data)
    if when is None:
        return await show(request, data=data, errors=wrong, status=422)
    service = request.app[SERVICE]
    async with service.transaction() as session:
        await changing.time(session, request[OPENED].report_id, when.timing, days=when.days, now=service.now())
    return see_other(f"{HOME}?saved=yes")


@routes.get("/return/stop", role=Role.REPORTER)
async def before_stop(request: web.Request) -> web.Response:
    """What she should know before she stops everything."""
    lines = [
        gettext("What has not gone out yet stops at once."),
        gettext("Those who were warned are told within a day that it is withdrawn. We give no reason."),
        gettext("Your number still opens it, and you can erase it."),
    ]
    return _confirm(request, gettext("Stop everything?"), lines, button=gettext("Stop everything"))


@routes.post("/return/stop", role=Role.REPORTER)
async def stop(request: web.Request) -> web.Response:
    """Withdraw the report."""
    service = request.app[SERVICE]
    async with service.transaction() as session:
        await changing.withdraw(session, request[OPENED].report_id, now=service.now())
    return see_other(f"{HOME}?saved=yes")


@routes.get("/return/erase", role=Role.REPORTER)
async def before_erase(request: web.Request) -> web.Response:
    """What she should know before she erases it."""
    lines = [
        gettext("What you wrote is erased for good, here and on our side."),
        gettext("If others were warned, they are told that it is withdrawn."),
        gettext("Your number will open nothing any more."),
    ]
    return _confirm(request, gettext("Erase your report?"), lines, button=gettext("Erase it for good"))


@routes.post("/return/erase", role=Role.REPORTER)
async def erase(request: web.Request) -> web.Response:
    """Forget the report."""
    service = request.app[SERVICE]
    async with service.transaction() as session:
        await changing.erase(session, request[OPENED].report_id, now=service.now())
    await end(request)
    browser.forget(request)
    return page(request, "report/gone.html")


def setup(_app: web.Application) -> None:
    """Nothing of its own: `returning` has the gate."""


def _confirm(request: web.Request, heading: str, lines: list[str], *, button: str) -> web.Response:
    return page(request, "report/confirm.html", heading=heading, lines=lines, button=button)
