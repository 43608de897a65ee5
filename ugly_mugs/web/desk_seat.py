"""Who sits at the desk: the gates of its two roles, and what each of its pages is given."""

from collections.abc import Mapping

from aiohttp import web

from ..desk import accounts, sittings
from ..desk.sittings import Seat
from ..languages import lazy
from ..models import DeskRole
from . import SERVICE, errors, forms, guard
from .always import LEAVING
from .browser import sent_token
from .guard import FRESH, RULE, LogIn, NoAccess, Role
from .respond import page

ENTRANCE = "/desk/login"
SEAT = web.RequestKey("seat", Seat)
CODE_WORDS = {
    "missing": "It is more than ten minutes since you showed a code. Type the one that stands there now.",
    "wrong": "This code is not right, or it was used before. Wait for the next one.",
}
"""What a page says when an act under it asked for the second factor again."""


class SittingOver(Exception):
    """She was away too long, and sends a form that holds words of hers."""


errors.say(
    SittingOver,
    403,
    lazy("Nothing was sent: you were away too long. Log in again in another tab, then press the button here again."),
)


def desk_page(
    request: web.Request,
    template: str,
    *,
    status: int = 200,
    data: Mapping[str, object] | None = None,
    errors: Mapping[str, str] | None = None,
    notice: str = "",
    **context: object,
) -> web.Response:
    """A page of the desk, which knows who sits there and what time it is."""
    seat, now = request.get(SEAT), request.app[SERVICE].now()
    asks_code = seat is not None and not seat.is_fresh(now=now, within=FRESH)
    return page(
        request,
        f"desk/{template}",
        status=status,
        data=data,
        errors=errors,
        notice=notice or CODE_WORDS.get(request.query.get("code", ""), ""),
        **context,
        seat=seat,
        now=now,
        asks_code=asks_code,
    )


async def moderator(request: web.Request, *, fresh: bool) -> None:
    """Let a moderator through."""
    await _let_in(request, DeskRole.MODERATOR, fresh=fresh)


async def lead(request: web.Request, *, fresh: bool) -> None:
    """Let the safeguarding lead through."""
    await _let_in(request, DeskRole.LEAD, fresh=fresh)


async def _let_in(request: web.Request, role: DeskRole, *, fresh: bool) -> None:
    service, token = request.app[SERVICE], sent_token(request)
    now, seat = service.now(), None
    if token is not None:
        async with service.reading() as session:
            seat = await sittings.seat(session, service.vault, token, now=now)
    if seat is None or token is None:
        # Only a form that comes back with her words in it: whatever else she wants, the way in comes first.
        raise SittingOver if request.method == "POST" and request[RULE].again else LogIn(ENTRANCE)
    if role not in seat.roles:
        raise NoAccess
    request[SEAT] = seat
    if seat.is_due:
        async with service.transaction() as session:
            await sittings.note(session, service.vault, token, now=now)
    if fresh and not seat.is_fresh(now=now, within=FRESH):
        await _show_code(request, seat, token)


async def _show_code(request: web.Request, seat: Seat, token: str) -> None:
    """Take the second factor from the form itself; without it, go back to the page that the act hangs under."""
    sent = (await forms.body(request)).get("code")
    code = sent if isinstance(sent, str) else ""
    service, is_right = request.app[SERVICE], False
    now = service.now()
    if code:
        async with service.transaction() as session:
            is_right = await accounts.show_code(session, service.vault, seat.moderator_id, code=code, now=now)
            if is_right:
                await sittings.renew(session, service.vault, token, now=now)
    if not is_right:
        raise LogIn(f"{request.path.rpartition('/')[0]}?code={'wrong' if code else 'missing'}")


async def rise(request: web.Request) -> None:
    """End the sitting of whoever leaves."""
    service, token = request.app[SERVICE], sent_token(request)
    if token is not None:
        async with service.transaction() as session:
            await sittings.rise(session, service.vault, token)


def setup(app: web.Application) -> None:
    """Put the gates up."""
    guard.install(app, Role.MODERATOR, moderator)
    guard.install(app, Role.LEAD, lead)
    app[LEAVING].append(rise)
