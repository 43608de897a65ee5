"""The running service and everybody around it, for tests that tell its story from outside."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from yarl import URL

from tests import makers
from tests.desk import people
from ugly_mugs import boot
from ugly_mugs.areas import Area
from ugly_mugs.demo.carrier import Carrier
from ugly_mugs.demo.mailbox import Mailbox
from ugly_mugs.demo.surroundings import any_port
from ugly_mugs.feed import tokens
from ugly_mugs.service import Service
from ugly_mugs.vocabulary import Wording

NEAR, NEXT_TOWN, BY_EMAIL, FAR_AWAY = "+447700900001", "+447700900002", "roxy@example.org", "+447700900003"


@dataclass(frozen=True)
class House:
    """Two moderators, three people in reach and one far away, one scheme; web and worker in one process."""

    service: Service
    url: URL
    carrier: Carrier
    mailbox: Mailbox
    robin: people.Person
    sasha: people.Person
    token: str

    async def texts(self, number: int) -> list[str]:
        """Wait until *number* texts have arrived at phones; say to whom."""
        await until(lambda: len(makers.arrived(self.carrier)) >= number)
        return [text.to for text in makers.arrived(self.carrier)]

    async def feed(self, path: str) -> tuple[int, bytes]:
        """What the scheme gets from the national feed."""
        headers = {"Authorization": f"Bearer {self.token}"}
        url = self.url / "feed" / "v1" / path
        async with aiohttp.ClientSession(headers=headers) as session, session.get(url) as answer:
            return answer.status, await answer.read()

    async def changes(self, number: int) -> list[dict[str, str]]:
        """Wait until the change log has *number* entries."""
        entries: list[dict[str, str]] = []

        async def are_there() -> bool:
            entries[:] = json.loads((await self.feed("changes"))[1])["entries"]
            return len(entries) >= number

        await until(are_there)
        return entries


async def until(true: Callable[[], bool | Awaitable[bool]]) -> None:
    """Wait for something to come true: five seconds, then it has not."""
    async with asyncio.timeout(5):
        while True:
            found = true()
            if found if isinstance(found, bool) else await found:
                return
            await asyncio.sleep(0.02)


@asynccontextmanager
async def a_house(
    database_url: str, key_folder: Path, carrier: Carrier, mailbox: Mailbox, *, var: Path
) -> AsyncIterator[House]:
    """Start the service, with everybody in and around it."""
    url = URL.build(scheme="http", host="localhost", port=any_port("127.0.0.1"))
    channels = makers.channels_to(carrier, mailbox, public_url=str(url))
    settings: dict[str, Any] = {
        "public_url": str(url),
        "listen": f"127.0.0.1:{url.port}",
        "leave_url": f"{carrier.url}/messages",  # somewhere harmless, and on this computer
    }
    async with makers.a_service(database_url, key_folder, var=var, channels=channels, **settings) as service:
        carrier.inbound_url = f"{url}/hooks/sms/inbound"
        mailbox.service_url = str(url)
        robin, sasha = await people.two_moderators(service, now=service.now())
        await makers.a_subscriber(service, area="GU1", phone=NEAR, wording=Wording.FULL)
        await makers.a_subscriber(service, area="GU22", phone=NEXT_TOWN, wording=Wording.DISCREET)
        await makers.a_subscriber(service, area="GU4", email=BY_EMAIL)
        await makers.a_subscriber(service, area="AB10", miles=50, phone=FAR_AWAY)
        token = await _a_scheme(service)
        async with _running(service):
            yield House(service, url, carrier, mailbox, robin, sasha, token)
        for channel in channels.values():
            await channel.close()


async def _a_scheme(service: Service) -> str:
    now, surrey = service.now(), [Area("force", "surrey")]
    async with service.transaction() as session:
        scheme = await tokens.add_scheme(session, service.atlas, name="South", areas=surrey, police_force=None, now=now)
        scopes = frozenset({tokens.Scope.READ})
        return await tokens.make(session, scheme.recipient_id, scopes=scopes, now=now)


@asynccontextmanager
async def _running(service: Service) -> AsyncIterator[None]:
    stop, ready = asyncio.Event(), asyncio.Event()
    task = asyncio.create_task(
        boot.stand(service, web=makers.ALL_WEB, work=makers.ALL_WORK, until=stop, ready=ready.set)
    )
    await asyncio.wait([task, asyncio.create_task(ready.wait())], return_when=asyncio.FIRST_COMPLETED)
    try:
        yield
    finally:
        stop.set()
        await task
