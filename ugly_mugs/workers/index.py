"""The desk worker: indexes what reports name, so that the desk sees what is already known."""

import structlog

from ..desk import indexing
from ..service import Service

log = structlog.get_logger()


async def index_reports(service: Service) -> bool:
    """Index one batch of reports; say whether there were any."""
    async with service.transaction() as session:
        done = await indexing.index_batch(session, service.vault)
    # Counted, never named: a report's id beside a time is an exact time. Only what is wrong is worth a line.
    if done.unreadable:
        log.error("index.unreadable", count=done.unreadable)
    return bool(done.reports)
