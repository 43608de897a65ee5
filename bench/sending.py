"""Durable texts a second through the whole line, against a bare loop that only posts."""

import asyncio
import gc
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from statistics import median
from urllib.parse import urlencode

import aiohttp

from channels import open_channels
from channels.sms import Sms
from tests import makers
from ugly_mugs.delivery import fan_out
from ugly_mugs.service import Service
from ugly_mugs.workers import deliver
from ugly_mugs.workers.line import Line

from .figure import Figure, measures
from .houses import House, a_house

MESSAGES = 5_000
IN_FLIGHT = Sms.at_once
ROUNDS = 3
BARS = {"postgresql": 0.85, "sqlite": 0.7}


@measures("durable_sms")
async def durable_sms() -> list[Figure]:
    """Texts a second on each database at 0 and 50 ms, as a share of what the bare loop does in the same run."""
    found = []
    for kind, bar in BARS.items():
        for latency in (0.0, 0.05):
            async with a_stub(latency) as url, a_house(kind, subscribers=MESSAGES) as house:
                service = _against(house, url)
                ours, bare = [], []
                for _ in range(ROUNDS):
                    bare.append(await _rate(lambda: _bare(url)))
                    ours.append(await _durable(service))
                for channel in service.channels.values():
                    await channel.close()
            value, peer = median(ours), median(bare)
            found.append(
                Figure(
                    figure=f"durable_sms.{kind}.{int(latency * 1000)}ms",
                    value=round(value),
                    unit="texts/s",
                    peer="aiohttp client loop without a ledger",
                    peer_value=round(peer),
                    ratio=round(value / peer, 3),
                    bar=f">= {bar} of the peer",
                    met=value / peer >= bar,
                    note=f"median of {ROUNDS} alternating runs of {MESSAGES}, {IN_FLIGHT} in flight",
                )
            )
    return found


@asynccontextmanager
async def a_stub(latency: float) -> AsyncIterator[str]:
    """The provider, in a process of its own."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.stub", str(latency), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdin is not None
    port = int(await process.stdout.readline())
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.stdin.close()
        await process.wait()


def _against(house: House, url: str) -> Service:
    settings = makers.channel_settings(house.carrier, house.mailbox) | {"UGLY_MUGS_TWILIO_API_URL": url}
    channels = open_channels(["sms"], settings, public_url="http://localhost:8080", production=False)
    return replace(house.service, channels=channels)


async def _rate(send: Callable[[], Awaitable[object]]) -> float:
    gc.collect()
    gc.freeze()
    started = time.perf_counter()
    await send()
    return MESSAGES / (time.perf_counter() - started)


async def _bare(url: str) -> None:
    room = asyncio.Semaphore(IN_FLIGHT)
    connector = aiohttp.TCPConnector(limit=IN_FLIGHT)
    headers = {"Authorization": "Basic x", "Content-Type": "application/x-www-form-urlencoded"}
    where = f"{url}/2010-04-01/Accounts/AC/Messages.json"
    async with aiohttp.ClientSession(connector=connector, headers=headers) as session:

        async def one(number: int) -> None:
            async with room:
                body = urlencode({"To": f"+447700900{number % 1000:03}", "From": makers.OUR_NUMBER, "Body": "A" * 100})
                async with session.post(where, data=body) as answer:
                    await answer.json()

        await asyncio.gather(*(one(number) for number in range(MESSAGES)))


async def _durable(service: Service) -> float:
    everywhere = service.atlas.codes(service.atlas.everywhere())
    version = await makers.an_alert(service, wording=makers.a_wording(service.atlas, reach=everywhere))
    while await deliver.expand(service):
        pass
    line = Line(service, "sms", worker="bench")

    async def all_of_them() -> None:
        while await line.push():
            pass
        await line.drain()

    rate = await _rate(all_of_them)
    async with service.transaction() as session:
        await fan_out.stop(session, version.alert_id, now=service.now())
    return rate
