"""The service in parts as compose.yaml runs it: each with its own keys in a folder of its own, behind one proxy.

async with in_parts(url, key_folder, carrier, mailbox, folder=tmp_path) as house:   # a `tests.houses.House`
"""

import asyncio
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import yaml
from aiohttp import web
from yarl import URL

from tests import houses, makers
from tests.desk import people
from tests.houses import House
from ugly_mugs import boot
from ugly_mugs.contract import Channel
from ugly_mugs.demo.carrier import Carrier
from ugly_mugs.demo.mailbox import Mailbox
from ugly_mugs.demo.surroundings import any_port
from ugly_mugs.service import Service
from ugly_mugs.vocabulary import Wording

COMPOSE = yaml.safe_load((Path(__file__).parents[2] / "compose.yaml").read_text())
PATHS = {
    "desk": ("/desk",),
    "member": ("/join", "/sign-in", "/me", "/erased", "/u/", "/hooks/"),
    "feed": ("/feed/",),
}
"""How the proxy of docs/operations.md shares them out; everything else is for intake."""
OF_THE_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "date"}


@dataclass(frozen=True)
class Part:
    """One container of ours."""

    name: str
    web: frozenset[str]
    work: frozenset[str]
    keys: tuple[str, ...]
    has_channels: bool


def parts() -> list[Part]:
    """What compose.yaml runs for good."""
    found = []
    for name, service in COMPOSE["services"].items():
        command = service.get("command", [""])
        if command[0] in {"web", "worker"}:
            done = frozenset(command[2].split(","))
            is_web = command[0] == "web"
            nothing = frozenset[str]()
            found.append(
                Part(
                    name,
                    web=done if is_web else nothing,
                    work=nothing if is_web else done,
                    keys=tuple(service["secrets"]),
                    has_channels="env_file" in service,
                )
            )
    return found


@asynccontextmanager
async def in_parts(
    database_url: str, key_folder: Path, carrier: Carrier, mailbox: Mailbox, *, folder: Path
) -> AsyncIterator[House]:
    """Everybody of the story, with the service in parts; the house's own `service` holds all keys and does nothing."""
    url = URL.build(scheme="http", host="localhost", port=any_port("127.0.0.1"))
    async with AsyncExitStack() as stack:
        channels = makers.channels_to(carrier, mailbox, public_url=str(url))
        whole = await stack.enter_async_context(
            makers.a_service(database_url, key_folder, var=folder, public_url=str(url))
        )
        ports = {}
        for part in parts():
            held, there = channels if part.has_channels else {}, {"public_url": str(url)}
            service = await stack.enter_async_context(
                _a_part(part, database_url, key_folder, folder=folder, channels=held, settings=there)
            )
            ports[part.name] = service.config.port
            await stack.enter_async_context(_running(service, part))
        await stack.enter_async_context(_a_proxy(url, ports))
        yield await _peopled(whole, url, carrier, mailbox)
        for channel in channels.values():
            await channel.close()


@asynccontextmanager
async def _a_part(
    part: Part,
    database_url: str,
    key_folder: Path,
    *,
    folder: Path,
    channels: Mapping[str, Channel],
    settings: Mapping[str, Any],
) -> AsyncIterator[Service]:
    own = folder / f"keys of {part.name}"
    own.mkdir()
    for key in part.keys:
        shutil.copy(key_folder / key, own / key)
    listen = f"127.0.0.1:{any_port('127.0.0.1')}"
    async with makers.a_service(
        database_url, own, var=folder, web=part.web, work=part.work, channels=channels, listen=listen, **settings
    ) as service:
        yield service


@asynccontextmanager
async def _running(service: Service, part: Part) -> AsyncIterator[None]:
    stop, ready = asyncio.Event(), asyncio.Event()
    task = asyncio.create_task(boot.stand(service, web=part.web, work=part.work, until=stop, ready=ready.set))
    await asyncio.wait([task, asyncio.create_task(ready.wait())], return_when=asyncio.FIRST_COMPLETED)
    try:
        yield
    finally:
        stop.set()
        await task


@asynccontextmanager
async def _a_proxy(url: URL, ports: Mapping[str, int]) -> AsyncIterator[None]:
    """One address for all parts; adds nothing about who asks."""
    async with aiohttp.ClientSession(auto_decompress=False, cookie_jar=aiohttp.DummyCookieJar()) as session:

        async def forward(request: web.Request) -> web.Response:
            name = next((name for name, begins in PATHS.items() if request.path.startswith(begins)), "intake")
            there = URL(f"http://127.0.0.1:{ports[name]}{request.raw_path}", encoded=True)
            head = {name: value for name, value in request.headers.items() if name.lower() not in OF_THE_HOP}
            async with session.request(
                request.method, there, headers=head, data=await request.read() or None, allow_redirects=False
            ) as answer:
                back = web.Response(status=answer.status, body=await answer.read())
                for name, value in answer.headers.items():
                    if name.lower() not in OF_THE_HOP:
                        back.headers.add(name, value)
                return back

        app = web.Application()
        app.router.add_route("*", "/{rest:.*}", forward)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", url.port).start()
        try:
            yield
        finally:
            await runner.cleanup()


async def _peopled(service: Service, url: URL, carrier: Carrier, mailbox: Mailbox) -> House:
    carrier.inbound_url = f"{url}/hooks/sms/inbound"
    mailbox.service_url = str(url)
    robin, sasha = await people.two_moderators(service, now=service.now())
    await makers.a_subscriber(service, area="GU1", phone=houses.NEAR, wording=Wording.FULL)
    await makers.a_subscriber(service, area="GU22", phone=houses.NEXT_TOWN, wording=Wording.DISCREET)
    await makers.a_subscriber(service, area="GU4", email=houses.BY_EMAIL)
    await makers.a_subscriber(service, area="AB10", miles=50, phone=houses.FAR_AWAY)
    token = await houses._a_scheme(service)
    return House(service, url, carrier, mailbox, robin, sasha, token)
