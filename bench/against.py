"""Durable texts a second against what others would take for it: pgqueuer, and Celery with Redis.

Which of the settings that a peer's documentation offers is the fastest here is tried first, and that one is measured.
"""

from .figure import Figure, measures, missing
from .houses import a_house
from .peers import redis
from .rounds import IN_FLIGHT, Contender, a_stub, compared, fastest, once, say, take_turns
from .sending import COUNT, LATENCIES, ours

PGQUEUER_COUNT, CELERY_COUNT = 8_000, 1_500
TUNED = {
    "batches of 100": {"batch": "100"},
    "batches of 250": {"batch": "250"},
    "batches of 250, a pool": {"batch": "250", "driver": "asyncpg-pool"},
    "batches of 250, a pool, at most 1000": {"batch": "250", "driver": "asyncpg-pool", "most": "1000"},
}
BARS = {"tuned": 1.15, "defaults": 1.5}
MANY_AT_ONCE = {
    "100 greenlets": {"pool": "gevent", "at_once": "100", "prefetch": "4"},
    "100 greenlets on each core": {"pool": "gevent", "at_once": "100", "prefetch": "4", "workers": "2"},
    "100 threads": {"pool": "threads", "at_once": "100", "prefetch": "4"},
    "100 threads on each core": {"pool": "threads", "at_once": "100", "prefetch": "4", "workers": "2"},
}
FEW_AT_ONCE = {
    "2 processes a core": {"pool": "prefork", "at_once": "4", "prefetch": "64"},
}
"""Each waits for its answer: at 50 ms, that is eighty texts a second."""
TIMES_CELERY = 4


@measures("against_pgqueuer")
async def against_pgqueuer() -> list[Figure]:
    """Texts a second on PostgreSQL against pgqueuer on the same server and through the same channel, at 0 and 50 ms."""
    found = []
    for latency in LATENCIES:
        name = f"{latency * 1000:.0f}ms"
        say(f"against_pgqueuer.{name}  {COUNT:,} people join")
        async with a_stub(latency) as url, a_house("postgresql", subscribers=COUNT) as house:
            here = {"database": house.database_url}
            candidates = {
                setting: Contender("pgqueuer", PGQUEUER_COUNT, here | {"autovac": "yes"} | given)
                for setting, given in TUNED.items()
            }
            best = await fastest(f"against_pgqueuer.{name}", url, candidates, rounds=2)
            contenders = {
                "defaults": Contender("pgqueuer", PGQUEUER_COUNT, here),
                "ours": ours(house, COUNT),
                "tuned": candidates[best],
            }
            rates = await take_turns(f"against_pgqueuer.{name}", url, contenders)
        settings = {"tuned": f"{best}, autovacuum as it advises", "defaults": "batches of 10"}
        found += [
            compared(
                f"against_pgqueuer.{kind}.{name}",
                rates["ours"],
                rates[kind],
                peer=f"pgqueuer, {settings[kind]}",
                bar=bar,
                note=f"{COUNT} texts of ours, {PGQUEUER_COUNT} of the peer's, {IN_FLIGHT} in flight",
            )
            for kind, bar in BARS.items()
        ]
    return found


@measures("against_celery")
async def against_celery() -> list[Figure]:
    """Texts a second on PostgreSQL against Celery with Redis, at 0 and 50 ms."""
    names = {latency: f"against_celery.{latency * 1000:.0f}ms" for latency in LATENCIES}
    if not redis.is_there():
        bar = f">= {TIMES_CELERY} x the peer"
        return [missing(name, unit="texts/s", bar=bar, package="redis-server") for name in names.values()]
    found = []
    for latency, name in names.items():
        say(f"{name}  {COUNT:,} people join")
        async with (
            a_stub(latency) as url,
            redis.a_redis() as address,
            a_house("postgresql", subscribers=COUNT) as house,
        ):
            offered = MANY_AT_ONCE if latency else MANY_AT_ONCE | FEW_AT_ONCE
            candidates = {
                setting: Contender("celery", CELERY_COUNT, {"redis": address, "client": "requests"} | given)
                for setting, given in offered.items()
            }
            best = await fastest(name, url, candidates, rounds=1)
            through_twilio = Contender("celery", CELERY_COUNT, {**candidates[best].settings, "client": "twilio"})
            contenders = {"celery": candidates[best], "ours": ours(house, COUNT)}
            rates = await take_turns(name, url, contenders)
            with_twilio = await once(url, through_twilio)
        found.append(
            compared(
                name,
                rates["ours"],
                rates["celery"],
                peer=f"Celery with Redis, {best}, requests",
                bar=TIMES_CELERY,
                note=f"{COUNT} texts of ours, {CELERY_COUNT} of the peer's; "
                f"through twilio's own client, as one would, it sends {with_twilio:,.0f}",
            )
        )
    return found
