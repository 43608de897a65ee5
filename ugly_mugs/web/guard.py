"""Who may do what: every route names a role, and every change of state proves that it came from our page.

    routes = guard.Routes()
    @routes.post("/desk/alerts/{id}/approve", role=Role.MODERATOR, fresh=True)

    async def gate(request: web.Request, *, fresh: bool) -> None:
        ...                                    # find the session by browser_token(request); raise or return
        request[MODERATOR] = moderator         # what the handler wants to know

    def setup(app: web.Application) -> None:
        guard.install(app, Role.MODERATOR, gate)

A gate raises `NoAccess`, which reads exactly like not found, or `LogIn("/desk/login")`. With *fresh* it
wants a second factor not older than ten minutes. A role without a gate lets nobody in.

Before a handler that changes something runs, in this order: Origin and Sec-Fetch-Site, the gate, the body
(`limit`), the token of the form. What a stale form held is not lost: see `again` in `ugly_mugs.web`.
"""

import base64
import functools
import hmac
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Protocol

from aiohttp import web

from . import SERVICE, forms
from .browser import browser_token, sent_token

FRESH = timedelta(minutes=10)
"""How old a second factor may be where a route says *fresh*."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Again = Callable[[web.Request, forms.Sent, str], web.Response]
"""Shows a form again with what was sent and a notice; it may not touch the database, which may be away."""


class Role(StrEnum):
    """Who a route is for."""

    ANYONE = "anyone"
    REPORTER = "reporter"
    MEMBER = "member"
    MODERATOR = "moderator"
    LEAD = "lead"
    SCHEME = "scheme"
    LINK = "link"
    """Whoever holds a link from one of our messages; its handler checks the token in it."""
    HOOK = "hook"
    """A provider; its handler checks the signature."""


OPEN = frozenset({Role.ANYONE, Role.LINK, Role.HOOK})
"""Roles that need no gate."""
NO_COOKIE = frozenset({Role.SCHEME, Role.LINK, Role.HOOK})
"""Roles that do not rest on a cookie, so that no other site can borrow them."""


class NoAccess(Exception):
    """Not for whoever asked; reads exactly like not found."""


class LogIn(Exception):
    """Whoever asked must first go to *where*, a path of ours."""

    def __init__(self, where: str) -> None:
        super().__init__()
        self.where = where


class StaleForm(Exception):
    """A form without its token: older than the session, or not ours."""


class ForeignForm(Exception):
    """The browser says that another site sent this."""


class Unguarded(Exception):
    """A route that nobody guards; the service does not start with one."""


class Gate(Protocol):
    """Lets a request through by returning."""

    async def __call__(self, request: web.Request, /, *, fresh: bool) -> None:
        """Raise `NoAccess` or `LogIn` for whoever may not pass."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What a route asks for."""

    role: Role
    fresh: bool = False
    limit: int = forms.LIMIT
    again: Again | None = None


GATES = web.AppKey("gates", dict[Role, Gate])
RULE = web.RequestKey("rule", Rule)
_RULES: dict[object, Rule] = {}


@dataclass(frozen=True, slots=True)
class Routes:
    """A table of routes, like aiohttp's, in which each names its role."""

    table: web.RouteTableDef = field(default_factory=web.RouteTableDef)

    def __iter__(self) -> Iterator[web.AbstractRouteDef]:
        return iter(self.table)

    def get(self, path: str, *, role: Role, fresh: bool = False) -> Callable[[Handler], Handler]:
        """Show something; changes nothing."""
        return self._add("GET", path, Rule(role=role, fresh=fresh))

    def post(
        self, path: str, *, role: Role, fresh: bool = False, limit: int = forms.LIMIT, again: Again | None = None
    ) -> Callable[[Handler], Handler]:
        """Change something."""
        return self._add("POST", path, Rule(role=role, fresh=fresh, limit=limit, again=again))

    def delete(self, path: str, *, role: Role, fresh: bool = False) -> Callable[[Handler], Handler]:
        """Take something away."""
        return self._add("DELETE", path, Rule(role=role, fresh=fresh))

    def _add(self, method: str, path: str, rule: Rule) -> Callable[[Handler], Handler]:
        def decorate(handler: Handler) -> Handler:
            @functools.wraps(handler)
            async def guarded(request: web.Request) -> web.StreamResponse:
                request[RULE] = rule
                await _pass(request, rule)
                return await handler(request)

            _RULES[guarded] = rule
            if method == "GET":
                self.table.get(path)(guarded)
            else:
                self.table.route(method, path)(guarded)
            return handler

        return decorate


def install(app: web.Application, role: Role, gate: Gate) -> None:
    """Let *gate* decide who has *role*."""
    app[GATES][role] = gate


def unguarded(app: web.Application) -> list[str]:
    """Routes of *app* that name no role, or one that has no gate."""
    loose = []
    for route in app.router.routes():
        rule = _RULES.get(route.handler)
        if rule is None or (rule.role not in OPEN and rule.role not in app[GATES]):
            loose.append(f"{route.method} {route.resource.canonical if route.resource else '?'}")
    return loose


def csrf(request: web.Request) -> str:
    """The token that a form of this browser must send back; gives the browser its cookie."""
    return _token(request, browser_token(request))


async def _pass(request: web.Request, rule: Rule) -> None:
    changes = request.method not in {"GET", "HEAD"}
    if changes:
        _check_origin(request)
    gate = request.app[GATES].get(rule.role)
    if gate is not None:
        await gate(request, fresh=rule.fresh)
    elif rule.role not in OPEN:
        raise NoAccess
    if changes and rule.role not in NO_COOKIE:
        data = await forms.body(request, limit=rule.limit)
        sent, cookie = data.pop(forms.CSRF, None), sent_token(request)
        # Another site cannot send JSON without asking us first, and we never answer that question.
        if cookie is None and request.content_type == "application/json":
            return
        if cookie is None or not isinstance(sent, str) or not _same(sent, _token(request, cookie)):
            raise StaleForm


def _check_origin(request: web.Request) -> None:
    url = request.app[SERVICE].config.public_url
    ours = "/".join(url.split("/")[:3]).lower()
    # Browsers send `null` from our own pages, because of their `no-referrer`.
    if any(origin.lower() not in {ours, "null"} for origin in request.headers.getall("Origin", [])):
        raise ForeignForm
    if any(site != "same-origin" for site in request.headers.getall("Sec-Fetch-Site", [])):
        raise ForeignForm


def _token(request: web.Request, cookie: str) -> str:
    tag = request.app[SERVICE].vault.tag("session", "csrf", cookie)
    return base64.urlsafe_b64encode(tag).decode().rstrip("=")


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())
