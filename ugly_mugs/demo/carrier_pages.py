"""The carrier as a person sees it: phones, what they got, and a box to answer."""

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import phonenumbers
from aiohttp import web

from . import pages
from .texts import Text
from .twilio_words import LONGEST_BODY

if TYPE_CHECKING:
    from .carrier import Carrier

PHONES_A_PAGE = 50
TEXTS_A_PHONE = 4
TEXTS_A_PAGE = 100


class NotANumber(Exception):
    """What was given as a phone number is none."""


def add(app: web.Application, carrier: "Carrier") -> None:
    """Add the pages of *carrier*."""

    async def messages(request: web.Request) -> web.StreamResponse:
        if not pages.for_a_person(request):
            return await _as_json(request, carrier)
        phone = pages.address(request, "to")
        return _phones(request, carrier) if phone is None else _phone(request, carrier, phone)

    async def reply(request: web.Request) -> web.StreamResponse:
        pages.refuse_strangers(request)
        form = {name: str(value) for name, value in (await request.post()).items()}
        try:
            sender, to = _number(form.get("from", "")), _number(form.get("to", ""))
        except NotANumber:
            return _phones(request, carrier, wrong="That is not a phone number. Write it like 07700 900123.", form=form)
        body = form.get("body", "").strip()[:LONGEST_BODY]
        if not body:
            return _phones(request, carrier, wrong="Write something to send.", form=form)
        await carrier.text(sender, to, body)
        raise web.HTTPSeeOther("/messages?" + urlencode({"to": sender}) + "#newest")

    app.router.add_get("/messages", messages)
    app.router.add_post("/reply", reply)


async def _as_json(request: web.Request, carrier: "Carrier") -> web.StreamResponse:
    """List what has arrived, oldest first."""
    to, after = pages.address(request, "to"), None
    if (sid := request.query.get("after")) is not None and (after := carrier.texts.find(sid)) is None:
        return pages.missing("message")
    rows = carrier.texts.oldest_first(after=after) if to is None else _to(carrier, to, after)
    if "limit" in request.query:
        rows = islice(rows, pages.number(request, "limit", 0))
    return await pages.listing(request, rows, Text.as_json)


def _to(carrier: "Carrier", to: str, after: Text | None) -> Iterator[Text]:
    found = list(carrier.texts.between(to=to, sender=None))
    return (text for text in reversed(found) if after is None or text.place > after.place)


def _phones(
    request: web.Request, carrier: "Carrier", *, wrong: str = "", form: dict[str, str] | None = None
) -> web.Response:
    """Show the phones, the one with the newest text first."""
    number = max(pages.number(request, "page", 1), 1)
    shown = carrier.texts.phones(skip=(number - 1) * PHONES_A_PAGE, limit=PHONES_A_PAGE)
    given = form or {}
    ours = carrier.account.numbers or tuple(sorted(carrier.texts.ours))
    return pages.page(
        "phones.html",
        status=422 if wrong else 200,
        phones=[(phone, len(texts), texts[-TEXTS_A_PHONE:]) for phone, texts in shown],
        text_count=len(carrier.texts),
        phone_count=carrier.texts.phone_count,
        number=number,
        more=carrier.texts.phone_count > number * PHONES_A_PAGE,
        ours=ours,
        wrong=wrong,
        sender=given.get("from", ""),
        to=given.get("to", ours[0] if ours else ""),
        body=given.get("body", ""),
        listening=carrier.inbound_url is not None,
        stopped=carrier.account.opted_out,
    )


def _phone(request: web.Request, carrier: "Carrier", phone: str) -> web.Response:
    """Show one phone's texts, the newest at the end."""
    texts = carrier.texts.conversation(phone)
    number = max(pages.number(request, "page", 1), 1)
    end = max(len(texts) - (number - 1) * TEXTS_A_PAGE, 0)
    ours = carrier.account.numbers
    return pages.page(
        "phone.html",
        phone=phone,
        texts=texts[max(end - TEXTS_A_PAGE, 0) : end],
        count=len(texts),
        number=number,
        more=end > TEXTS_A_PAGE,
        to=texts[-1].ours if texts else next(iter(ours), ""),
        stopped=carrier.account.opted_out,
    )


def _number(written: str) -> str:
    """Read a number as people write it."""
    try:
        parsed = phonenumbers.parse(written, "GB")
    except phonenumbers.NumberParseException:
        raise NotANumber from None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
