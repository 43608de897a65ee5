"""The desk: everything behind its log-in."""

from aiohttp import web

from . import desk_alerts, desk_cases, desk_links, desk_login, desk_redaction, desk_seat, desk_writing

routes = [
    *desk_login.routes,
    *desk_cases.routes,
    *desk_redaction.routes,
    *desk_links.routes,
    *desk_writing.routes,
    *desk_alerts.routes,
]


def setup(app: web.Application) -> None:
    """Put the gates up."""
    desk_seat.setup(app)
