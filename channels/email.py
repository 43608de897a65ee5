"""Emails, through any SMTP server."""

import re
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.headerregistry import Address
from email.utils import getaddresses, parseaddr
from typing import Final
from urllib.parse import unquote, urlsplit

from ugly_mugs.contract import Failure, Message, MissingSetting, Receipt, Sender, SendFailed, Undeliverable, Unknown

from .mail import Writer
from .smtp_codes import CLOSING, GO_AHEAD, of_content, of_recipient, of_sender
from .smtp_pool import Pool, Server
from .smtp_talk import Answer, Talk

URL: Final = "UGLY_MUGS_SMTP_URL"
FROM: Final = "UGLY_MUGS_EMAIL_FROM"
AT_A_TIME: Final = "UGLY_MUGS_SMTP_CONNECTIONS"
CONNECTIONS: Final = 5
MOST: Final = 20
AHEAD: Final = 10
"""Mails under way for each connection, so that none waits for the ledger; a dead worker leaves as many unknown."""

_TELLING: Final = ("ugly", "mugs", "sex")
_PORTS: Final = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}
_HERE: Final = {"localhost", "127.0.0.1", "::1"}
_MADE_UP: Final = (
    ".invalid",
    ".example",
    ".test",
    ".localhost",
    "localhost",
    "example.org",
    "example.com",
    "example.net",
)
_ADDRESS: Final = re.compile(r"[^\s<>(),:;@\"\\\[\]]{1,64}@[^\s<>(),:;@\"\\\[\]]{1,253}")


def open_channel(env: Mapping[str, str], *, public_url: str, production: bool) -> "Email":
    """Read the server and who mail is from."""
    own_name = urlsplit(public_url).hostname or "localhost"
    server = _server(_needed(env, URL), own_name=own_name, production=production)
    sender = _sender(_needed(env, FROM), production=production)
    return Email(server, sender=sender, host=own_name, connections=_connections(env))


class Email:
    """Sends mail over a few kept connections."""

    name = "email"
    senders = (Sender(name="smtp"),)
    pence = Decimal(0)
    absent_after = timedelta()  # nothing here ever proves absence

    def __init__(self, server: Server, *, sender: Address, host: str, connections: int = CONNECTIONS) -> None:
        self.at_once = AHEAD * connections
        self.other_end = (server.host, server.port)
        self._writer = Writer(sender, host=host)
        self.longest = timedelta(seconds=server.patience + server.timeout)
        self._patience = server.patience
        self._pool = Pool(server, most=connections)
        self._from = f"MAIL FROM:<{sender.addr_spec}>".encode("ascii")

    async def send(self, message: Message) -> Receipt:
        """Hand one mail to the server; it may still bounce."""
        if not _ADDRESS.fullmatch(message.to) or not message.to.isprintable():
            raise Undeliverable("address", "not an address")
        content = self._writer.write(message, now=datetime.now(UTC))
        until = time.monotonic() + self._patience
        if not await self._try(message.to, content, until=until):
            # The server had hung up before we said anything, so this is no second mail.
            await self._try(message.to, content, until=until, fresh=True)
        return Receipt(self._writer.reference(message))

    async def find(self, message: Message, *, since: datetime) -> Receipt | None:
        """Nobody can be asked: only a bounce tells, or silence."""
        raise Unknown("smtp", "a mail server cannot be asked")

    async def close(self) -> None:
        """Let go of connections."""
        await self._pool.close()

    async def _try(self, to: str, content: bytes, *, until: float, fresh: bool = False) -> bool:
        """Send over one connection; say whether it was still there."""
        async with self._pool.lend(fresh=fresh) as talk:
            if time.monotonic() > until:
                raise SendFailed("smtp", "no connection was free in time")
            answers = await talk.say_all(self._envelope(to, talk))
            if not talk.is_new and (not answers or answers[0].code == CLOSING):
                talk.drop()
                return False
            if (refusal := _refusal(to, answers)) is not None:
                await _start_over(talk, answers)
                raise refusal
            if len(answers) < 3:
                # Nothing is taken before the mail itself.
                talk.drop()
                if talk.is_new:
                    raise SendFailed("smtp", "hung up")
                return False
            if time.monotonic() > until:
                talk.drop()
                raise SendFailed("smtp", "too slow")
            taken = await talk.say(_ended(content))
            if not taken or not 200 <= taken[0].code < 600 or taken[0].code // 100 == 3:
                talk.drop()
                raise Unknown("smtp", "no answer")
            if not taken[0].is_yes:
                await _start_over(talk, taken)
                raise of_content(taken[0].code, taken[0].text)
        return True

    def _envelope(self, to: str, talk: Talk) -> tuple[bytes, bytes, bytes]:
        """Both ends, and that the mail comes next: the last in a group, as PIPELINING asks (RFC 2920)."""
        if to.isascii():
            return (self._from + b"\r\n", f"RCPT TO:<{to}>\r\n".encode("ascii"), b"DATA\r\n")
        if not talk.any_script:
            raise Undeliverable("address", "the server cannot write to an address in this script")
        return (self._from + b" SMTPUTF8\r\n", f"RCPT TO:<{to}>\r\n".encode(), b"DATA\r\n")


def _refusal(to: str, answers: Sequence[Answer]) -> Failure | None:
    """What the first no to an envelope means."""
    for number, answer in enumerate(answers):
        if answer.code == GO_AHEAD if number == 2 else answer.is_yes:
            continue
        if number == 0:
            judge = of_sender if to.isascii() else of_recipient
        else:
            judge = of_recipient if number == 1 else of_content
        return judge(answer.code, answer.text)
    return None


def _ended(content: bytes) -> bytes:
    """The mail as it goes over the wire, with a dot more where a line begins with one; the first begins a header."""
    return content.replace(b"\r\n.", b"\r\n..") + b".\r\n"


async def _start_over(talk: Talk, answers: Sequence[Answer]) -> None:
    """Have the server forget an envelope, so that the connection can be kept."""
    if any(answer.code == CLOSING for answer in answers):
        talk.drop()
        return
    waits = len(answers) == 3 and answers[2].code == GO_AHEAD
    # It waits for a mail although it refused an end of it. An empty one goes to nobody (RFC 2920, 3.1), unless
    # it did take a recipient: then it would be for her.
    if waits and (answers[1].is_yes or not await talk.say(b".\r\n")):
        talk.drop()
        return
    found = await talk.say(b"RSET\r\n")
    if not found or not found[0].is_yes:
        talk.drop()


def _server(url: str, *, own_name: str, production: bool) -> Server:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise MissingSetting(f"{URL}: is not an address") from None
    if parts.scheme not in _PORTS or not host or parts.path.strip("/") or parts.query or parts.fragment:
        raise MissingSetting(f"{URL}: must be smtp://, smtps:// or smtp+starttls:// and a host")
    # A name without dots is a container beside ours; everything else is a way past others.
    if production and parts.scheme == "smtp" and (parts.password or "." in host) and host not in _HERE:
        raise MissingSetting(f"{URL}: would send people's addresses in clear; use smtps:// or smtp+starttls://")
    return Server(
        host=host,
        port=port or _PORTS[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        tls=parts.scheme == "smtps",
        starttls=parts.scheme == "smtp+starttls",
        own_name=own_name,
    )


def _sender(value: str, *, production: bool) -> Address:
    name, address = parseaddr(value)
    one = len(getaddresses([value])) == 1 and value.isprintable()
    if not one or not _ADDRESS.fullmatch(address) or not address.isascii():
        raise MissingSetting(f"{FROM}: must be an address, or a name and an address in angle brackets")
    if production and any(word in value.lower() for word in _TELLING):
        raise MissingSetting(f"{FROM}: it would out whoever gets mail from it")
    if production and address.lower().endswith(_MADE_UP):
        raise MissingSetting(f"{FROM}: is an address for the demo")
    return Address(name, addr_spec=address)


def _connections(env: Mapping[str, str]) -> int:
    value = env.get(AT_A_TIME, "").strip() or str(CONNECTIONS)
    if not (value.isascii() and value.isdecimal() and 1 <= int(value) <= MOST):
        raise MissingSetting(f"{AT_A_TIME}: must be a number from 1 to {MOST}")
    return int(value)


def _needed(env: Mapping[str, str], name: str) -> str:
    value = env.get(name, "").strip()
    if not value:
        raise MissingSetting(f"{name}: is not set")
    return value
