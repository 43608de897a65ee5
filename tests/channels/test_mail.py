"""A mail whose words were prepared once reads as if it had been written for her alone."""

from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from html import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.mail import MOST_KEPT, Writer
from ugly_mugs.contract import Message, Rejected

SENDER = Address("Notes", addr_spec="post@notes.example")
NOW = datetime(2026, 11, 25, 16, 30, 12, 345, tzinfo=UTC)
LINK = f"https://notes.example/u/{'Ab-_' * 45}"
MARK, OTHER = "address-of-this-person", "address-of-this-person-2"

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=120)
BREAKS = st.sampled_from(
    ["\n", "\r\n", "\r", "\n\n", ".", "\n.", "\n..\n", "=", " ", " \n", "\t\n", "From x\n", "–£ŵ", "x" * 77]
)
BODIES = st.lists(WORDS | BREAKS | st.sampled_from([MARK, OTHER]), max_size=12).map("".join)
VALUES = st.one_of(
    st.just(LINK),
    st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=200),
    st.from_regex(r"https://[a-z]{1,9}\.example/[A-Za-z0-9._=&?%-]{1,200}", fullmatch=True),
    WORDS,
)
ADDRESSES = st.one_of(
    st.from_regex(
        r"[a-z0-9!#$%&'*+/=?^_`{|}~-]{1,20}(\.[a-z0-9+_-]{1,20}){0,2}@[a-z0-9-]{1,30}(\.[a-z]{2,10}){1,2}",
        fullmatch=True,
    ),
    st.sampled_from(["józefa@example.org", "jo@exämple.org", f"{'j' * 64}@{'x' * 60}.example.org"]),
)


def a_writer() -> Writer:
    return Writer(SENDER, host="notes.example")


def alone(message: Message, *, now: datetime) -> bytes:
    """The mail as one `EmailMessage` for this person; our own headers stand before it, so that none is folded."""
    policy = SMTP if message.to.isascii() else SMTPUTF8
    mail = EmailMessage(policy=policy.clone(max_line_length=76))
    mail["From"] = SENDER
    mail["To"] = message.to
    mail["Subject"] = " ".join(message.filled("subject.txt").split())
    mail["Date"] = now
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.filled("txt"), cte="quoted-printable")
    if "html" in message.parts:
        mail.add_alternative(message.filled("html"), subtype="html", cte="quoted-printable")
    own = {"Message-ID": f"<{message.id}@notes.example>", **message.headers}
    return "".join(f"{name}: {value}\r\n" for name, value in own.items()).encode() + mail.as_bytes()


def read(raw: bytes) -> list[object]:
    """All that a mail program sees of it."""
    mail = message_from_bytes(raw, policy=SMTPUTF8)
    assert isinstance(mail, EmailMessage)
    seen: list[object] = []
    for part in mail.walk():
        boundary = part.get_boundary()
        seen.append([(name, str(value).replace(str(boundary), "…")) for name, value in part.items()])
        if not part.is_multipart():
            seen.append(part.get_content())
        assert not part.defects
    return seen


@settings(max_examples=150, deadline=None)
@given(
    txt=BODIES,
    html=st.none() | BODIES.filter(bool),
    subject=WORDS | st.just(f"to {MARK}"),
    to=ADDRESSES,
    personal=st.dictionaries(st.sampled_from([MARK, OTHER]), VALUES),
)
def test_it_reads_like_one_written_for_her_alone(
    txt: str, html: str | None, subject: str, to: str, personal: dict[str, str]
) -> None:
    parts = {"subject.txt": subject, "txt": txt} | ({} if html is None else {"html": html})
    headers = {"List-Unsubscribe": f"<{LINK}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    hers = Message(id="d-1", to=to, parts=parts, personal=personal, headers=headers)
    writer = a_writer()

    first, again = writer.write(hers, now=NOW), writer.write(hers, now=NOW)

    assert read(first) == read(again) == read(alone(hers, now=NOW.replace(microsecond=0)))
    _, _, body = first.partition(b"\r\n\r\n")
    assert max(map(len, body.split(b"\r\n"))) <= 76
    assert body.isascii()
    assert b"\n" not in first.replace(b"\r\n", b"")
    assert b"\r" not in first.replace(b"\r\n", b"")


def test_each_gets_her_own_link_in_the_same_words() -> None:
    parts = {"subject.txt": "7K2Q", "txt": f"Stop: {MARK}\n", "html": f'<a href="{MARK}">Stop</a>'}
    links = {f"p{one}@example.org": f"https://notes.example/u?p={one}&x=<'{'y' * 100}" for one in range(5)}
    writer = a_writer()

    mails = {
        to: read(writer.write(Message(id="d", to=to, parts=parts, personal={MARK: link}), now=NOW))
        for to, link in links.items()
    }

    for to, link in links.items():
        assert ("To", to) in mails[to][0]  # type: ignore[operator]  # the headers come first
        assert f"Stop: {link}\r\n" in mails[to]
        assert f'<a href="{escape(link)}">Stop</a>\r\n' in mails[to]


def test_words_that_look_alike_but_are_not_the_same_are_not_mixed_up() -> None:
    writer = a_writer()

    mails = []
    for number in range(3 * MOST_KEPT):
        # Each is forgotten at once, so that the next may lie at its place in memory.
        parts = {"subject.txt": "s", "txt": f"number {number:04}\n"}
        mails.append(read(writer.write(Message(id="d", to="jo@example.org", parts=parts), now=NOW)))

    assert [mail[1] for mail in mails] == [f"number {number:04}\r\n" for number in range(3 * MOST_KEPT)]
    assert len(writer._forms) <= MOST_KEPT


def test_the_same_words_with_another_placeholder_are_cut_anew() -> None:
    parts = {"subject.txt": "s", "txt": "ONE TWO\n"}
    writer = a_writer()

    mails = [
        read(writer.write(Message(id="d", to="jo@example.org", parts=parts, personal=personal), now=NOW))[1]
        for personal in ({"ONE": "1"}, {"TWO": "2"}, {}, {"ONE": "1", "TWO": "2"})
    ]

    assert mails == ["1 TWO\r\n", "ONE 2\r\n", "ONE TWO\r\n", "1 2\r\n"]


def test_its_date_is_when_it_is_sent() -> None:
    message = Message(id="d", to="jo@example.org", parts={"subject.txt": "s", "txt": "t"})
    writer = a_writer()

    dates = [
        message_from_bytes(writer.write(message, now=NOW + timedelta(seconds=seconds)), policy=SMTP)["Date"].datetime
        for seconds in (0, 1, 100_000)
    ]

    assert dates == [(NOW + timedelta(seconds=seconds)).replace(microsecond=0) for seconds in (0, 1, 100_000)]


@pytest.mark.parametrize("id", ["", "d 1", "d\r\nBcc: eve@x.org", "d>", "ŵ"])
def test_an_id_that_could_end_its_header_is_our_fault(id: str) -> None:
    message = Message(id=id, to="jo@example.org", parts={"subject.txt": "s", "txt": "t"})

    with pytest.raises(Rejected):
        a_writer().write(message, now=NOW)
