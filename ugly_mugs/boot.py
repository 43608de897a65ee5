"""The one module that knows every part: builds a `Service` from settings, keys and channels."""

from collections.abc import Mapping
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from . import languages, vault
from .areas import Atlas
from .config import Config, Env
from .contract import Channel
from .service import Service, open_database

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
