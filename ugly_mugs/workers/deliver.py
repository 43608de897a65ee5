"""One batch of due deliveries: claimed, rendered, written down as intended, sent, settled."""

import asyncio
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlmodel import col, select

from ..contract import Channel, Failure, Message, Receipt, Rejected
from ..delivery import fan_out, ledger, money, recipients, rendering, settling, unknown
from ..delivery.ledger import Job
from ..delivery.rendering import Rendered, Said
from ..delivery.settling import Outcome
from ..models import Alert, Version
from ..service import Service
from ..vault import CannotOpen

log = structlog.get_logger()
BATCH = 250
IN_FLIGHT = 50
"""Rows whose intent is committed together, just before their first byte."""
Key = tuple[str, UUID | None, str, str]


async def expand(service: Service) -> bool:
    """Write one chunk of deliveries; say whether there was one to write."""
    async with service.transaction() as session:
        return await fan_out.expand(session, now=service.now())


async def deliver_batch(service: Service, channel: str, *, worker: str, limit: int = BATCH) -> bool:
    """Send one batch of due deliveries on *channel*; say whether there were any."""
    async with service.transaction() as session:
        jobs = await ledger.claim(session, channel=channel, worker=worker, limit=limit)
    for group in _groups(jobs):
        # No transaction is open while a provider is talked to: a slow one must not hold a connection.
        batch = await _Batch.of(service, service.channels[channel], group)
        intended = await _intend(service, batch, worker=worker)
        outcomes = await asyncio.gather(*(batch.send(job) for job in group if job.id in intended))
        async with service.transaction() as session:
            counted = await settling.settle(session, outcomes, now=service.now())
        for kind, number in counted.items():
            log.info("delivery.settled", channel=channel, kind=kind, count=number)
    return bool(jobs)


async def resolve(service: Service, channel: str, *, limit: int = BATCH) -> bool:
    """Ask the provider about messages of which nobody knows whether they were taken."""
    now = service.now()
    async with service.transaction() as session:
        jobs = await unknown.due(session, channel=channel, now=now, limit=limit)
    if not jobs:
        return False
    batch = await _Batch.of(service, service.channels[channel], jobs)
    answers = await asyncio.gather(*(batch.find(job) for job in jobs))
    found = [Outcome(job, answer) for job, answer in zip(jobs, answers, strict=True) if isinstance(answer, Receipt)]
    absent = [job for job, answer in zip(jobs, answers, strict=True) if answer is None]
    unsaid = [
        job
        for job, answer in zip(jobs, answers, strict=True)
        if isinstance(answer, Failure) and now - job.created_at > unknown.patience(job)
    ]
    async with service.transaction() as session:
        await settling.settle(session, found, now=service.now())
        await unknown.never_taken(session, absent, doubtful=False, now=service.now())
        await unknown.never_taken(session, unsaid, doubtful=True, now=service.now())
    log.info("delivery.resolved", channel=channel, found=len(found), absent=len(absent), unsaid=len(unsaid))
    return True


def _groups(jobs: Sequence[Job]) -> Iterable[Sequence[Job]]:
    return (jobs[start : start + IN_FLIGHT] for start in range(0, len(jobs), IN_FLIGHT))


async def _intend(service: Service, batch: "_Batch", *, worker: str) -> set[UUID]:
    """Commit that the jobs of *batch* are about to be sent, as far as the money lasts."""
    now = service.now()
    async with service.transaction() as session:
        intended = await ledger.intend(session, list(batch.rendered), segments=batch.segments(), worker=worker)
        for purse, jobs in batch.by_purse(intended).items():
            cost = money.price((batch.rendered[job].segments for job in jobs), batch.channel.pence)
            if not await money.charge(session, purse, cost, now=now):
                log.warning("delivery.capped", purpose=purse.purpose, count=len(jobs))
                ids = {job.id for job in jobs}
                await ledger.give_back(session, ids, due_at=_tomorrow(now))
                intended -= ids
    return intended


def _tomorrow(now: datetime) -> datetime:
    return now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Batch:
    """Jobs of one channel with their words."""

    service: Service
    channel: Channel
    rendered: dict[Job, Rendered] = field(repr=False)

    @classmethod
    async def of(cls, service: Service, channel: Channel, jobs: Collection[Job]) -> "_Batch":
        said = await _what_is_said(service, {job.subject for job in jobs if job.alert_id})
        known: dict[Key, Rendered] = {}
        rendered: dict[Job, Rendered] = {}
        for job in jobs:
            key: Key = (job.occasion, job.subject if job.content is None else job.id, job.wording, job.language)
            if key not in known:
                known[key] = _render(service, job, said.get(job.subject))
            rendered[job] = known[key]
        return cls(service, channel, rendered)

    def segments(self) -> dict[UUID, int]:
        return {job.id: words.segments for job, words in self.rendered.items()}

    def by_purse(self, intended: Collection[UUID]) -> dict[money.Purse, list[Job]]:
        purses: dict[money.Purse, list[Job]] = {}
        for job in self.rendered:
            if job.id in intended:
                purses.setdefault(money.purse(self.service.config, job.occasion), []).append(job)
        return purses

    async def send(self, job: Job) -> Outcome:
        """Hand one job to the channel; every failure becomes a value."""
        try:
            return Outcome(job, await self.channel.send(self._message(job)))
        except Failure as failure:
            return Outcome(job, failure)
        except CannotOpen:
            return Outcome(job, Rejected("sealed", "its address or words cannot be opened"))

    async def find(self, job: Job) -> Receipt | Failure | None:
        try:
            return await self.channel.find(self._message(job), since=job.created_at)
        except Failure as failure:
            return failure

    def _message(self, job: Job) -> Message:
        vault, config = self.service.vault, self.service.config
        url = rendering.unsubscribe_url(config, vault, channel=job.channel, tag=job.tag)
        return Message(
            id=str(job.id),
            to=recipients.read_address(vault, job.address, recipient_id=job.recipient_id, channel=job.channel),
            parts=self.rendered[job].for_person(url),
            headers=rendering.unsubscribe_headers(url) if job.alert_id else {},
            valid_for=job.tell_by - self.service.now(),
        )


async def _what_is_said(service: Service, versions: set[UUID]) -> dict[UUID, Said]:
    if not versions:
        return {}
    async with service.reading() as session:
        rows = await session.exec(
            select(Version, Alert.reference)
            .join(Alert, col(Alert.id) == Version.alert_id)
            .where(col(Version.id).in_(versions))
        )
        return {version.id: Said(reference, version.text, version.said["headline"]) for version, reference in rows}


def _render(service: Service, job: Job, said: Said | None) -> Rendered:
    content = recipients.read_content(service.vault, job.content, delivery_id=job.id) if job.content else {}
    return rendering.render(
        service.templates,
        service.config,
        channel=job.channel,
        occasion=job.occasion,
        wording=job.wording,
        language=job.language,
        said=said,
        content=content,
    )
