"""Messages through a storm, with workers that are killed: what was lost, what came twice, how long until all was well.

`make chaos` prints one JSON object: for SQLite with one worker, and for PostgreSQL with two, one of which has a clock
that is a minute fast. SEED=n makes another storm, MESSAGES=n a smaller one.
"""

import asyncio
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, nullcontext
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col, select
from yarl import URL

from tests import makers
from ugly_mugs import boot, keys, logs
from ugly_mugs.demo.carrier import Carrier
from ugly_mugs.demo.mailbox import Mailbox
from ugly_mugs.demo.surroundings import any_port
from ugly_mugs.models import Delivery, DeliveryState
from ugly_mugs.service import Service

from . import absence, crowd
from .liars import Liars
from .mortals import Mortals, keys_to_deliver
from .storm import Storm

HELD = (DeliveryState.SENDING,)
OPEN = (*HELD, DeliveryState.QUEUED, DeliveryState.UNKNOWN)
ARRIVED = (DeliveryState.SENT, DeliveryState.DELIVERED)
LOOK_SECONDS = 0.2

Away = Callable[[], AbstractAsyncContextManager[None]]


@dataclass(frozen=True, kw_only=True)
class Trial:
    """How much of everything."""

    messages: int
    seed: int
    kills: int = 3
    latency: float = 0.05
    lease_seconds: int = 30
    timeout_seconds: int = 10
    ahead: Sequence[int] = (0,)
    """One worker each, with its clock so many seconds ahead."""
    patience: float = 400


@dataclass(kw_only=True)
class Toll:
    """What it came to."""

    messages: int
    sent: int = 0
    lost: int = 0
    duplicates: int = 0
    doubtful: int = 0
    forged: int = 0
    states: dict[str, int] = field(default_factory=dict)
    unknown: int = 0
    resolved: dict[str, int] = field(default_factory=dict)
    kills: int = 0
    seconds_to_recover: list[float] = field(default_factory=list)
    """From each death until nothing of what was under way then was held by it, or unknown because of it."""
    bar_seconds: float = 0
    """A lease at the wire, and ten."""
    seconds: float = 0
    attempts: int = 0
    away_seconds: float = 0

    @property
    def is_good(self) -> bool:
        """Nothing lost, nothing twice, no lie believed, nothing left open."""
        return not self.lost and not self.duplicates and not set(self.states) - set(ARRIVED)


async def run(database_url: str, key_folder: Path, folder: Path, trial: Trial, *, away: Away | None = None) -> Toll:
    """Send, kill, and count; *away* takes the database away once, half-way."""
    dice = random.Random(trial.seed)
    url = URL.build(scheme="http", host="localhost", port=any_port("127.0.0.1"))
    async with AsyncExitStack() as stack:
        carrier = Carrier(makers.ACCOUNT_SID, makers.AUTH_TOKEN, delay=0.02)
        await stack.enter_async_context(carrier)
        mailbox = await stack.enter_async_context(Mailbox())
        settings: dict[str, Any] = {"public_url": str(url), "listen": f"127.0.0.1:{url.port}", "pounds_a_day": 10**6}
        channels = makers.channels_to(carrier, mailbox, public_url=str(url))
        service = await stack.enter_async_context(
            makers.a_service(database_url, key_folder, var=folder, channels=channels, **settings)
        )
        for channel in channels.values():
            stack.push_async_callback(channel.close)
        web = await boot.serve(service, frozenset({"hooks"}))
        stack.push_async_callback(web.cleanup)
        env = makers.channel_settings(carrier, mailbox) | {
            "UGLY_MUGS_ENV": "demo",
            "UGLY_MUGS_DATABASE_URL": database_url,
            "UGLY_MUGS_KEYS": str(keys_to_deliver(key_folder, folder / "theirs")),
            "UGLY_MUGS_PUBLIC_URL": str(url),
            "UGLY_MUGS_LEASE_SECONDS": str(trial.lease_seconds),
            "UGLY_MUGS_TWILIO_TIMEOUT_SECONDS": str(trial.timeout_seconds),
            "UGLY_MUGS_POUNDS_A_DAY": str(10**6),
            "UGLY_MUGS_POUNDS_A_MONTH": str(10**7),
        }
        workers = Mortals(env, folder / "workers.log", ahead=trial.ahead)
        share = trial.messages // (trial.kills + 1)
        lives = [dice.randint(1, max(share, 1)) for _ in range(trial.kills)]
        carrier.faults = Storm(seed=trial.seed, latency=trial.latency, lives=iter(lives), kill=workers.kill)
        await crowd.gather(service, trial.messages)
        liars = await stack.enter_async_context(Liars(service, carrier, url, dice))
        stack.push_async_callback(workers.stop)
        started = time.monotonic()
        await workers.start()
        toll = Toll(messages=trial.messages, bar_seconds=trial.lease_seconds + 10)
        gone = asyncio.create_task(_take_away(away, carrier, trial.messages // 2, toll))
        await _until_all_is_well(service, workers, trial, toll)
        await gone
        toll.seconds = round(time.monotonic() - started, 1)
        await carrier.settled()
        await _count(service, carrier, workers, toll)
        toll.forged, toll.kills = liars.told, len(workers.deaths)
    return toll


async def _take_away(away: Away | None, carrier: Carrier, after: int, toll: Toll) -> None:
    while carrier.attempts < after:  # noqa: ASYNC110 -- the carrier rings no bell
        await asyncio.sleep(0.01)
    started = time.monotonic()
    async with away() if away else nullcontext():
        pass
    toll.away_seconds = round(time.monotonic() - started, 1)


async def _until_all_is_well(service: Service, workers: Mortals, trial: Trial, toll: Toll) -> None:
    """Wait until everything has arrived and everybody was killed who had to be; note how long each death is felt."""
    felt: dict[float, set[UUID]] = {}
    over: set[float] = set()
    async with asyncio.timeout(trial.patience):
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                async with service.reading() as session:
                    rows = (await session.exec(select(Delivery.id, Delivery.state))).all()
            except SQLAlchemyError:
                continue
            held = {row_id for row_id, state in rows if state in HELD}
            bad = held | {row_id for row_id, state in rows if state == DeliveryState.UNKNOWN}
            for death in workers.deaths:
                felt.setdefault(death, set(held))
            for ids in felt.values():
                # Once out of the dead one's hands is out, whatever befalls the next try.
                ids.intersection_update(bad)
            for death in [death for death, ids in felt.items() if death not in over and not ids]:
                toll.seconds_to_recover.append(round(time.monotonic() - death, 1))
                over.add(death)
            is_over = len(rows) >= trial.messages and not any(state in OPEN for _, state in rows)
            if is_over and len(over) >= trial.kills:
                return


async def _count(service: Service, carrier: Carrier, workers: Mortals, toll: Toll) -> None:
    taken: dict[str, int] = {}
    for text in makers.arrived(carrier):
        delivery = (text.callback or "").rpartition("/")[2]
        taken[delivery] = taken.get(delivery, 0) + 1
    async with service.reading() as session:
        rows = (await session.exec(select(col(Delivery.id), Delivery.state, Delivery.doubtful))).all()
    toll.sent = len(taken)
    toll.lost = toll.messages - len({str(row_id) for row_id, _, _ in rows} & set(taken))
    toll.duplicates = sum(number - 1 for number in taken.values())
    toll.doubtful = sum(doubtful for _, _, doubtful in rows)
    toll.states = {state.value: number for state, number in (await makers.states(service)).items()}  # type: ignore[attr-defined]
    said = workers.said()
    toll.unknown = said["delivery.settled"]["unknown"] + said["delivery.recovered"]["unknown"]
    asked = dict(said["delivery.resolved"])
    toll.resolved = asked | {"told": max(toll.unknown - sum(asked.values()), 0)}
    toll.attempts = carrier.attempts


async def main() -> int:
    """Both databases, one JSON object."""
    seed, messages = int(os.environ.get("SEED") or 1), int(os.environ.get("MESSAGES") or 5_000)
    logs.configure(level=50)
    found: dict[str, object] = {"seed": seed}
    is_good = True
    for kind, ahead in (("sqlite", (0,)), ("postgresql", (0, 60))):
        with tempfile.TemporaryDirectory(prefix="chaos") as place:
            folder = Path(place)
            keys.make(folder / "keys", host="localhost", now=datetime.now(UTC))
            with absence.a_database(kind, folder) as (url, away):
                toll = await run(
                    url, folder / "keys", folder, Trial(messages=messages, seed=seed, ahead=ahead), away=away
                )
        found[kind] = asdict(toll)
        is_good &= toll.is_good
    sys.stdout.write(json.dumps(found, indent=2) + "\n")
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
