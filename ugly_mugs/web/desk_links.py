"""What a moderator says of a suggested link: one man, one event, neither; and taking that back."""

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


class Said(forms.Form):
    """What a link is."""

    says: LinkState


@routes.post("/desk/reports/{id}/links/{other}", role=Role.MODERATOR)
async def say(request: web.Request) -> web.Response:
    """Say what one link is; saying it twice is saying it once."""
    data, report_id, other_id = await forms.body(request), id_in(request), id_in(request, "other")
    said, _ = forms.read(Said, data)
    if said is None:
        raise NoSuchLink
    service, seat = request.app[SERVICE], request[SEAT]
    async with service.transaction() as session:
        await linking.say(session, report_id, other_id, said.says, by=seat.moderator_id, now=service.now())
    return see_other(f"/desk/reports/{report_id}#links")
