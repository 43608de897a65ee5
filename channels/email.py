"""Emails, through any SMTP server."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as FOR_SMTP
from email.policy import SMTPUTF8 as FOR_SMTP_IN_UTF8
from email.utils import format_datetime, getaddresses, parseaddr
from typing import Final
from urllib.parse import unquote, urlsplit

from aiosmtplib import (
    SMTP,
    SMTPDataError,
    SMTPException,
    SMTPRecipientRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)

from ugly_mugs.contract import Message, MissingSetting, Receipt, Rejected, Sender, SendFailed, Undeliverable, Unknown

from .smtp_pool import MOST, Pool, Server, of_content, of_recipient, of_sender

URL: Final = "UGLY_MUGS_SMTP_URL"
FROM: Final = "UGLY_MUGS_EMAIL_FROM"

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
_HEADER: Final = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,60}")


def open_channel(env: Mapping[str, str], *, public_url: str, production: bool) -> "Email":
    """Read the server and who mail is from."""
    own_name = urlsplit(public_url).hostname or "localhost"
    server = _server(_needed(env, URL), own_name=own_name, production=production)
    return Email(server, sender=_sender(_needed(env, FROM), production=production), host=own_name)


class Email:
    """Sends mail over a few kept connections."""

    name = "email"
    senders = (Sender(name="smtp"),)
    pence = Decimal(0)
    at_once = 2 * MOST
    absent_after = timedelta()  # nothing here ever proves absence

    def __init__(self, server: Server, *, sender: Address, host: str) -> None:
        self._sender = sender
        self._host = host
        self._pool = Pool(server)
        self.other_end = (server.host, server.port)

    async def send(self, message: Message) -> Receipt:
        """Hand one mail to the server; it may still bounce."""
        if not _ADDRESS.fullmatch(message.to):
            raise Undeliverable("smtp", "not an address")
        reference = f"<{message.id}@{self._host}>"
        content = self._written(message, reference)
        if not await self._try(message.to, content, fresh=False):
            # The server had hung up before we said anything, so this is no second mail.
            await self._try(message.to, content, fresh=True)
        return Receipt(reference)

    async def find(self, message: Message, *, since: datetime) -> Receipt | None:
        """Nobody can be asked: only a bounce tells, or silence."""
        raise Unknown("smtp", "a mail server cannot be asked")

    async def close(self) -> None:
        """Let go of connections."""
        await self._pool.close()

    async def _try(self, to: str, content: bytes, *, fresh: bool) -> bool:
        """Send over one connection; say whether it was still there."""
        async with self._pool.lend(fresh=fresh) as client:
            try:
                await self._name(client, to)
            except (SMTPException, OSError) as error:
                client.close()
                if fresh:
                    raise SendFailed("smtp", f"hung up: {type(error).__name__}") from None
                return False
            try:
                await client.data(content)
            except SMTPDataError as error:
                await _start_over(client)
                raise of_content(error) from None
            except (SMTPException, OSError) as error:
                client.close()
                raise Unknown("smtp", f"no answer: {type(error).__name__}") from None
        return True

    async def _name(self, client: SMTP, to: str) -> None:
        """Name both ends; nothing is taken before the mail itself."""
        options, encoding = ([], "ascii") if to.isascii() else (["SMTPUTF8"], "utf-8")
        try:
            await client.mail(self._sender.addr_spec, options=options, encoding=encoding)
            await client.rcpt(to, encoding=encoding)
        except SMTPSenderRefused as error:
            await _start_over(client)
            raise (of_sender(error) if to.isascii() else of_recipient(error)) from None
        except SMTPRecipientRefused as error:
            await _start_over(client)
            raise of_recipient(error) from None

    def _written(self, message: Message, reference: str) -> bytes:
        """Write the mail; line breaks in what goes into a header become spaces."""
        mail = EmailMessage(policy=FOR_SMTP if message.to.isascii() else FOR_SMTP_IN_UTF8)
        mail["From"] = self._sender
        mail["To"] = message.to
        mail["Subject"] = " ".join(message.filled("subject.txt").split())
        mail["Date"] = format_datetime(datetime.now(UTC))
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(message.filled("txt"), cte="quoted-printable")
        if message.parts.get("html"):
            mail.add_alternative(message.filled("html"), subtype="html", cte="quoted-printable")
        # By hand, since the package folds long links into something that mail programs cannot press.
        lines = [f"Message-ID: {reference}"]
        for name, given in message.headers.items():
            value = " ".join(given.split())
            if not _HEADER.fullmatch(name) or not value.isascii() or not value.isprintable() or len(value) > 900:
                raise Rejected("smtp", f"not a header: {name[:60]!r}")
            lines.append(f"{name}: {value}")
        return "".join(f"{line}\r\n" for line in lines).encode() + mail.as_bytes()


async def _start_over(client: SMTP) -> None:
    """Have the server forget this mail's envelope, so that the connection can be kept."""
    try:
        await client.rset()
    except (SMTPResponseException, OSError, SMTPException):
        client.close()


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


def _needed(env: Mapping[str, str], name: str) -> str:
    value = env.get(name, "").strip()
    if not value:
        raise MissingSetting(f"{name}: is not set")
    return value
