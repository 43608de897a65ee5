"""The mailbox as a person sees it: a list, a mail, and a button that unsubscribes with one click."""

from itertools import islice
from typing import TYPE_CHECKING

import aiohttp
from aiohttp import web
from yarl import URL

from . import pages
from .mails import Mail, same_origin

if TYPE_CHECKING:
    from .mailbox import Mailbox

MAILS_A_PAGE = 50
PATIENCE = aiohttp.ClientTimeout(total=15)
TELLING = (
    "From",
    "To",
    "Date",
    "Message-ID",
    "Reply-To",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "Auto-Submitted",
    "Content-Type",
)
# A link in a mail opens beside the mailbox, not in the small frame.
FRAME_HEAD = '<base target="_blank">'


def add(app: web.Application, mailbox: "Mailbox") -> None:
    """Add the pages of *mailbox*."""

    async def messages(request: web.Request) -> web.StreamResponse:
        return _list(request, mailbox) if pages.for_a_person(request) else await _as_json(request, mailbox)

    async def message(request: web.Request) -> web.StreamResponse:
        mail = mailbox.mails.find(int(request.match_info["number"]))
        if mail is None:
            return pages.missing("message")
        return _mail(mail, mailbox) if pages.for_a_person(request) else web.json_response(mail.as_json())

    async def unsubscribe(request: web.Request) -> web.StreamResponse:
        pages.refuse_strangers(request)
        mail = mailbox.mails.find(int(request.match_info["number"]))
        if mail is None:
            return pages.missing("message")
        mail.note = await one_click(mail, service_url=mailbox.service_url)
        raise web.HTTPSeeOther(f"/messages/{mail.number}")

    app.router.add_get("/messages", messages)
    app.router.add_get(r"/messages/{number:\d{1,9}}", message)
    app.router.add_post(r"/messages/{number:\d{1,9}}/unsubscribe", unsubscribe)


async def one_click(mail: Mail, *, service_url: str | None) -> str:
    """Unsubscribe as a mail provider does for its customer; say in words what came of it."""
    url = mail.unsubscribe_url
    if url is None:
        return "This mail offers no one-click unsubscribe."
    if service_url is None or not same_origin(url, service_url):
        return "Its address is not the service's own, so nothing was sent there."
    try:
        async with (
            aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), timeout=PATIENCE) as session,
            session.post(
                URL(url, encoded=True), data={"List-Unsubscribe": "One-Click"}, allow_redirects=False
            ) as response,
        ):
            status = response.status
    except (aiohttp.ClientError, TimeoutError, ValueError):
        return "The service could not be reached."
    # RFC 8058: no redirect is followed, so only a plain yes is one.
    return "Unsubscribed: the service said yes." if status < 300 else f"The service did not take it (HTTP {status})."


async def _as_json(request: web.Request, mailbox: "Mailbox") -> web.StreamResponse:
    """List what has arrived, oldest first."""
    rows = mailbox.mails.walk(to=pages.address(request, "to"), after=pages.number(request, "after", 0))
    if "limit" in request.query:
        rows = islice(rows, pages.number(request, "limit", 0))
    return await pages.listing(request, rows, Mail.as_json)


def _list(request: web.Request, mailbox: "Mailbox") -> web.Response:
    number = max(pages.number(request, "page", 1), 1)
    to = pages.address(request, "to")
    # One more than fits says whether there is another page.
    found = mailbox.mails.newest(to=to, skip=(number - 1) * MAILS_A_PAGE, limit=MAILS_A_PAGE + 1)
    return pages.page(
        "mails.html",
        mails=found[:MAILS_A_PAGE],
        more=len(found) > MAILS_A_PAGE,
        number=number,
        count=len(mailbox.mails),
        to=to,
    )


def _mail(mail: Mail, mailbox: "Mailbox") -> web.Response:
    url = mail.unsubscribe_url
    return pages.page(
        "mail.html",
        mail=mail,
        headers=[(name, mail.headers[name]) for name in TELLING if name in mail.headers],
        frame=FRAME_HEAD + mail.html if mail.html else "",
        can_unsubscribe=url is not None and mailbox.service_url is not None and same_origin(url, mailbox.service_url),
    )
