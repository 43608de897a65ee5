"""Loads that take turns, and what comes of it: a median and a spread for each."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from statistics import median
from typing import Any

import aiohttp

from .figure import Figure

ROUNDS = 5
IN_FLIGHT = 500
LONGEST = 120
"""Seconds that a load may take; none takes a tenth of it."""


class Wrong(Exception):
    """A load did not do what it had to, so that its speed says nothing."""


@dataclass(frozen=True, slots=True)
class Contender:
    """A load by its name in `bench.loads`, with its settings, and how many texts it sends in a round."""

    load: str
    count: int
    settings: Mapping[str, str] = field(default_factory=dict)
    in_flight: int = IN_FLIGHT


Rates = Mapping[str, Sequence[float]]


@asynccontextmanager
async def a_stub(latency: float, *also: str) -> AsyncIterator[str]:
    """The provider, in a process of its own; *also* `remember`."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.stub", str(latency), *also),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stdin is not None
    port = int(await process.stdout.readline())
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.stdin.close()
        await process.wait()


async def take_turns(figure: str, url: str, contenders: Mapping[str, Contender], *, rounds: int = ROUNDS) -> Rates:
    """Texts a second of each contender in each round; each second round goes backwards."""
    rates: dict[str, list[float]] = {name: [] for name in contenders}
    for number in range(rounds):
        for name in list(contenders)[:: 1 if number % 2 == 0 else -1]:
            rate = await once(url, contenders[name])
            rates[name].append(rate)
            say(f"{figure}  round {number + 1} of {rounds}  {name}: {rate:,.0f} texts/s")
    return rates


async def fastest(figure: str, url: str, candidates: Mapping[str, Contender], *, rounds: int) -> str:
    """Which of several ways to set a peer up is the fastest here, by the best of some rounds."""
    rates = await take_turns(f"{figure}  which setting", url, candidates, rounds=rounds)
    return max(rates, key=lambda name: max(rates[name]))


async def once(url: str, contender: Contender) -> float:
    """Texts a second; raise `Wrong` unless each text was sent exactly once, by both sides' books."""
    before = await how_many(url)
    done = await a_load(url, contender)
    check(contender, sent=done["sent"], taken=await how_many(url) - before)
    return contender.count / float(done["seconds"])


async def a_load(url: str, contender: Contender, *, longest: float = LONGEST) -> dict[str, Any]:
    """What *contender* says of its run, in a process of its own; raise `Wrong` if it does not come to its end."""
    settings = [f"{name}={value}" for name, value in contender.settings.items()]
    numbers = (str(contender.count), str(contender.in_flight))
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-W", "ignore", "-m", "bench.loads", contender.load, url, *numbers, *settings),
        stdout=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    try:
        out, _ = await asyncio.wait_for(process.communicate(), longest)
    except TimeoutError:
        raise Wrong(f"{contender.load} was not done after {longest} seconds") from None
    finally:
        if process.returncode != 0:
            # It has a session of its own, so that the workers of a peer end with it.
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
    if process.returncode:
        raise Wrong(f"{contender.load} ended with {process.returncode}")
    done: dict[str, Any] = json.loads(out)
    return done


def check(contender: Contender, *, sent: int, taken: int) -> None:
    """Raise `Wrong` unless both the load and the provider have every text once in their books."""
    if not contender.count == sent == taken:
        raise Wrong(f"{contender.load}: {contender.count} to send, {sent} sent, {taken} taken by the provider")


def compared(
    figure: str, ours: Sequence[float], theirs: Sequence[float], *, peer: str, bar: float, note: str
) -> Figure:
    """Our median as a multiple of theirs."""
    value, other = median(ours), median(theirs)
    return Figure(
        figure=figure,
        value=round(value),
        unit="texts/s",
        peer=peer,
        peer_value=round(other),
        ratio=round(value / other, 3),
        bar=f">= {bar:g} x the peer",
        met=value / other >= bar,
        note=f"median of {len(ours)} alternating runs; ours {spread(ours)}, the peer {spread(theirs)}; {note}",
    )


def spread(rates: Sequence[float]) -> str:
    """The slowest and the fastest."""
    return f"{min(rates):,.0f}–{max(rates):,.0f}"


def say(words: str) -> None:
    """One line about how far it is, beside the figures."""
    sys.stderr.write(words + "\n")
    sys.stderr.flush()


async def how_many(url: str) -> int:
    """How many texts the stub at *url* has taken."""
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        taken: int = (await answer.json())["taken"]
        return taken
