"""The sending line of one channel: claims, writes down the intent, keeps messages in flight, settles.

The three overlap: while some messages are at the provider, the next are claimed and the last are
settled. A process that dies leaves rows in `sending`, which become `unknown` and are asked about.
"""

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

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
BATCH = 250
GROUP = 50
"""Rows whose intent is committed together, just before their first byte."""
SETTLE_SECONDS = 0.05
SETTLE_ROWS = 500
AGAIN_SECONDS = 1.0


class Line:
    """One channel's messages in flight."""

    def __init__(self, service: Service, channel: str, *, worker: str) -> None:
        self._service = service
        self._channel = service.channels[channel]
        self._worker = worker
        self._letters = Letters(service)
        self._room = asyncio.Semaphore(self._channel.at_once)
        self._flying: set[asyncio.Task[None]] = set()
        self._outcomes: list[Outcome] = []
        self._settler: asyncio.Task[None] | None = None
        self._full = asyncio.Event()

    async def push(self, *, limit: int = BATCH) -> bool:
        """Claim a batch and put it in flight, as room comes; say whether there was any."""
        async with self._service.transaction() as session:
            jobs = await ledger.claim(
                session,
                channel=self._channel.name,
                worker=self._worker,
                limit=min(limit, 2 * self._channel.at_once),
                seconds=self._service.config.lease_seconds,
            )
        for group in _groups(jobs, min(GROUP, self._channel.at_once)):
            await self._put_in_flight(group)
        return bool(jobs)

    async def drain(self) -> None:
        """Wait until everything in flight has come down and is settled."""
        while self._flying or self._settler is not None:
            self._full.set()
            waiting = [*self._flying, *([self._settler] if self._settler else [])]
            await asyncio.wait(waiting)

    async def _put_in_flight(self, group: Sequence[Job]) -> None:
        words = await self._letters.render(group)
        for _ in group:
            await self._room.acquire()
        try:
            intended = await self._intend(words)
        except BaseException:  # also a cancellation: the places are given back in any case
            self._free(len(group))
            raise
        self._free(len(group) - len(intended))
        for job in group:
            if job.id in intended:
                task = asyncio.create_task(self._send(job, words[job]))
                self._flying.add(task)
                task.add_done_callback(self._flying.discard)

    def _free(self, places: int) -> None:
        for _ in range(places):
            self._room.release()

    async def _intend(self, words: dict[Job, Rendered | Failure]) -> set[UUID]:
        """Commit that these are about to be sent, as far as the money lasts."""
        sizes = {job.id: rendered.segments for job, rendered in words.items() if isinstance(rendered, Rendered)}
        now = self._service.now()
        async with self._service.transaction() as session:
            intended = await ledger.intend(
                session,
                list(words),
                segments=sizes,
                worker=self._worker,
                seconds=self._service.config.lease_seconds,
            )
            purses: dict[money.Purse, list[UUID]] = {}
            for job in words:
                if job.id in intended:
                    purses.setdefault(money.purse(self._service.config, job.occasion), []).append(job.id)
            for purse, ids in purses.items():
                cost = money.price((sizes.get(each, 0) for each in ids), self._channel.pence)
                if not await money.charge(session, purse, cost, now=now):
                    log.warning("delivery.capped", kind=purse.purpose, count=len(ids))
                    await ledger.give_back(session, ids, due_at=_tomorrow(now))
                    intended -= set(ids)
        return intended

    async def _send(self, job: Job, words: Rendered | Failure) -> None:
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
        finally:
            self._room.release()
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


def _groups(jobs: Sequence[Job], size: int) -> Iterable[Sequence[Job]]:
    return (jobs[start : start + size] for start in range(0, len(jobs), size))


def _tomorrow(now: datetime) -> datetime:
    return now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
