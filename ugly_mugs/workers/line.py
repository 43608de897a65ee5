"""The sending line of one channel: takes what is due, keeps messages in flight, settles what came of them.

The three overlap: while some messages are at the provider, the next are taken and the last are
settled. A process that dies leaves rows in `sending`, which become `unknown` and are asked about.
"""

import asyncio
import time
from collections import Counter, deque
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta

import structlog

from .. import logs
from ..contract import Failure, Receipt, SendFailed, Unknown
from ..delivery import alarms, money, pacing, settling
from ..delivery.settling import Outcome
from ..service import Service
from . import metrics, taking
from .letters import Letters
from .taking import Going

log = structlog.get_logger()
GROUP = 500
"""Rows whose intent is committed together, just before their first byte."""
SETTLE_SECONDS = 0.05
SETTLE_ROWS = 500
AGAIN_SECONDS = 1.0
SHORTEST_WAIT = 0.05
"""A bucket holds more than this lets in."""
LONGEST_WAIT = 1.0
"""Seconds; whoever has to wait longer may as well rest until somebody rings."""
FAULT = "fault"
LATE = "late"


class Line:
    """One channel's messages in flight."""

    def __init__(self, service: Service, channel: str, *, worker: str) -> None:
        self._service = service
        self._channel = service.channels[channel]
        self._worker = worker
        self._takes = 0
        self._letters = Letters(service)
        self._group = min(GROUP, self._channel.at_once)
        self._next: deque[Going] = deque()
        """Written down as about to be sent, so that the wire never waits for the database."""
        self._short = asyncio.Event()
        self._flying: set[asyncio.Task[None]] = set()
        self._carriers = 0
        self._outcomes: list[Outcome] = []
        self._settler: asyncio.Task[None] | None = None
        self._full = asyncio.Event()

    async def push(self, *, limit: int = GROUP) -> bool:
        """Put what is due in flight, or next in line; say whether there was any."""
        while len(self._next) > self._group // 2:
            self._short.clear()
            await self._short.wait()
        self._takes += 1
        # Another name each time, so that a late word on one try is never taken for one on the next.
        worker, limit = f"{self._worker}.{self._takes}", min(limit, self._group)
        taken = await taking.take(self._service, self._letters, self._channel, worker=worker, limit=limit)
        self._next += taken.going
        for _ in range(min(len(self._next), self._channel.at_once - self._carriers)):
            self._carriers += 1
            task = asyncio.create_task(self._carry())
            self._flying.add(task)
            task.add_done_callback(self._flying.discard)
        if 0 < taken.wait <= LONGEST_WAIT:
            await asyncio.sleep(max(taken.wait, SHORTEST_WAIT))
            return True
        return taken.found

    async def _carry(self) -> None:
        """Send one message after the other, as long as there is a next."""
        try:
            while self._next:
                going = self._next.popleft()
                if len(self._next) <= self._group // 2:
                    self._short.set()
                await self._send(going)
        finally:
            # At once, and not when the loop comes round: whoever looks now must not count on this one.
            self._carriers -= 1

    async def drain(self) -> None:
        """Wait until everything in flight has come down and is settled."""
        while self._flying or self._settler is not None:
            self._full.set()
            waiting = [*self._flying, *([self._settler] if self._settler else [])]
            await asyncio.wait(waiting)

    async def _send(self, going: Going) -> None:
        """Hand one message to the channel; whatever happens becomes a value."""
        result: Receipt | Failure
        sender = going.sender
        try:
            if time.monotonic() > going.begin_by:
                # Soon somebody will ask whether it arrived: it must not set out after that.
                sender = ""
                raise SendFailed(LATE, "could not be begun in time", retry_after=timedelta())
            if isinstance(going.words, Failure):
                raise going.words
            result = await self._channel.send(self._letters.address(going.job, going.words, sender=going.sender))
        except Failure as failure:
            result = failure
        except Exception as error:  # noqa: BLE001 -- a fault in a channel must not lose track of a message
            log.error("channel.failed", channel=self._channel.name, **logs.told(error))
            result = Unknown(FAULT, "the channel failed in a way nobody expected")
        outcome = Outcome(going.job, result, sender, going.cost)
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
                    async with asyncio.timeout(SETTLE_SECONDS):
                        await self._full.wait()
                self._full.clear()
                outcomes, self._outcomes = self._outcomes, []
                try:
                    counted = await self._write_down(outcomes)
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

    async def _write_down(self, outcomes: list[Outcome]) -> Mapping[str, int]:
        now, channel = self._service.now(), self._channel.name
        async with self._service.transaction() as session:
            found = await settling.settle(session, outcomes, now=now)
            connection = await session.connection()
            tally = Counter(
                alarms.tally_of(kind, _failure(one.result)) for kind, those in found.items() for one in those
            )
            # Rows that other workers wait for come last.
            await alarms.count(connection, channel, tally, now=now)
            shut = await pacing.note(connection, channel, settling.results(outcomes))
            untaken: Counter[money.Purse] = Counter()
            for outcome in outcomes:
                if isinstance(outcome.result, SendFailed):
                    untaken[money.purse(self._service.config, outcome.job.occasion)] += outcome.cost
            # After the senders, as when it was taken out: else two workers could wait for each other.
            for purse in sorted(untaken, key=lambda each: each.purpose):
                await money.give_back(session, purse, untaken[purse], now=now)
        for name in shut:
            log.error("sender.shut", channel=channel, sender=name)
        return {kind: len(those) for kind, those in found.items()}


def _failure(result: Receipt | Failure) -> Failure | None:
    return result if isinstance(result, Failure) else None
