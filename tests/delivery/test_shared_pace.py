"""Two workers that share one sender use what it permits, and together send no more, and nothing twice."""

from pathlib import Path

from bench import houses, pace
from tests import makers

RATE, SECONDS, PEOPLE = 200, 3, 900


async def test_two_workers_with_one_sender_send_what_it_permits_and_never_more(
    postgresql_url: str, key_folder: Path, tmp_path: Path
) -> None:
    async with makers.a_service(
        postgresql_url, key_folder, var=tmp_path, pounds_a_day=10**6, pounds_a_month=10**6
    ) as service:
        await houses.fill(service, PEOPLE)
        await pace.half_are_discreet(service)

        used = await pace.send_for(service, SECONDS, RATE, workers=2)  # and none twice, or it raises

    assert used.seconds > SECONDS / 2
    assert used.share >= 0.9
    assert used.over <= RATE * 0.5  # a busy machine: bench.pace says how little it is on a quiet one
