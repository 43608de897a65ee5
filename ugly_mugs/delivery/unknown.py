"""Messages of which nobody knows whether they were taken: found out by evidence before anything is sent again."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from ..models import Delivery, DeliveryState, table
from ..vocabulary import Severity
from . import ledger
from .clock import clock, time_there
from .ledger import Job
from .settling import FREE

DELIVERY = table(Delivery)
ASK_AGAIN = timedelta(seconds=10)
"""Also how long an unknown message lies still whose asker died."""
PATIENCE = {Severity.CRITICAL: timedelta(minutes=10)}
PATIENCE_OTHERS = timedelta(minutes=30)
PATIENCE_WITH_ANSWERS = timedelta(minutes=1)
"""How long evidence is waited for; then it is sent again, and counted as a possible duplicate."""


async def due(
    session: AsyncSession, *, channel: str, limit: int, again: timedelta = ASK_AGAIN
) -> tuple[datetime, list[Job]]:
    """The unknown rows of *channel* that are to be asked about now, put off for the next time; and what time it is.

    By the database's clock, as `Job.since` is: one of a worker's could make a message look too old to be found.
    """
    now = await time_there(session)
    connection = await session.connection()
    chosen = (
        select(DELIVERY.c.id)
        .where(ledger.is_in(DELIVERY, DeliveryState.UNKNOWN), DELIVERY.c.channel == channel, DELIVERY.c.due_at <= now)
        .order_by(DELIVERY.c.lane, DELIVERY.c.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = await connection.execute(
        update(DELIVERY)
        .where(DELIVERY.c.id.in_(chosen))
        .values(due_at=now + again)
        .returning(*(DELIVERY.c[name] for name in ledger.JOB_COLUMNS), DELIVERY.c.rank)
    )
    found = list(rows)
    jobs = await ledger.addressed(session, found, channel=channel)
    await _nobody_there(session, {row.id for row in found} - {job.id for job in jobs})
    return now, jobs


async def _nobody_there(session: AsyncSession, ids: Collection[UUID]) -> None:
    """Whose address is gone cannot be asked about, nor sent again."""
    if not ids:
        return
    connection = await session.connection()
    await connection.execute(
        update(DELIVERY)
        .where(DELIVERY.c.id.in_(ids), ledger.is_in(DELIVERY, DeliveryState.UNKNOWN))
        .values(state=DeliveryState.FAILED, failure=ledger.NOBODY_THERE, settled_at=clock(0), content=None, **FREE)
    )


async def never_taken(session: AsyncSession, jobs: Sequence[Job], *, doubtful: bool) -> None:
    """Queue *jobs* again: the provider does not have them, or (*doubtful*) nobody can say and it is time."""
    values: dict[str, Any] = {"state": DeliveryState.QUEUED, "due_at": clock(0), **FREE}
    if doubtful:
        values["doubtful"] = True
    connection = await session.connection()
    await connection.execute(
        update(DELIVERY)
        .where(DELIVERY.c.id.in_([job.id for job in jobs]), DELIVERY.c.state == DeliveryState.UNKNOWN)
        .values(**values)
    )


async def ask_by_then(session: AsyncSession, jobs: Mapping[Job, timedelta]) -> None:
    """Ask about *jobs* as soon as all of them are old enough for their absence to say something."""
    if not jobs:
        return
    connection = await session.connection()
    await connection.execute(
        update(DELIVERY)
        .where(DELIVERY.c.id.in_([job.id for job in jobs]), DELIVERY.c.state == DeliveryState.UNKNOWN)
        .values(due_at=clock(max(jobs.values()).total_seconds()))
    )


def patience(job: Job) -> timedelta:
    """How long to wait for evidence about *job*."""
    if job.alert_id is None:
        return PATIENCE_WITH_ANSWERS
    return PATIENCE.get(Severity(-job.lane), PATIENCE_OTHERS)
