"""The one module that knows every part: builds a `Service` from settings, keys and channels."""

import asyncio
import gc
from collections.abc import Callable, Coroutine, Mapping
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import structlog
from aiohttp import web as aiohttp_web
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from sqlalchemy.exc import SQLAlchemyError

from channels import LISTENING, bounces, meanings, open_channels

from . import languages, schema, vault
from .areas import Atlas
from .bell import Ear
from .config import Config, Env
from .contract import Channel, Heard, MissingSetting
from .models import DEMO_MARK, House
from .service import Service, open_database
from .web import app
from .workers import deliver, empty, index, loop, metrics, stamp, sweep, watch
from .workers.line import Line

log = structlog.get_logger()
NEVER = 1_000_000_000
TEMPLATES = Path(__file__).parent.parent / "templates"


def open_service(
    config: Config,
    *,
    env: Mapping[str, str],
    web: frozenset[str],
    work: frozenset[str],
    channels: Mapping[str, Channel],
    load: Callable[..., vault.Vault] = vault.load,
) -> Service:
    """Build the service for the web parts *web* and the worker parts *work*; raise `MissingSetting`."""
    wanted = frozenset[str]().union(
        *(vault.WEB_KEYS[part] for part in web), *(vault.WORKER_KEYS[part] for part in work)
    )
    return Service(
        config=config,
        database=open_database(config.database_url),
        vault=load(config.keys, env, wanted, production=config.env is Env.PRODUCTION),
        templates=message_templates(),
        atlas=Atlas.load(),
        channels=channels,
    )


def message_templates() -> Environment:
    """The words of texts, emails and webhooks."""
    templates = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(("html", "xml")),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    templates.install_gettext_callables(  # type: ignore[attr-defined]  # the extension adds it
        languages.gettext, languages.ngettext, newstyle=True
    )
    return templates


async def serve(service: Service, parts: frozenset[str]) -> aiohttp_web.AppRunner:
    """Listen for the web parts *parts*; `cleanup()` ends it."""
    runner = app.runner(app.build(service, parts, meaning=meanings.of))
    await runner.setup()
    await aiohttp_web.TCPSite(runner, service.config.host, service.config.port, backlog=1024).start()
    return runner


def jobs(service: Service, parts: frozenset[str]) -> list[Coroutine[Any, Any, None]]:
    """The loops that the worker parts *parts* keep at, until cancelled."""
    me, lease = uuid4().hex[:16], service.config.lease_seconds
    loops: list[Coroutine[Any, Any, None]] = []

    def keep(name: str, topic: str, step: loop.Step, *, rest: float = loop.REST_SECONDS) -> None:
        loops.append(loop.keep_at(step, name=name, ear=service.bell.ear(topic), rest=rest))

    if parts:
        # Every worker, whatever else it does: those that send may all be dead.
        keep("watch", "watch", watch.Watch(service).look, rest=60)
    if "deliver" in parts:
        keep("expand", "deliver", partial(deliver.expand, service))
        for channel in service.channels:
            line = Line(service, channel, worker=me)
            loops.append(loop.keep_draining(line, name=f"deliver.{channel}", ear=service.bell.ear("deliver")))
            keep(f"resolve.{channel}", "resolve", partial(deliver.resolve, service, channel), rest=lease / 15)
            keep(f"empty.{channel}", "empty", partial(empty.empty, service, channel), rest=60)
        keep("recover", "recover", partial(sweep.recover, service), rest=lease / 15)
        keep("lapse", "recover", partial(sweep.lapse, service), rest=30)
        keep("give_back", "recover", partial(sweep.give_back, service), rest=600)
        keep("expire", "expire", partial(sweep.expire, service), rest=60)
        keep("forget", "forget", partial(sweep.forget, service), rest=600)
    if "desk" in parts:
        keep("index", "desk", partial(index.index_reports, service))
        keep("contacts", "contacts", partial(sweep.forget_contacts, service), rest=3600)
    if "feed" in parts:
        keep("stamp", "feed", partial(stamp.stamp, service))
    if service.config.database_url.startswith("postgresql"):
        loops.append(service.bell.listen(schema.for_driver(service.config.database_url)))
    return loops


def channels_for(
    config: Config, env: Mapping[str, str], web: frozenset[str], work: frozenset[str]
) -> dict[str, Channel]:
    """The channels that these parts send on or listen to: nobody else needs the secrets of one."""
    sends, listens = "deliver" in work, "hooks" in web
    names = [name for name in config.channels if sends or (listens and name in LISTENING)]
    return open_channels(names, env, public_url=config.public_url, production=config.env is Env.PRODUCTION)


def read_bounce(raw: bytes) -> Heard | None:
    """What a mail that came back says about one of ours."""
    return bounces.read(raw)


async def check_database(service: Service) -> None:
    """Refuse a database that is away, lacks migrations, or in production is the demo's; raise `MissingSetting`."""
    url = service.config.database_url
    try:
        is_current = await asyncio.to_thread(schema.is_current, url)
    except SQLAlchemyError as error:
        raise MissingSetting(f"UGLY_MUGS_DATABASE_URL: cannot be reached ({type(error).__name__})") from None
    if not is_current:
        raise MissingSetting("UGLY_MUGS_DATABASE_URL: the database is not up to date; run `migrate` first")
    async with service.reading() as session:
        if service.config.env is Env.PRODUCTION and await session.get(House, DEMO_MARK) is not None:
            raise MissingSetting("UGLY_MUGS_DATABASE_URL: is a database of the demo, with its accounts")


async def stand(
    service: Service,
    *,
    web: frozenset[str],
    work: frozenset[str],
    until: asyncio.Event,
    ready: Callable[[], None] = lambda: None,
) -> None:
    """Serve and work until *until* is set; then finish what is under way and let go."""
    watched = await metrics.serve(service) if work and service.config.metrics_listen else None
    runner = await serve(service, web) if web else None
    tidying = loop.keep_at(tidy_memory, name="memory", ear=Ear(), rest=600)
    tasks = [asyncio.create_task(job) for job in (*jobs(service, work), tidying)]
    settle_memory()
    log.info("service.ready", parts=sorted(web | work), port=service.config.port if web else None)
    ready()
    await until.wait()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    for each in (runner, watched):
        if each is not None:
            await each.cleanup()


def settle_memory() -> None:
    """Take what was loaded at the start out of the collector's rounds, and leave the long rounds to `tidy_memory`.

    Each long round looks at every object there is, in the middle of sending.
    """
    gc.collect()
    gc.freeze()
    young, middle, _ = gc.get_threshold()
    gc.set_threshold(young, middle, NEVER)


async def tidy_memory() -> bool:
    """Look through everything for what only refers to itself; never busy."""
    gc.collect()
    return False


async def close(service: Service) -> None:
    """Let go of connections."""
    for channel in service.channels.values():
        await channel.close()
    await service.database.close()
