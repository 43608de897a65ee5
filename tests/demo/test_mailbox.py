"""The demo's mailbox, through real SMTP clients and a browser's eyes."""

import asyncio
import smtplib
from collections.abc import AsyncIterator
from email.message import EmailMessage
from urllib.parse import urlsplit

import aiohttp
import aiosmtplib
import pytest
from aiohttp import web

from ugly_mugs.demo.faults import MailFaults, MailTrouble
from ugly_mugs.demo.mailbox import Mailbox
from ugly_mugs.demo.mails import same_origin
from ugly_mugs.demo.pages import Serving

HER = "robin@example.org"
OTHER = "kim@example.org"


@pytest.fixture
async def mailbox() -> AsyncIterator[Mailbox]:
    async with Mailbox() as mailbox:
        yield mailbox


def a_mail(*, to: str = HER, html: str = "<p>Update waiting</p>", **headers: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "Notes <notes@example.org>"
    mail["To"] = to
    mail["Subject"] = "7K2Q: update waiting – «ŵ»"
    mail["Message-ID"] = "<7k2q@example.org>"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content("Update waiting. See http://127.0.0.1:9/me\n.\n..dots stay\n")
    mail.add_alternative(html, subtype="html")
    return mail


async def send(mailbox: Mailbox, mail: EmailMessage, *, to: list[str] | None = None) -> None:
    parts = urlsplit(mailbox.smtp_url)
    await aiosmtplib.send(mail, hostname=parts.hostname, port=parts.port, recipients=to, timeout=5)


async def arrived(mailbox: Mailbox, **query: str) -> list[dict[str, object]]:
    async with aiohttp.ClientSession() as session, session.get(f"{mailbox.url}/messages", params=query) as response:
        assert response.status == 200
        rows: list[dict[str, object]] = await response.json()
        return rows


async def look(mailbox: Mailbox, path: str = "/messages", *, press: bool = False) -> str:
    """Look at a page as a browser does, or *press* its button."""
    async with (
        aiohttp.ClientSession(headers={"Accept": "text/html,*/*"}) as session,
        session.request("POST" if press else "GET", mailbox.url + path) as response,
    ):
        assert response.status == 200
        return await response.text()


async def test_a_mail_is_remembered_with_both_its_parts(mailbox: Mailbox) -> None:
    await send(mailbox, a_mail())

    (mail,) = await arrived(mailbox)
    assert {"to", "from", "subject", "text", "html", "headers", "message_id", "at"} <= set(mail)
    assert mail["to"] == HER
    assert mail["from"] == "Notes <notes@example.org>"
    assert mail["subject"] == "7K2Q: update waiting – «ŵ»"
    assert mail["text"] == "Update waiting. See http://127.0.0.1:9/me\n.\n..dots stay\n"
    assert mail["html"] == "<p>Update waiting</p>\n"
    assert mail["message_id"] == "<7k2q@example.org>"
    assert isinstance(mail["headers"], dict)
    assert mail["headers"]["To"] == HER


async def test_the_standard_librarys_client_is_understood_too(mailbox: Mailbox) -> None:
    parts = urlsplit(mailbox.smtp_url)

    def post() -> None:
        with smtplib.SMTP(parts.hostname or "", parts.port or 0, timeout=5) as client:
            client.sendmail(
                "notes@example.org",
                [HER, OTHER],
                "Subject: häh\r\n\r\nschön\r\n".encode(),
                mail_options=["BODY=8BITMIME", "SMTPUTF8"],
            )

    await asyncio.wait_for(asyncio.to_thread(post), 10)

    rows = await arrived(mailbox)
    assert [row["to"] for row in rows] == [HER, OTHER]
    assert rows[0]["from"] == "notes@example.org"
    assert rows[0]["subject"] == "häh"


async def test_mails_are_listed_oldest_first_and_can_be_cut(mailbox: Mailbox) -> None:
    for to in (HER, OTHER, HER):
        await send(mailbox, a_mail(to=to))

    assert [row["id"] for row in await arrived(mailbox)] == [1, 2, 3]
    assert [row["id"] for row in await arrived(mailbox, to=HER)] == [1, 3]
    assert [row["id"] for row in await arrived(mailbox, after="1", limit="1")] == [2]


@pytest.mark.parametrize(("reply", "code"), [("550 5.1.1 No such person here", 550), ("450 4.2.1 Later", 450)])
async def test_an_address_can_be_refused(mailbox: Mailbox, reply: str, code: int) -> None:
    mailbox.faults.refused[HER] = reply

    with pytest.raises(aiosmtplib.SMTPRecipientsRefused) as caught:
        await send(mailbox, a_mail())
    await send(mailbox, a_mail(to=OTHER))

    assert [refused.code for refused in caught.value.recipients] == [code]
    assert [row["to"] for row in await arrived(mailbox)] == [OTHER]


async def test_a_mail_can_be_put_off(mailbox: Mailbox) -> None:
    mailbox.faults.plan.append(MailTrouble.LATER)

    with pytest.raises(aiosmtplib.SMTPDataError) as caught:
        await send(mailbox, a_mail())

    assert caught.value.code == 451
    assert await arrived(mailbox) == []


@pytest.mark.parametrize(("trouble", "kept"), [(MailTrouble.CLOSE, 0), (MailTrouble.LOSE, 1)])
async def test_a_connection_that_closes_says_nothing_of_what_was_taken(trouble: MailTrouble, kept: int) -> None:
    faults = MailFaults()
    faults.plan.append(trouble)
    async with Mailbox(faults=faults) as mailbox:
        with pytest.raises((aiosmtplib.SMTPServerDisconnected, ConnectionError)):
            await send(mailbox, a_mail())
        before = len(await arrived(mailbox))
        await send(mailbox, a_mail())

        assert before == kept
        assert len(await arrived(mailbox)) == kept + 1


async def test_it_stops_while_a_client_is_still_connected() -> None:
    mailbox = Mailbox()
    await mailbox.start()
    parts = urlsplit(mailbox.smtp_url)
    client = aiosmtplib.SMTP(hostname=parts.hostname, port=parts.port, timeout=5)
    await client.connect()

    await asyncio.wait_for(mailbox.stop(), 5)

    with pytest.raises(aiosmtplib.SMTPServerDisconnected):
        await client.noop()
    client.close()


async def test_a_person_sees_the_list_and_one_mail(mailbox: Mailbox) -> None:
    empty = await look(mailbox)
    await send(mailbox, a_mail(html='<p style="color:red">Update "waiting"</p><script>alert(1)</script>'))

    listed, mail = await look(mailbox), await look(mailbox, "/messages/1")

    assert "No mail has been sent yet." in empty
    for page in (empty, listed, mail):
        assert "This is a demonstration. Nobody here exists, nothing leaves this computer." in page
    assert "7K2Q: update waiting" in listed
    assert HER in listed
    assert '<a href="http://127.0.0.1:9/me"' in mail
    assert "Unsubscribe with one click" not in mail
    # The mail's own HTML is shut in a frame that runs nothing.
    assert "<script>" not in mail
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in mail


async def test_the_list_shows_fifty_and_leads_to_the_rest(mailbox: Mailbox) -> None:
    await send(mailbox, a_mail(), to=[f"person{number}@example.org" for number in range(70)])

    first, second = await look(mailbox), await look(mailbox, "/messages?page=2")

    assert (first.count("<li>"), second.count("<li>")) == (50, 20)
    assert "person69@" in first
    assert "person0@" in second


async def test_one_click_unsubscribes_at_the_service_only() -> None:
    heard: list[tuple[str, str]] = []

    async def unsubscribe(request: web.Request) -> web.Response:
        heard.append((request.raw_path, await request.text()))
        return web.Response()

    app, serving = web.Application(), Serving("127.0.0.1", 0)
    app.router.add_post("/stop", unsubscribe)
    await serving.start(app)
    click = "List-Unsubscribe=One-Click"
    async with Mailbox(service_url=serving.url) as mailbox:
        offered = f"<mailto:stop@example.org>, <{serving.url}/stop?t=a%2Fb>"
        await send(mailbox, a_mail(List_Unsubscribe=offered, List_Unsubscribe_Post=click))
        await send(mailbox, a_mail(List_Unsubscribe="<http://127.0.0.1:9/stop>", List_Unsubscribe_Post=click))
        await send(mailbox, a_mail(List_Unsubscribe=offered))

        page = await look(mailbox, "/messages/1")
        after = [await look(mailbox, f"/messages/{number}/unsubscribe", press=True) for number in (1, 2, 3)]
    await serving.stop()

    assert "Unsubscribe with one click" in page
    assert heard == [("/stop?t=a%2Fb", click)]
    assert "Unsubscribed: the service said yes." in after[0]
    assert "not the service&#39;s own" in after[1]
    assert "offers no one-click unsubscribe" in after[2]


@pytest.mark.parametrize(
    ("url", "same"),
    [
        ("http://notes.example:80/stop", True),
        ("https://notes.example/stop", False),
        ("http://notes.example:81/", False),
        ("http://notes.example@other.example/", False),
        ("http://you@notes.example/", False),
        ("http://notes.example:x/", False),
    ],
)
def test_only_the_services_own_origin_counts(url: str, same: bool) -> None:
    assert same_origin(url, "http://notes.example") is same


async def test_a_mail_in_an_encoding_nobody_knows_can_still_be_looked_at(mailbox: Mailbox) -> None:
    parts = urlsplit(mailbox.smtp_url)
    async with aiosmtplib.SMTP(hostname=parts.hostname, port=parts.port, timeout=5) as client:
        await client.sendmail("a@example.org", [HER], b"Content-Type: text/plain; charset=klingon\r\n\r\nwords\r\n")

    assert [row["text"] for row in await arrived(mailbox)] == ["words\n"]
    assert "words" in await look(mailbox, "/messages/1")
