"""What runs by the clock: dead workers' rows, stale warnings, and what must be forgotten."""

import structlog

from ..delivery import ledger, recipients
from ..service import Service
from ..subscribers import tidying

log = structlog.get_logger()


async def recover(service: Service) -> bool:
    """Take back what dead workers held and end what came too late; never busy: the next round is soon enough."""
    async with service.transaction() as session:
        found = await ledger.recover(session, now=service.now())
    for kind, number in found.items():
        if number:
            log.warning("delivery.recovered", kind=kind, count=number)
    if found["queued"]:
        service.bell.ring("deliver")
    return False


async def forget(service: Service) -> bool:
    """Delete addresses that were used once, old codes, visits and areas that have run out, and what is left of them."""
    now = service.now()
    async with service.transaction() as session:
        await recipients.forget_one_offs(session, now=now)
        await tidying.tidy(session, now=now)
    await service.database.wipe()
    return False
