"""A few SMTP connections that are kept open."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from ssl import SSLError
from typing import Final

from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPConnectError,
    SMTPConnectResponseError,
    SMTPException,
    SMTPHeloError,
)

from ugly_mugs.contract import ChannelDown, Failure, SendFailed

from .smtp_codes import of_server
from .smtp_talk import Talk

IDLE: Final = 30.0
"""Seconds after which a server may be about to hang up on us."""


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
    """Seconds that one answer is waited for."""
    patience: float = 20
    """Seconds after which a mail is not begun any more, so that its worker is not taken for dead before it is done."""


class Pool:
    """Lends connections, no more than *most* at a time."""

    def __init__(self, server: Server, *, most: int) -> None:
        self._server = server
        self._idle: list[tuple[float, Talk]] = []
        self._room = asyncio.Semaphore(most)

    @asynccontextmanager
    async def lend(self, *, fresh: bool = False) -> AsyncIterator[Talk]:
        """Lend a connection that is logged in; a *fresh* one has not been used before."""
        async with self._room:
            talk = (None if fresh else self._kept()) or await self._connect()
            try:
                yield talk
            except Failure:
                # The server answered, and is ready for the next mail.
                self._keep(talk)
                raise
            except BaseException:  # because a cancelled try gives its connection back as well
                # In the middle of a sentence: nobody could tell what its next words answer.
                talk.drop()
                raise
            self._keep(talk)

    async def close(self) -> None:
        """Say goodbye on every connection that is not lent."""
        idle, self._idle = self._idle, []
        await asyncio.gather(*(talk.quit() for _, talk in idle))

    def _kept(self) -> Talk | None:
        while self._idle:
            since, talk = self._idle.pop()
            if talk.is_open and time.monotonic() - since < IDLE:
                return talk
            talk.drop()
        return None

    def _keep(self, talk: Talk) -> None:
        if talk.is_open:
            talk.is_new = False
            self._idle.append((time.monotonic(), talk))

    async def _connect(self) -> Talk:
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
            if client.is_ehlo_or_helo_needed:
                await _greet(client)
            return Talk(client, timeout=server.timeout)
        except SMTPConnectResponseError as error:
            client.close()
            raise of_server(error.code, error.message, "the server turned us away") from None
        except SMTPHeloError as error:
            client.close()
            raise of_server(error.code, error.message, "the server does not greet us") from None
        except SMTPAuthenticationError as error:
            client.close()
            raise of_server(error.code, error.message, "the server does not know our password") from None
        except (SMTPConnectError, TimeoutError, ConnectionError) as error:
            client.close()
            if isinstance(error.__cause__, SSLError):
                raise ChannelDown("smtp", f"cannot be trusted: {type(error.__cause__).__name__}") from None
            raise SendFailed("smtp", f"cannot be reached: {type(error).__name__}") from None
        except (SMTPException, OSError) as error:
            # No STARTTLS, no login, a certificate that is not theirs.
            client.close()
            raise ChannelDown("smtp", f"cannot be trusted: {type(error).__name__}") from None
        except BaseException:  # whatever it was, also a cancellation: the place is free again
            client.close()
            raise


async def _greet(client: SMTP) -> None:
    """Hear what the server can do, if it can say that."""
    try:
        await client.ehlo()
    except SMTPHeloError:
        if not client.is_connected:
            raise
        await client.helo()
