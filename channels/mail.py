"""How a mail is written: once for all who get the same words, with each person's own put in between.

The standard library takes a hundred times as long to make a mail as it takes to join its pieces. What is
out of the ordinary is made for that person alone.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.quoprimime import body_encode
from email.utils import format_datetime
from html import escape
from secrets import token_hex
from typing import Final

from ugly_mugs.contract import Message, Rejected

MOST_KEPT: Final = 64
"""Wordings that are kept ready; each is a few kilobytes."""
_WIDTH: Final = 76
"""As long as a line of quoted-printable may be, with the sign that it goes on."""
_GOES_ON: Final = b"=\r\n"
_HEADER: Final = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,60}")
_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
_WORD: Final = r"[A-Za-z0-9!#$%&'*+/^_`{|}~-]+"
_PLAIN_ADDRESS: Final = re.compile(rf"{_WORD}(?:\.{_WORD})*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")
_AS_IT_IS: Final = re.compile(rb"[!-<>-~]*")
_ANY_LINE_END: Final = re.compile(rb"\r\n|\r|\n")
_ASCII: Final = SMTP.clone(max_line_length=_WIDTH)
_ANY_SCRIPT: Final = SMTPUTF8.clone(max_line_length=_WIDTH)

Slot = tuple[str, str]
"""Where something of each person's goes: a part's name, and the placeholder in it."""
TO: Final[Slot] = ("", "to")
DATE: Final[Slot] = ("", "date")


@dataclass(frozen=True, slots=True)
class Form:
    """A mail with gaps."""

    parts: Mapping[str, str] = field(repr=False)
    """What it was made from: kept, so that nothing else can get its place in memory."""
    marks: frozenset[str]
    pieces: tuple[bytes | Slot, ...] = field(repr=False)

    def fill(self, to: str, date: str, personal: Mapping[str, str]) -> Iterator[bytes]:
        """The mail to one person, in pieces."""
        for piece in self.pieces:
            if isinstance(piece, bytes):
                yield piece
            elif piece is TO:
                yield to.encode("ascii")
            elif piece is DATE:
                yield date.encode("ascii")
            else:
                part, mark = piece
                yield _in_lines(escape(personal[mark]) if part == "html" else personal[mark])


class Writer:
    """Writes the mails of one sender."""

    def __init__(self, sender: Address, *, host: str) -> None:
        self._sender = sender
        self._host = host
        self._forms: dict[int, Form] = {}
        self._date = (0, "")

    def reference(self, message: Message) -> str:
        """What a mail is called everywhere, and every time it is sent."""
        if not _ID.fullmatch(message.id):
            raise Rejected("smtp", "not an id")
        return f"<{message.id}@{self._host}>"

    def write(self, message: Message, *, now: datetime) -> bytes:
        """The mail, to the byte; raise `Rejected` where its headers are none."""
        own, date = self._own_headers(message), self._dated(now)
        if _PLAIN_ADDRESS.fullmatch(message.to) and _is_ordinary(message):
            return b"".join((own, *self._form(message).fill(message.to, date, message.personal)))
        return own + self.write_alone(message, date)

    def write_alone(self, message: Message, date: str) -> bytes:
        """All but its own headers, made for one person: slow, and right whatever she is called."""
        html = message.filled("html") if message.parts.get("html") else None
        return self._made(message.to, message.filled("subject.txt"), message.filled("txt"), html, date)

    def _own_headers(self, message: Message) -> bytes:
        # By hand, since the package folds long links into something that mail programs cannot press.
        lines = [f"Message-ID: {self.reference(message)}\r\n"]
        for name, given in message.headers.items():
            value = " ".join(given.split())
            if not _HEADER.fullmatch(name) or not value.isascii() or not value.isprintable() or len(value) > 900:
                raise Rejected("smtp", f"not a header: {name[:60]!r}")
            lines.append(f"{name}: {value}\r\n")
        return "".join(lines).encode("ascii")

    def _made(self, to: str, subject: str, txt: str, html: str | None, date: str) -> bytes:
        mail = EmailMessage(policy=_ASCII if to.isascii() else _ANY_SCRIPT)
        mail["From"] = self._sender
        mail["To"] = to
        # Line breaks in what goes into a header become spaces.
        mail["Subject"] = " ".join(subject.split())
        mail["Date"] = date
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(txt, cte="quoted-printable")
        if html is not None:
            mail.add_alternative(html, subtype="html", cte="quoted-printable")
        return _ANY_LINE_END.sub(b"\r\n", mail.as_bytes())

    def _form(self, message: Message) -> Form:
        form = self._forms.get(id(message.parts))
        if form is None or form.parts is not message.parts or form.marks != message.personal.keys():
            form = Form(message.parts, frozenset(message.personal), self._pieces(message))
            if len(self._forms) >= MOST_KEPT:
                del self._forms[next(iter(self._forms))]
            self._forms[id(message.parts)] = form
        return form

    def _pieces(self, message: Message) -> tuple[bytes | Slot, ...]:
        """The mail as the standard library makes it, cut where something of each person's goes."""
        parts, marks = message.parts, message.personal
        # Stand-ins that nobody's words can hold. The frame around the words is the same whatever they are.
        to, txt, html = (token_hex(16) for _ in range(3))
        date = format_datetime(datetime.fromtimestamp(0, UTC))
        rest = self._made(to, parts["subject.txt"], txt, html if parts.get("html") else None, date)
        pieces: list[bytes | Slot] = []
        gaps: list[tuple[str, str, list[bytes | Slot]]] = [
            ("\r\nTo: ", to, [TO, b"\r\n"]),
            ("\r\nDate: ", date, [DATE, b"\r\n"]),
            ("", txt, list(_body("txt", parts["txt"], marks))),
        ]
        if parts.get("html"):
            gaps.append(("", html, list(_body("html", parts["html"], marks))))
        for before, stand_in, inside in gaps:
            head, rest = rest.split(f"{before}{stand_in}\r\n".encode("ascii"), 1)
            pieces += [head + before.encode("ascii"), *inside]
        return tuple(_joined([*pieces, rest]))

    def _dated(self, now: datetime) -> str:
        second = int(now.timestamp())
        if self._date[0] != second:
            self._date = (second, format_datetime(datetime.fromtimestamp(second, UTC)))
        return self._date[1]


def _is_ordinary(message: Message) -> bool:
    """Whether what is hers goes into the words alone, and is one line each."""
    subject = message.parts["subject.txt"]
    for mark, value in message.personal.items():
        if not (mark and value and mark.isprintable() and value.isprintable()) or mark in subject:
            return False
    return True


def _body(part: str, words: str, marks: Mapping[str, str]) -> Iterator[bytes | Slot]:
    """One part in quoted-printable, with gaps that begin and end a line of their own."""
    whole = b"\n".join(words.encode().splitlines()) + b"\n"
    if not marks:
        yield _encoded(whole)
        return
    any_mark = b"|".join(re.escape(mark.encode()) for mark in sorted(marks, key=len, reverse=True))
    found = re.split(b"(" + any_mark + b")", whole)
    for number, piece in enumerate(found):
        if number % 2:
            yield (part, piece.decode())
            continue
        is_first, is_last = number == 0, number == len(found) - 1
        if not is_first and not piece.startswith(b"\n"):
            yield _GOES_ON
        yield _encoded(piece)
        if not is_last and piece and not piece.endswith(b"\n"):
            yield _GOES_ON


def _encoded(piece: bytes) -> bytes:
    # One less than a line may hold, as the sign that it goes on may follow.
    return body_encode(piece.decode("latin-1"), _WIDTH - 1).replace("\n", "\r\n").encode("ascii")


def _in_lines(value: str) -> bytes:
    """What goes into a gap: *value* in quoted-printable, broken where a line is full."""
    raw, room = value.encode(), _WIDTH - 1
    if _AS_IT_IS.fullmatch(raw):
        return _GOES_ON.join([raw[start : start + room] for start in range(0, len(raw), room)])
    lines = [b""]
    for byte in raw:
        sign = b"%c" % byte if 33 <= byte <= 126 and byte != ord("=") else b"=%02X" % byte
        if len(lines[-1]) + len(sign) > room:
            lines.append(b"")
        lines[-1] += sign
    return _GOES_ON.join(lines)


def _joined(pieces: list[bytes | Slot]) -> Iterator[bytes | Slot]:
    """The same with what stands side by side in one."""
    run = b""
    for piece in pieces:
        if isinstance(piece, bytes):
            run += piece
        else:
            yield run
            yield piece
            run = b""
    yield run
