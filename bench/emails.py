"""Emails a second through the ledger, against aiosmtplib with one `EmailMessage` a person."""

import asyncio
import json
import sys
from collections.abc import Sequence
from statistics import median

from .figure import Figure, measures, missing
from .houses import House, a_house
from .mail import sink
from .rounds import LONGEST, ROUNDS, Contender, Wrong, check, say, spread

COUNT = 10_000
PEERS_COUNT = 2_000
"""It takes long enough for fewer."""
CONNECTIONS = 10
BAR = 6.0
PEER = "aiosmtplib, one EmailMessage a person, no ledger"
DATABASES = ("postgresql", "sqlite")


@measures("emails")
async def emails() -> list[Figure]:
    """Mails a second through each database's ledger and by the channel alone, against the peer on the same sink."""
    if sink.where() is None:
        bar = f">= {BAR:g} x the peer"
        return [missing(f"emails.{kind}", unit="mails/s", bar=bar, package="postfix") for kind in DATABASES]
    found = []
    for kind in DATABASES:
        say(f"emails.{kind}  {COUNT:,} people join")
        async with sink.a_sink() as at, a_house(kind, subscribers=COUNT, channel="email") as house:
            contenders = {
                "the peer": Contender("mail_bare", PEERS_COUNT, in_flight=CONNECTIONS),
                "our channel": Contender("mail_channel", COUNT, in_flight=CONNECTIONS),
                "ours": _ours(house),
            }
            rates: dict[str, list[float]] = {name: [] for name in contenders}
            for number in range(ROUNDS):
                for name in list(contenders)[:: 1 if number % 2 == 0 else -1]:
                    rates[name].append(await _once(at, contenders[name]))
                    say(f"emails.{kind}  round {number + 1} of {ROUNDS}  {name}: {rates[name][-1]:,.0f} mails/s")
        found.append(_compared(f"emails.{kind}", rates["ours"], rates["the peer"], bar=BAR))
        found.append(_compared(f"emails.{kind}.channel", rates["our channel"], rates["the peer"], bar=None))
    return found


def _ours(house: House) -> Contender:
    settings = {"database": house.database_url, "keys": str(house.folder / "keys")}
    return Contender("mail_ledger", COUNT, settings, in_flight=CONNECTIONS)


async def _once(at: sink.Sink, contender: Contender) -> float:
    """Mails a second; raise `Wrong` unless each mail was sent exactly once, by both sides' books."""
    before = at.taken()
    settings = [f"{name}={value}" for name, value in contender.settings.items()]
    numbers = (str(contender.count), str(contender.in_flight))
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.loads", contender.load, at.url, *numbers, *settings, stdout=asyncio.subprocess.PIPE
    )
    try:
        out, _ = await asyncio.wait_for(process.communicate(), LONGEST)
    except TimeoutError:
        process.kill()
        await process.wait()
        raise Wrong(f"{contender.load} was not done after {LONGEST} seconds") from None
    if process.returncode:
        raise Wrong(f"{contender.load} ended with {process.returncode}")
    done = json.loads(out)
    check(contender, sent=done["sent"], taken=at.taken() - before)
    return contender.count / float(done["seconds"])


def _compared(figure: str, ours: Sequence[float], theirs: Sequence[float], *, bar: float | None) -> Figure:
    value, other = median(ours), median(theirs)
    return Figure(
        figure=figure,
        value=round(value),
        unit="mails/s",
        peer=PEER,
        peer_value=round(other),
        ratio=round(value / other, 2),
        bar=None if bar is None else f">= {bar:g} x the peer",
        met=None if bar is None else value / other >= bar,
        note=f"median of {len(ours)} alternating runs; ours {spread(ours)}, the peer {spread(theirs)}; {CONNECTIONS} "
        f"connections each; {COUNT} mails, the peer {PEERS_COUNT}"
        + ("" if bar else "; the channel without the ledger"),
    )
