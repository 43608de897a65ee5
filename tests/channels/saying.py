"""A mail server that says what it is told to, and remembers what it heard."""

import asyncio
from collections import defaultdict, deque
from collections.abc import Mapping
from contextlib import suppress
from typing import Self

YES = {"MAIL": "250 2.1.0 ok", "RCPT": "250 2.1.5 ok", "DATA": "354 go on", ".": "250 2.0.0 taken", "RSET": "250 ok"}
HANG_UP = "!"
"""At the end of an answer: hang up after it. Alone: hang up without one."""
SILENCE = "?"


class Saying:
    """Listens on loopback. *answers* by the line's first word: the next one each time, and after them a yes.

    ``.`` is a mail's end, ``LINE`` its first line, ``IDLE`` what is said to nothing once a mail is taken.
    """

    def __init__(
        self, answers: Mapping[str, list[str]] | None = None, *, pipelining: bool = True, script: bool = True
    ) -> None:
        self.extensions = ["PIPELINING"] * pipelining + ["SMTPUTF8"] * script
        self.answers = defaultdict(deque, {word: deque(given) for word, given in (answers or {}).items()})
        self.heard: list[list[str]] = []
        """The first words of the lines of each connection."""
        self.groups: list[list[str]] = []
        """The same by what arrived in one go."""
        self.mails: list[tuple[str, bytes]] = []
        """Recipient and content of what was taken."""
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._talk, "127.0.0.1", 0)
        self.url = f"smtp://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        with suppress(ConnectionError, asyncio.CancelledError):
            await _Connection(self, reader, writer).talk()
        writer.transport.abort()


class _Connection:
    """One client."""

    def __init__(self, server: Saying, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._server = server
        self._reader = reader
        self._writer = writer
        self._heard: list[str] = []
        server.heard.append(self._heard)
        self._to = ""
        self._mail: list[bytes] | None = None

    async def talk(self) -> None:
        """Answer until somebody hangs up."""
        self._writer.write(b"220 saying.invalid ESMTP\r\n")
        rest = b""
        while data := await self._reader.read(65_536):
            *lines, rest = (rest + data).split(b"\r\n")
            words = [word for line in lines if (word := self._word(line))]
            self._server.groups.append(words)
            for line in lines:
                if not await self._answer(line):
                    return

    def _word(self, line: bytes) -> str:
        return "" if self._mail is not None else line[:4].decode().strip().upper()

    async def _answer(self, line: bytes) -> bool:
        """Answer a line; say whether to go on."""
        if self._mail is not None:
            return await self._take(line)
        word = self._word(line)
        self._heard.append(word)
        if word == "EHLO":
            return await self._say(
                "\r\n".join([*(f"250-{each}" for each in ("x", *self._server.extensions)), "250 SIZE"])
            )
        goes_on, answer = await self._next(word)
        if word == "RCPT" and answer.startswith("2"):
            self._to = line.decode()[len("RCPT TO:<") : -1]
        if word in {"MAIL", "RSET"}:
            self._to = ""
        if word == "DATA" and answer.startswith("354"):
            self._mail = []
        return goes_on

    async def _take(self, line: bytes) -> bool:
        assert self._mail is not None
        if not self._mail and self._server.answers["LINE"]:
            return (await self._next("LINE"))[0]
        if line != b".":
            self._mail.append(line.removeprefix(b"."))
            return True
        mail, self._mail = b"\r\n".join(self._mail), None
        self._heard.append(".")
        to, self._to = self._to, ""
        planned = self._server.answers["."]
        # Whoever hangs up at the end may well have taken it.
        if to and (not planned or planned[0].startswith(("2", HANG_UP))):
            self._server.mails.append((to, mail))
        goes_on, _ = await self._next(".")
        if self._server.answers["IDLE"]:
            return (await self._next("IDLE"))[0]
        return goes_on

    async def _next(self, word: str) -> tuple[bool, str]:
        planned = self._server.answers[word]
        answer = planned.popleft() if planned else YES.get(word, "221 bye!" if word == "QUIT" else "502 what?")
        return await self._say(answer), answer

    async def _say(self, answer: str) -> bool:
        words = answer.removesuffix(HANG_UP)
        if words == SILENCE:
            return True
        if words:
            self._writer.write(words.encode() + b"\r\n")
            await self._writer.drain()
        return words == answer
