"""The bucket that all workers share: how much of what is permitted is used, and that it is never more."""

import asyncio
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import update

from ugly_mugs.delivery import fan_out
from ugly_mugs.delivery.pace import burst
from ugly_mugs.models import Subscriber, table
from ugly_mugs.service import Service
from ugly_mugs.vocabulary import Wording

from .crew import Arrival, a_crew, an_alert_to_all, arrivals, check_each_once
from .figure import Figure, measures
from .houses import a_house
from .rounds import a_stub, say

RATES = (10, 100, 1_000)
CREWS = {"postgresql": (1, 4), "sqlite": (1,)}
SECONDS = 16
BAR = 0.95
WIRE_SECONDS = 0.2
"""By how much longer one text may take than another from the commit that lets it go to the provider."""
PEOPLE = 12_000
"""More than can be told in that time: half of them in one segment, half in two."""
LONG = (
    "Reported to us, not proven: rape, this week, Guildford area. Man 40s, bald, Leeds accent, grey van with a ladder "
    "on it. He asks for outcalls late at night and gives another name each time. Avoid. Ref 7K2Q"
)


@dataclass(frozen=True, slots=True)
class Used:
    """What went in a time, against what may go."""

    segments: int
    seconds: float
    share: float
    """Of rate × seconds and one bucket."""
    over: float
    """The most segments by which any time, however short, had more than that; below 0 if none had."""


def used(came: Iterable[Arrival], *, rate: float) -> Used:
    """What *came*, from the first to the last."""
    seen = sorted(came, key=lambda one: one.at)
    size, total = burst(rate), 0
    least, over = math.inf, -math.inf
    for one in seen:
        # From the first of a time to its last: all up to the last, but what was before the first.
        least = min(least, total - rate * one.at)
        total += one.segments
        over = max(over, total - rate * one.at - least - size)
    seconds = seen[-1].at - seen[0].at
    return Used(total, seconds, total / (rate * seconds + size), over)


@measures("bucket")
async def bucket() -> list[Figure]:
    """The share of what is permitted that goes, and the most beyond it in any time, with one worker and with four."""
    found: list[Figure] = []
    for kind, crews in CREWS.items():
        say(f"bucket  {PEOPLE:,} people join on {kind}")
        async with a_house(kind, subscribers=PEOPLE) as house:
            await half_are_discreet(house.service)
            for rate in RATES:
                for crew in crews:
                    found += _figures(f"{kind}.{rate}.{crew}", await send_for(house.service, SECONDS, rate, crew), rate)
    return found


def _figures(name: str, what: Used, rate: float) -> Sequence[Figure]:
    note = f"{what.segments} segments in {what.seconds:.1f} s, one or two a text; a bucket holds {burst(rate):g}"
    allowed = rate * WIRE_SECONDS
    say(f"bucket.{name}  {what.share:.1%} of what is permitted, at most {what.over:+.1f} segments beyond it")
    return (
        Figure(
            figure=f"bucket.{name}.used",
            value=round(what.share * 100, 1),
            unit="%",
            bar=f">= {BAR * 100:g} %",
            met=what.share >= BAR,
            note=note,
        ),
        Figure(
            figure=f"bucket.{name}.over",
            value=round(what.over, 1),
            unit="segments",
            bar=f"<= {allowed:g} segments",
            met=what.over <= allowed,
            note="the most beyond rate x T + bucket in any time T, however short; the bar is what "
            f"{WIRE_SECONDS * 1000:g} ms between commit and wire can move",
        ),
    )


async def half_are_discreet(service: Service) -> None:
    """Every other person gets one segment instead of two."""
    here = table(Subscriber)
    async with service.transaction() as session:
        connection = await session.connection()
        await connection.execute(
            update(here).where(here.c.recipient_id % 2 == 0).values(wording=Wording.DISCREET.value)
        )


async def send_for(service: Service, seconds: float, rate: float, workers: int) -> Used:
    """Let *workers* send from more than they can in so many seconds; raise `Wrong` if any text came twice."""
    version = await an_alert_to_all(service, LONG)
    async with a_stub(0, "remember") as url:
        async with a_crew(service, url, workers=workers, rate=rate) as begin:
            await begin()
            await asyncio.sleep(seconds)
        came = await arrivals(url)
    await check_each_once(service, version, came)
    async with service.transaction() as session:
        await fan_out.stop(session, version.alert_id, now=service.now())
    return used(came, rate=rate)
