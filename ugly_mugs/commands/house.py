"""The house itself: its tables, its keys, its health and its log."""

import asyncio
import os
from datetime import UTC, datetime
from urllib.parse import urlsplit

from .. import audit, checkup, config, keys, schema, vault
from ..config import Env
from ..contract import MissingSetting
from ..service import Service
from .acting import say, with_service


def migrate(app_role: str | None) -> None:
    """Run the migrations."""
    schema.upgrade(config.read().database_url, app_role=app_role)
    say("The database is up to date.")


def doctor(*, web: frozenset[str], work: frozenset[str]) -> int:
    """Look at everything that the parts *web* and *work* need; 1 if something is wrong."""
    found = asyncio.run(checkup.look(os.environ, web=web, work=work))
    for finding in found:
        say(f"{finding.verdict:<5}{finding.what}: {finding.words}")
    return 1 if any(finding.verdict is checkup.Verdict.BAD for finding in found) else 0


def new_keys() -> None:
    """Make the keys that are missing."""
    settings = config.read()
    mark = vault.DEMO_MARK if settings.env is Env.DEMO else ""
    host = urlsplit(settings.public_url).hostname or ""
    try:
        made = keys.make(settings.keys, host=host, now=datetime.now(UTC), mark=mark)
    except FileExistsError as error:
        raise MissingSetting(f"UGLY_MUGS_KEYS: {error}") from None
    say(f"Made {', '.join(made)} in {settings.keys}." if made else "Every key is there already.")


def verify_audit() -> int:
    """Print the head of the chain, or where it breaks."""

    async def verify(service: Service) -> audit.Head:
        async with service.reading() as session:
            return await audit.verify(session)

    try:
        head = with_service(verify)
    except audit.Broken as error:
        say(str(error))
        return 1
    say(f"The log holds: {head.number} entries, head {head.hash}. Write the head down somewhere else.")
    return 0
