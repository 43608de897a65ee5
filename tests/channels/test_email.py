"""Mail leaves by SMTP, says as little as the text, and cannot be bent by what is written in it."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime

import pytest
from aiosmtpd.smtp import SMTP as Talker
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channels import open_channels
from channels.email import Email, open_channel
from ugly_mugs.contract import (
    ChannelDown,
    Filtered,
    Message,
    MissingSetting,
    Rejected,
    SendFailed,
    Undeliverable,
    Unknown,
)
from ugly_mugs.demo.faults import MailTrouble
from ugly_mugs.demo.mailbox import Mailbox

PUBLIC = "https://notes.example"
HERS = "jo@example.org"
LINK = f"https://notes.example/leave/{'x' * 120}"


@pytest.fixture
async def mailbox() -> AsyncIterator[Mailbox]:
    async with Mailbox() as mailbox:
        yield mailbox


@pytest.fixture
async def email(mailbox: Mailbox) -> AsyncIterator[Email]:
    channel = an_email(mailbox.smtp_url)
    yield channel
    await channel.close()


def an_email(url: str, *, sender: str = "Notes <post@notes.example>", connections: str = "") -> Email:
    env = {"UGLY_MUGS_SMTP_URL": url, "UGLY_MUGS_EMAIL_FROM": sender, "UGLY_MUGS_SMTP_CONNECTIONS": connections}
    return open_channel(env, public_url=PUBLIC, production=False)


def a_mail(
    *, id: str = "d-1", to: str = HERS, subject: str = "7K2Q", headers: Mapping[str, str] | None = None
) -> Message:
    parts = {
        "subject.txt": subject,
        "txt": "7K2Q: update waiting – £5.\n",
        "html": "<p>7K2Q: update waiting – £5.</p>\n",
    }
    return Message(id=id, to=to, parts=parts, headers=headers or {})


async def test_a_mail_arrives_as_text_and_as_html_with_one_click_to_leave(mailbox: Mailbox, email: Email) -> None:
    headers = {"List-Unsubscribe": f"<{LINK}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}

    receipt = await email.send(a_mail(headers=headers))

    (mail,) = mailbox
    assert (mail.to, mail.envelope_from, mail.subject) == (HERS, "post@notes.example", "7K2Q")
    assert mail.text == "7K2Q: update waiting – £5.\n"
    assert mail.html == "<p>7K2Q: update waiting – £5.</p>\n"
    assert mail.message.get_content_type() == "multipart/alternative"
    assert receipt.reference == mail.header("Message-ID") == "<d-1@notes.example>"
    assert mail.unsubscribe_url == LINK
    assert f"List-Unsubscribe: <{LINK}>\r\n".encode() in mail.raw
    assert mail.header("Auto-Submitted") == "auto-generated"
    assert mail.header("Date")


async def test_a_mail_without_html_is_plain(mailbox: Mailbox, email: Email) -> None:
    await email.send(Message(id="d-1", to=HERS, parts={"subject.txt": "s", "txt": ".\n..\nend\n"}))

    (mail,) = mailbox
    assert mail.message.get_content_type() == "text/plain"
    assert mail.text == ".\n..\nend\n"


async def test_many_mails_share_a_few_connections(mailbox: Mailbox, email: Email) -> None:
    await asyncio.gather(*(email.send(a_mail(id=f"d-{one}", to=f"p{one}@example.org")) for one in range(40)))

    assert {mail.to for mail in mailbox} == {f"p{one}@example.org" for one in range(40)}
    assert len(mailbox._sessions) <= 5


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        ("550 5.1.1 no jo@example.org here", Undeliverable),
        ("552 5.2.2 full", Undeliverable),
        ("553 strange", Undeliverable),
        ("450 4.2.1 later", SendFailed),
        ("421 4.3.2 closing", SendFailed),
        ("550 5.7.1 listed", Filtered),
    ],
)
async def test_a_refused_mailbox_is_told_from_a_busy_one(
    mailbox: Mailbox, email: Email, reply: str, kind: type[Undeliverable] | type[SendFailed]
) -> None:
    mailbox.faults.refused[HERS] = reply

    with pytest.raises(kind) as failure:
        await email.send(a_mail())
    await email.send(a_mail(to="ann@example.org"))

    assert type(failure.value) is kind
    assert HERS not in str(failure.value)
    assert [mail.to for mail in mailbox] == ["ann@example.org"]


async def test_a_server_that_is_busy_at_the_end_is_asked_again(mailbox: Mailbox, email: Email) -> None:
    mailbox.faults.plan = deque([MailTrouble.LATER])

    with pytest.raises(SendFailed) as failure:
        await email.send(a_mail())
    await email.send(a_mail())

    assert failure.value.code == "smtp 451 4.3.0"
    assert len(list(mailbox)) == 1


@pytest.mark.parametrize("trouble", [MailTrouble.CLOSE, MailTrouble.LOSE])
async def test_a_connection_lost_in_the_middle_of_a_mail_leaves_it_unknown(
    mailbox: Mailbox, email: Email, trouble: MailTrouble
) -> None:
    mailbox.faults.plan = deque([trouble])

    with pytest.raises(Unknown):
        await email.send(a_mail())
    with pytest.raises(Unknown):
        await email.find(a_mail(), since=datetime.now(UTC))

    assert len(list(mailbox)) == (trouble is MailTrouble.LOSE)


async def test_a_server_that_hung_up_in_the_meantime_gets_one_mail(mailbox: Mailbox, email: Email) -> None:
    await email.send(a_mail())
    for session in list(mailbox._sessions):
        session.cut()

    await email.send(a_mail(id="d-2"))

    assert [mail.header("Message-ID") for mail in mailbox] == ["<d-1@notes.example>", "<d-2@notes.example>"]


async def test_nobody_at_the_address_is_known_to_have_taken_nothing(unused_tcp_port: int) -> None:
    email = an_email(f"smtp://127.0.0.1:{unused_tcp_port}")

    with pytest.raises(SendFailed) as failure:
        await email.send(a_mail())

    assert type(failure.value) is SendFailed


async def test_a_server_without_starttls_or_login_is_not_given_the_mail(mailbox: Mailbox) -> None:
    for url in (
        mailbox.smtp_url.replace("smtp:", "smtp+starttls:"),
        mailbox.smtp_url.replace("smtp://", "smtp://jo:secret@"),
    ):
        with pytest.raises(ChannelDown):
            await an_email(url).send(a_mail())

    assert not list(mailbox)


@pytest.mark.parametrize(("reply", "kind"), [("550 5.1.8 who?", ChannelDown), ("451 4.7.1 slowly", SendFailed)])
async def test_our_own_address_refused_is_not_the_persons_fault(reply: str, kind: type[SendFailed]) -> None:
    class Refusing:
        async def handle_MAIL(self, *_: object) -> str:
            return reply

    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Talker(Refusing(), loop=loop), "127.0.0.1", 0)
    email = an_email(f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}")

    with pytest.raises(SendFailed) as failure:
        await email.send(a_mail())

    await email.close()
    server.close()
    await server.wait_closed()
    assert type(failure.value) is kind


async def test_a_server_that_turns_us_away_is_down(unused_tcp_port: int) -> None:
    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"554 5.7.1 go away\r\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(greet, "127.0.0.1", unused_tcp_port):
        with pytest.raises(ChannelDown):
            await an_email(f"smtp://127.0.0.1:{unused_tcp_port}").send(a_mail())


@pytest.mark.parametrize(
    "to", ["jo", "jo@x.org\r\nRCPT TO:<eve@x.org>", "jo@x.org, eve@x.org", "<jo@x.org>", "", "a b@x.org"]
)
async def test_what_is_no_address_is_not_sent_to(mailbox: Mailbox, email: Email, to: str) -> None:
    with pytest.raises(Undeliverable):
        await email.send(a_mail(to=to))

    assert not list(mailbox)


async def test_an_address_in_another_script_is_written_to(mailbox: Mailbox, email: Email) -> None:
    await email.send(a_mail(to="józefa@example.org"))

    assert [mail.to for mail in mailbox] == ["józefa@example.org"]


@pytest.mark.parametrize("headers", [{"X Y": "z"}, {"X:": "z"}, {"X": "ŵ"}, {"X": "\x00"}, {"": "z"}])
async def test_a_header_that_is_none_is_our_fault(email: Email, headers: dict[str, str]) -> None:
    with pytest.raises(Rejected):
        await email.send(a_mail(headers=headers))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=200)
    | st.sampled_from(["a\r\nBcc: eve@x.org", "\n\n<p>"])
)
async def test_no_subject_adds_a_header(subject: str) -> None:
    email = an_email("smtp://127.0.0.1:1")

    written = email._writer.write(
        a_mail(subject=subject, headers={"X-One": f"a\r\nBcc: {'b' * 9}"}), now=datetime.now(UTC)
    )

    head, _, _ = written.partition(b"\r\n\r\n")
    names = [line.partition(b":")[0] for line in head.split(b"\r\n") if not line.startswith((b" ", b"\t"))]
    assert names == [
        b"Message-ID",
        b"X-One",
        b"From",
        b"To",
        b"Subject",
        b"Date",
        b"Auto-Submitted",
        b"MIME-Version",
        b"Content-Type",
    ]


@pytest.mark.parametrize(
    ("url", "sender", "begins"),
    [
        ("", "a@notes.org.uk", "UGLY_MUGS_SMTP_URL: "),
        ("mail.notes.org.uk", "a@notes.org.uk", "UGLY_MUGS_SMTP_URL: "),
        ("http://mail.notes.org.uk", "a@notes.org.uk", "UGLY_MUGS_SMTP_URL: "),
        ("smtp://mail.notes.org.uk:port", "a@notes.org.uk", "UGLY_MUGS_SMTP_URL: "),
        ("smtps://mail.notes.org.uk", "", "UGLY_MUGS_EMAIL_FROM: "),
        ("smtps://mail.notes.org.uk", "nobody", "UGLY_MUGS_EMAIL_FROM: "),
        ("smtps://mail.notes.org.uk", "a@b.org\r\nBcc: c@d.org", "UGLY_MUGS_EMAIL_FROM: "),
    ],
)
def test_a_missing_or_bad_setting_is_named(url: str, sender: str, begins: str) -> None:
    with pytest.raises(MissingSetting, match=f"^{begins}"):
        an_email(url, sender=sender)


@pytest.mark.parametrize("connections", ["0", "21", "-1", "ten", "²", "5.0"])
def test_too_few_or_too_many_connections_are_named(connections: str) -> None:
    with pytest.raises(MissingSetting, match=r"^UGLY_MUGS_SMTP_CONNECTIONS: "):
        an_email("smtps://mail.notes.org.uk", connections=connections)


@pytest.mark.parametrize(
    ("url", "sender"),
    [
        ("smtps://mail.notes.org.uk", "Ugly Mugs <a@notes.org.uk>"),
        ("smtps://mail.notes.org.uk", "a@sexworkers.org.uk"),
        ("smtps://mail.notes.org.uk", "post@notes.example"),
        ("smtps://mail.notes.org.uk", "post@localhost"),
        ("smtp://jo:secret@mail.notes.org.uk", "a@notes.org.uk"),
    ],
)
def test_what_outs_or_is_only_for_the_demo_does_not_start_in_production(url: str, sender: str) -> None:
    env = {"UGLY_MUGS_SMTP_URL": url, "UGLY_MUGS_EMAIL_FROM": sender}

    with pytest.raises(MissingSetting, match=r"^UGLY_MUGS_") as missing:
        open_channels(["email"], env, public_url=PUBLIC, production=True)

    assert "secret" not in str(missing.value)


def test_an_ordinary_server_starts_in_production() -> None:
    env = {
        "UGLY_MUGS_SMTP_URL": "smtp+starttls://jo:p%40ss@mail.notes.org.uk",
        "UGLY_MUGS_EMAIL_FROM": "Notes <post@notes.org.uk>",
    }

    assert list(open_channels(["email"], env, public_url=PUBLIC, production=True)) == ["email"]
