"""Several workers on one PostgreSQL: what they send together, and that nothing is sent twice."""

import asyncio
import os
import time
from statistics import median

from ugly_mugs.service import Service

from . import texts
from .crew import a_crew, an_alert_to_all, arrivals, check_each_once
from .figure import Figure, measures
from .houses import a_house
from .rounds import LONGEST, a_stub, how_many, say, spread

COUNT = 20_000
CREWS = (1, 2, 4)
ROUNDS = 3
TOGETHER = 0.9
"""Of what one worker sends alone: more of them must not stand in each other's way."""


@measures("workers")
async def workers() -> list[Figure]:
    """Texts a second of 1, 2 and 4 worker processes that share one PostgreSQL, without a limit."""
    rates: dict[int, list[float]] = {crew: [] for crew in CREWS}
    say(f"workers  {COUNT:,} people join")
    async with a_house("postgresql", subscribers=COUNT) as house:
        for number in range(ROUNDS):
            for crew in CREWS[:: 1 if number % 2 == 0 else -1]:
                rate = await _once(house.service, crew)
                rates[crew].append(rate)
                say(f"workers  round {number + 1} of {ROUNDS}  {crew} workers: {rate:,.0f} texts/s, none twice")
    alone = median(rates[1])
    return [
        Figure(
            figure=f"workers.{crew}",
            value=round(median(rates[crew])),
            unit="texts/s",
            peer="one worker" if crew > 1 else None,
            peer_value=round(alone) if crew > 1 else None,
            ratio=round(median(rates[crew]) / alone, 3) if crew > 1 else None,
            bar=f">= {TOGETHER:g} x one worker" if crew > 1 else None,
            met=median(rates[crew]) >= TOGETHER * alone if crew > 1 else None,
            note=f"median of {ROUNDS} alternating runs, {spread(rates[crew])}; {COUNT} texts, each taken once; "
            f"{os.cpu_count()} cores for workers, PostgreSQL and the stub together",
        )
        for crew in CREWS
    ]


async def _once(service: Service, crew: int) -> float:
    """Texts a second from the call to the last arrival; raise `Wrong` unless each text of the ledger came once."""
    version = await an_alert_to_all(service, texts.BODY)
    async with a_stub(0, "remember") as url:
        async with a_crew(service, url, workers=crew, rate=None) as begin:
            began = time.monotonic()
            await begin()
            async with asyncio.timeout(LONGEST):
                while await how_many(url) < COUNT:  # noqa: ASYNC110 -- the stub rings no bell
                    await asyncio.sleep(0.1)
        came = await arrivals(url)
    await check_each_once(service, version, came)
    return COUNT / (came[-1].at - began)
