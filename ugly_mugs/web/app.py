"""Puts the parts that one process serves into one application; a process loads only what it serves."""

from collections.abc import Callable, Iterable
from importlib import import_module

from aiohttp import web

from ..service import Service
from . import MEANING, SERVICE, always, browser, errors, guard, headers, respond

PARTS: dict[str, tuple[str, ...]] = {
    "intake": ("report", "returning", "changing"),
    "desk": ("desk",),
    "member": ("member", "join", "leaving"),
    "hooks": ("hooks",),
    "feed": ("scheme",),
}
"""What can be served, and the modules of this package that do."""
LARGEST_BODY = 1024 * 1024


def _says_nothing(_code: str) -> str:
    return ""


def build(service: Service, parts: Iterable[str], *, meaning: Callable[[str], str] = _says_nothing) -> web.Application:
    """Make the application that serves *parts*; raise `guard.Unguarded` if a route is open to nobody knows whom.

    *meaning* says what a provider's code means.
    """
    app = web.Application(middlewares=[respond.speak, errors.explain], client_max_size=LARGEST_BODY)
    app[SERVICE] = service
    app[MEANING] = meaning
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
