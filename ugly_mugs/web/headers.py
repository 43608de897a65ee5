"""The same safe headers on every response, whatever answers and however it fails."""

from collections.abc import Mapping
from urllib.parse import urlsplit

import structlog
from aiohttp import hdrs, web
from aiohttp.web_protocol import RequestHandler

from .. import logs
from ..config import Config

log = structlog.get_logger()

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; script-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
)
ALWAYS: Mapping[str, str] = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
UNLESS_SET: Mapping[str, str] = {"Cache-Control": "no-store"}
TRANSPORT = "max-age=63072000; includeSubDomains"


def install(app: web.Application, config: Config) -> None:
    """Put the headers on whatever *app* answers; a handler may only choose its own Cache-Control."""
    url = urlsplit(config.public_url)
    has_tls = url.scheme == "https" and not _is_onion(url.hostname or "")

    async def add(request: web.Request, response: web.StreamResponse) -> None:
        response.headers.update(ALWAYS)
        for name, value in UNLESS_SET.items():
            response.headers.setdefault(name, value)
        if has_tls and not _is_onion(request.host.partition(":")[0]):
            response.headers["Strict-Transport-Security"] = TRANSPORT
        response.headers.popall(hdrs.SERVER, None)

    app.on_response_prepare.append(add)


def _is_onion(host: str) -> bool:
    return host.lower().rstrip(".").endswith(".onion")


class Runner(web.AppRunner):
    """Runs an application with no access log, and answers what is not even HTTP in our own way."""

    def __init__(self, app: web.Application) -> None:
        # aiohttp's access log prints address, user agent and referrer.
        super().__init__(app, access_log=None)

    async def _make_server(self) -> web.Server:
        server = await super()._make_server()
        server.__class__ = _Server
        return server


class _Server(web.Server):
    def __call__(self) -> RequestHandler:
        return _Handler(self, loop=self._loop, **self._kwargs)


class _Handler(RequestHandler):
    """aiohttp's own answer repeats the request and logs the address of whoever sent it."""

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        if request.writer.output_size > 0:
            raise ConnectionError("the answer was already under way")
        if exc is not None and status >= 500:
            log.error("web.failed", **logs.told(exc))
        headers = {**ALWAYS, **UNLESS_SET, hdrs.SERVER: "web"}
        response = web.Response(status=status, text="This was not understood.\n", headers=headers)
        response.force_close()
        return response
