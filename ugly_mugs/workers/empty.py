"""Has providers forget what was said, once it is no evidence of anything any more."""

import asyncio

import structlog

from ..contract import Emptying, Failure, SendFailed
from ..delivery import emptying
from ..delivery.emptying import Lying
from ..service import Service

log = structlog.get_logger()
BATCH = 200
AT_ONCE = 10
"""Behind the texts themselves, which must not wait for this."""


async def empty(service: Service, channel: str, *, limit: int = BATCH) -> bool:
    """Have one batch of messages emptied; say whether any was."""
    provider = service.channels[channel]
    if not isinstance(provider, Emptying):
        async with service.transaction() as session:
            await emptying.nothing_lies_there(session, channel)
        return False
    async with service.reading() as session:
        lying = await emptying.due(session, channel=channel, now=service.now(), limit=limit)
    outcomes: list[tuple[Lying, Failure | None]] = []
    for start in range(0, len(lying), AT_ONCE):
        group = lying[start : start + AT_ONCE]
        failures = await asyncio.gather(*(_forget(provider, each) for each in group))
        outcomes += zip(group, failures, strict=True)
        if any(isinstance(failure, SendFailed) for failure in failures):
            # Throttled or away: the rest is not asked, and so not counted against.
            break
    if not outcomes:
        return False
    async with service.transaction() as session:
        await emptying.settle(session, channel, outcomes, now=service.now())
    failed = sum(failure is not None for _, failure in outcomes)
    log.info("words.emptied", channel=channel, count=len(outcomes) - failed, failed=failed)
    return failed < len(outcomes)


async def _forget(provider: Emptying, lying: Lying) -> Failure | None:
    try:
        await provider.empty(lying.reference)
    except Failure as failure:
        return failure
    return None
