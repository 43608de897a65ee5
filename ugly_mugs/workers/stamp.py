"""Puts what is new into the feed, and takes out what may no longer be there."""

from ..feed import stamper
from ..service import Service

BATCH = 20
TOPIC = "feed"
"""What wakes it."""


async def stamp(service: Service) -> bool:
    """Give one batch its positions in the feed; say whether there was anything."""
    async with service.transaction() as session:
        number = await stamper.stamp(
            session, service.vault, service.atlas, service.config, limit=BATCH, now=service.now()
        )
    # No log line: some are erasures, and the line's time would be the one at which a reporter changed her mind.
    return number > 0
