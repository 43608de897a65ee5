"""The demo's carrier, through the real Twilio package and a service that remembers its callbacks."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import aiohttp
import pytest
from aiohttp import web
from twilio.base.exceptions import TwilioRestException
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from ugly_mugs.demo.carrier import Carrier
from ugly_mugs.demo.faults import Faults, Trouble
from ugly_mugs.demo.pages import Serving
from ugly_mugs.demo.texts import Text, Texts, segments

SID = "AC" + "0" * 32
TOKEN = "made-up-token"
OURS = "+447700900999"
PHONE = "+447700900123"
OTHER = "+447700900124"
QUICK = 0.005


@dataclass
class Hook:
    """A service's hooks: remember each signed form, answer as told."""

    answer: str = "<Response/>"
    status: int = 200
    broken: int = 0
    forms: list[dict[str, str]] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0
    url: str = ""

    async def take(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        signature = request.headers["X-Twilio-Signature"]
        assert RequestValidator(TOKEN).validate(self.url + request.raw_path, form, signature)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(0)
        self.at_once -= 1
        if self.broken:
            self.broken -= 1
            return web.Response(status=500)
        self.forms.append(form)
        return web.Response(text=self.answer, status=self.status, content_type="text/xml")

    def statuses(self, sid: str) -> list[str]:
        return [form["MessageStatus"] for form in self.forms if form["MessageSid"] == sid]


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    hook, app, serving = Hook(), web.Application(), Serving("127.0.0.1", 0)
    app.router.add_post("/{tail:.*}", hook.take)
    await serving.start(app)
    hook.url = serving.url
    yield hook
    await serving.stop()


@pytest.fixture
async def carrier(hook: Hook) -> AsyncIterator[Carrier]:
    async with Carrier(SID, TOKEN, numbers=[OURS], inbound_url=f"{hook.url}/in?x=1", delay=QUICK) as carrier:
        yield carrier


def a_client(carrier: Carrier, *, token: str = TOKEN) -> Client:
    client = Client(SID, token)
    client.api.base_url = carrier.url
    return client


async def send(carrier: Carrier, *, to: str = PHONE, body: str = "Avoid. Ref 7K2Q", **more: object) -> str:
    """Send a text with the real package; give its sid."""

    def create() -> str:
        message = a_client(carrier).messages.create(**{"to": to, "from_": OURS, "body": body, **more})
        return str(message.sid)

    return await asyncio.wait_for(asyncio.to_thread(create), 10)


async def refusal(carrier: Carrier, **what: object) -> TwilioRestException:
    with pytest.raises(TwilioRestException) as caught:
        await send(carrier, **what)  # type: ignore[arg-type]  # passed through as given
    return caught.value


async def raw(carrier: Carrier, *, patience: float = 2) -> tuple[int, dict[str, str]]:
    """Send a text without the package; give the status and the headers of the answer."""
    async with (
        aiohttp.ClientSession(
            headers={"Authorization": aiohttp.encode_basic_auth(SID, TOKEN)}, timeout=aiohttp.ClientTimeout(patience)
        ) as session,
        session.post(
            f"{carrier.url}/2010-04-01/Accounts/{SID}/Messages.json", data={"To": PHONE, "From": OURS, "Body": "x"}
        ) as response,
    ):
        return response.status, dict(response.headers)


async def arrived(carrier: Carrier, **query: str) -> list[dict[str, object]]:
    async with aiohttp.ClientSession() as session, session.get(f"{carrier.url}/messages", params=query) as response:
        assert response.status == 200
        rows: list[dict[str, object]] = await response.json()
        return rows


async def look(carrier: Carrier, path: str = "/messages", *, form: dict[str, str] | None = None) -> tuple[int, str]:
    """Look at a page as a browser does."""
    async with (
        aiohttp.ClientSession(headers={"Accept": "text/html,*/*"}) as session,
        session.request("POST" if form else "GET", carrier.url + path, data=form) as response,
    ):
        return response.status, await response.text()


async def test_the_real_package_sends_fetches_lists_empties_and_deletes(carrier: Carrier) -> None:
    client = a_client(carrier)

    sid = await send(carrier, body="Avoid. Ref 7K2Q")
    await carrier.settled()
    fetched = await asyncio.to_thread(client.messages(sid).fetch)
    listed = await asyncio.to_thread(client.messages.list, to=PHONE)
    emptied = await asyncio.to_thread(client.messages(sid).update, body="")
    deleted = await asyncio.to_thread(client.messages(sid).delete)

    assert sid.startswith("SM")
    assert len(sid) == 34
    assert (fetched.body, fetched.status, fetched.num_segments) == ("Avoid. Ref 7K2Q", "delivered", "1")
    assert abs(fetched.date_created - datetime.now(UTC)) < timedelta(seconds=30)
    assert [message.sid for message in listed] == [sid]
    assert emptied.body == ""
    assert deleted
    assert await arrived(carrier) == []


async def test_a_long_list_is_paged_through(carrier: Carrier) -> None:
    for number in range(5):
        await send(carrier, body=f"text {number}")
    await send(carrier, to=OTHER)

    listed = await asyncio.to_thread(a_client(carrier).messages.list, to=PHONE, page_size=2)

    assert [message.body for message in listed] == [f"text {number}" for number in (4, 3, 2, 1, 0)]


async def test_a_text_that_is_still_on_its_way_cannot_be_deleted(hook: Hook) -> None:
    async with Carrier(SID, TOKEN, delay=60) as carrier:
        sid = await send(carrier)

        with pytest.raises(TwilioRestException) as caught:
            await asyncio.to_thread(a_client(carrier).messages(sid).delete)

    assert (caught.value.status, caught.value.code) == (409, 20009)


@pytest.mark.parametrize(
    ("what", "code"),
    [
        ({"to": "07700900123"}, 21211),
        ({"to": "+44770090012"}, 21211),
        ({"to": "+441134960000"}, 21614),
        ({"to": ""}, 21604),
        ({"body": ""}, 21602),
        ({"body": "x" * 1601}, 21617),
        ({"from_": "+447700900998"}, 21606),
        ({"from_": ""}, 21603),
        ({"status_callback": "nowhere"}, 21609),
    ],
)
async def test_what_twilio_refuses_is_refused_with_its_code(
    carrier: Carrier, what: dict[str, object], code: int
) -> None:
    error = await refusal(carrier, **what)

    assert (error.status, error.code) == (400, code)
    assert await arrived(carrier) == []


async def test_a_wrong_token_is_refused(carrier: Carrier) -> None:
    with pytest.raises(TwilioRestException) as caught:
        await asyncio.to_thread(a_client(carrier, token="wrong").messages("SM1").fetch)

    assert (caught.value.status, caught.value.code) == (401, 20003)


async def test_a_text_calls_back_signed_when_sent_and_when_delivered(carrier: Carrier, hook: Hook) -> None:
    sid = await send(carrier, status_callback=f"{hook.url}/status?delivery=a%2Fb&x=%20%c3%A9")
    await carrier.settled()

    assert hook.statuses(sid) == ["sent", "delivered"]
    assert hook.forms[0]["AccountSid"] == SID
    assert (hook.forms[0]["To"], hook.forms[0]["From"]) == (PHONE, OURS)
    assert "ErrorCode" not in hook.forms[1]


async def test_a_messaging_service_accepts_first_and_picks_a_sender(carrier: Carrier) -> None:
    def create() -> tuple[str, object]:
        message = a_client(carrier).messages.create(to=PHONE, body="x", messaging_service_sid="MG" + "1" * 32)
        return str(message.status), message.from_

    status, sender = await asyncio.to_thread(create)

    assert (status, sender) == ("accepted", None)
    assert (await arrived(carrier))[0]["from"] == OURS


async def test_a_callback_is_tried_again_while_the_service_is_broken(
    carrier: Carrier, hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ugly_mugs.demo.callbacks.PAUSE", QUICK)
    hook.broken = 2

    sid = await send(carrier, status_callback=f"{hook.url}/status")
    await carrier.settled()

    assert sorted(hook.statuses(sid)) == ["delivered", "sent"]


async def test_a_callback_to_nobody_is_given_up_and_harms_nothing(
    carrier: Carrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ugly_mugs.demo.callbacks.PAUSE", QUICK)

    await send(carrier, status_callback="http://127.0.0.1:1/nobody")
    await send(carrier, status_callback="http://[bad")
    await asyncio.wait_for(carrier.settled(), 20)

    assert {row["status"] for row in await arrived(carrier)} == {"delivered"}


async def test_a_burst_of_texts_calls_back_a_few_at_a_time(hook: Hook) -> None:
    async with Carrier(SID, TOKEN, delay=QUICK, callbacks_at_once=4) as carrier:
        for number in range(100):
            carrier.account.create(
                {"To": f"+4477009{number:05}", "From": OURS, "Body": "x", "StatusCallback": f"{hook.url}/status"}
            )
        await asyncio.wait_for(carrier.settled(), 20)

    assert len(hook.forms) == 200
    assert 1 < hook.most_at_once <= 4


@pytest.mark.parametrize("word", ["STOP", " stop ", "Unsubscribe", "END"])
async def test_who_says_stop_gets_no_more_until_start(carrier: Carrier, hook: Hook, word: str) -> None:
    await carrier.text(PHONE, OURS, word)
    error = await refusal(carrier)
    await send(carrier, to=OTHER)
    await carrier.text(PHONE, OURS, "start")
    await send(carrier)

    assert (error.status, error.code) == (400, 21610)
    # The carrier keeps the word and the service hears it all the same.
    assert [form["Body"] for form in hook.forms] == [word, "start"]
    assert [row["to"] for row in await arrived(carrier)] == [OURS, OTHER, OURS, PHONE]


async def test_an_inbound_text_is_signed_and_its_answer_reaches_the_phone(carrier: Carrier, hook: Hook) -> None:
    hook.answer = "<Response><Message>Nothing &amp; nobody.</Message><Message><Body>Two</Body></Message></Response>"

    answered = await carrier.text(PHONE, OURS, "READ 1234 – £5")
    await carrier.settled()

    assert answered.status == 200
    assert hook.forms[0]["Body"] == "READ 1234 – £5"
    assert (hook.forms[0]["From"], hook.forms[0]["To"], hook.forms[0]["NumMedia"]) == (PHONE, OURS, "0")
    rows = await arrived(carrier, to=PHONE)
    assert [row["body"] for row in rows] == ["Nothing & nobody.", "Two"]
    assert {row["direction"] for row in rows} == {"outbound-reply"}
    assert {row["status"] for row in rows} == {"delivered"}


async def test_who_says_stop_is_not_answered(carrier: Carrier, hook: Hook) -> None:
    hook.answer = "<Response><Message>Sorry to see you go</Message></Response>"

    answered = await carrier.text(PHONE, OURS, "STOP")

    assert answered.replies == ()
    assert await arrived(carrier, to=PHONE) == []


@pytest.mark.parametrize("answer", ["not xml", "<Other/>", "<!DOCTYPE x [<!ENTITY a 'b'>]><Response>&a;</Response>"])
async def test_an_answer_that_is_no_twiml_is_said_on_the_page(carrier: Carrier, hook: Hook, answer: str) -> None:
    hook.answer = answer

    await carrier.text(PHONE, OURS, "hello")
    _, page = await look(carrier)

    assert "The service did not take it" in page


async def test_a_lost_response_is_a_text_that_arrived(carrier: Carrier, hook: Hook) -> None:
    carrier.faults.plan.append(Trouble.LOSE)

    with pytest.raises(aiohttp.ServerDisconnectedError):
        await raw(carrier)

    assert [row["to"] for row in await arrived(carrier)] == [PHONE]
    listed = await asyncio.to_thread(a_client(carrier).messages.list, to=PHONE)
    assert len(listed) == 1


async def test_a_500_after_accepting_is_a_text_that_arrived(carrier: Carrier) -> None:
    carrier.faults.plan.append(Trouble.FAIL)

    status, _ = await raw(carrier)

    assert status == 500
    assert len(await arrived(carrier)) == 1


@pytest.mark.parametrize(
    ("trouble", "kept"), [(Trouble.CLOSE, 0), (Trouble.HANG, 0), (Trouble.STALL, 1), (Trouble.LOSE, 1)]
)
async def test_a_connection_that_fails_says_nothing_of_what_was_taken(
    carrier: Carrier, trouble: Trouble, kept: int
) -> None:
    carrier.faults.plan.append(trouble)

    with pytest.raises((aiohttp.ClientError, TimeoutError)):
        await raw(carrier, patience=0.3)
    status, _ = await raw(carrier)

    assert status == 201
    assert len(await arrived(carrier)) == kept + 1


@pytest.mark.parametrize("after", ["7", format_datetime(datetime(2026, 11, 25, tzinfo=UTC), usegmt=True)])
async def test_a_throttled_text_was_not_taken_and_says_when_to_come_back(carrier: Carrier, after: str) -> None:
    carrier.faults.plan.append(Trouble.THROTTLE)
    carrier.faults.retry_after = after

    status, headers = await raw(carrier)

    assert (status, headers["Retry-After"]) == (429, after)
    assert await arrived(carrier) == []


async def test_one_number_can_be_refused_and_another_fail_later(carrier: Carrier, hook: Hook) -> None:
    carrier.faults.refused[OTHER] = 30002
    carrier.faults.failing[PHONE] = 30005

    error = await refusal(carrier, to=OTHER)
    sid = await send(carrier, status_callback=f"{hook.url}/status")
    await carrier.settled()

    assert error.code == 30002
    assert hook.statuses(sid) == ["sent", "undelivered"]
    assert hook.forms[-1]["ErrorCode"] == "30005"


async def test_callbacks_may_repeat_and_run_backwards(hook: Hook) -> None:
    faults = Faults(story=("delivered", "sent", "delivered"))
    async with Carrier(SID, TOKEN, delay=QUICK * 4, faults=faults) as carrier:
        sid = await send(carrier, status_callback=f"{hook.url}/status")
        await carrier.settled()

    assert hook.statuses(sid) == ["delivered", "sent", "delivered"]


def test_chance_goes_wrong_the_same_way_each_time() -> None:
    first, again = (Faults(chance={Trouble.LOSE: 0.2, Trouble.THROTTLE: 0.1}, seed=7) for _ in range(2))

    happened = [first.next() for _ in range(1000)]

    assert happened == [again.next() for _ in range(1000)]
    assert 150 < happened.count(Trouble.LOSE) < 250
    assert 50 < happened.count(Trouble.THROTTLE) < 150


def test_the_plan_comes_before_chance() -> None:
    faults = Faults(plan=deque([None, Trouble.CLOSE]), chance={Trouble.HANG: 1})

    assert [faults.next() for _ in range(3)] == [None, Trouble.CLOSE, Trouble.HANG]


async def test_what_arrived_is_listed_oldest_first_and_can_be_cut(carrier: Carrier) -> None:
    sids = [await send(carrier, to=to) for to in (PHONE, OTHER, PHONE)]
    await carrier.settled()

    rows = await arrived(carrier)

    assert [row["sid"] for row in rows] == sids
    assert set(rows[0]) == {"sid", "to", "from", "body", "emptied", "status", "direction", "segments", "at"}
    assert [row["sid"] for row in await arrived(carrier, limit="1")] == sids[:1]
    assert [row["sid"] for row in await arrived(carrier, after=sids[0])] == sids[1:]
    assert [row["sid"] for row in await arrived(carrier, to=PHONE, after=sids[0])] == sids[2:]
    async with aiohttp.ClientSession() as session, session.get(f"{carrier.url}/messages?to={PHONE}") as response:
        assert len(await response.json()) == 2
    async with aiohttp.ClientSession() as session, session.get(f"{carrier.url}/messages?after=SM0") as response:
        assert response.status == 404


async def test_a_person_sees_the_phones_and_answers_one(carrier: Carrier, hook: Hook) -> None:
    await send(carrier, body="Avoid <b>him</b>. Ref 7K2Q")

    _, before = await look(carrier)
    status, after = await look(carrier, "/reply", form={"from": PHONE, "to": OURS, "body": "STOP"})

    assert "This is a demonstration. Nobody here exists, nothing leaves this computer." in before
    assert "+44 7700 900123" in before
    assert "Avoid &lt;b&gt;him&lt;/b&gt;." in before
    assert status == 200
    assert "Said stop to +44 7700 900999" in after
    assert hook.forms[-1]["Body"] == "STOP"


async def test_a_person_can_text_from_a_phone_that_never_got_one(carrier: Carrier, hook: Hook) -> None:
    status, _ = await look(carrier, "/reply", form={"from": "07700 900555", "to": OURS, "body": "JOIN"})
    wrong, page = await look(carrier, "/reply", form={"from": "my phone", "to": OURS, "body": "keep <this>"})

    assert status == 200
    assert hook.forms[-1]["From"] == "+447700900555"
    assert wrong == 422
    assert "That is not a phone number." in page
    assert "keep &lt;this&gt;" in page


async def test_another_sites_page_cannot_text_through_a_visitor(carrier: Carrier, hook: Hook) -> None:
    form = {"from": PHONE, "to": OURS, "body": "STOP"}
    async with (
        aiohttp.ClientSession(headers={"Sec-Fetch-Site": "cross-site"}) as session,
        session.post(f"{carrier.url}/reply", data=form) as response,
    ):
        status = response.status

    assert status == 403
    assert hook.forms == []


async def test_the_page_shows_fifty_phones_and_leads_to_the_rest(carrier: Carrier) -> None:
    for number in range(120):
        carrier.account.create({"To": f"+447700900{number:03}", "From": OURS, "Body": f"text {number}"})

    pages = [(await look(carrier, f"/messages?page={number}"))[1] for number in (1, 2, 3, 4)]

    assert [page.count('aria-label="Phone ') for page in pages] == [50, 50, 20, 0]
    assert "120 texts on 120 phones" in pages[0]
    assert "text 119" in pages[0]
    assert ["Older" in page for page in pages] == [True, True, False, False]


async def test_one_phones_page_shows_the_newest_hundred(carrier: Carrier) -> None:
    for number in range(150):
        carrier.account.create({"To": PHONE, "From": OURS, "Body": f"text {number}."})

    _, newest = await look(carrier, f"/messages?to=%2B{PHONE[1:]}")
    _, older = await look(carrier, f"/messages?to=%2B{PHONE[1:]}&page=2")

    assert "text 149." in newest
    assert "text 49." not in newest
    assert "text 49." in older


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("a" * 152 + "€" + "a" * 152, 3),
        ("ŵ" * 70, 1),
        ("ŵ" * 71, 2),
        ("😀" * 35, 1),
        ("😀" * 66 + "ŵ" * 3, 3),
    ],
)
def test_segments_are_counted_as_they_are_billed(body: str, count: int) -> None:
    assert segments(body) == count


def test_a_removed_text_is_gone_from_its_phone_too() -> None:
    texts, now = Texts(), datetime.now(UTC)
    made = [
        Text(
            sid=str(number),
            to=PHONE,
            sender=OURS,
            body="",
            direction="outbound-api",
            segments=1,
            at=now,
            status="sent",
            changed=now,
        )
        for number in range(2)
    ]
    for text in made:
        texts.add(text)

    for text in made:
        texts.remove(text)

    assert (len(texts), texts.phone_count) == (0, 0)
    assert list(texts.oldest_first()) == []


async def test_other_faults_are_other_callbacks_too(carrier: Carrier) -> None:
    carrier.faults = Faults(story=())

    assert carrier.account.faults.story == ()
