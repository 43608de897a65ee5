"""The way into the desk and out of it, and who else has one."""

from typing import Annotated
from uuid import UUID

import structlog
from aiohttp import web
from pydantic import StringConstraints

from ..desk import accounts, sittings
from ..desk.accounts import LONGEST_PASSWORD, NotWaiting, SamePerson
from ..languages import lazy
from . import SERVICE, browser, errors, forms
from .desk_ids import id_in
from .desk_seat import ENTRANCE, SEAT, desk_page, rise
from .guard import Role, Routes
from .respond import page, see_other

log = structlog.get_logger()
routes = Routes()

NOT_IN = "This did not open the desk. Look at all three again; after five tries, wait a quarter of an hour."

errors.say(SamePerson, 403, lazy("You added this account yourself: somebody else has to agree."))
errors.say(NotWaiting, 409, lazy("This account does not wait for anybody's yes any more."))


class Entering(forms.Form):
    """What a moderator types."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)]
    # Not stripped: a space may be part of it.
    password: Annotated[str, StringConstraints(max_length=LONGEST_PASSWORD)]
    code: Annotated[str, StringConstraints(strip_whitespace=True, max_length=20)]


@routes.get(ENTRANCE, role=Role.ANYONE)
async def entrance(request: web.Request) -> web.Response:
    """Where a moderator logs in."""
    return page(request, "desk/login.html")


def entrance_again(request: web.Request, data: forms.Sent, notice: str) -> web.Response:
    """The same, when it could not be tried."""
    return page(request, "desk/login.html", data=data, notice=notice)


@routes.post(ENTRANCE, role=Role.ANYONE, again=entrance_again)
async def enter(request: web.Request) -> web.Response:
    """Open a sitting, in a browser that gets a new token for it."""
    data = await forms.body(request)
    entering, wrong = forms.read(Entering, data)
    if entering is None:
        return page(request, "desk/login.html", status=422, data=data, errors=wrong)
    service = request.app[SERVICE]
    async with service.reading() as session:
        claim = await accounts.find(session, entering.name)
    proof, now = await claim.prove(entering.password), service.now()
    async with service.transaction() as session:
        moderator_id = await accounts.log_in(session, service.vault, proof, code=entering.code, now=now)
        if moderator_id is not None:
            token = browser.new_token(request)
            await sittings.sit(session, service.vault, moderator_id, token=token, now=now)
    if moderator_id is None:
        return page(request, "desk/login.html", status=422, data=data, errors={"name": NOT_IN})
    log.info("desk.logged_in", moderator=str(moderator_id))
    return see_other("/desk")


@routes.post("/desk/logout", role=Role.MODERATOR)
async def log_out(request: web.Request) -> web.Response:
    """End the sitting."""
    await rise(request)
    browser.forget(request)
    return see_other(ENTRANCE)


@routes.get("/desk/accounts", role=Role.MODERATOR)
async def everybody(request: web.Request) -> web.Response:
    """All accounts, and those that wait for a second person."""
    service = request.app[SERVICE]
    async with service.reading() as session:
        moderators = await accounts.everybody(session)
        names = await accounts.names(session)
    return desk_page(request, "accounts.html", moderators=moderators, names=names)


@routes.get("/desk/accounts/{id}", role=Role.MODERATOR)
async def account(request: web.Request) -> web.Response:
    """There is no page of its own: an act that asks for a code comes back to the list."""
    code = request.query.get("code", "")
    return see_other(f"/desk/accounts?code={code}" if code in {"missing", "wrong"} else "/desk/accounts")


@routes.post("/desk/accounts/{id}/agree", role=Role.MODERATOR, fresh=True)
async def agree(request: web.Request) -> web.Response:
    """Open an account that somebody else added."""
    service, moderator_id = request.app[SERVICE], id_in(request)
    async with service.transaction() as session:
        await accounts.agree(session, moderator_id, by=_me(request), now=service.now())
    log.info("desk.account_opened", moderator=str(moderator_id))
    return see_other("/desk/accounts")


@routes.post("/desk/accounts/{id}/close", role=Role.MODERATOR, fresh=True)
async def close(request: web.Request) -> web.Response:
    """End an account and whatever sits under it."""
    service, moderator_id = request.app[SERVICE], id_in(request)
    async with service.transaction() as session:
        await accounts.close(session, moderator_id, by=_me(request), now=service.now())
    log.info("desk.account_closed", moderator=str(moderator_id))
    return see_other("/desk/accounts")


def _me(request: web.Request) -> UUID:
    return request[SEAT].moderator_id
