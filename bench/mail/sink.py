"""A mail server that reads and forgets: `smtp-sink`, from Debian's `postfix`, in a process of its own."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from ugly_mugs.demo.surroundings import any_port

HOST = "127.0.0.1"
LONGEST_START = 10
WAITING = 100
"""Connections that may wait to be taken."""


def where() -> str | None:
    """Where the program is: Debian keeps it outside of most people's path."""
    return shutil.which("smtp-sink", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


@dataclass(frozen=True, slots=True)
class Sink:
    """One that listens."""

    url: str
    _counter: Path

    def taken(self) -> int:
        """How many mails it has read to the end so far, by its own count."""
        counted = self._counter.read_text().rsplit("mesg=", 1)
        return int(counted[1]) if len(counted) == 2 else 0


@asynccontextmanager
async def a_sink() -> AsyncIterator[Sink]:
    """One on loopback; it writes its count and nothing else to disk."""
    program = where()
    assert program is not None, "ask `where` first"
    port = any_port(HOST)
    # Started as root, it insists on becoming somebody else.
    somebody = ("-u", "nobody") if os.geteuid() == 0 else ()
    with TemporaryDirectory(prefix="sink") as folder:
        counter = Path(folder) / "count"
        with counter.open("wb") as out:
            process = await asyncio.create_subprocess_exec(
                program, "-c", *somebody, f"{HOST}:{port}", str(WAITING), stdout=out
            )
        try:
            await asyncio.wait_for(_until_it_listens(port), LONGEST_START)
            yield Sink(f"smtp://{HOST}:{port}", counter)
        finally:
            process.terminate()
            await process.wait()


def end(url: str) -> tuple[str, int]:
    """Host and port."""
    parts = urlsplit(url)
    assert parts.hostname is not None
    assert parts.port is not None
    return parts.hostname, parts.port


async def _until_it_listens(port: int) -> None:
    while True:
        try:
            _, writer = await asyncio.open_connection(HOST, port)
        except OSError:
            await asyncio.sleep(0.02)
        else:
            writer.close()
            await writer.wait_closed()
            return
