"""What a mail server says is understood, one line at a time or several in one go."""

import asyncio
from email.headerregistry import Address

import pytest

from channels.email import Email
from channels.smtp_pool import Server
from tests.channels.saying import Saying
from tests.channels.test_email import HERS, a_mail, an_email
from ugly_mugs.contract import ChannelDown, Filtered, Message, Rejected, SendFailed, Undeliverable, Unknown

ENVELOPE = ["MAIL", "RCPT", "DATA"]
BOTH = pytest.mark.parametrize("pipelining", [True, False], ids=["in one go", "one by one"])


def impatient(server: Saying, *, patience: float = 20, connections: int = 5) -> Email:
    """A channel that waits a moment only for each answer."""
    at = Server(host="127.0.0.1", port=int(server.url.rpartition(":")[2]), timeout=0.2, patience=patience)
    return Email(at, sender=Address("", addr_spec="post@notes.example"), host="x", connections=connections)


async def test_an_envelope_is_said_in_one_go_where_the_server_allows_it() -> None:
    async with Saying(pipelining=True) as server:
        email = an_email(server.url)

        await email.send(a_mail(id="d-1"))
        await email.send(a_mail(id="d-2"))
        await email.close()

    assert server.groups == [["EHLO"], ENVELOPE, [], ENVELOPE, [], ["QUIT"]]
    assert [to for to, _ in server.mails] == [HERS, HERS]


async def test_an_envelope_is_said_line_by_line_where_it_does_not() -> None:
    async with Saying(pipelining=False) as server:
        email = an_email(server.url)

        await email.send(a_mail())
        await email.close()

    assert server.groups == [["EHLO"], ["MAIL"], ["RCPT"], ["DATA"], [], ["QUIT"]]


@BOTH
async def test_many_mails_go_to_whom_they_are_for(*, pipelining: bool) -> None:
    async with Saying(pipelining=pipelining) as server:
        email = an_email(server.url)

        await asyncio.gather(*(email.send(a_mail(id=f"d-{one}", to=f"p{one}@example.org")) for one in range(60)))
        await email.close()

    assert len(server.heard) <= 5
    assert {to for to, _ in server.mails} == {f"p{one}@example.org" for one in range(60)}
    assert all(f"\r\nTo: {to}\r\n".encode() in mail for to, mail in server.mails)


@BOTH
async def test_lines_that_begin_with_a_dot_arrive_as_they_were(*, pipelining: bool) -> None:
    parts = {"subject.txt": "s", "txt": ".\n..\nSee\n.\nLINK\n", "html": "<p>.\n.LINK"}
    mail = Message(id="d-1", to=HERS, parts=parts, personal={"LINK": "." * 200})
    async with Saying(pipelining=pipelining) as server:
        email = an_email(server.url)

        await email.send(mail)
        await email.close()

    ((_, content),) = server.mails
    assert content.replace(b"=\r\n", b"").count(b"\r\n.\r\n..\r\nSee\r\n.\r\n" + b"." * 200 + b"\r\n") == 1
    assert b"<p>.\r\n." + b"." * 200 in content.replace(b"=\r\n", b"")


@BOTH
@pytest.mark.parametrize(
    ("word", "answer", "kind"),
    [
        ("MAIL", "451 4.7.1 slowly", SendFailed),
        ("MAIL", "550 5.1.8 who?", ChannelDown),
        ("RCPT", "450 4.2.1 later", SendFailed),
        ("RCPT", "550 5.1.1 no jo@example.org here", Undeliverable),
        ("RCPT", "550-5.7.1 you are\r\n550 5.7.1 listed", Filtered),
        ("DATA", "451 4.3.0 not now", SendFailed),
        ("DATA", "554 5.7.1 no", Filtered),
        (".", "452 4.3.1 full", SendFailed),
        (".", "554 5.6.0 broken", Rejected),
        (".", "550 5.1.1 nobody", Undeliverable),
        (".", "554 5.7.1 spam", Filtered),
    ],
)
async def test_a_no_is_understood_and_the_next_mail_goes_over_the_same_connection(
    word: str, answer: str, kind: type[Exception], *, pipelining: bool
) -> None:
    answers = {word: [answer]}
    if pipelining and word in {"MAIL", "RCPT"}:
        answers["DATA"] = ["503 5.5.1 first a recipient"]
    if pipelining and word == "MAIL":
        answers["RCPT"] = ["503 5.5.1 first a sender"]
    async with Saying(answers, pipelining=pipelining) as server:
        email = an_email(server.url)

        with pytest.raises(kind) as failure:
            await email.send(a_mail())
        await email.send(a_mail(to="ann@example.org"))
        await email.close()

    assert type(failure.value) is kind
    assert HERS not in str(failure.value)
    assert [to for to, _ in server.mails] == ["ann@example.org"]
    (heard,) = server.heard
    assert "RSET" in heard


async def test_a_server_that_waits_for_a_mail_to_nobody_gets_an_empty_one() -> None:
    """RFC 2920: a server may say yes to DATA although it refused the recipient."""
    async with Saying({"RCPT": ["550 5.1.1 nobody"], ".": ["554 5.5.1 no recipients"]}) as server:
        email = an_email(server.url)

        with pytest.raises(Undeliverable):
            await email.send(a_mail())
        await email.send(a_mail(to="ann@example.org"))
        await email.close()

    assert server.heard == [["EHLO", *ENVELOPE, ".", "RSET", *ENVELOPE, ".", "QUIT"]]
    assert [to for to, _ in server.mails] == ["ann@example.org"]


async def test_nobody_gets_an_empty_mail_when_it_took_the_recipient_but_not_the_sender() -> None:
    async with Saying({"MAIL": ["451 4.7.1 slowly"]}) as server:
        email = an_email(server.url)

        with pytest.raises(SendFailed):
            await email.send(a_mail())
        await email.send(a_mail(to="ann@example.org"))
        await email.close()

    assert [to for to, _ in server.mails] == ["ann@example.org"]
    assert len(server.heard) == 2


@BOTH
@pytest.mark.parametrize("word", ["MAIL", "RCPT", "DATA", "."])
@pytest.mark.parametrize("answer", ["421 4.3.2 closing!", "421 4.3.2 closing"])
async def test_a_server_that_says_goodbye_in_the_middle_took_nothing(
    word: str, answer: str, *, pipelining: bool
) -> None:
    async with Saying({word: [answer]}, pipelining=pipelining) as server:
        email = an_email(server.url)

        with pytest.raises(SendFailed) as failure:
            await email.send(a_mail())
        await email.send(a_mail(to="ann@example.org"))
        await email.close()

    assert failure.value.code == "smtp 421 4.3.2"
    assert [to for to, _ in server.mails] == ["ann@example.org"]
    assert len(server.heard) == 2


@BOTH
@pytest.mark.parametrize("word", ["MAIL", "RCPT", "DATA"])
async def test_a_server_that_hangs_up_before_the_mail_took_nothing(word: str, *, pipelining: bool) -> None:
    async with Saying({word: ["!"]}, pipelining=pipelining) as server:
        email = an_email(server.url)

        with pytest.raises(SendFailed) as failure:
            await email.send(a_mail())
        await email.send(a_mail(to="ann@example.org"))
        await email.close()

    assert type(failure.value) is SendFailed
    assert [to for to, _ in server.mails] == ["ann@example.org"]


@BOTH
@pytest.mark.parametrize("word", ["LINE", "."])
async def test_a_server_that_hangs_up_within_the_mail_may_have_taken_it(word: str, *, pipelining: bool) -> None:
    async with Saying({word: ["!"]}, pipelining=pipelining) as server:
        email = an_email(server.url)

        with pytest.raises(Unknown):
            await email.send(a_mail())
        await email.close()

    assert server.heard == [["EHLO", *ENVELOPE, *([] if word == "LINE" else ["."])]]


@BOTH
@pytest.mark.parametrize("idle", ["!", "421 4.4.2 idle!", "421 4.4.2 idle"])
async def test_a_connection_that_was_ended_while_idle_costs_nothing(idle: str, *, pipelining: bool) -> None:
    async with Saying({"IDLE": [idle]}, pipelining=pipelining) as server:
        email = an_email(server.url)

        await email.send(a_mail(id="d-1"))
        await asyncio.sleep(0.05)
        await email.send(a_mail(id="d-2"))
        await email.close()

    assert [mail.partition(b"\r\n")[0] for _, mail in server.mails] == [
        b"Message-ID: <d-1@notes.example>",
        b"Message-ID: <d-2@notes.example>",
    ]
    assert len(server.heard) == 2


@BOTH
@pytest.mark.parametrize("ended", ["!", "421 4.4.2 idle!", "421 4.4.2 idle"])
async def test_a_connection_that_ends_just_as_it_is_used_again_costs_nothing(ended: str, *, pipelining: bool) -> None:
    async with Saying({"MAIL": ["250 ok", ended]}, pipelining=pipelining) as server:
        email = an_email(server.url)

        await email.send(a_mail(id="d-1"))
        await email.send(a_mail(id="d-2"))
        await email.close()

    assert len(server.mails) == 2
    assert len(server.heard) == 2


@BOTH
async def test_answers_nobody_asked_for_are_not_taken_for_those_of_the_next_mail(*, pipelining: bool) -> None:
    answers = {"RCPT": ["250 ok", "550 5.1.1 nobody"], ".": ["250 ok\r\n250 ok"]}
    async with Saying(answers, pipelining=pipelining) as server:
        email = an_email(server.url)

        await email.send(a_mail(to="ann@example.org"))
        with pytest.raises(Undeliverable):
            await email.send(a_mail())
        await email.close()

    assert [to for to, _ in server.mails] == ["ann@example.org"]
    assert len(server.heard) == 2


@BOTH
@pytest.mark.parametrize("nonsense", ["what", "25", "2x0 ok", "250x", "\xff\xfe", "9" * 40_000, "250-" + "a" * 40_000])
async def test_nonsense_is_no_answer(nonsense: str, *, pipelining: bool) -> None:
    async with Saying({"MAIL": [nonsense], ".": [nonsense]}, pipelining=pipelining) as server:
        email = an_email(server.url)

        with pytest.raises(SendFailed):
            await email.send(a_mail())
        with pytest.raises(Unknown):
            await email.send(a_mail())
        await email.close()


@BOTH
async def test_a_server_that_says_nothing_is_not_waited_for_for_ever(*, pipelining: bool) -> None:
    async with Saying({"RCPT": ["?"], ".": ["?"]}, pipelining=pipelining) as server:
        email = impatient(server)

        with pytest.raises(SendFailed):
            await email.send(a_mail())
        with pytest.raises(Unknown):
            await email.send(a_mail())
        await email.send(a_mail(to="ann@example.org"))
        await email.close()

    assert len(server.heard) == 3


async def test_a_mail_that_waited_too_long_for_a_connection_is_not_begun() -> None:
    async with Saying({".": ["?"]}) as server:
        email = impatient(server, patience=0.1, connections=1)

        first, second = await asyncio.gather(
            email.send(a_mail()), email.send(a_mail(to="ann@example.org")), return_exceptions=True
        )
        await email.send(a_mail(to="ann@example.org"))
        await email.close()

    assert isinstance(first, Unknown)
    assert type(second) is SendFailed
    assert [to for to, _ in server.mails] == ["ann@example.org"]


async def test_a_mail_is_not_handed_over_after_so_long_that_its_worker_counts_as_dead() -> None:
    async with Saying() as server:
        email = impatient(server, patience=-1)

        with pytest.raises(SendFailed):
            await email.send(a_mail())
        await email.close()

    assert not server.mails


@BOTH
async def test_a_try_that_is_cancelled_gives_its_connection_up(*, pipelining: bool) -> None:
    async with Saying({"RCPT": ["?"]}, pipelining=pipelining) as server:
        email = an_email(server.url)
        trying = asyncio.create_task(email.send(a_mail()))
        await asyncio.sleep(0.1)

        trying.cancel()
        with pytest.raises(asyncio.CancelledError):
            await trying
        await asyncio.gather(*(email.send(a_mail(to=f"p{one}@example.org")) for one in range(20)))
        await email.close()

    assert {to for to, _ in server.mails} == {f"p{one}@example.org" for one in range(20)}


async def test_an_address_in_another_script_is_refused_where_the_server_cannot_write_to_it() -> None:
    async with Saying(script=False) as server:
        email = an_email(server.url)

        with pytest.raises(Undeliverable):
            await email.send(a_mail(to="józefa@example.org"))
        await email.close()

    assert "MAIL" not in server.heard[0]


@pytest.mark.parametrize(("number", "connections"), [("", 5), ("1", 1), ("10", 10), ("20", 20)])
async def test_as_many_connections_are_used_as_was_said(number: str, connections: int) -> None:
    async with Saying() as server:
        email = an_email(server.url, connections=number)

        await asyncio.gather(*(email.send(a_mail(id=f"d-{one}")) for one in range(100)))
        await email.close()

    assert len(server.heard) == connections
    assert email.at_once >= connections
