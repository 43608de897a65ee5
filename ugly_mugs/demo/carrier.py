"""A carrier that speaks Twilio's protocol, remembers every text and does wrong what it is told to."""

import asyncio
import base64
import json
import secrets
from collections.abc import Awaitable, Callable, Collection
from itertools import islice
from typing import Self
from urllib.parse import parse_qsl

from aiohttp import web

from . import carrier_pages, pages
from .account import Account, Answered
from .callbacks import Callbacks
from .faults import Faults, Trouble
from .texts import Text, Texts
from .twilio_words import API, Refused, page_of, resource

MESSAGES = f"/{API}/Accounts/{{account}}/Messages.json"
MESSAGE = f"/{API}/Accounts/{{account}}/Messages/{{sid}}.json"
FINAL = frozenset({"delivered", "undelivered", "failed", "received"})
MOST_A_PAGE = 1000

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Carrier:
    """One Twilio account on this computer; nothing it takes leaves it.

    *numbers* are the account's own senders; any sender is taken if there are none.
    *delay* is the seconds between two steps of a text's way.
    """

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        numbers: Collection[str] = (),
        inbound_url: str | None = None,
        delay: float = 0.05,
        callbacks_at_once: int = 32,
        faults: Faults | None = None,
    ) -> None:
        self.inbound_url = inbound_url
        self.attempts = 0
        """How often somebody tried to send, whatever came of it."""
        self._callbacks = Callbacks(auth_token, at_once=callbacks_at_once)
        self.account = Account(
            account_sid, self._callbacks, Faults() if faults is None else faults, numbers=numbers, delay=delay
        )
        self._authorization = b"Basic " + base64.b64encode(f"{account_sid}:{auth_token}".encode())
        self._closing = asyncio.Event()
        self._serving = pages.Serving(host, port)

    @property
    def url(self) -> str:
        """Where it listens, without a slash at the end."""
        return self._serving.url

    @property
    def faults(self) -> Faults:
        """What it does wrong."""
        return self.account.faults

    @faults.setter
    def faults(self, faults: Faults) -> None:
        self.account.faults = faults

    @property
    def texts(self) -> Texts:
        """What it remembers."""
        return self.account.texts

    async def start(self) -> None:
        """Listen."""
        app = pages.application()
        app.add_routes(
            [
                web.post(MESSAGES, self._guarded(self._create)),
                web.get(MESSAGES, self._guarded(self._list)),
                web.get(MESSAGE, self._guarded(self._fetch)),
                web.post(MESSAGE, self._guarded(self._empty)),
                web.delete(MESSAGE, self._guarded(self._delete)),
            ]
        )
        carrier_pages.add(app, self)
        await self._callbacks.start()
        await self._serving.start(app)

    async def stop(self) -> None:
        """Stop listening and drop what was still to be told."""
        self._closing.set()
        await self._serving.stop()
        await self._callbacks.stop()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def settled(self) -> None:
        """Wait until every text has come to its end and every callback was answered or given up."""
        await self._callbacks.settled()

    async def text(self, from_number: str, to_number: str, body: str) -> Answered:
        """Send a person's text to the service and deliver what it answers."""
        return await self.account.hear(from_number, to_number, body, inbound_url=self.inbound_url)

    def _guarded(self, handler: Handler) -> Handler:
        """Let in only who knows the token, and say every refusal as Twilio does."""

        async def guard(request: web.Request) -> web.StreamResponse:
            try:
                if not secrets.compare_digest(request.headers.get("Authorization", "").encode(), self._authorization):
                    raise Refused(20003)
                if request.match_info["account"] != self.account.sid:
                    raise Refused(20404)
                return await handler(request)
            except Refused as refused:
                return _json(refused.as_json(), status=refused.status)

        return guard

    async def _create(self, request: web.Request) -> web.StreamResponse:
        self.attempts += 1
        form = dict(parse_qsl((await request.read()).decode(errors="replace"), keep_blank_values=True))
        if self.faults.latency:
            await asyncio.sleep(self.faults.latency)
        trouble = self.faults.next()
        text = self.account.create(form) if trouble is None or trouble.taken else None
        if text is None or trouble is not None:
            return await self._go_wrong(request, trouble)
        return _json(json.dumps(resource(text, self.account.sid)), status=201)

    async def _go_wrong(self, request: web.Request, trouble: Trouble | None) -> web.StreamResponse:
        if trouble is Trouble.THROTTLE:
            refused = Refused(20429)
            return _json(refused.as_json(), status=refused.status, headers={"Retry-After": self.faults.retry_after})
        if trouble is Trouble.FAIL:
            raise Refused(20500)
        if trouble in {Trouble.HANG, Trouble.STALL}:
            await self._closing.wait()
        if request.transport is not None:
            request.transport.close()
        return web.Response()

    async def _list(self, request: web.Request) -> web.StreamResponse:
        """List texts, newest first, as Twilio does."""
        query = {name: value for name in ("To", "From") if (value := request.query.get(name))}
        size = min(max(pages.number(request, "PageSize", 50), 1), MOST_A_PAGE)
        page = pages.number(request, "Page", 0)
        found = self.texts.between(to=query.get("To"), sender=query.get("From"))
        # One more than fits says whether there is another page.
        shown = [resource(text, self.account.sid) for text in islice(found, page * size, (page + 1) * size + 1)]
        return _json(page_of(shown, path=request.path, query=query, page=page, size=size))

    async def _fetch(self, request: web.Request) -> web.StreamResponse:
        return _json(json.dumps(resource(self._named(request), self.account.sid)))

    async def _empty(self, request: web.Request) -> web.StreamResponse:
        """Empty a text's words, the one change Twilio allows to a text that has gone."""
        text = self._named(request)
        form = await request.post()
        if form.get("Body") != "":
            raise Refused(20001)
        text.is_emptied = True
        return _json(json.dumps(resource(text, self.account.sid)))

    async def _delete(self, request: web.Request) -> web.StreamResponse:
        text = self._named(request)
        if text.status not in FINAL:
            raise Refused(20009)
        self.texts.remove(text)
        return web.Response(status=204)

    def _named(self, request: web.Request) -> Text:
        text = self.texts.find(request.match_info["sid"])
        if text is None:
            raise Refused(20404)
        return text


def _json(text: str, *, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    return web.Response(text=text, status=status, content_type="application/json", headers=headers)
