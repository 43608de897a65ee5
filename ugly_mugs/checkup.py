"""Looks at an installation the way somebody would who has to say why it does not start."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError

from . import audit, boot, config, schema, vault
from .config import Config, Env
from .contract import MissingSetting
from .service import Service

EVERYTHING = frozenset(vault.WEB_KEYS), frozenset(vault.WORKER_KEYS)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    what: str
    good: bool
    words: str


async def look(env: Mapping[str, str]) -> list[Finding]:
    """Look at settings, keys, channels, database and log, as far as each can be looked at without the others."""
    try:
        settings = config.read()
    except MissingSetting as error:
        return [Finding("settings", good=False, words=str(error))]
    found = [Finding("settings", good=True, words=f"{settings.env}, {settings.public_url}")]
    found.append(_channels(settings, env))
    try:
        service = boot.open_service(settings, env=env, web=EVERYTHING[0], work=EVERYTHING[1], channels={})
    except MissingSetting as error:
        return [*found, Finding("keys", good=False, words=str(error))]
    found.append(Finding("keys", good=True, words="every key is there"))
    try:
        return found + await _database(service)
    finally:
        await service.database.close()


def _channels(settings: Config, env: Mapping[str, str]) -> Finding:
    try:
        channels = boot.channels_for(settings, env, *EVERYTHING)
    except MissingSetting as error:
        return Finding("channels", good=False, words=str(error))
    return Finding("channels", good=True, words=", ".join(channels))


async def _database(service: Service) -> list[Finding]:
    try:
        current = await asyncio.to_thread(schema.is_current, service.config.database_url)
    except SQLAlchemyError as error:
        return [Finding("database", good=False, words=f"cannot be reached ({type(error).__name__})")]
    if not current:
        return [Finding("database", good=False, words="is not up to date; run `migrate`")]
    found = [Finding("database", good=True, words="is up to date")]
    if service.config.env is Env.PRODUCTION:
        try:
            await boot.check_database(service)
        except MissingSetting as error:
            found.append(Finding("database", good=False, words=str(error)))
    try:
        async with service.reading() as session:
            head = await audit.verify(session)
    except audit.Broken as error:
        return [*found, Finding("log", good=False, words=str(error))]
    return [*found, Finding("log", good=True, words=f"{head.number} entries, head {head.hash[:16]}…")]
