"""What a moderator says of a suggested link: one man, one event, neither; and taking that back."""

from uuid import UUID

from aiohttp import web

from ..desk import linking
from ..desk.linking import NoSuchLink
from ..models import LinkState
from . import SERVICE, forms
from .desk_ids import id_in
from .desk_seat import SEAT
from .errors import TABLE
from .guard import NoAccess, Role, Routes
from .respond import see_other

routes = Routes()

TABLE[NoSuchLink] = TABLE[NoAccess]


class Says(forms.Form):
    """Which report, and what it is to this one."""

    other: UUID
    says: LinkState


@routes.post("/desk/reports/{id}/links", role=Role.MODERATOR)
async def say(request: web.Request) -> web.Response:
    """Say what one link is; saying it twice is saying it once."""
    data, report_id = await forms.body(request), id_in(request)
    said, _ = forms.read(Says, data)
    if said is None:
        raise NoSuchLink
    service, seat = request.app[SERVICE], request[SEAT]
    async with service.transaction() as session:
        await linking.say(session, report_id, said.other, said.says, by=seat.moderator_id, now=service.now())
    return see_other(f"/desk/reports/{report_id}#links")
