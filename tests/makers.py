"""Makers with articles: each says only what matters to the test."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

from ugly_mugs import boot, config
from ugly_mugs.contract import Channel
from ugly_mugs.service import Service

ALL_WEB = frozenset({"intake", "desk", "member", "hooks", "feed"})
ALL_WORK = frozenset({"deliver", "desk", "feed"})


def database_at(uri: str, name: str) -> str:
    """*uri*'s server, but the database called *name*, as the service writes it."""
    parts = urlsplit(uri)
    return parts._replace(scheme="postgresql+psycopg", path=f"/{name}").geturl()


@asynccontextmanager
async def a_service(
    database_url: str,
    key_folder: Path,
    *,
    var: Path,
    web: frozenset[str] = ALL_WEB,
    work: frozenset[str] = ALL_WORK,
    channels: Mapping[str, Channel] | None = None,
    **settings: object,
) -> AsyncIterator[Service]:
    """The service as `boot` builds it, on *database_url*, with the keys in *key_folder*."""
    read = config.read(
        **{
            "env": "demo",
            "database_url": database_url,
            "keys": key_folder,
            "var": var,
            "public_url": "http://localhost:8080",
        }
        | settings
    )
    service = boot.open_service(read, env={}, web=web, work=work, channels=channels or {})
    try:
        yield service
    finally:
        await service.database.close()
