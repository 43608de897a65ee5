"""One new report beside a million: indexing it, finding who it may belong to, opening those few, writing it down.

LINKING=10000,100000 chooses beside how many. At a million it takes some minutes, most of it to fill the tables:
each report there names a number or plate of its own, by random tags, and its pieces. What the new ones ask for is
there as well: reports that share something with them and have to be opened, and hubs of some hundreds.
"""

import os
import secrets
import time
from collections.abc import Sequence
from statistics import median, quantiles
from uuid import UUID

from sqlalchemy import text
from sqlmodel import col, select

from ugly_mugs.desk import candidates, case, indexing, linking, suggesting
from ugly_mugs.identifiers import Kind, normalise
from ugly_mugs.intake import reports
from ugly_mugs.intake.new_report import NewReport
from ugly_mugs.matching import keys
from ugly_mugs.models import Report
from ugly_mugs.service import Service

from .figure import Figure, below, measures
from .houses import a_house
from .rounds import say

BESIDE = (1_000_000,)
BAR = 50
NEW = 100
PAIRS = suggesting.MOST_OPENED
"""Reports that share something with each new one: as many as are opened at most."""
HUB = 400
PIECES = 8
"""Of a report among the million: nearly half name a plate, three in four a phone."""
CHUNK = 100_000
HIM = {"alias": "Kev", "age_from": 40, "age_to": 49, "height": "5ft 10", "build": "stocky", "accent": "Welsh"}
INDEXES = {
    "ix_report_identifier_tag": "report_identifier (tag)",
    "ix_report_identifier_folded": "report_identifier (folded)",
    "ix_report_piece_tag": "report_piece (tag)",
}


@measures("linking")
async def linking_figures() -> list[Figure]:
    """How long one new report takes beside many, on each database."""
    numbers = [int(each) for each in os.environ.get("LINKING", "").split(",") if each] or BESIDE
    found = []
    for number in numbers:
        for kind in ("sqlite", "postgresql"):
            found += await of(kind, number)
    return found


async def of(kind: str, number: int, *, new: int = NEW) -> list[Figure]:
    """Both figures beside *number* reports on the database *kind*."""
    name = f"linking.{kind}.{number}"
    say(f"{name}  {number:,} reports are there")
    async with a_house(kind) as house:
        service = house.service
        await _fill(service, number)
        for at in range(PAIRS):
            await _tell(service, at)
        await _index_all(service)
        await _hubs(service)
        took, busy, shown = list[float](), list[float](), list[float]()
        for at in range(new):
            report_id = await _tell(service, at)
            elapsed, worked = await _timed_index(service)
            took.append(elapsed)
            busy.append(worked)
            async with service.reading() as session:
                story = await case.read_story(session, service.vault, report_id)
                started = time.perf_counter()
                await linking.known(session, service.vault, report_id, story)
                shown.append((time.perf_counter() - started) * 1000)
    say(f"{name}  {median(took):.1f} ms, 95 % below {_p95(took):.1f}; on the page {median(shown):.1f} ms")
    note = f"median {median(took):.1f} ({median(busy):.1f} of them at work), longest {max(took):.1f}; {PAIRS} opened"
    return [
        below(f"{name}.index", _p95(took), unit="ms", bar=BAR, note=note),
        below(f"{name}.page", _p95(shown), unit="ms", bar=BAR, note=f"median {median(shown):.1f}"),
    ]


def _p95(values: Sequence[float]) -> float:
    return quantiles(values, n=20)[-1]


async def _tell(service: Service, at: int) -> UUID:
    """A report of a man with a phone of his own, whose plate is misread now and then; many are like him."""
    registration = ("KX12 ABM", "KX12 ABN", "KX12 ???", "KX12 ABM")[at % 4]
    new = NewReport.model_validate(
        {
            "what_happened": "He took my money.",
            "people": [HIM],
            "phones": [f"07700 900{at % 10:03}", f"ends 900{at % 7}47"],
            "handles": ["aw: kevin_1984"],
            "vehicle": {"registration": registration},
            "district": "GU1",
        }
    )
    async with service.transaction() as session:
        await reports.submit(session, service.vault, new, draft=secrets.token_bytes(32), now=service.now())
        return (await session.exec(select(Report.id).where(col(Report.indexed_with).is_(None)).limit(1))).one()


async def _timed_index(service: Service) -> tuple[float, float]:
    """Milliseconds by the clock, and those that this process was at work."""
    started, idle = time.perf_counter(), time.process_time()
    async with service.transaction() as session:
        done = await indexing.index_batch(session, service.vault)
    took, worked = time.perf_counter() - started, time.process_time() - idle
    if done.reports != 1:
        raise AssertionError(f"{done.reports} reports were indexed, not one")
    return took * 1000, worked * 1000


async def _index_all(service: Service) -> None:
    while True:
        async with service.transaction() as session:
            if not (await indexing.index_batch(session, service.vault)).reports:
                return


async def _fill(service: Service, number: int) -> None:
    """Reports with an identifier and some pieces each, written by the database itself."""
    is_postgresql = service.database.writer.dialect.name == "postgresql"
    tag = "sha256(random()::text::bytea)" if is_postgresql else "randomblob(32)"
    an_id = "gen_random_uuid()" if is_postgresql else "lower(hex(randomblob(16)))"
    numbers = (
        "SELECT 1 AS n FROM generate_series(1, :many)"
        if is_postgresql
        else "WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < :many)"
        " SELECT n FROM counted"
    )
    one_to_eight = " UNION ALL ".join(f"SELECT {at} AS piece" for at in range(PIECES))
    false = "false" if is_postgresql else "0"
    async with service.transaction() as session:
        connection = await session.connection()
        for index in INDEXES:
            await connection.execute(text(f"DROP INDEX {index}"))
    for start in range(0, number, CHUNK):
        async with service.transaction() as session:
            connection = await session.connection()
            values = {"many": min(CHUNK, number - start), "version": indexing.version()}
            await connection.execute(
                text(
                    "INSERT INTO report (id, state, flags, received_on, timing, indexed_with)"
                    f" SELECT {an_id}, 'closed', '[]', '2026-11-25', 'now', :version FROM ({numbers}) AS those"
                ),
                values,
            )
    async with service.transaction() as session:
        connection = await session.connection()
        values = {"version": indexing.version()}
        await connection.execute(
            text(
                "INSERT INTO report_identifier (report_id, tag, folded, kind, partial, version)"
                f" SELECT id, {tag}, {tag}, 'phone', {false}, :version FROM report ORDER BY id"
            ),
            values,
        )
    async with service.transaction() as session:
        connection = await session.connection()
        await connection.execute(
            text(
                "INSERT INTO report_piece (report_id, tag, asks, version)"
                f" SELECT id, {tag}, {false}, :version FROM report CROSS JOIN ({one_to_eight}) AS pieces ORDER BY id"
            ),
            values,
        )
    async with service.transaction() as session:
        connection = await session.connection()
        for index, on in INDEXES.items():
            await connection.execute(text(f"CREATE INDEX {index} ON {on}"))
        await connection.execute(text("ANALYZE"))


async def _hubs(service: Service) -> None:
    """Some hundred reports have the pieces and the usernames that the new ones ask for."""
    named = [
        normalise(Kind.PHONE, "07700 900000"),
        normalise(Kind.PHONE, "ends 900147"),
        normalise(Kind.VRM, "KX12 ABM"),
        normalise(Kind.VRM, "KX12 ???"),
    ]
    kept = keys.keys(named)
    async with service.transaction() as session:
        connection = await session.connection()
        ids = list(await session.exec(select(Report.id).where(Report.state == "closed").limit(HUB)))
        rows = [
            {
                "id": id_ if connection.dialect.name == "postgresql" else id_.hex,
                "tag": candidates.tag(service.vault, key),
                "asks": key in kept.known,
                "version": indexing.version(),
            }
            for id_ in ids
            for key in kept.pieces | kept.known
        ]
        await connection.execute(
            text("INSERT INTO report_piece (report_id, tag, asks, version) VALUES (:id, :tag, :asks, :version)"), rows
        )
