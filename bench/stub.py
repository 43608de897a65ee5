"""A provider that only says yes, as fast as it can: `python -m bench.stub LATENCY_SECONDS [remember]` prints its port.

It reads just enough HTTP to know where a request ends, and answers each POST as Twilio does on creating a
message, and each GET with how many those were; if it is to remember, one of `/kept` with when each came and its form.
It is not the demo's carrier, which keeps books and calls back: here the sender is measured.
"""

import asyncio
import json
import sys
import time
from typing import cast

from . import loop

_MESSAGE = json.dumps(
    {
        "sid": "SM%032x", "account_sid": "AC", "to": "+447700900000", "from": "+447700900999", "body": "",
        "status": "queued", "num_segments": "1", "num_media": "0", "direction": "outbound-api", "price": None,
        "date_created": "Wed, 25 Nov 2026 12:00:00 +0000", "date_updated": "Wed, 25 Nov 2026 12:00:00 +0000",
        "date_sent": None, "error_code": None, "error_message": None, "uri": "", "api_version": "2010-04-01",
    }
)  # fmt: skip


class Answering(asyncio.Protocol):
    """One connection, kept open."""

    taken = 0
    """Of all of them together."""
    kept: list[tuple[float, str]] | None = None
    """Seconds by the machine's clock, and the form, of each; not kept unless asked for."""

    def __init__(self, latency: float) -> None:
        self._latency = latency
        self._buffer = bytearray()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember where to answer."""
        # uvloop's have the methods, not the class.
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """Answer every request that is whole."""
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = bytes(self._buffer[:end]).lower()
            place = head.find(b"content-length:")
            length = int(head[place + 15 :].split(b"\r\n", 1)[0]) if place >= 0 else 0
            if len(self._buffer) < end + 4 + length:
                return
            if self.kept is not None and length:
                self.kept.append((time.monotonic(), self._buffer[end + 4 : end + 4 + length].decode()))
            del self._buffer[: end + 4 + length]
            if head.startswith(b"get"):
                asked = self.kept if head.startswith(b"get /kept ") else {"taken": Answering.taken}
                self._answer("200 OK", json.dumps(asked))
            elif self._latency:
                asyncio.get_running_loop().call_later(self._latency, self._take)
            else:
                self._take()

    def _take(self) -> None:
        Answering.taken += 1
        self._answer("201 Created", _MESSAGE % Answering.taken)

    def _answer(self, status: str, body: str) -> None:
        if self._transport is not None and not self._transport.is_closing():
            head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
            self._transport.write((head + body).encode())


async def main() -> None:
    """Listen until standard input ends."""
    here = asyncio.get_running_loop()
    Answering.kept = [] if "remember" in sys.argv[2:] else None
    server = await here.create_server(lambda: Answering(float(sys.argv[1])), "127.0.0.1", 0, backlog=1024)
    loop.quieten()
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await here.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    loop.run(main())
