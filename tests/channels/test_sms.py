"""Texts leave through Twilio's protocol, and what comes back is believed only with its signature."""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from twilio.request_validator import RequestValidator

from channels.sms import Sms, open_channel
from channels.twilio_senders import Sender
from ugly_mugs.contract import (
    ChannelDown,
    Forged,
    Heard,
    Message,
    OnceMore,
    OptedOut,
    Progress,
    Receipt,
    Reply,
    SendFailed,
    Undeliverable,
    Unknown,
)
from ugly_mugs.demo.carrier import Carrier
from ugly_mugs.demo.faults import Trouble

ACCOUNT, TOKEN = "ACdemo", "a made-up token"
PUBLIC = "https://notes.example"
OURS, HERS = "+447700900001", "+447700900123"
SENDER = Sender(number=OURS, account_sid=ACCOUNT, auth_token=TOKEN)


@pytest.fixture
async def carrier() -> AsyncIterator[Carrier]:
    async with Carrier(ACCOUNT, TOKEN, numbers=[OURS]) as carrier:
        yield carrier


@pytest.fixture
async def sms(carrier: Carrier) -> AsyncIterator[Sms]:
    channel = an_sms(carrier.url)
    yield channel
    await channel.close()


def an_sms(url: str, *senders: Sender, timeout: float = 2, public_url: str = PUBLIC) -> Sms:
    return Sms(senders or (SENDER,), api_url=url, public_url=public_url, timeout=timeout)


def a_text(*, id: str = "d-1", to: str = HERS, txt: str = "7K2Q: update waiting.\n", sender: str = "") -> Message:
    return Message(id=id, to=to, parts={"txt": txt}, valid_for=timedelta(hours=48), sender=sender)


def signed(path: str, form: Mapping[str, str], *, token: str = TOKEN) -> dict[str, str]:
    return {"x-twilio-signature": RequestValidator(token).compute_signature(PUBLIC + path, dict(form))}


async def test_a_text_arrives_in_our_words_and_its_callbacks_know_which_it_is(carrier: Carrier, sms: Sms) -> None:
    heard: asyncio.Queue[Heard | Reply | None] = asyncio.Queue()

    async def hook(request: web.Request) -> web.Response:
        # Repeated fields and new ones are part of the signature, so the form goes in as it came.
        heard.put_nowait(channel.hear(request.raw_path, await request.post(), request.headers))  # type: ignore[arg-type]
        return web.Response()

    app = web.Application()
    app.router.add_post("/hooks/sms/status/{id}", hook)
    async with TestServer(app) as server:
        channel = an_sms(carrier.url, public_url=str(server.make_url("")).rstrip("/"))

        receipt = await channel.send(a_text(txt="£5 & “tŷ” + 100%\n"))

        first, second = [await asyncio.wait_for(heard.get(), 5) for _ in range(2)]
        await channel.close()
    (text,) = carrier.texts.oldest_first()
    assert (text.to, text.sender, text.body) == (HERS, OURS, "£5 & “tŷ” + 100%")
    assert (text.sid, receipt.progress) == (receipt.reference, Progress.SENT)
    assert first == Heard(delivery="d-1", reference=text.sid, progress=Progress.SENT)
    assert second == Heard(delivery="d-1", reference=text.sid, progress=Progress.DELIVERED)


async def test_what_is_asked_of_twilio_holds_no_more_than_ten_hours() -> None:
    asked: list[Mapping[str, object]] = []

    async def take(request: web.Request) -> web.Response:
        asked.append(dict(await request.post()))
        return web.json_response({"sid": "SM1", "status": "queued"}, status=201)

    app = web.Application()
    app.router.add_post("/2010-04-01/Accounts/ACdemo/Messages.json", take)
    async with TestServer(app) as server:
        sms = an_sms(str(server.make_url("")))

        await sms.send(a_text())
        await sms.send(Message(id="d-2", to=HERS, parts={"txt": "x"}, valid_for=timedelta(seconds=1)))
        await sms.send(Message(id="d-3", to=HERS, parts={"txt": "x"}))

        await sms.close()
    assert [form.get("ValidityPeriod") for form in asked] == ["36000", "6", None]
    assert asked[0]["StatusCallback"] == "https://notes.example/hooks/sms/status/d-1"


async def test_a_text_leaves_from_the_sender_it_was_given_to(carrier: Carrier) -> None:
    carrier.account.numbers = (OURS, "12345")
    sms = an_sms(carrier.url, SENDER, Sender(number="12345", name="short", account_sid=ACCOUNT, auth_token=TOKEN))

    for number, name in enumerate([OURS, "short"] * 5):
        await sms.send(a_text(id=f"d-{number}", sender=name))

    await sms.close()
    assert [text.sender for text in carrier.texts.oldest_first()] == [OURS, "12345"] * 5


async def test_a_text_whose_sender_is_gone_may_be_given_to_another(carrier: Carrier, sms: Sms) -> None:
    with pytest.raises(SendFailed) as failure:
        await sms.send(a_text(sender="+447700900999"))

    assert type(failure.value) is SendFailed
    assert carrier.attempts == 0


@pytest.mark.parametrize(("sender", "asked"), [("one", ["AC1"]), ("two", ["AC2"]), ("gone", ["AC1"])])
async def test_the_account_a_text_left_from_is_asked_first(sender: str, asked: list[str]) -> None:
    seen: list[str] = []
    theirs = {"sid": "SM1", "status": "sent", "body": "Hello.", "direction": "outbound-api", "date_created": None}

    async def list_texts(request: web.Request) -> web.Response:
        seen.append(request.match_info["account"])
        return web.json_response({"messages": [theirs], "page": 0, "page_size": 50, "next_page_uri": None})

    app = web.Application()
    app.router.add_get("/2010-04-01/Accounts/{account}/Messages.json", list_texts)
    async with TestServer(app) as server:
        both = [
            Sender(number=f"+44770090000{n}", name=name, account_sid=f"AC{n}", auth_token=TOKEN)
            for n, name in ((1, "one"), (2, "two"))
        ]
        sms = an_sms(str(server.make_url("")), *both)

        found = await sms.find(a_text(txt="Hello.", sender=sender), since=datetime.now(UTC))

        await sms.close()
    assert (found, seen) == (Receipt("SM1"), asked)


async def test_many_texts_at_once_each_get_their_own_answer(carrier: Carrier, sms: Sms) -> None:
    numbers = [f"+447700900{last:03}" for last in range(100, 300)]

    receipts = await asyncio.gather(*(sms.send(a_text(id=f"d{to}", to=to)) for to in numbers))

    where = {text.sid: text.to for text in carrier.texts.oldest_first()}
    assert [where[receipt.reference] for receipt in receipts] == numbers


@pytest.mark.parametrize(("code", "kind"), [(21211, Undeliverable), (21614, Undeliverable), (21610, OptedOut)])
async def test_a_number_that_is_refused_is_refused_for_good(
    carrier: Carrier, sms: Sms, code: int, kind: type[Undeliverable]
) -> None:
    carrier.faults.refused[HERS] = code

    with pytest.raises(Undeliverable) as failure:
        await sms.send(a_text())

    assert type(failure.value) is kind
    assert failure.value.code == f"twilio {code}"
    assert HERS not in str(failure.value)


async def test_a_busy_provider_says_how_long_to_wait(carrier: Carrier, sms: Sms) -> None:
    carrier.faults.plan = deque([Trouble.THROTTLE])
    carrier.faults.retry_after = "7"

    with pytest.raises(SendFailed) as failure:
        await sms.send(a_text())

    assert type(failure.value) is SendFailed
    assert failure.value.retry_after == timedelta(seconds=7)


@pytest.mark.parametrize("trouble", [Trouble.CLOSE, Trouble.LOSE, Trouble.FAIL, Trouble.HANG, Trouble.STALL])
async def test_a_lost_answer_is_unknown_and_never_sent_again(carrier: Carrier, trouble: Trouble) -> None:
    sms = an_sms(carrier.url, timeout=0.5)
    await sms.send(a_text(id="d-0"))
    carrier.faults.plan = deque([trouble])
    since = datetime.now(UTC)

    with pytest.raises(Unknown):
        await sms.send(a_text(txt="Another."))
    found = await sms.find(a_text(txt="Another.\n"), since=since)

    await sms.close()
    assert carrier.attempts == 2
    assert (found is not None) is trouble.taken


async def test_nobody_at_the_address_is_known_to_have_taken_nothing(unused_tcp_port: int) -> None:
    sms = an_sms(f"http://127.0.0.1:{unused_tcp_port}")

    with pytest.raises(SendFailed) as failure:
        await sms.send(a_text())
    with pytest.raises(Unknown):
        await sms.find(a_text(), since=datetime.now(UTC))

    await sms.close()
    assert type(failure.value) is SendFailed


async def test_a_wrong_token_closes_the_channel_and_blames_nobody(carrier: Carrier) -> None:
    sms = an_sms(carrier.url, Sender(number=OURS, account_sid=ACCOUNT, auth_token="wrong"))

    with pytest.raises(ChannelDown):
        await sms.send(a_text())

    await sms.close()


@pytest.mark.parametrize("body", ["", "[]", "null", "{}", "<html>"])
async def test_a_success_that_cannot_be_read_is_unknown(body: str) -> None:
    async def take(request: web.Request) -> web.Response:
        return web.Response(text=body, status=201)

    app = web.Application()
    app.router.add_post("/{tail:.*}", take)
    async with TestServer(app) as server:
        sms = an_sms(str(server.make_url("")))

        with pytest.raises(Unknown):
            await sms.send(a_text())

        await sms.close()


async def test_the_same_words_to_somebody_else_or_long_ago_are_not_found(carrier: Carrier, sms: Sms) -> None:
    await sms.send(a_text(to="+447700900124"))
    await sms.send(a_text(txt="Other words."))
    now = datetime.now(UTC)

    assert await sms.find(a_text(), since=now) is None
    receipt = await sms.send(a_text())
    assert (await sms.find(a_text(), since=now)) == receipt
    assert await sms.find(a_text(), since=now + timedelta(minutes=5)) is None


async def test_the_provider_forgets_the_words_when_told(carrier: Carrier, sms: Sms) -> None:
    receipt = await sms.send(a_text())

    await sms.empty(receipt.reference)
    await sms.empty("SM" + "0" * 32)

    assert [text.kept for text in carrier.texts.oldest_first()] == [""]


async def test_a_closed_channel_opens_again(carrier: Carrier, sms: Sms) -> None:
    await sms.send(a_text())
    await sms.close()

    await sms.send(a_text(id="d-2"))

    assert carrier.attempts == 2


async def test_nothing_is_logged_while_sending(carrier: Carrier, sms: Sms, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="twilio")

    await sms.send(a_text())

    assert not [record for record in caplog.records if HERS in record.getMessage()]


def test_an_answer_is_heard() -> None:
    form = {"From": HERS, "To": OURS, "Body": "STOP", "MessageSid": "SM9", "SomethingNew": "x"}

    heard = an_sms("http://x.example").hear("/hooks/sms/inbound?a=1", form, signed("/hooks/sms/inbound?a=1", form))

    assert heard == Reply(sender=HERS, text="STOP", reference="SM9")
    assert HERS not in repr(heard)


def test_a_text_that_did_not_arrive_says_why() -> None:
    form = {"MessageSid": "SM9", "MessageStatus": "undelivered", "ErrorCode": "30003"}

    heard = an_sms("http://x.example").hear("/hooks/sms/status/d-1", form, signed("/hooks/sms/status/d-1", form))

    assert isinstance(heard, Heard)
    assert heard.progress is Progress.UNDELIVERED
    assert isinstance(heard.failure, OnceMore)
    assert heard.failure.code == "twilio 30003"


@pytest.mark.parametrize("status", ["", "thinking", "receiving"])
def test_a_status_we_do_not_know_is_no_progress(status: str) -> None:
    form = {"MessageSid": "SM9", "MessageStatus": status, "ErrorCode": "none"}

    heard = an_sms("http://x.example").hear("/hooks/sms/status/d-1", form, signed("/hooks/sms/status/d-1", form))

    assert heard == Heard(delivery="d-1", reference="SM9", progress=None)


def test_a_call_to_another_path_says_nothing() -> None:
    assert an_sms("http://x.example").hear("/hooks/sms/x", {}, signed("/hooks/sms/x", {})) is None


@pytest.mark.parametrize("changed", ["path", "field", "more", "token", "none", "account"])
def test_a_callback_that_was_not_signed_for_exactly_this_is_forged(changed: str) -> None:
    path, form = "/hooks/sms/status/d-1", {"MessageSid": "SM9", "MessageStatus": "sent", "AccountSid": ACCOUNT}
    headers = signed(path, form, token="guessed" if changed == "token" else TOKEN)
    if changed in {"none", "account"}:
        headers = {} if changed == "none" else {"X-Twilio-Signature": ""}
    sent = form | ({"MessageStatus": "failed"} if changed == "field" else {"More": "1"} if changed == "more" else {})

    with pytest.raises(Forged):
        an_sms("http://x.example").hear("/hooks/sms/status/d-2" if changed == "path" else path, sent, headers)


def test_every_account_may_call_back_with_its_own_token() -> None:
    other = Sender(number="+447700900002", account_sid="ACother", auth_token="another")
    form = {"From": HERS, "Body": "hello", "MessageSid": "SM9"}

    heard = an_sms("http://x.example", SENDER, other).hear(
        "/hooks/sms/inbound", form, signed("/hooks/sms/inbound", form, token="another")
    )

    assert isinstance(heard, Reply)


def test_opening_needs_no_running_loop() -> None:
    env = {
        "UGLY_MUGS_TWILIO_ACCOUNT_SID": ACCOUNT,
        "UGLY_MUGS_TWILIO_AUTH_TOKEN": TOKEN,
        "UGLY_MUGS_SENDERS": '[{"number": "+447700900001", "pence": "4.2"}, {"number": "12345"}]',
    }

    channel = open_channel(env, public_url=PUBLIC, production=False)

    assert str(channel.pence) == "4.2"
