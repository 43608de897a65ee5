"""What is urgent does not wait behind what is not, however much of that there is and however slow the sender."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bench import houses
from channels import open_channels
from tests import makers
from tests.houses import until
from ugly_mugs import boot
from ugly_mugs.demo.carrier import Carrier
from ugly_mugs.demo.mailbox import Mailbox
from ugly_mugs.models import DeliveryState
from ugly_mugs.service import Service
from ugly_mugs.subscribers import codes
from ugly_mugs.vocabulary import Severity

BACKLOG, RATE = 2_000, 50
HER = "+447700900999"


@pytest.fixture
async def busy(
    database_url: str, key_folder: Path, tmp_path: Path, mailbox: Mailbox
) -> AsyncIterator[tuple[Service, Carrier]]:
    """A worker at 50 segments a second with a caution to 2,000 people before it, of whom some have been told."""
    async with Carrier(makers.ACCOUNT_SID, makers.AUTH_TOKEN, delay=60) as carrier:
        senders = json.dumps([{"number": makers.OUR_NUMBER, "segments_a_second": RATE}])
        env = makers.channel_settings(carrier, mailbox) | {"UGLY_MUGS_SENDERS": senders}
        channels = open_channels(["sms"], env, public_url="http://localhost:8080", production=False)
        async with makers.a_service(
            database_url, key_folder, var=tmp_path, channels=channels, pounds_a_day=10_000, pounds_a_month=10_000
        ) as service:
            await houses.fill(service, BACKLOG)
            await warn_everybody(service, Severity.CAUTION, "A caution")
            async with working(service):
                await until(lambda: len(makers.arrived(carrier)) > RATE)
                yield service, carrier
            await channels["sms"].close()


async def warn_everybody(service: Service, severity: Severity, headline: str) -> None:
    everywhere = service.atlas.codes(service.atlas.everywhere())
    text = f"Reported to us, not proven: {headline}. Ref 7K2Q"
    await makers.an_alert(
        service, wording=makers.a_wording(service.atlas, severity=severity, text=text, reach=everywhere)
    )


@asynccontextmanager
async def working(service: Service) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(job) for job in boot.jobs(service, frozenset({"deliver"}))]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def seconds_until_out(carrier: Carrier, words: str, act: Callable[[], Awaitable[object]]) -> float:
    """From when *act* is committed to the first text with *words*."""
    await act()
    started = time.monotonic()
    await until(lambda: any(words in text.body for text in makers.arrived(carrier)))
    return time.monotonic() - started


async def test_a_critical_alert_does_not_wait_behind_two_thousand_texts_of_a_caution(
    busy: tuple[Service, Carrier],
) -> None:
    service, carrier = busy

    seconds = await seconds_until_out(
        carrier, "A critical one", lambda: warn_everybody(service, Severity.CRITICAL, "A critical one")
    )

    assert seconds < 1
    assert (await makers.states(service))[DeliveryState.QUEUED] > BACKLOG * 0.8


async def test_nor_does_a_join_code(busy: tuple[Service, Carrier]) -> None:
    service, carrier = busy
    asked = codes.Asked(channel="sms", address=HER, language="en")

    async def ask() -> None:
        async with service.transaction() as session:
            await codes.send(session, service.vault, asked, now=service.now())

    seconds = await seconds_until_out(carrier, "is your code", ask)

    assert seconds < 1
    assert (await makers.states(service))[DeliveryState.QUEUED] > BACKLOG * 0.8
