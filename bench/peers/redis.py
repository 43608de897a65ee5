"""A Redis of our own, from Debian's `redis-server`."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from ugly_mugs.demo.surroundings import any_port

SERVER = "redis-server"
LONGEST_START = 10


def is_there() -> bool:
    """Whether Debian's package is installed."""
    return shutil.which(SERVER) is not None


@asynccontextmanager
async def a_redis() -> AsyncIterator[str]:
    """Its address, on loopback; it writes nothing to disk, which is the fastest it can be."""
    host, folder = "127.0.0.1", tempfile.mkdtemp(prefix="redis")
    port = any_port(host)
    process = await asyncio.create_subprocess_exec(
        *(SERVER, "--bind", host, "--port", str(port), "--dir", folder, "--save", "", "--appendonly", "no"),
        stdout=asyncio.subprocess.DEVNULL,
    )
    try:
        await asyncio.wait_for(_until_it_listens(host, port), LONGEST_START)
        yield f"redis://{host}:{port}/0"
    finally:
        process.terminate()
        await process.wait()
        shutil.rmtree(folder, ignore_errors=True)


async def _until_it_listens(host: str, port: int) -> None:
    while True:
        try:
            _, writer = await asyncio.open_connection(host, port)
        except OSError:
            await asyncio.sleep(0.02)
        else:
            writer.close()
            await writer.wait_closed()
            return
