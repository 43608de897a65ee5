"""Messages through a storm, with workers that are killed: what was lost, what came twice, how long until all was well.

`make chaos` prints one JSON object: for SQLite with one worker; for PostgreSQL with two, one of which has a clock that
is a minute fast; and for two workers and two slow numbers, one of which is refused for a while. Each figure stands
beside its bar, and the exit code is 1 if one is missed. SEED=n makes another storm, MESSAGES=n a smaller one.
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
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col, func, select
from yarl import URL

from tests import makers
from ugly_mugs import boot, keys, logs
from ugly_mugs.demo.carrier import Carrier
from ugly_mugs.demo.mailbox import Mailbox
from ugly_mugs.demo.surroundings import any_port
from ugly_mugs.models import Delivery, DeliveryState
from ugly_mugs.service import Service

from . import absence, crowd, toll
from .liars import Liars
from .mortals import Mortals, keys_to_deliver
from .storm import MailStorm, Storm
from .toll import Refusal, Toll

HELD = (DeliveryState.SENDING,)
OPEN = (*HELD, DeliveryState.QUEUED, DeliveryState.UNKNOWN)
LOOK_SECONDS = 0.2
NUMBERS = (makers.OUR_NUMBER, "+447700900998")
NO_LIMIT = 10_000

Away = Callable[[], AbstractAsyncContextManager[None]]


@dataclass(frozen=True, kw_only=True)
class Trial:
    """How much of everything."""

    messages: int
    seed: int
    kills: int = 3
    latency: float = 0.05
    lease_seconds: int = 30
    grace_seconds: float = 10
    """How long after a lease everything has to be well again."""
    timeout_seconds: int = 10
    mail_patience: float = 10
    """How long a mail server's answer is waited for, and then for evidence of what it took."""
    absent_seconds: int = 1
    """How old a text is before the carrier not having it counts."""
    ahead: Sequence[int] = (0,)
    """One worker each, with its clock so many seconds ahead."""
    rates: Sequence[int] = (NO_LIMIT,)
    """Segments a second of each number."""
    refused_seconds: float = 0
    """How long the first of two numbers is refused."""
    patience: float = 400

    @property
    def texts(self) -> int:
        """How many of the messages are texts."""
        return self.messages - self.messages // crowd.ONE_OF


REFUSED: dict[str, Any] = {"messages": 1_000, "kills": 1, "rates": (10, 10), "refused_seconds": 10}
"""Slow enough that some are still to be sent when the number is believed in again."""


async def run(database_url: str, key_folder: Path, folder: Path, trial: Trial, *, away: Away | None = None) -> Toll:
    """Send, kill, and count; *away* takes the database away once, half-way."""
    dice = random.Random(trial.seed)
    url = URL.build(scheme="http", host="localhost", port=any_port("127.0.0.1"))
    async with AsyncExitStack() as stack:
        carrier = Carrier(makers.ACCOUNT_SID, makers.AUTH_TOKEN, delay=0.02, numbers=NUMBERS)
        await stack.enter_async_context(carrier)
        mailbox = await stack.enter_async_context(Mailbox(faults=MailStorm(seed=trial.seed)))
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
            "UGLY_MUGS_TWILIO_ABSENT_SECONDS": str(trial.absent_seconds),
            "UGLY_MUGS_SENDERS": json.dumps(
                [
                    {"number": number, "segments_a_second": rate}
                    for number, rate in zip(NUMBERS, trial.rates, strict=False)
                ]
            ),
            "UGLY_MUGS_POUNDS_A_DAY": str(10**6),
            "UGLY_MUGS_POUNDS_A_MONTH": str(10**7),
        }
        workers = Mortals(env, folder / "workers.log", ahead=trial.ahead, patience=trial.mail_patience, supervised=True)
        lives = [dice.randint(1, trial.texts // (trial.kills + 1)) for _ in range(trial.kills)]
        carrier.faults = Storm(seed=trial.seed, latency=trial.latency, lives=iter(lives), kill=workers.kill)
        await crowd.gather(service, trial.messages)
        liars = await stack.enter_async_context(Liars(service, carrier, url, dice))
        stack.push_async_callback(workers.stop)
        started = time.monotonic()
        await workers.start()
        found = Toll(bar_seconds=trial.lease_seconds + trial.grace_seconds)
        troubles = [
            asyncio.create_task(_take_away(away, carrier, trial.texts // 2, found)),
            asyncio.create_task(_refuse_a_number(carrier, trial, found)),
        ]
        await _until_all_is_well(service, workers, trial, found)
        await asyncio.gather(*troubles)
        found.seconds = round(time.monotonic() - started, 1)
        await carrier.settled()
        await toll.count(service, carrier, mailbox, workers, found)
        found.forged = liars.told
    return found


async def _attempts(carrier: Carrier, number: int) -> None:
    while carrier.attempts < number:  # noqa: ASYNC110 -- the carrier rings no bell
        await asyncio.sleep(0.01)


async def _take_away(away: Away | None, carrier: Carrier, after: int, found: Toll) -> None:
    await _attempts(carrier, after)
    started = time.monotonic()
    async with away() if away else nullcontext():
        pass
    found.away_seconds = round(time.monotonic() - started, 1)


async def _refuse_a_number(carrier: Carrier, trial: Trial, found: Toll) -> None:
    """Refuse the first number for a while."""
    if not trial.refused_seconds:
        return
    await _attempts(carrier, trial.texts // 10)
    since = datetime.now(UTC)
    carrier.account.numbers = NUMBERS[1:]
    await asyncio.sleep(trial.refused_seconds)
    carrier.account.numbers = NUMBERS
    found.refused = Refusal(number=NUMBERS[0], since=since, until=datetime.now(UTC))


async def _until_all_is_well(service: Service, workers: Mortals, trial: Trial, found: Toll) -> None:
    """Wait until everything has arrived and everybody was killed who had to be; note how long each death is felt."""
    felt: dict[float, set[tuple[UUID, str]]] = {}
    over: set[float] = set()
    open_ones = select(Delivery.id, Delivery.state, Delivery.channel, Delivery.leased_by).where(
        col(Delivery.state).in_(OPEN)
    )
    async with asyncio.timeout(trial.patience):
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                async with service.reading() as session:
                    rows = (await session.exec(open_ones)).all()
                    written = (await session.exec(select(func.count()).select_from(Delivery))).one()
            except SQLAlchemyError:
                continue
            # A mail server cannot be asked: what became of mails is not known sooner than they may go again.
            texts = [(state, (row_id, whose)) for row_id, state, channel, whose in rows if channel == "sms" and whose]
            held = {held for state, held in texts if state in HELD}
            bad = held | {held for state, held in texts if state == DeliveryState.UNKNOWN}
            for death in workers.deaths:
                felt.setdefault(death, set(held))
            for ids in felt.values():
                # Once out of the dead one's hands is out: each try has a name of its own.
                ids.intersection_update(bad)
            for death in [death for death, ids in felt.items() if death not in over and not ids]:
                found.seconds_to_recover.append(round(time.monotonic() - death, 1))
                over.add(death)
            if written >= trial.messages and not rows and len(over) >= trial.kills:
                return


async def main() -> int:
    """Both databases, one JSON object."""
    seed, messages = int(os.environ.get("SEED") or 1), int(os.environ.get("MESSAGES") or 5_000)
    logs.configure(level=50)
    storm = Trial(messages=messages, seed=seed)
    trials = {
        "sqlite": ("sqlite", storm),
        "postgresql": ("postgresql", replace(storm, ahead=(0, 60))),
        "postgresql, a number refused": ("postgresql", replace(storm, ahead=(0, 60), **REFUSED)),
    }
    found: dict[str, object] = {"seed": seed}
    is_good = True
    for name, (kind, trial) in trials.items():
        with tempfile.TemporaryDirectory(prefix="chaos") as place:
            folder = Path(place)
            keys.make(folder / "keys", host="localhost", now=datetime.now(UTC))
            with absence.a_database(kind, folder) as (url, away):
                came = await run(url, folder / "keys", folder, trial, away=None if trial.refused_seconds else away)
        found[name] = came.as_json()
        is_good &= came.is_good
        sys.stderr.write(f"{name}: {came.bars}\n")
    sys.stdout.write(json.dumps(found, indent=2, default=str) + "\n")
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
