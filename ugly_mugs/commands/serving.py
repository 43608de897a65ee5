"""What stays: the web, the workers, and the demo with everything around it."""

import asyncio
import fcntl
import os
import signal
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from .. import boot, config, keys, schema, vault
from ..config import Config
from ..contract import MissingSetting
from ..demo import surroundings
from ..service import Service
from .acting import say

NOTHING: frozenset[str] = frozenset()
WEB, WORK = frozenset(vault.WEB_KEYS), frozenset(vault.WORKER_KEYS)


def run() -> None:
    """Web and worker in one process; in the demo, with its surroundings."""
    settings = config.read()
    _run_loop(_demo(settings) if settings.is_demo else _run(settings, os.environ, web=WEB, work=WORK))


def web(parts: frozenset[str]) -> None:
    """Serve *parts* until told to stop."""
    _run_loop(_run(config.read(), os.environ, web=parts, work=NOTHING))


def worker(parts: frozenset[str]) -> None:
    """Do *parts* until told to stop."""
    _run_loop(_run(config.read(), os.environ, web=NOTHING, work=parts))


def _run_loop(main: Coroutine[Any, Any, None]) -> None:
    """Run *main* on the quicker loop, where there is one."""
    try:
        import uvloop
    except ImportError:
        asyncio.run(main)
    else:
        uvloop.run(main)


async def _run(settings: Config, env: Mapping[str, str], *, web: frozenset[str], work: frozenset[str]) -> None:
    async with _opened(settings, env, web=web, work=work) as service:
        await boot.check_database(service)
        await _stand(service, web=web, work=work)


async def _demo(settings: Config) -> None:
    """Everything on this computer: keys, database, carrier, mailbox, made-up people, and where to click."""
    _alone(settings.var)
    if not os.environ.get("UGLY_MUGS_LISTEN") and not surroundings.free_port(settings.host, settings.port):
        settings = _elsewhere(settings)
    keys.make(
        settings.keys, host=urlsplit(settings.public_url).hostname or "", now=datetime.now(UTC), mark=vault.DEMO_MARK
    )
    schema.upgrade(settings.database_url)
    async with surroundings.surroundings(settings) as around:
        env = {**around.settings(), **os.environ}
        async with _opened(settings, env, web=WEB, work=WORK) as service:
            doors = await surroundings.open_doors(service, around)
            async with surroundings.hall(doors) as address:
                await _stand(service, web=WEB, work=WORK, ready=lambda: _welcome(doors, address))


def _alone(folder: Path) -> None:
    """Refuse a second demo in one folder: its carrier would not know the first one's texts, nor the tokens."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = os.open(folder / "demo.lock", os.O_CREAT | os.O_RDWR, 0o600)
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise MissingSetting(f"UGLY_MUGS_VAR: a demo is running in {folder} already") from None
    except OSError as error:
        raise MissingSetting(f"UGLY_MUGS_VAR: {folder} cannot be used ({error.strerror})") from None


async def _stand(
    service: Service, *, web: frozenset[str], work: frozenset[str], ready: Callable[[], None] = lambda: None
) -> None:
    try:
        await boot.stand(service, web=web, work=work, until=_told_to_stop(), ready=ready)
    except OSError as error:
        # Only listening raises one: whatever fails later is waited out by its loop.
        where, why = service.config.listen, os.strerror(error.errno or 0)
        raise MissingSetting(f"UGLY_MUGS_LISTEN: nothing can listen at {where} ({why})") from None


def _elsewhere(settings: Config) -> Config:
    """The same settings on a port that is free: somebody else has ours."""
    port = surroundings.any_port(settings.host)
    public = urlsplit(settings.public_url)
    where = {"listen": f"{settings.host}:{port}", "public_url": f"{public.scheme}://{public.hostname}:{port}"}
    return settings.model_copy(update=where)


def _welcome(doors: surroundings.Doors, hall: str) -> None:
    where = doors.as_json()
    say("\nThe demo is ready. Nobody in it exists, and nothing leaves this computer.\n")
    for words, address in (
        ("Start here, with the moderators' codes", hall),
        ("Tell what happened", where["report_url"]),
        ("The desk", where["desk_url"]),
        ("Join", where["join_url"]),
        ("The phones", f"{where['carrier_url']}/messages"),
        ("The mailbox", f"{where['mailbox_url']}/messages"),
    ):
        say(f"  {words:<42}{address}")
    say(f"\n  Everything a program needs is in {doors.path}. Ctrl-C ends it.\n")


@asynccontextmanager
async def _opened(
    settings: Config, env: Mapping[str, str], *, web: frozenset[str], work: frozenset[str]
) -> AsyncIterator[Service]:
    channels = boot.channels_for(settings, env, web, work)
    service = boot.open_service(settings, env=env, web=web, work=work, channels=channels)
    try:
        yield service
    finally:
        await boot.close(service)


def _told_to_stop() -> asyncio.Event:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop
