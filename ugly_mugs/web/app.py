"""Puts the parts that one process serves into one application; a process loads only what it serves."""

from collections.abc import Iterable
from importlib import import_module

from aiohttp import web

from ..service import Service
from . import SERVICE, always, browser, errors, guard, headers, respond

PARTS: dict[str, tuple[str, ...]] = {
    "intake": ("report", "returning", "changing"),
    "desk": ("desk",),
    "member": ("member", "join", "leaving"),
    "hooks": ("hooks",),
    "feed": ("scheme",),
}
"""What can be served, and the modules of this package that do."""
LARGEST_BODY = 1024 * 1024


def build(service: Service, parts: Iterable[str]) -> web.Application:
    """Make the application that serves *parts*; raise `guard.Unguarded` if a route is open to nobody knows whom."""
    app = web.Application(middlewares=[respond.speak, errors.explain], client_max_size=LARGEST_BODY)
    app[SERVICE] = service
    app[respond.TEMPLATES] = respond.environment(service.config)
    app[guard.GATES] = {}
    headers.install(app, service.config)
    browser.install(app)
    modules = [import_module(f"{__package__}.{name}") for part in sorted(set(parts)) for name in PARTS[part]]
    for module in (always, *modules):
        module.setup(app)
        app.add_routes(module.routes)
    if loose := guard.unguarded(app):
        raise guard.Unguarded(", ".join(loose))
    return app


def runner(app: web.Application) -> web.AppRunner:
    """What runs *app*: `await runner.setup()`, then a `web.TCPSite`."""
    return headers.Runner(app)
