"""How a command that ends by itself gets at the service, and how it refuses."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from typing import TypeVar

import typer

from .. import boot, config, vault
from ..config import Config
from ..service import Service

T = TypeVar("T")
say = typer.echo


def with_service(act: Callable[[Service], Awaitable[T]], *, settings: Config | None = None, keys_of: str = "") -> T:
    """Do *act*, with the keys of the web part *keys_of* if one is named; raise `MissingSetting`."""
    known = settings or config.read()
    service = boot.open_service(
        known, env=os.environ, web=frozenset({keys_of} - {""}), work=frozenset(), channels={}, load=vault.take
    )

    async def acting() -> T:
        try:
            await boot.check_database(service)
            return await act(service)
        finally:
            await boot.close(service)

    return asyncio.run(acting())


def checked(name: str, *, longest: int) -> str:
    """*name* with single spaces, if it can be read and kept."""
    name = " ".join(name.split())
    if not 0 < len(name) <= longest or not name.isprintable():
        raise refused(f"a name has 1 to {longest} letters, digits and spaces")
    return name


def refused(words: str) -> typer.Exit:
    """Say why not; to be raised."""
    say(words, err=True)
    return typer.Exit(1)
