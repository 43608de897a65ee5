"""The one module that knows every part: builds a `Service` from settings, keys and channels."""

from collections.abc import Coroutine, Mapping
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from . import languages, schema, vault
from .areas import Atlas
from .config import Config, Env
from .contract import Channel
from .service import Service, open_database
from .web import app
from .workers import deliver, index, loop, stamp, sweep

TEMPLATES = Path(__file__).parent.parent / "templates"


def open_service(
    config: Config,
    *,
    env: Mapping[str, str],
    web: frozenset[str],
    work: frozenset[str],
    channels: Mapping[str, Channel],
) -> Service:
    """Build the service for the web parts *web* and the worker parts *work*; raise `MissingSetting`."""
    wanted = frozenset[str]().union(
        *(vault.WEB_KEYS[part] for part in web), *(vault.WORKER_KEYS[part] for part in work)
    )
    return Service(
        config=config,
        database=open_database(config.database_url),
        vault=vault.load(config.keys, env, wanted, production=config.env is Env.PRODUCTION),
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


async def serve(service: Service, parts: frozenset[str]) -> web.AppRunner:
    """Listen for the web parts *parts*; `cleanup()` ends it."""
    runner = app.runner(app.build(service, parts))
    await runner.setup()
    await web.TCPSite(runner, service.config.host, service.config.port, backlog=1024).start()
    return runner


def jobs(service: Service, parts: frozenset[str]) -> list[Coroutine[Any, Any, None]]:
    """The loops that the worker parts *parts* keep at, until cancelled."""
    me = uuid4().hex
    loops: list[Coroutine[Any, Any, None]] = []

    def keep(name: str, topic: str, step: loop.Step, *, rest: float = loop.REST_SECONDS) -> None:
        loops.append(loop.keep_at(step, name=name, ear=service.bell.ear(topic), rest=rest))

    if "deliver" in parts:
        keep("expand", "deliver", partial(deliver.expand, service))
        for channel in service.channels:
            keep(f"deliver.{channel}", "deliver", partial(deliver.deliver_batch, service, channel, worker=me), rest=2)
            keep(f"resolve.{channel}", "resolve", partial(deliver.resolve, service, channel))
        keep("recover", "recover", partial(sweep.recover, service))
        keep("forget", "forget", partial(sweep.forget, service), rest=600)
    if "desk" in parts:
        keep("index", "desk", partial(index.index_reports, service))
    if "feed" in parts:
        keep("stamp", "feed", partial(stamp.stamp, service))
    if service.config.database_url.startswith("postgresql"):
        loops.append(service.bell.listen(schema.for_driver(service.config.database_url)))
    return loops
