"""The sending line of one channel: takes what is due, keeps messages in flight, settles what came of them.

The three overlap: while some messages are at the provider, the next are taken and the last are
settled. A process that dies leaves rows in `sending`, which become `unknown` and are asked about.
"""

import asyncio
from collections import defaultdict, deque
from contextlib import suppress
from datetime import datetime, timedelta

import structlog

from .. import logs
from ..contract import Failure, Unknown
from ..delivery import ledger, money, settling
from ..delivery.ledger import Job
from ..delivery.rendering import Rendered
from ..delivery.settling import Outcome
from ..service import Service
from . import metrics
from .letters import Letters

log = structlog.get_logger()
GROUP = 500
"""Rows whose intent is committed together, just before their first byte."""
SETTLE_SECONDS = 0.05
SETTLE_ROWS = 500
AGAIN_SECONDS = 1.0
Words = Rendered | Failure


class Line:
    """One channel's messages in flight."""

    def __init__(self, service: Service, channel: str, *, worker: str) -> None:
        self._service = service
        self._channel = service.channels[channel]
        self._worker = worker
        self._letters = Letters(service)
        self._group = min(GROUP, self._channel.at_once)
        self._next: deque[tuple[Job, Words]] = deque()
        """Written down as about to be sent, so that the wire never waits for the database."""
        self._short = asyncio.Event()
        self._flying: set[asyncio.Task[None]] = set()
        self._outcomes: list[Outcome] = []
        self._settler: asyncio.Task[None] | None = None
        self._full = asyncio.Event()

    async def push(self, *, limit: int = GROUP) -> bool:
        """Put what is due in flight, or next in line; say whether there was any."""
        while len(self._next) > self._group // 2:
            self._short.clear()
            await self._short.wait()
        going, found = await self._take(min(limit, self._group))
        self._next += going
        while self._next and len(self._flying) < self._channel.at_once:
            self._launch()
        return found

    def _launch(self) -> None:
        task = asyncio.create_task(self._send(*self._next.popleft()))
        self._flying.add(task)
        task.add_done_callback(self._landed)

    def _landed(self, task: asyncio.Task[None]) -> None:
        self._flying.discard(task)
        if self._next:
            self._launch()
        if len(self._next) <= self._group // 2:
            self._short.set()

    async def drain(self) -> None:
        """Wait until everything in flight has come down and is settled."""
        while self._flying or self._settler is not None:
            self._full.set()
            waiting = [*self._flying, *([self._settler] if self._settler else [])]
            await asyncio.wait(waiting)

    async def _take(self, limit: int) -> tuple[list[tuple[Job, Words]], bool]:
        """Commit what is about to be sent, as far as the money lasts; say also whether anything was due."""
        now = self._service.now()
        async with self._service.transaction() as session:
            jobs, ended = await ledger.due(session, channel=self._channel.name, worker=self._worker, limit=limit)
            if not jobs:
                return [], bool(ended)
            words = await self._letters.render(jobs)
            sizes = {job.id: its.segments for job, its in words.items() if isinstance(its, Rendered)}
            purses: defaultdict[money.Purse, list[Job]] = defaultdict(list)
            for job in jobs:
                purses[money.purse(self._service.config, job.occasion)].append(job)
            paid: list[Job] = []
            for purse, those in purses.items():
                cost = money.price((sizes.get(job.id, 0) for job in those), self._channel.pence)
                if await money.charge(session, purse, cost, now=now):
                    paid += those
                else:
                    log.warning("delivery.capped", kind=purse.purpose, count=len(those))
                    await ledger.put_off(session, [job.id for job in those], why="capped", until=_tomorrow(now))
            await ledger.intend(
                session,
                paid,
                worker=self._worker,
                segments=sizes,
                senders={},
                seconds=self._service.config.lease_seconds,
            )
        return [(job, words[job]) for job in paid], True

    async def _send(self, job: Job, words: Words) -> None:
        """Hand one message to the channel; whatever happens becomes a value."""
        try:
            if isinstance(words, Failure):
                raise words
            outcome = Outcome(job, await self._channel.send(self._letters.address(job, words)))
        except Failure as failure:
            outcome = Outcome(job, failure)
        except Exception as error:  # noqa: BLE001 -- a fault in a channel must not lose track of a message
            log.error("channel.failed", channel=job.channel, **logs.told(error))
            outcome = Outcome(job, Unknown("fault", "the channel failed in a way nobody expected"))
        self._outcomes.append(outcome)
        if len(self._outcomes) >= SETTLE_ROWS:
            self._full.set()
        if self._settler is None:
            self._settler = asyncio.create_task(self._settle())

    async def _settle(self) -> None:
        """Write outcomes down, a short while after the first of them; a database that is away is waited for."""
        try:
            while self._outcomes:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._full.wait(), SETTLE_SECONDS)
                self._full.clear()
                outcomes, self._outcomes = self._outcomes, []
                try:
                    async with self._service.transaction() as session:
                        counted = await settling.settle(session, outcomes, now=self._service.now())
                except Exception as error:  # noqa: BLE001 -- nothing that was sent may be forgotten
                    log.error("delivery.unsettled", count=len(outcomes), **logs.told(error))
                    self._outcomes = outcomes + self._outcomes
                    await asyncio.sleep(AGAIN_SECONDS)
                else:
                    for kind, number in counted.items():
                        metrics.settled(self._channel.name, kind, number)
                        log.info("delivery.settled", channel=self._channel.name, kind=kind, count=number)
        finally:
            self._settler = None


def _tomorrow(now: datetime) -> datetime:
    return now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
