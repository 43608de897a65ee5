"""What providers tell us, and the one click that stops an email."""

from aiohttp import web
from sqlmodel.ext.asyncio.session import AsyncSession

from .. import links
from ..contract import Forged, Heard, Listening, Reply
from ..delivery import learning, suppression
from ..languages import lazy
from ..links import BadLink
from ..subscribers import joining, leaving, replies
from . import SERVICE, errors, forms, guard
from .guard import NoAccess, Role
from .respond import page, typed

routes = guard.Routes()

LIMIT = 16 * 1024
SMS = "sms"
ONE_CLICK = "one-click"

errors.say(Forged, 403, lazy("This was not signed by whom it says it is from."))


@routes.post("/hooks/sms/status/{delivery}", role=Role.HOOK, limit=LIMIT)
async def status(request: web.Request) -> web.Response:
    """Learn what became of a text."""
    heard = await _hear(request)
    service = request.app[SERVICE]
    if isinstance(heard, Heard):
        await service.again_if_locked(lambda session: learning.learn(session, heard, now=service.now()))
    return web.Response(status=204)


@routes.post("/hooks/sms/inbound", role=Role.HOOK, limit=LIMIT)
async def inbound(request: web.Request) -> web.Response:
    """Act on a text that somebody sent to us; the answer, if any, goes out through the ledger."""
    heard = await _hear(request)
    service = request.app[SERVICE]
    if isinstance(heard, Reply):
        await service.again_if_locked(
            lambda session: replies.hear(session, service.vault, SMS, heard, now=service.now())
        )
    # No log line: it would say when somebody wrote.
    return web.Response(text="<Response/>", content_type="text/xml")


async def _hear(request: web.Request) -> Heard | Reply | None:
    channel = request.app[SERVICE].channels.get(SMS)
    if not isinstance(channel, Listening):
        raise NoAccess
    form = await forms.flat(request, limit=LIMIT)
    return channel.hear(request.raw_path, form, request.headers)


@routes.get("/u/{token}", role=Role.LINK)
async def ask(request: web.Request) -> web.Response:
    """Only a button: scanners of mail follow links by themselves."""
    await _whose(request)
    return page(request, "member/unsubscribe.html")


@routes.post("/u/{token}", role=Role.LINK, limit=LIMIT)
async def unsubscribe(request: web.Request) -> web.Response:
    """Stop this address at once (RFC 8058), or undo it; the same answer whether we still know it."""
    channel, tag = await _whose(request)
    starts_again = typed(await forms.body(request, limit=LIMIT), "again") == "yes"
    service, now = request.app[SERVICE], request.app[SERVICE].now()

    async def change(session: AsyncSession) -> None:
        subscriber = await joining.find(session, channel=channel, tag=tag)
        if starts_again:
            await suppression.lift(session, channel=channel, tag=tag)
        else:
            await suppression.suppress(session, channel=channel, tag=tag, reason=ONE_CLICK, now=now)
        if subscriber is not None and starts_again:
            await leaving.start(session, subscriber)
        elif subscriber is not None:
            await leaving.stop(session, subscriber, now=now)

    await service.again_if_locked(change)
    return page(request, "member/unsubscribed.html", starts_again=starts_again)


async def _whose(request: web.Request) -> tuple[str, bytes]:
    try:
        value = links.read(request.app[SERVICE].vault, "unsubscribe", request.match_info["token"])
    except BadLink:
        raise NoAccess from None
    channel, _, tag = value.partition(":")
    return channel, bytes.fromhex(tag)


def setup(app: web.Application) -> None:
    """Nothing: each request proves itself."""
