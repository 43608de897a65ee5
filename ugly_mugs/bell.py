"""Wakes workers when there is something to do, after the commit that made it."""

import asyncio
from collections import defaultdict
from contextlib import suppress

import psycopg
from sqlmodel import func, select
from sqlmodel.ext.asyncio.session import AsyncSession

CHANNEL = "bell"
_ASKED = "bells"


class Bell:
    """One event a topic, within this process; `listen` adds what other processes rang."""

    def __init__(self) -> None:
        self._events: defaultdict[str, asyncio.Event] = defaultdict(asyncio.Event)

    def ring(self, topic: str) -> None:
        """Wake whoever waits for *topic*."""
        self._events[topic].set()

    async def wait(self, topic: str, *, seconds: float) -> None:
        """Return when *topic* is rung, or after *seconds*; a ring while nobody waited counts."""
        event = self._events[topic]
        with suppress(TimeoutError):
            await asyncio.wait_for(event.wait(), seconds)
        event.clear()

    def after_commit(self, session: AsyncSession) -> None:
        """Ring here what `ask` noted in *session*."""
        for topic in session.info.pop(_ASKED, ()):
            self.ring(topic)

    async def listen(self, database_url: str) -> None:
        """Ring here what other processes ask for, until cancelled; a lost connection is made anew."""
        while True:
            with suppress(psycopg.OperationalError):
                connection = await psycopg.AsyncConnection.connect(database_url, autocommit=True)
                async with connection:
                    await connection.execute(f"LISTEN {CHANNEL}".encode())
                    async for note in connection.notifies():
                        self.ring(note.payload)
            await asyncio.sleep(1)


async def ask(session: AsyncSession, topic: str) -> None:
    """Wake the workers of *topic*, on every machine, once *session* has committed."""
    session.info.setdefault(_ASKED, set()).add(topic)
    if session.get_bind().dialect.name == "postgresql":
        await session.exec(select(func.pg_notify(CHANNEL, topic)))
