"""The short form of `make chaos`: killed workers, a carrier in a storm, lies, and a database that goes away."""

from pathlib import Path

from bench import absence, chaos
from bench.chaos import Trial


async def test_killed_workers_and_a_carrier_in_a_storm_lose_nothing_and_repeat_nothing(
    database_url: str, key_folder: Path, tmp_path: Path
) -> None:
    # SQLite is for one machine; of two on PostgreSQL, one has a clock that is a minute fast.
    ahead = (0,) if database_url.startswith("sqlite") else (0, 60)
    trial = Trial(
        messages=500,
        kills=2,
        seed=3,
        lease_seconds=3,
        # It says nothing here: starting a worker takes longer than the rest where others test as well.
        grace_seconds=60,
        timeout_seconds=2,
        mail_patience=2,
        latency=0.02,
        patience=90,
        ahead=ahead,
    )

    toll = await chaos.run(database_url, key_folder, tmp_path, trial, away=absence.away(database_url, seconds=0.5))

    assert toll.is_good, toll.as_json()
    assert toll.kills == trial.kills
    assert toll.unknown
    assert toll.forged
