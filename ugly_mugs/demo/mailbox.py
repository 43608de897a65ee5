"""A mailbox that speaks SMTP, remembers every mail and does wrong what it is told to."""

import asyncio
import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Self, cast
from weakref import WeakSet

from aiosmtpd.smtp import SMTP, Envelope, Session

from . import mailbox_pages, pages
from .faults import MailFaults, MailTrouble
from .mails import Mail, Mails

NAME = "mailbox.invalid"
LARGEST = 10 * 1024 * 1024
LATER = "451 4.3.0 Not now, try again"


class Mailbox:
    """Takes mail for anybody; nothing it takes leaves this computer.

    *service_url* is the one place the page may post an unsubscribe to.
    """

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        smtp_port: int = 0,
        service_url: str | None = None,
        faults: MailFaults | None = None,
    ) -> None:
        self.service_url = service_url
        self.faults = MailFaults() if faults is None else faults
        self.mails = Mails()
        self._host = host
        self._smtp_port = smtp_port
        self._server: asyncio.Server | None = None
        self._sessions: WeakSet[_Session] = WeakSet()
        self._serving = pages.Serving(host, port)

    @property
    def url(self) -> str:
        """Where its page is, without a slash at the end."""
        return self._serving.url

    @property
    def smtp_url(self) -> str:
        """Where it takes mail."""
        return f"smtp://{self._host}:{self._smtp_port}"

    async def start(self) -> None:
        """Listen."""
        # aiosmtpd logs addresses and lines of mail.
        logging.getLogger("mail.log").setLevel(logging.CRITICAL)
        self._server = await asyncio.get_running_loop().create_server(self._session, self._host, self._smtp_port)
        self._smtp_port = self._server.sockets[0].getsockname()[1]
        app = pages.application()
        mailbox_pages.add(app, self)
        await self._serving.start(app)

    async def stop(self) -> None:
        """Stop listening; who is still talking is cut off."""
        await self._serving.stop()
        if self._server is not None:
            self._server.close()
        for session in list(self._sessions):
            session.cut()
        if self._server is not None:
            await self._server.wait_closed()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    def __iter__(self) -> Iterator[Mail]:
        return iter(self.mails)

    def _session(self) -> "_Session":
        session = _Session(
            self, hostname=NAME, ident="ESMTP", enable_SMTPUTF8=True, data_size_limit=LARGEST, loop=_loop()
        )
        self._sessions.add(session)
        return session

    # The names below are aiosmtpd's.

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take any recipient that was not said to be refused."""
        if refusal := self.faults.refused.get(address):
            return refusal
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: "_Session", session: Session, envelope: Envelope) -> str:
        """Remember the mail once for each recipient."""
        if server.trouble is MailTrouble.LATER:
            return LATER
        now, content = datetime.now(UTC), envelope.original_content or b""
        for address in envelope.rcpt_tos:
            self.mails.add(address, envelope.mail_from or "", content, at=now)
        if server.trouble is MailTrouble.LOSE:
            await server.vanish()
        return "250 2.0.0 OK"


def _loop() -> asyncio.AbstractEventLoop:
    return asyncio.get_running_loop()


class _Session(SMTP):
    """One client's connection."""

    event_handler: Mailbox
    trouble: MailTrouble | None = None

    async def smtp_DATA(self, arg: str) -> None:
        """Take the mail, unless this is one that goes wrong in the middle."""
        self.trouble = self.event_handler.faults.next()
        if self.trouble is MailTrouble.CLOSE:
            await self.push("354 End data with <CR><LF>.<CR><LF>")
            await self._reader.readline()
            await self.vanish()
        await super().smtp_DATA(arg)

    def cut(self) -> None:
        """Close the connection at once."""
        # Not asked for its class: another loop's transports have the method, and none of asyncio's classes.
        if self.transport is not None:
            cast(asyncio.WriteTransport, self.transport).abort()

    async def vanish(self) -> None:
        """Close the connection in the middle of what it is doing."""
        self.cut()
        # aiosmtpd cancels whoever waits here as soon as it notices.
        await asyncio.Event().wait()
