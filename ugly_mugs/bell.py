"""Wakes workers when there is something to do, after the commit that made it."""

import asyncio
from collections import defaultdict
from contextlib import suppress
from weakref import WeakSet

import psycopg
from sqlmodel import func, select
from sqlmodel.ext.asyncio.session import AsyncSession

CHANNEL = "bell"
_ASKED = "bells"


class Ear:
    """One listener to one topic; what was rung while it was busy is not lost."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def hear(self) -> None:
        """It rang."""
        self._rung.set()

    async def wait(self, *, seconds: float) -> None:
        """Return when it rang since the last time, or after *seconds*."""
        # Not `wait_for`, which on Python 3.11 forgets that it was cancelled if it rings in the same moment.
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._rung.wait()
        self._rung.clear()


class Bell:
    """Wakes every ear of a topic in this process; `listen` adds what other processes rang."""

    def __init__(self) -> None:
        self._ears: defaultdict[str, WeakSet[Ear]] = defaultdict(WeakSet)

    def ear(self, topic: str) -> Ear:
        """Somebody who wants to be woken for *topic*."""
        ear = Ear()
        self._ears[topic].add(ear)
        return ear

    def ring(self, topic: str) -> None:
        """Wake whoever waits for *topic*."""
        for ear in self._ears[topic]:
            ear.hear()

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
