"""What runs by the clock: dead workers' rows, stale warnings, and what must be forgotten."""

import structlog

from ..alerts import expiring
from ..delivery import alarms, forgetting, lapsing, ledger, recipients
from ..desk import sittings
from ..intake import retention
from ..service import Service
from ..subscribers import tidying

log = structlog.get_logger()


async def recover(service: Service) -> bool:
    """Take back what dead workers held; never busy: the next round is soon enough."""
    async with service.transaction() as session:
        found = await ledger.recover(session)
    if found:
        log.warning("delivery.recovered", kind="unknown", count=found)
        service.bell.ring("resolve")
    return False


async def lapse(service: Service) -> bool:
    """End some of what came too late; say whether there may be more."""
    async with service.reading() as session:
        stale = await lapsing.too_late(session, limit=lapsing.CHUNK)
    if not stale:
        return False
    async with service.transaction() as session:
        ended = await lapsing.lapse(session, stale)
    if ended:
        log.warning("delivery.recovered", kind="expired", count=ended)
    return ended == lapsing.CHUNK


async def give_back(service: Service) -> bool:
    """Queue again what a worker of an older version has taken; never busy."""
    async with service.reading() as session:
        found = await lapsing.leased(session)
    if found:
        async with service.transaction() as session:
            await lapsing.give_back(session)
        log.warning("delivery.recovered", kind="leased", count=found)
        service.bell.ring("deliver")
    return False


async def expire(service: Service) -> bool:
    """End warnings that have run out; nobody is told."""
    async with service.transaction() as session:
        ended = await expiring.expire(session, now=service.now())
    if ended:
        log.info("alerts.expired", count=ended)
    return bool(ended)


async def forget(service: Service) -> bool:
    """Delete what was used once, what ran out, and who got what long ago; say whether there may be more."""
    now = service.now()
    async with service.transaction() as session:
        await recipients.forget_one_offs(session, now=now)
        await tidying.tidy(session, now=now)
        await sittings.tidy(session, now=now)
    async with service.transaction() as session:
        # Counted, never named.
        stories = await retention.forget_stories(session, now=now)
    async with service.transaction() as session:
        is_busy = await forgetting.forget(session, now=now)
        senders = {name: [one.name for one in channel.senders] for name, channel in service.channels.items()}
        await alarms.forget(session, senders, now=now)
    # What is deleted is still in SQLite's log, until it is written over or emptied.
    await service.database.wipe()
    return bool(stories) or is_busy


async def forget_contacts(service: Service) -> bool:
    """Take how to reach their reporters out of stories that are over; only the desk's worker can open them."""
    async with service.transaction() as session:
        unreadable = await retention.forget_contacts(session, service.vault, now=service.now())
    if unreadable:
        log.error("stories.unreadable", count=unreadable)
    await service.database.wipe()
    return False
