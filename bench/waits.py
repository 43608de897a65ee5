"""How long the nearest wait: nearest first against first come, at several speeds, and what docs/ draws of it.

`python -m bench --only waits` expands one alert to ten thousand people who joined in no particular order, takes the
ledger's own order, and lets them go as the pace's own buckets would, on a clock that is only counted; where a bucket
is fast enough to wait for, a real worker has to come to the same. It writes docs/nearest-first.json.
"""

import asyncio
import json
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from sqlalchemy import select

from ugly_mugs.contract import Purpose, Sender
from ugly_mugs.delivery.breaker import Standing
from ugly_mugs.delivery.pace import Pace, burst
from ugly_mugs.models import Delivery, Version, table
from ugly_mugs.service import Service
from ugly_mugs.workers.line import SHORTEST_WAIT

from .crew import a_crew, an_alert_to_all, arrivals, check_each_once
from .figure import Figure, measures
from .houses import a_house
from .pace import LONG
from .rounds import LONGEST, Wrong, a_stub, how_many, say

PEOPLE = 10_000
SEGMENTS = 2
RATES = (10, 100, 1_000)
TRIED = 1_000
"""Segments a second at which a real worker sends to everybody, too."""
APART = 1.0
"""Seconds by which a text may be later there than it was counted: the worker has to wake up first."""
NUMBERS = Path(__file__).parent.parent / "docs" / "nearest-first.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Until half of the nearest tenth were told, until all of them were, and until everybody was."""

    order: str
    rate: float
    half: float
    last: float
    everybody: float


@measures("waits")
async def waits() -> list[Figure]:
    """How long the nearest tenth waits in both orders; raise `Wrong` if a real worker does not come to the same."""
    say(f"waits  {PEOPLE:,} people join")
    async with a_house("postgresql", subscribers=PEOPLE) as house:
        version = await an_alert_to_all(house.service, LONG)
        rows = await in_the_ledgers_order(house.service, version)
        real = await _sent(house.service, version, {str(row): person for row, person in rows})
    nearest = [person for _, person in rows]
    near, joined = nearest[: PEOPLE // 10], sorted(nearest)
    ours = [_of(near, counted(nearest, rate=rate), order="nearest first", rate=rate) for rate in RATES]
    theirs = [_of(near, counted(joined, rate=rate), order="first come", rate=rate) for rate in RATES]
    tried = _of(near, real, order="nearest first", rate=TRIED)
    same = ours[RATES.index(TRIED)]
    say(f"waits  counted {same}, a real worker {tried}")
    apart = (tried.half - same.half, tried.last - same.last, tried.everybody - same.everybody)
    if max(map(abs, apart)) > APART:
        raise Wrong(f"a real worker was {apart} seconds later than was counted")
    numbers = {"people": PEOPLE, "segments": SEGMENTS, "waits": [*map(asdict, ours + theirs)], "tried": asdict(tried)}
    await asyncio.to_thread(NUMBERS.write_text, json.dumps(numbers, indent=1) + "\n")
    return [
        Figure(
            figure=f"waits.{each.rate:g}",
            value=each.half,
            unit="s",
            peer="in order of joining",
            peer_value=other.half,
            ratio=round(each.half / other.half, 3),
            note=f"until half of the nearest {len(near)} of {PEOPLE} were told, two segments each; all of them after "
            f"{each.last:g} s, in order of joining after {other.last:g} s",
        )
        for each, other in zip(ours, theirs, strict=True)
    ]


async def in_the_ledgers_order(service: Service, version: Version) -> list[tuple[object, int]]:
    """Each delivery of *version* and whose it is, as `delivery.ledger.due` would give them."""
    here = table(Delivery).c
    async with service.reading() as session:
        connection = await session.connection()
        asked = select(here.id, here.recipient_id).where(here.subject == version.id)
        rows = await connection.execute(asked.order_by(here.lane, here.rank, here.due_at))
        return [(row, person) for row, person in rows]


def counted(order: Sequence[int], *, rate: float) -> dict[int, float]:
    """When each in *order* leaves, if a line asks the pace again as soon as that says it may, and does nothing else."""
    sender = Sender(name="one", segments_a_second=rate)
    standing = Standing(name="one", tokens=burst(rate), filled_at=0)
    left: dict[int, float] = {}
    at = 0.0
    while len(left) < len(order):
        pace = Pace("sms", [sender], {"one": standing}, now=at, locked=True)
        while len(left) < len(order) and pace.assign(str(order[len(left)]), SEGMENTS, Purpose.ALERTS):
            left[order[len(left)]] = at
        at += max(pace.wait(Purpose.ALERTS), SHORTEST_WAIT)
    return left


async def _sent(service: Service, version: Version, whose: Mapping[str, int]) -> dict[int, float]:
    """When each text came to the provider from a real worker, in seconds from its beginning."""
    async with a_stub(0, "remember") as url:
        async with a_crew(service, url, workers=1, rate=TRIED) as begin:
            began = time.monotonic()
            await begin()
            async with asyncio.timeout(LONGEST):
                while await how_many(url) < len(whose):  # noqa: ASYNC110 -- the stub rings no bell
                    await asyncio.sleep(0.1)
        came = await arrivals(url)
    await check_each_once(service, version, came)
    return {whose[each.delivery]: each.at - began for each in came}


def _of(people: Collection[int], left: Mapping[int, float], *, order: str, rate: float) -> Wait:
    theirs = [left[one] for one in people]
    half, last, everybody = (round(seconds, 2) for seconds in (median(theirs), max(theirs), max(left.values())))
    return Wait(order=order, rate=rate, half=half, last=last, everybody=everybody)
