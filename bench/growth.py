"""What grows with the number of people: one alert to ten thousand, a hundred thousand and a million of them.

GROWTH=10000,100000 chooses how many. The whole takes about a quarter of an hour, most of it at a million.
"""

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from sqlalchemy import func, select, text

from tests import makers
from ugly_mugs.delivery import ledger
from ugly_mugs.models import Delivery, DeliveryState, table
from ugly_mugs.service import Service
from ugly_mugs.workers import deliver

from . import texts
from .figure import Figure, measures
from .houses import House, a_house
from .neighbour import a_neighbour
from .rounds import Contender, Wrong, a_load, a_stub, how_many, say

PEOPLE = (10_000, 100_000, 1_000_000)
GROUP = 500
SAMPLE = 40
"""Groups that make one rate."""
LASTS = 300_000
"""Texts of one run that are enough to see whether memory grows."""
LONGEST = 900
WARM = 0.1
"""The part of a run that is not looked at: caches fill."""
ROWS_A_SECOND = 50_000
LONGEST_WAIT = 250
MORE_MEMORY = 1.05
LONG_ENOUGH = 30
"""Seconds of sending from which memory says something."""
DELIVERY = table(Delivery)


@measures("growth")
async def growth() -> list[Figure]:
    """Expansion, takes, memory and size with growing numbers of people, on each database."""
    numbers = [int(each) for each in os.environ.get("GROWTH", "").split(",") if each] or PEOPLE
    found = []
    for number in numbers:
        for kind in ("sqlite", "postgresql"):
            found += await of(kind, number)
    return found


async def of(kind: str, number: int, *, sample: int = SAMPLE) -> list[Figure]:
    """All figures of *number* people on the database *kind*."""
    name = f"growth.{kind}.{number}"
    say(f"{name}  {number:,} people join")
    async with a_house(kind, subscribers=number) as house:
        # Twice: by the second, a planner has counted more.
        found = await _expanding(name, "first", house)
        found += await _taking(name, house.service, sample=sample)
        found += await _expanding(name, "second", house)
        if kind == "postgresql":
            found += await _sending(name, house)
    return found


@dataclass(frozen=True, slots=True)
class Expansion:
    """How long each chunk took, and each write of somebody else's meanwhile, in milliseconds."""

    chunks: Sequence[float]
    others: Sequence[float]

    @property
    def seconds(self) -> float:
        """All chunks together."""
        return sum(self.chunks) / 1000


async def _expanding(name: str, which: str, house: House) -> list[Figure]:
    one = await _expand(house)
    number = await _count(house.service)
    rate, longest = number / one.seconds, max(one.chunks)
    say(f"{name}  {which} expansion: {rate:,.0f} rows/s, longest chunk {longest:.0f} ms  (load {_load()})")
    is_fast = _kind(house.service) == "postgresql"
    found = [
        Figure(
            figure=f"{name}.expansion.{which}",
            value=round(rate),
            unit="rows/s",
            bar=f">= {ROWS_A_SECOND} rows/s" if is_fast else None,
            met=rate >= ROWS_A_SECOND if is_fast else None,
            note=f"{number} rows in {len(one.chunks)} chunks, the longest {longest:.0f} ms; load {_load()}",
        )
    ]
    return [*found, _waited(f"{name}.neighbour.{which}", one.others)] if one.others else found


def _waited(figure: str, others: Sequence[float]) -> Figure:
    longest = max(others)
    say(f"{figure}  another writer took {median(others):.1f} ms, at most {longest:.0f}")
    return Figure(
        figure=figure,
        value=round(longest, 1),
        unit="ms",
        bar=f"<= {LONGEST_WAIT} ms",
        met=longest <= LONGEST_WAIT,
        note=f"the longest of {len(others)} small writes, one every 20 ms from another process; half took "
        f"{median(others):.1f} ms or less; load {_load()}",
    )


async def _expand(house: House) -> Expansion:
    """Write one alert to everybody into the ledger; on SQLite with a neighbour who writes, too."""
    service = house.service
    everywhere = service.atlas.codes(service.atlas.everywhere())
    await makers.an_alert(service, wording=makers.a_wording(service.atlas, reach=everywhere, text=texts.BODY))
    if _kind(service) != "sqlite":
        return Expansion(await _chunks(service), ())
    async with a_neighbour(service.database.writer.url.database or "") as others:
        chunks = await _chunks(service)
    return Expansion(chunks, others)


async def _chunks(service: Service) -> list[float]:
    took = []
    is_busy = True
    while is_busy:
        began = time.perf_counter()
        is_busy = await deliver.expand(service)
        took.append((time.perf_counter() - began) * 1000)
    return took


async def _count(service: Service) -> int:
    async with service.reading() as session:
        connection = await session.connection()
        queued = select(func.count()).where(DELIVERY.c.state == DeliveryState.QUEUED)
        return (await connection.execute(queued)).scalar_one()


async def _taking(name: str, service: Service, *, sample: int) -> list[Figure]:
    """Rows a second that are taken and written down as about to be sent, at three places of the queue."""
    took: list[float] = []
    while (began := time.perf_counter()) and await _take(service):
        took.append(time.perf_counter() - began)
        if len(took) % 400 == 0:
            say(f"{name}  {len(took) * GROUP:,} taken")
    middle = max((len(took) - sample) // 2, 0)
    places = {"start": took[:sample], "middle": took[middle : middle + sample], "end": took[-sample - 1 : -1]}
    rates = {place: GROUP * len(some) / sum(some) for place, some in places.items()}
    say(f"{name}  takes: {', '.join(f'{rate:,.0f} at the {place}' for place, rate in rates.items())}  (load {_load()})")
    return [
        Figure(
            figure=f"{name}.takes.{place}",
            value=round(rate),
            unit="rows/s",
            note=f"{len(places[place])} groups of {GROUP}, each one commit; half took "
            f"{median(places[place]) * 1000:.0f} ms or less; load {_load()}",
        )
        for place, rate in rates.items()
    ]


async def _take(service: Service) -> int:
    async with service.transaction() as session:
        jobs, _ = await ledger.due(session, channel="sms", worker="bench", limit=GROUP, now=service.now())
        await ledger.intend(
            session,
            jobs,
            worker="bench",
            segments={job.id: 1 for job in jobs},
            senders={job.id: makers.OUR_NUMBER for job in jobs},
            seconds=service.config.lease_seconds,
        )
    return len(jobs)


async def _sending(name: str, house: House) -> list[Figure]:
    """Memory of a process that sends for as long as it takes to see, and what the ledger takes on the disk."""
    service = house.service
    queued = await _count(service)
    count = min(queued, LASTS) // GROUP * GROUP
    before = await _mebibytes(service)
    settings = {"database": house.database_url, "keys": str(house.folder / "keys")}
    async with a_stub(0) as url:
        done = await a_load(url, Contender("lasting", count, settings), longest=LONGEST)
        taken = await how_many(url)
    sent = queued - await _count(service)
    if not count == sent == taken:
        raise Wrong(f"{count} to send, {sent} sent, {taken} taken by the provider")
    after = await _mebibytes(service)
    rate = count / done["seconds"]
    say(f"{name}  sent {count:,}: {rate:,.0f} texts/s  (load {_load()})")
    return [
        Figure(
            figure=f"{name}.sending",
            value=round(rate),
            unit="texts/s",
            note=f"{count} texts out of {queued} queued; load {_load()}",
        ),
        _memory(f"{name}.memory", done["memory"]),
        Figure(
            figure=f"{name}.size",
            value=round(before["rows"] + before["indexes"]),
            unit="MiB",
            note=f"the ledger with two alerts, before sending: rows {before['rows']:.0f}, indexes "
            f"{before['indexes']:.0f}; after {count} texts: rows {after['rows']:.0f}, indexes {after['indexes']:.0f}; "
            f"the whole database {after['all']:.0f}",
        ),
    ]


def _memory(figure: str, memory: Sequence[float]) -> Figure:
    """How much more a process has in the last third of its run than in the first, once it is warm."""
    warm = memory[int(len(memory) * WARM) :]
    third = max(len(warm) // 3, 1)
    first, last = median(warm[:third]), median(warm[-third:])
    is_long = len(memory) >= LONG_ENOUGH
    shown = ", ".join(f"{each:.0f}" for each in memory[:: max(len(memory) // 10, 1)])
    say(f"{figure}  {first:.1f} MiB in the first third, {last:.1f} in the last")
    return Figure(
        figure=figure,
        value=round(last, 1),
        unit="MiB",
        ratio=round(last / first, 3),
        bar=f"<= {MORE_MEMORY:g} x the first third" if is_long else None,
        met=last <= first * MORE_MEMORY if is_long else None,
        note=f"the last third of {len(memory)} seconds, the first one once warm had {first:.1f}; on its way {shown}",
    )


async def _mebibytes(service: Service) -> dict[str, float]:
    """What the ledger and the whole database take on PostgreSQL."""
    asked = "SELECT pg_table_size('delivery'), pg_indexes_size('delivery'), pg_database_size(current_database())"
    async with service.reading() as session:
        connection = await session.connection()
        rows, indexes, everything = (await connection.execute(text(asked))).one()
    return {"rows": rows / 2**20, "indexes": indexes / 2**20, "all": everything / 2**20}


def _kind(service: Service) -> str:
    return service.database.writer.dialect.name


def _load() -> str:
    """How busy the machine is with all that runs there."""
    return f"{os.getloadavg()[0]:.1f}"
