"""What goes next: due, put in words, given a sender, paid for, and written down as about to be sent, in one commit."""

import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from ..contract import Channel, Failure, Purpose, Sender
from ..delivery import alarms, ledger, money, pacing
from ..delivery.ledger import Job
from ..delivery.pacing import Pace
from ..delivery.rendering import Rendered
from ..models import Occasion
from ..service import Service
from .letters import Letters

log = structlog.get_logger()
Words = Rendered | Failure
LEASE_OF_LONGEST = 1.5
"""The least that a lease may be, as a multiple of the longest that a channel may take for a message."""


@dataclass(frozen=True, slots=True, eq=False)
class Going:
    """One message that is about to be sent, what it says, and what it leaves from: nothing if it cannot be said."""

    job: Job
    words: Words
    sender: str
    begin_by: float
    """By this process's monotonic clock: later it might still be at the wire when its worker is taken for dead."""
    cost: int = 0
    """What it was charged, in thousandths of a penny."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What goes now; whether anything was due; and in how many seconds there may be room for more, if there is none."""

    going: Sequence[Going] = ()
    found: bool = False
    wait: float = 0.0


async def take(service: Service, letters: Letters, channel: Channel, *, worker: str, limit: int) -> Taken:
    """Commit that up to *limit* messages are about to be sent by *worker*, as far as senders and money allow."""
    now = service.now()
    async with service.transaction() as session:
        connection = await session.connection()
        pace = await pacing.allowance(connection, channel.name, channel.senders, lock=True)
        room = {purpose: pace.most(purpose) for purpose in Purpose}
        full = {purpose for purpose, segments in room.items() if not segments}
        if len(full) == len(room):
            return Taken(wait=min(map(pace.wait, full)))
        jobs, ended = await ledger.due(
            session,
            channel=channel.name,
            worker=worker,
            limit=min(limit, max(room.values())),
            now=now,
            occasions=[each for each in Occasion if pacing.purpose_of(each) not in full] if full else None,
        )
        if not jobs:
            return Taken(found=bool(ended), wait=min(map(pace.wait, full), default=0.0))
        words = await letters.render(jobs)
        sent_from = _assign(pace, jobs, words)
        unpaid = await _pay(service, session, jobs, words, sent_from, now=now)
        for job in unpaid:
            pace.put_back(sent_from.pop(job), _length(words[job]))
        lasts = lease(service, channel)
        # Half of what a lease leaves is for waiting in line, half for writing down what came of it.
        begin_by = time.monotonic() + (lasts - channel.longest.total_seconds()) / 2
        going = [
            Going(job, words[job], sender.name, begin_by, _price(words[job], sender))
            if (sender := sent_from.get(job))
            else Going(job, words[job], "", begin_by)
            for job in jobs
            if job in sent_from or isinstance(words[job], Failure)
        ]
        await ledger.intend(
            session,
            [each.job for each in going],
            worker=worker,
            segments={each.job.id: its.segments for each in going if isinstance(its := each.words, Rendered)},
            senders={each.job.id: each.sender for each in going if each.sender},
            seconds=lasts,
        )
        await pacing.save(connection, pace)
        await alarms.count(connection, channel.name, {"capped": len(unpaid)}, now=now)
    if going or unpaid or ended:
        return Taken(going, found=True)
    # Whatever is longer than what there is room for.
    full |= {pacing.purpose_of(job.occasion) for job in jobs}
    return Taken(wait=min(map(pace.wait, full)))


def lease(service: Service, channel: Channel) -> float:
    """Seconds after which whoever took a message of *channel* and said nothing counts as dead."""
    return max(service.config.lease_seconds, channel.longest.total_seconds() * LEASE_OF_LONGEST)


def _assign(pace: Pace, jobs: Sequence[Job], words: Mapping[Job, Words]) -> dict[Job, Sender]:
    """A sender for each that can go now, in order; the same for a person as long as that can be."""
    found: dict[Job, Sender] = {}
    for job in jobs:
        its = words[job]
        if isinstance(its, Rendered):
            sender = pace.assign(str(job.recipient_id), _length(its), pacing.purpose_of(job.occasion))
            if sender is not None:
                found[job] = sender
    return found


def _length(words: Words) -> int:
    """What a message counts: its segments, where it has any."""
    return max(words.segments, 1) if isinstance(words, Rendered) else 0


async def _pay(
    service: Service,
    session: AsyncSession,
    jobs: Sequence[Job],
    words: Mapping[Job, Words],
    sent_from: Mapping[Job, Sender],
    *,
    now: datetime,
) -> list[Job]:
    """Charge what is about to be sent, in order; put off until tomorrow, and give back, what there is no money for."""
    purses: defaultdict[money.Purse, list[Job]] = defaultdict(list)
    for job in jobs:
        if job in sent_from:
            purses[money.purse(service.config, job.occasion)].append(job)
    unpaid: list[Job] = []
    for purse, those in purses.items():
        costs = [_price(words[job], sent_from[job]) for job in those]
        if await money.charge(session, purse, sum(costs), now=now):
            continue
        left = await money.left(session, purse, now=now)
        paid = sum(so_far <= left for so_far in accumulate(costs))
        if not await money.charge(session, purse, sum(costs[:paid]), now=now):
            paid = 0
        log.warning("delivery.capped", kind=purse.purpose, count=len(those) - paid)
        await ledger.put_off(session, [job.id for job in those[paid:]], why="capped", until=_tomorrow(now))
        unpaid += those[paid:]
    return unpaid


def _price(words: Words, sender: Sender) -> int:
    return money.price([words.segments], sender.pence) if isinstance(words, Rendered) else 0


def _tomorrow(now: datetime) -> datetime:
    return now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
