"""The ids in the desk's addresses."""

from uuid import UUID

from aiohttp import web

from .guard import NoAccess


def id_in(request: web.Request, name: str = "id") -> UUID:
    """The id in the address, or another one; what is none reads like one that is not there."""
    try:
        return UUID(request.match_info[name])
    except ValueError:
        raise NoAccess from None
