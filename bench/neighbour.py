"""Another process that writes a little, as intake does: `python -m bench.neighbour FILE` until its standard input ends.

Every 20 ms one small transaction on the SQLite database in FILE, with the settings the service itself uses. It prints
a line when it has begun, and at the end one JSON object: how many milliseconds each took, waiting included.
"""

import asyncio
import json
import sqlite3
import sys
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing

from ugly_mugs.service import BUSY_SECONDS

EVERY = 0.02
_WRITE = (
    "INSERT INTO tally (channel, hour, kind, number) VALUES ('sms', '2026-01-01 00:00:00.000000', 'neighbour', 1) "
    "ON CONFLICT (channel, hour, kind) DO UPDATE SET number = number + 1"
)


def main() -> None:
    """Write and wait until nobody listens."""
    is_over = threading.Event()

    def listen() -> None:
        sys.stdin.read()
        is_over.set()

    threading.Thread(target=listen, daemon=True).start()
    took: list[float] = []
    with closing(sqlite3.connect(sys.argv[1], timeout=BUSY_SECONDS, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous=FULL")
        sys.stdout.write("here\n")
        sys.stdout.flush()
        while not is_over.wait(EVERY):
            began = time.perf_counter()
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(_WRITE)
            connection.execute("COMMIT")
            took.append((time.perf_counter() - began) * 1000)
    sys.stdout.write(json.dumps(took) + "\n")


@asynccontextmanager
async def a_neighbour(file: str) -> AsyncIterator[list[float]]:
    """One at work on the database in *file*; the list is filled when it has gone."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.neighbour", file),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=2**24,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    await process.stdout.readline()
    took: list[float] = []
    try:
        yield took
    finally:
        process.stdin.close()
        out, _ = await process.communicate()
        took += json.loads(out)


if __name__ == "__main__":
    main()
