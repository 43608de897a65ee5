"""Looks at an installation the way somebody would who has to say why it does not start."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from sqlmodel import select

from . import audit, boot, config
from .config import Config
from .contract import Channel, MissingSetting, Purpose, Remote
from .delivery.clock import clock
from .service import Service

PATIENCE = 3.0
"""Seconds after which nobody is at the other end."""
CLOCKS_APART = timedelta(seconds=2)
"""More, and messages are late, or leases are over before they began."""


class Verdict(StrEnum):
    """What was found."""

    OK = "ok"
    WARNING = "warn"
    BAD = "BAD"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    verdict: Verdict
    what: str
    words: str


async def look(env: Mapping[str, str], *, web: frozenset[str], work: frozenset[str]) -> list[Finding]:
    """Look at what the parts *web* and *work* need, as far as each can be looked at without the others."""
    try:
        settings = config.read()
    except MissingSetting as error:
        return [Finding(Verdict.BAD, "settings", str(error))]
    found = [Finding(Verdict.OK, "settings", f"{settings.env}, {settings.public_url}")]
    found += await _channels(settings, env, web=web, work=work)
    try:
        service = boot.open_service(settings, env=env, web=web, work=work, channels={})
    except MissingSetting as error:
        return [*found, Finding(Verdict.BAD, "keys", str(error))]
    found.append(Finding(Verdict.OK, "keys", ", ".join(sorted(service.vault.keys)) or "none are needed"))
    try:
        return found + await _database(service)
    finally:
        await service.database.close()


async def _channels(
    settings: Config, env: Mapping[str, str], *, web: frozenset[str], work: frozenset[str]
) -> list[Finding]:
    try:
        channels = boot.channels_for(settings, env, web, work)
    except MissingSetting as error:
        return [Finding(Verdict.BAD, "channels", str(error))]
    found = [Finding(Verdict.OK, "channels", ", ".join(channels) or "none are needed")]
    found += [Finding(Verdict.OK, channel.name, _senders(channel)) for channel in channels.values()]
    if "deliver" in work:
        # Who only listens may well have no way out.
        found += await asyncio.gather(*(_answers(channel) for channel in channels.values()))
    for channel in channels.values():
        await channel.close()
    return found


def _senders(channel: Channel) -> str:
    """Say what leaves from where, and how fast."""
    said = []
    for each in channel.senders:
        carried = " and ".join(purpose for purpose in Purpose if purpose in each.carries)
        speed = (
            "as fast as it can" if each.segments_a_second is None else f"{each.segments_a_second:g} segments a second"
        )
        said.append(f"{each.name} carries {carried}, {speed}")
    return "; ".join(said)


async def _answers(channel: Channel) -> Finding:
    """Whether anything takes a connection at the other end; nothing is said to it."""
    if not isinstance(channel, Remote):
        return Finding(Verdict.OK, channel.name, "has nobody at the other end")
    host, port = channel.other_end
    try:
        async with asyncio.timeout(PATIENCE):
            _, writer = await asyncio.open_connection(host, port)
    except (OSError, TimeoutError) as error:
        return Finding(Verdict.BAD, channel.name, f"{host}:{port} does not answer ({type(error).__name__})")
    writer.close()
    return Finding(Verdict.OK, channel.name, f"{host}:{port} answers")


async def _database(service: Service) -> list[Finding]:
    try:
        await boot.check_database(service)
    except MissingSetting as error:
        return [Finding(Verdict.BAD, "database", str(error))]
    found = [Finding(Verdict.OK, "database", "is up to date"), await _clock(service)]
    try:
        async with service.reading() as session:
            head = await audit.verify(session)
    except audit.Broken as error:
        return [*found, Finding(Verdict.BAD, "log", str(error))]
    return [*found, Finding(Verdict.OK, "log", f"{head.number} entries, head {head.hash[:16]}…")]


async def _clock(service: Service) -> Finding:
    async with service.reading() as session:
        theirs = (await session.exec(select(clock(0)))).one()
    apart = abs(service.now() - theirs)
    if apart > CLOCKS_APART:
        return Finding(Verdict.WARNING, "clock", f"the database's differs by {apart.total_seconds():.0f} s; set both")
    return Finding(Verdict.OK, "clock", "the database's and ours agree")
