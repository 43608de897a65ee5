"""Durable texts a second through the whole line, against a bare loop that only posts."""

from statistics import median

from .figure import Figure, measures
from .houses import House, a_house
from .rounds import IN_FLIGHT, Contender, a_stub, compared, say, take_turns

COUNT = 10_000
LATENCIES = (0.0, 0.05)
BARS = {"postgresql": 0.85, "sqlite": 0.7}


@measures("durable_sms")
async def durable_sms() -> list[Figure]:
    """Texts a second on each database at 0 and 50 ms, as a share of what the bare loop does in the same run."""
    found = []
    for kind, bar in BARS.items():
        for latency in LATENCIES:
            figure = f"durable_sms.{kind}.{latency * 1000:.0f}ms"
            say(f"{figure}  {COUNT:,} people join")
            async with a_stub(latency) as url, a_house(kind, subscribers=COUNT) as house:
                contenders = {
                    "bare": Contender("bare", COUNT),
                    "bare, form by yarl": Contender("bare", COUNT, {"form": "yarl"}),
                    "ours": ours(house, COUNT),
                }
                rates = await take_turns(figure, url, contenders)
            quicker = median(rates["bare, form by yarl"])
            found.append(
                compared(
                    figure,
                    rates["ours"],
                    rates["bare"],
                    peer="aiohttp client loop without a ledger",
                    bar=bar,
                    note=f"{COUNT} texts each, {IN_FLIGHT} in flight; where the loop has yarl write its form, it posts "
                    f"{quicker:,.0f} and the ratio is {median(rates['ours']) / quicker:.3f}",
                )
            )
    return found


def ours(house: House, count: int) -> Contender:
    """Our line, sending to everybody in *house*."""
    return Contender("ours", count, {"database": house.database_url, "keys": str(house.folder / "keys")})
