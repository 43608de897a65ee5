"""From approval to the first text at the carrier, and what a hundred thousand subscribers cost in memory."""

import asyncio
import gc
import time
from statistics import median

from tests import makers
from ugly_mugs import boot
from ugly_mugs.alerts import approval, drafts
from ugly_mugs.delivery import fan_out

from .figure import Figure, below, measures
from .houses import House, a_house

MANY = 100_000
ROUNDS = 5


@measures("approve_to_first_text")
async def approve_to_first_text() -> list[Figure]:
    """Milliseconds from the second yes to the first text at the carrier: some, and a hundred thousand in reach."""
    found = []
    for kind in ("sqlite", "postgresql"):
        for number in (600, MANY):
            async with a_house(kind, subscribers=number) as house:
                times = [await _one(house) for _ in range(ROUNDS)]
            note = f"median of {ROUNDS}, slowest {max(times):.0f} ms, all of the country in reach"
            found.append(below(f"approve_to_first_text.{kind}.{number}", median(times), unit="ms", bar=250, note=note))
    return found


async def _one(house: House) -> float:
    service = house.service
    one, other = await makers.a_moderator(service), await makers.a_moderator(service)
    report = await makers.a_report(service)
    everywhere = service.atlas.codes(service.atlas.everywhere())
    async with service.transaction() as session:
        alert = await drafts.begin(session, [report], by=one, now=service.now())
        words = makers.a_wording(service.atlas, reach=everywhere)
        proposal = await drafts.propose(
            session, service.vault, service.atlas, alert.id, words, prices=makers.PRICES, by=one, now=service.now()
        )
    tasks = [asyncio.create_task(job) for job in boot.jobs(service, frozenset({"deliver"}))]
    await asyncio.sleep(0.3)
    gc.collect()
    before, started = house.carrier.attempts, time.perf_counter()
    async with service.transaction() as session:
        version = await approval.approve(
            session, service.vault, service.atlas, proposal.id, by=other, now=service.now()
        )
    while house.carrier.attempts == before:  # noqa: ASYNC110 -- the carrier is somebody else's: it rings no bell
        await asyncio.sleep(0.001)
    took = (time.perf_counter() - started) * 1000
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    async with service.transaction() as session:
        # The next round begins with nothing waiting.
        await fan_out.stop(session, version.alert_id, now=service.now())
    return took
