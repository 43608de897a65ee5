"""Puts what is new into the feed, and takes out what may no longer be there."""

import structlog

from ..feed import stamper
from ..service import Service

log = structlog.get_logger()

BATCH = 20
TOPIC = "feed"
"""What wakes it."""


async def stamp(service: Service) -> bool:
    """Give one batch its positions in the feed; say whether there was anything."""
    async with service.transaction() as session:
        number = await stamper.stamp(
            session, service.vault, service.atlas, service.config, limit=BATCH, now=service.now()
        )
    if number:
        log.info("feed.stamped", entries=number)
    return number > 0
