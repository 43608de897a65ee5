"""A provider that only says yes, as fast as it can: `python -m bench.stub LATENCY_SECONDS` prints its port.

It reads just enough HTTP to know where a request ends, and answers each POST as Twilio does on creating a
message. It is not the demo's carrier, which remembers and calls back: here the sender is measured.
"""

import asyncio
import itertools
import json
import sys

_numbers = itertools.count()
_BODY = json.dumps(
    {
        "sid": "SM%032x", "account_sid": "AC", "to": "+447700900000", "from": "+447700900999", "body": "",
        "status": "queued", "num_segments": "1", "num_media": "0", "direction": "outbound-api", "price": None,
        "date_created": "Wed, 25 Nov 2026 12:00:00 +0000", "date_updated": "Wed, 25 Nov 2026 12:00:00 +0000",
        "date_sent": None, "error_code": None, "error_message": None, "uri": "", "api_version": "2010-04-01",
    }
)  # fmt: skip


class Answering(asyncio.Protocol):
    """One connection, kept open."""

    def __init__(self, latency: float) -> None:
        self._latency = latency
        self._buffer = bytearray()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember where to answer."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer every request that is whole."""
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = bytes(self._buffer[:end]).lower()
            place = head.find(b"content-length:")
            length = int(head[place + 15 :].split(b"\r\n", 1)[0]) if place >= 0 else 0
            if len(self._buffer) < end + 4 + length:
                return
            del self._buffer[: end + 4 + length]
            asyncio.get_running_loop().call_later(self._latency, self._answer) if self._latency else self._answer()

    def _answer(self) -> None:
        if self._transport is None or self._transport.is_closing():
            return
        body = (_BODY % next(_numbers)).encode()
        head = f"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        self._transport.write(head.encode() + body)


async def main() -> None:
    """Listen until standard input ends."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Answering(float(sys.argv[1])), "127.0.0.1", 0, backlog=1024)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main())
