"""What every part holds: settings, database, keys, channels; and the only way to open a transaction."""

import asyncio
import select
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeVar

import psycopg
from jinja2 import Environment
from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlmodel.ext.asyncio.session import AsyncSession

from .areas import Atlas
from .bell import Bell
from .config import Config
from .contract import Channel
from .vault import Vault

BUSY_SECONDS = 10
WIPE_SECONDS = 0.2
LOCKED: Final = frozenset({"40P01", "40001"})
"""How PostgreSQL says that it ended a transaction so that another, which it was in the way of, could go on."""
MOST_TRIES: Final = 3

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Database:
    """One database: *writer* for what changes things, *reader* for what only looks."""

    writer: AsyncEngine
    reader: AsyncEngine

    async def wipe(self) -> None:
        """Empty SQLite's log: what was deleted would stand there until something new is written over it."""
        if file := self.writer.url.database if self.writer.dialect.name == "sqlite" else None:
            await asyncio.to_thread(_wipe, file)

    async def close(self) -> None:
        """Let go of every connection."""
        await self.writer.dispose()
        await self.reader.dispose()


def open_database(url: str, *, size: int = 10) -> Database:
    """Prepare connections to the database at *url*; none is made yet."""
    if url.startswith("sqlite"):
        if file := make_url(url).database:
            Path(file).parent.mkdir(parents=True, exist_ok=True)
        # One writer, in a queue of our own: SQLite's busy handler sleeps and polls instead.
        writer = create_async_engine(url, pool_size=1, max_overflow=0, pool_timeout=BUSY_SECONDS, **_sqlite())
        reader = create_async_engine(url, pool_size=size, **_sqlite())
        _prepare(writer, begin="BEGIN IMMEDIATE", query_only=False)
        _prepare(reader, begin="BEGIN", query_only=True)
        return Database(writer, reader)
    engine = create_async_engine(url, pool_size=size, pool_timeout=BUSY_SECONDS, hide_parameters=True)
    _look_before_use(engine)
    return Database(engine, engine)


def _look_before_use(engine: AsyncEngine) -> None:
    """Replace connections that the server has closed, without asking it each time.

    To one that is not in use the server says nothing, but that it is going away.
    """

    @event.listens_for(engine.sync_engine, "checkout")
    def _look(connection: Any, _record: object, _proxy: object) -> None:
        try:
            # Not `select`, which knows no more than 1,024 open files.
            ears = select.poll()
            ears.register(connection.driver_connection, select.POLLIN)
            has_said = bool(ears.poll(0))
        except (OSError, ValueError, psycopg.Error):
            has_said = True
        if has_said:
            raise DisconnectionError


def _wipe(file: str) -> None:
    # A connection of its own, and short of patience: while it waits for readers, nobody can write.
    with closing(sqlite3.connect(file, timeout=WIPE_SECONDS, isolation_level=None)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _sqlite() -> dict[str, Any]:
    # hide_parameters: an exception's text must never hold somebody's words.
    return {"connect_args": {"isolation_level": None, "timeout": BUSY_SECONDS}, "hide_parameters": True}


def _prepare(engine: AsyncEngine, *, begin: str, query_only: bool) -> None:
    """Set SQLite up on each new connection, and open transactions with *begin*."""

    @event.listens_for(engine.sync_engine, "connect")
    def _connect(connection: Any, _: object) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        # FULL: once she has her code, not even a power cut may lose her report.
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        # Deleted rows are overwritten, not left on the disk for whoever seizes it.
        cursor.execute("PRAGMA secure_delete=ON")
        cursor.execute(f"PRAGMA query_only={'ON' if query_only else 'OFF'}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql(begin)


@dataclass(frozen=True, slots=True)
class Service:
    """The running service, as every handler and worker gets it."""

    config: Config
    database: Database
    vault: Vault
    templates: Environment
    atlas: Atlas
    channels: Mapping[str, Channel] = field(default_factory=dict)
    bell: Bell = field(default_factory=Bell)

    def now(self) -> datetime:
        """The time, aware, in UTC."""
        return datetime.now(UTC)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """One transaction that may write: committed at the end, rolled back on any error."""
        async with AsyncSession(self.database.writer, expire_on_commit=False) as session:
            async with session.begin():
                yield session
            self.bell.after_commit(session)

    async def again_if_locked(self, step: Callable[[AsyncSession], Awaitable[T]]) -> T:
        """Run *step* in a transaction; from its beginning once more if it and another waited for each other."""
        for _ in range(MOST_TRIES - 1):
            try:
                async with self.transaction() as session:
                    return await step(session)
            except DBAPIError as error:
                if getattr(error.orig, "sqlstate", None) not in LOCKED:
                    raise
        async with self.transaction() as session:
            return await step(session)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """One transaction that only reads; on SQLite it never waits for a writer."""
        async with AsyncSession(self.database.reader, expire_on_commit=False) as session:
            yield session
