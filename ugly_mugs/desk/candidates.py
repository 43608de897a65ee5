"""Which reports share a key with one: one question to the index, however many reports there are.

Equal tags are compared. What more reports than a few share is counted and not read: it is a hub.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final
from uuid import UUID

from sqlalchemy import Integer, LargeBinary, TextualSelect, Uuid, text
from sqlmodel.ext.asyncio.session import AsyncSession

from ..identifiers import Normal
from ..matching import keys
from ..matching.keys import Key
from ..matching.weights import MANY
from ..vault import Vault

KEY: Final = "index_identifier"
_TAG: Final = 32


class By(IntEnum):
    """How a candidate was found; the lower, the more it promises."""

    SAME = 0
    TWIN = 1
    SLIP = 2
    PIECE = 3


@dataclass(frozen=True, slots=True)
class Candidates:
    """What the index says of one report."""

    reports: Mapping[UUID, tuple[By, int]]
    """The best way in which each was found, and in how many ways."""
    hubs: frozenset[Normal] = field(repr=False)
    """What it names that very many others name too."""

    def best(self, most: int) -> list[UUID]:
        """The most promising of them, always the same ones."""
        return sorted(self.reports, key=lambda id_: (self.reports[id_][0], -self.reports[id_][1], id_))[:most]


def tag(vault: Vault, key: Key) -> bytes:
    """Under what *key* is kept."""
    return vault.tag(KEY, *key)


@dataclass(frozen=True, slots=True)
class _Part:
    """One part of the question: where to look for which tags."""

    by: By
    table: str
    column: str
    also: str
    tags: frozenset[bytes] = field(repr=False)


async def find(
    session: AsyncSession, vault: Vault, report_id: UUID, named: Iterable[Normal], *, version: int
) -> Candidates:
    """Which reports *report_id* may have to do with, which names *named*."""
    each = list(named)
    kept = keys.keys(each)
    exact = {tag(vault, keys.exact(normal)): normal for normal in each}

    def tags(of: Iterable[Key]) -> frozenset[bytes]:
        return frozenset(tag(vault, key) for key in of)

    parts = [
        _Part(By.SAME, "report_identifier", "tag", "", frozenset(exact)),
        _Part(By.TWIN, "report_identifier", "folded", "", tags(keys.folded(normal) for normal in each)),
        _Part(
            By.SLIP,
            "report_identifier",
            "tag",
            "",
            tags(key for normal in each for key in keys.slips(normal)) - exact.keys(),
        ),
        _Part(By.PIECE, "report_piece", "tag", "", tags(kept.known | kept.stems)),
        _Part(By.PIECE, "report_piece", "tag", "AND kept.asks", tags(kept.pieces)),
    ]
    found: dict[UUID, tuple[By, int]] = {}
    hubs: set[Normal] = set()
    for by, its, holder in await _holders(session, [part for part in parts if part.tags], version=version):
        if holder is None:
            hubs.update({exact[its]} if by is By.SAME else ())
        elif holder != report_id:
            best, times = found.get(holder, (by, 0))
            found[holder] = (min(by, best), times + 1)
    return Candidates(found, frozenset(hubs))


async def _holders(session: AsyncSession, parts: list[_Part], *, version: int) -> list[tuple[By, bytes, UUID | None]]:
    """Who is kept under each tag; nobody by name where they are very many."""
    if not parts:
        return []
    dialect = session.get_bind().dialect.name
    values: dict[str, object] = {"version": version, "most": MANY}
    for at, part in enumerate(parts):
        asked = sorted(part.tags)
        if dialect == "postgresql":
            values[f"tags_{at}"] = asked
        else:
            places = f"[{','.join(str(place) for place in range(len(asked)))}]"
            values |= {f"tags_{at}": b"".join(asked), f"places_{at}": places}
    connection = await session.connection()
    found = await connection.execute(_question(dialect, parts), values)
    return [(parts[row.part].by, row.tag, row.report_id) for row in found]


def _question(dialect: str, parts: list[_Part]) -> TextualSelect:
    """All parts in one question, with their tags as one value each; a count stops where there are too many."""
    counted, found = [], []
    for at, part in enumerate(parts):
        # SQLite knows no arrays, but cuts a long value into pieces as quickly.
        asked = (
            f"unnest(CAST(:tags_{at} AS BYTEA[])) AS asked(tag)"
            if dialect == "postgresql"
            else f"(SELECT substr(:tags_{at}, 1 + {_TAG} * value, {_TAG}) AS tag FROM json_each(:places_{at})) AS asked"  # noqa: S608 - because only counters of ours are put in
        )
        fits = f"kept.version = :version {part.also}"
        held = f"FROM {part.table} AS kept WHERE kept.{part.column} = asked.tag AND {fits}"
        # Names of tables and columns are ours; what anybody gave is in the parameters.
        counted.append(
            f"counted_{at} AS MATERIALIZED ("  # noqa: S608 - because only counters of ours are put in
            f"SELECT asked.tag AS tag, (SELECT count(*) FROM (SELECT 1 {held} LIMIT :most + 1) AS first_ones) AS many"
            f" FROM {asked})"
        )
        found.append(
            f"SELECT {at} AS part, counted.tag AS tag, kept.report_id AS report_id"  # noqa: S608 - because only counters of ours are put in
            f" FROM counted_{at} AS counted LEFT JOIN {part.table} AS kept"
            f" ON counted.many <= :most AND kept.{part.column} = counted.tag AND {fits}"
            " WHERE counted.many > 0"
        )
    statement = f"WITH {', '.join(counted)} {' UNION ALL '.join(found)}"
    return text(statement).columns(part=Integer(), tag=LargeBinary(), report_id=Uuid())
