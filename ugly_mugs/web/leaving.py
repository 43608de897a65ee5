"""A subscriber pauses, stops, starts again, is forgotten, or just signs out."""

from datetime import date

from aiohttp import web
from sqlmodel.ext.asyncio.session import AsyncSession

from ..languages import gettext
from ..models import Occasion
from ..subscribers import leaving
from . import SERVICE, browser, forms, guard, member
from .guard import Role
from .respond import page, see_other

routes = guard.Routes()


class Pause(forms.Form):
    """Until when nothing shall come."""

    pause_until: date


class Erase(forms.Form):
    """She means it."""

    sure: bool = False


@routes.post("/me/pause", role=Role.MEMBER)
async def pause(request: web.Request) -> web.Response:
    """Send her nothing for a while."""
    data, service = await forms.body(request), request.app[SERVICE]
    new, wrong = forms.read(Pause, data)
    wrong |= member.soon(request, "pause_until", new.pause_until if new else None)
    if new is None or wrong:
        return await member.show(request, status=422, data=data, errors=wrong)
    until, her = new.pause_until, request[member.MEMBER]
    await service.again_if_locked(lambda session: leaving.pause(session, her, until=until, now=service.now()))
    return see_other("/me?done=paused")


@routes.post("/me/stop", role=Role.MEMBER)
async def stop(request: web.Request) -> web.Response:
    """Send her nothing more, and tell her so: it may have been somebody else who pressed it."""
    service, now = request.app[SERVICE], request.app[SERVICE].now()

    async def step(session: AsyncSession) -> None:
        if await leaving.stop(session, request[member.MEMBER], now=now):
            await leaving.tell(session, service.vault, request[member.MEMBER], Occasion.STOPPED, now=now)

    await service.again_if_locked(step)
    return see_other("/me?done=stopped")


@routes.post("/me/start", role=Role.MEMBER)
async def start(request: web.Request) -> web.Response:
    """Send her warnings again."""
    service, now = request.app[SERVICE], request.app[SERVICE].now()
    async with service.transaction() as session:
        if await leaving.start(session, request[member.MEMBER]):
            await leaving.tell(session, service.vault, request[member.MEMBER], Occasion.STARTED, now=now)
    return see_other("/me?done=started")


@routes.post("/me/erase", role=Role.MEMBER)
async def erase(request: web.Request) -> web.Response:
    """Forget her at once."""
    data = await forms.body(request)
    asked, _ = forms.read(Erase, data)
    if asked is None or not asked.sure:
        wrong = {"sure": gettext("Tick this if you are sure.")}
        return await member.show(request, status=422, data=data, errors=wrong)
    her = request[member.MEMBER]
    await request.app[SERVICE].again_if_locked(lambda session: leaving.erase(session, her))
    await member.end(request)
    browser.forget(request)
    return see_other("/erased")


@routes.get("/erased", role=Role.ANYONE)
async def erased(request: web.Request) -> web.Response:
    """Nothing is left."""
    return page(request, "member/erased.html")


@routes.post("/me/sign-out", role=Role.MEMBER)
async def sign_out(request: web.Request) -> web.Response:
    """End the visit."""
    await member.end(request)
    browser.forget(request)
    return see_other("/sign-in")


def setup(app: web.Application) -> None:
    """Nothing: the gate is `member`'s."""
