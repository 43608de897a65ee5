"""The pages and the HTTP interface.

A module for each audience (`report`, `desk`, …) has `routes`, a `guard.Routes`, and `setup(app)`, which
installs the gates of its roles. `app.PARTS` names it. A handler reads, does, logs, answers:

    routes = guard.Routes()

    @routes.get("/report", role=Role.ANYONE)
    async def blank(request: web.Request) -> web.Response:
        return page(request, "report/form.html")

    @routes.post("/report", role=Role.ANYONE, again=again)
    async def submit(request: web.Request) -> web.Response:
        data = await forms.body(request)
        new, errors = forms.read(NewReport, data)
        if new is None:
            return page(request, "report/form.html", status=422, data=data, errors=errors)
        service = request.app[SERVICE]
        async with service.transaction() as session:
            code = await intake.submit(session, service.vault, new, now=service.now())
        return page(request, "report/code.html", code=code)

    def again(request: web.Request, data: forms.Sent, notice: str) -> web.Response:
        # Shown when the token is stale or the database away: her words are still in the form.
        return page(request, "report/form.html", data=data, notice=notice)
"""

from collections.abc import Callable

from aiohttp import web

from ..service import Service

SERVICE = web.AppKey("service", Service)
MEANING: web.AppKey[Callable[[str], str]] = web.AppKey("meaning")
"""What a provider's code means; only `boot` knows the providers."""
