"""Steps around the sending line: writing deliveries, and finding out what became of those nobody knows about."""

import asyncio
from datetime import timedelta

import structlog

from ..contract import Channel, Failure, Receipt
from ..delivery import fan_out, settling, unknown
from ..delivery.clock import time_there
from ..delivery.ledger import Job
from ..delivery.rendering import Rendered
from ..delivery.settling import Outcome
from ..service import Service
from .letters import Letters

log = structlog.get_logger()
BATCH = 100
LET_OTHERS_IN = 0.03
"""Seconds between two chunks on SQLite: whoever waits in another process looks no more often than that."""


async def expand(service: Service) -> bool:
    """Write one chunk of deliveries; say whether there was one to write."""
    async with service.transaction() as session:
        # Not this worker's clock: one that is fast would put everybody off.
        is_busy = await fan_out.expand(session, now=await time_there(session))
    if is_busy and service.database.writer.dialect.name == "sqlite":
        await asyncio.sleep(LET_OTHERS_IN)
    return is_busy


async def resolve(service: Service, channel: str, *, limit: int = BATCH) -> bool:
    """Ask the provider about messages of which nobody knows whether they were taken; say whether to go on at once."""
    again = timedelta(seconds=service.config.lease_seconds / 3)
    async with service.transaction() as session:
        now, jobs = await unknown.due(session, channel=channel, limit=limit, again=again)
    if not jobs:
        return False
    letters = Letters(service)
    words = await letters.render(jobs)
    asked = service.channels[channel]
    answers = dict(zip(jobs, await asyncio.gather(*(_ask(asked, letters, j, words[j]) for j in jobs)), strict=True))
    found = [Outcome(job, answer) for job, answer in answers.items() if isinstance(answer, Receipt)]
    absent = [job for job, answer in answers.items() if answer is None and now - job.since >= asked.absent_after]
    young = {job: asked.absent_after - (now - job.since) for job, answer in answers.items() if answer is None}
    unsaid = [
        job
        for job, answer in answers.items()
        if isinstance(answer, Failure) and now - job.since > unknown.patience(job)
    ]
    async with service.transaction() as session:
        await settling.settle(session, found, now=service.now())
        await unknown.never_taken(session, absent, doubtful=False)
        await unknown.never_taken(session, unsaid, doubtful=True)
        await unknown.ask_by_then(session, {job: left for job, left in young.items() if timedelta() < left < again})
    for kind, number in (("found", len(found)), ("absent", len(absent)), ("unsaid", len(unsaid))):
        if number:
            log.info("delivery.resolved", channel=channel, kind=kind, count=number)
    return bool(found or absent or unsaid) or len(jobs) == limit


async def _ask(channel: Channel, letters: Letters, job: Job, words: Rendered | Failure) -> Receipt | Failure | None:
    try:
        if isinstance(words, Failure):
            raise words
        return await channel.find(letters.address(job, words), since=job.created_at)
    except Failure as failure:
        return failure
