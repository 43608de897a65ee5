"""Workers as they really run, each a process of its own, that begin together; and what the provider saw of them."""

import asyncio
import json
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs

import aiohttp
from sqlalchemy import select

from tests import makers
from ugly_mugs import bell, segments
from ugly_mugs.delivery.breaker import LONGEST_SHUT
from ugly_mugs.delivery.clock import epoch
from ugly_mugs.delivery.pace import burst
from ugly_mugs.delivery.pacing import SENDER
from ugly_mugs.models import Delivery, DeliveryState, Version, table
from ugly_mugs.service import Service
from ugly_mugs.workers import deliver

from .mortals import Mortals, keys_to_deliver
from .rounds import Wrong

LONGEST_START = 60


@dataclass(frozen=True, slots=True)
class Arrival:
    """One text at the provider: when, of which delivery, how long."""

    at: float
    delivery: str
    segments: int


Begin = Callable[[], Awaitable[None]]


@asynccontextmanager
async def a_crew(service: Service, url: str, *, workers: int, rate: float | None) -> AsyncIterator[Begin]:
    """So many workers that send to *url* from one number of *rate* segments a second; they wait for the call."""
    await _hold(service, rate)
    with tempfile.TemporaryDirectory(prefix="crew") as place:
        folder = Path(place)
        env = {
            "UGLY_MUGS_ENV": "demo",
            "UGLY_MUGS_DATABASE_URL": service.config.database_url,
            "UGLY_MUGS_KEYS": str(keys_to_deliver(service.config.keys, folder / "keys")),
            "UGLY_MUGS_PUBLIC_URL": service.config.public_url,
            "UGLY_MUGS_CHANNELS": "sms",
            "UGLY_MUGS_TWILIO_ACCOUNT_SID": makers.ACCOUNT_SID,
            "UGLY_MUGS_TWILIO_AUTH_TOKEN": makers.AUTH_TOKEN,
            "UGLY_MUGS_TWILIO_API_URL": url,
            "UGLY_MUGS_SENDERS": json.dumps([{"number": makers.OUR_NUMBER, "segments_a_second": rate}]),
            "UGLY_MUGS_POUNDS_A_DAY": str(10**9),
            "UGLY_MUGS_POUNDS_A_MONTH": str(10**9),
        }
        crew = Mortals(env, folder / "workers.log", ahead=(0,) * workers)
        try:
            await crew.start()
            async with asyncio.timeout(LONGEST_START):
                while sum(crew.said()["service.ready"].values()) < workers:  # noqa: ASYNC110 -- another process
                    await asyncio.sleep(0.1)
            yield lambda: _let_go(service, rate)
        finally:
            await crew.stop()


async def arrivals(url: str) -> list[Arrival]:
    """Every text that the stub at *url* took, in order."""
    async with aiohttp.ClientSession() as session, session.get(f"{url}/kept") as answer:
        kept = json.loads(await answer.text())
    found = []
    for at, words in kept:
        form = parse_qs(words)
        delivery = form["StatusCallback"][0].rpartition("/")[2]
        found.append(Arrival(at, delivery, segments.count(form["Body"][0]).segments))
    return found


async def _hold(service: Service, rate: float | None) -> None:
    """As if the provider had asked for patience: nothing leaves."""
    async with service.transaction() as session:
        connection = await session.connection()
        now = (await connection.execute(select(epoch()))).scalar_one()
        await connection.execute(SENDER.delete())
        row = {"channel": "sms", "name": makers.OUR_NUMBER, "tokens": burst(rate or 0), "filled_at": now}
        await connection.execute(SENDER.insert(), row | {"shut_until": now + LONGEST_SHUT, "failures": 0, "opened": 0})


async def _let_go(service: Service, rate: float | None) -> None:
    """Everything may leave, and all begin with a full bucket."""
    async with service.transaction() as session:
        connection = await session.connection()
        full = {"tokens": burst(rate or 0), "filled_at": epoch(), "shut_until": None}
        await connection.execute(SENDER.update().values(full))
        await bell.ask(session, "deliver")


async def an_alert_to_all(service: Service, words: str) -> Version:
    """One alert to the whole country, written into the ledger for everybody there is."""
    everywhere = service.atlas.codes(service.atlas.everywhere())
    version = await makers.an_alert(service, wording=makers.a_wording(service.atlas, reach=everywhere, text=words))
    while await deliver.expand(service):
        pass
    return version


async def check_each_once(service: Service, version: Version, came: Sequence[Arrival]) -> None:
    """Raise `Wrong` unless each delivery of *version* that the ledger says was sent came once, and nothing else."""
    here = table(Delivery).c
    async with service.reading() as session:
        connection = await session.connection()
        sent = select(here.id).where(here.subject == version.id, here.state == DeliveryState.SENT)
        books = Counter(str(each) for each in (await connection.execute(sent)).scalars())
    if books != (theirs := Counter(each.delivery for each in came)):
        twice = sum(theirs.values()) - len(theirs)
        raise Wrong(f"{len(books)} sent by the ledger, {len(theirs)} taken by the provider, {twice} of them again")
