"""A few SMTP connections that are kept open, and what follows when a server says no."""

import asyncio
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPConnectError,
    SMTPConnectResponseError,
    SMTPException,
    SMTPResponseException,
)

from ugly_mugs.contract import ChannelDown, Failure, Filtered, Rejected, SendFailed, Undeliverable

MOST: Final = 5
IDLE: Final = 30.0
"""Seconds after which a server may be about to hang up on us."""
_ENHANCED: Final = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Where mail is handed over."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    tls: bool = False
    starttls: bool = False
    own_name: str = "localhost"
    """What we call ourselves; never this machine's name."""
    timeout: float = 20


class Pool:
    """Lends connections, no more than `MOST` at a time."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._idle: list[tuple[float, SMTP]] = []
        self._room = asyncio.Semaphore(MOST)

    @asynccontextmanager
    async def lend(self, *, fresh: bool = False) -> AsyncIterator[SMTP]:
        """Lend a connection that is logged in; a *fresh* one has not been used before."""
        async with self._room:
            client = (None if fresh else self._kept()) or await self._connect()
            try:
                yield client
            except Failure:
                # The server answered, and is ready for the next mail.
                self._keep(client)
                raise
            except BaseException:  # because a cancelled try gives its connection back as well
                # In the middle of a sentence: nobody could tell what its next words answer.
                client.close()
                raise
            self._keep(client)

    async def close(self) -> None:
        """Say goodbye on every connection that is not lent."""
        idle, self._idle = self._idle, []
        for _, client in idle:
            try:
                await client.quit(timeout=2)
            except (SMTPException, OSError, TimeoutError):
                client.close()

    def _kept(self) -> SMTP | None:
        while self._idle:
            since, client = self._idle.pop()
            if client.is_connected and time.monotonic() - since < IDLE:
                return client
            client.close()
        return None

    def _keep(self, client: SMTP) -> None:
        if client.is_connected:
            self._idle.append((time.monotonic(), client))

    async def _connect(self) -> SMTP:
        server = self._server
        client = SMTP(
            hostname=server.host,
            port=server.port,
            username=server.user or None,
            password=server.password or None,
            local_hostname=server.own_name,
            timeout=server.timeout,
            use_tls=server.tls,
            start_tls=server.starttls,
        )
        try:
            await client.connect()
        except SMTPConnectResponseError as error:
            client.close()
            raise _of_server(error, "the server turned us away") from None
        except SMTPAuthenticationError as error:
            client.close()
            raise _of_server(error, "the server does not know our password") from None
        except (SMTPConnectError, TimeoutError, ConnectionError) as error:
            client.close()
            raise SendFailed("smtp", f"cannot be reached: {type(error).__name__}") from None
        except (SMTPException, OSError) as error:
            # No STARTTLS, no login, a certificate that is not theirs.
            client.close()
            raise ChannelDown("smtp", f"cannot be trusted: {type(error).__name__}") from None
        except BaseException:  # whatever it was, also a cancellation: the place is free again
            client.close()
            raise
        return client


def of_sender(error: SMTPResponseException) -> Failure:
    """Say what follows when our own address is refused."""
    return _of_server(error, "our own address is refused")


def of_recipient(error: SMTPResponseException) -> Failure:
    """Say what follows when a recipient is refused."""
    name, enhanced = _name(error)
    if error.code < 500:
        return SendFailed(name, "not now")
    if enhanced.startswith("5.7."):
        return Filtered(name, "refused for what or who we are")
    return Undeliverable(name, "the mailbox is refused")


def of_content(error: SMTPResponseException) -> Failure:
    """Say what follows when a mail is refused once it has been read."""
    name, enhanced = _name(error)
    if error.code < 500:
        return SendFailed(name, "not now")
    if enhanced.startswith(("5.1.", "5.2.")):
        return Undeliverable(name, "the mailbox is refused")
    if enhanced.startswith("5.7."):
        return Filtered(name, "taken for spam")
    return Rejected(name, "the mail is refused")


def _of_server(error: SMTPResponseException, meaning: str) -> Failure:
    name, _ = _name(error)
    return SendFailed(name, meaning) if error.code < 500 else ChannelDown(name, meaning)


def _name(error: SMTPResponseException) -> tuple[str, str]:
    """Name an answer by its codes alone: its words may hold an address."""
    found = _ENHANCED.match(error.message)
    enhanced = found[0] if found else ""
    return f"smtp {error.code} {enhanced}".rstrip(), enhanced
