"""Which reports share a key with one: four questions to the index, however many reports there are.

Equal tags are compared. What more reports than a few share is counted and not read: it is a hub.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final
from uuid import UUID

from sqlalchemy import LargeBinary, TextualSelect, Uuid, text
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


async def find(
    session: AsyncSession, vault: Vault, report_id: UUID, named: Iterable[Normal], *, version: int
) -> Candidates:
    """Which reports *report_id* may have to do with, which names *named*."""
    each = list(named)
    kept = keys.keys(each)
    exact = {tag(vault, keys.exact(normal)): normal for normal in each}
    slips = {tag(vault, key) for normal in each for key in keys.slips(normal)} - exact.keys()
    asked = {
        By.SAME: ("report_identifier", "tag", "", exact.keys()),
        By.SLIP: ("report_identifier", "tag", "", slips),
        By.TWIN: ("report_identifier", "folded", "", {tag(vault, keys.folded(normal)) for normal in each}),
        By.PIECE: ("report_piece", "tag", "", {tag(vault, key) for key in kept.known | kept.stems}),
    }
    found: dict[UUID, tuple[By, int]] = {}
    hubs: set[Normal] = set()
    whole = ("report_piece", "tag", "AND kept.asks", {tag(vault, key) for key in kept.pieces})
    for by, (table, column, also, tags) in (*asked.items(), (By.PIECE, whole)):
        for its, holder in await _holders(session, table, column, also, tags, version=version):
            if holder is None:
                hubs.update({exact[its]} if by is By.SAME else ())
            elif holder != report_id:
                best, times = found.get(holder, (by, 0))
                found[holder] = (min(by, best), times + 1)
    return Candidates(found, frozenset(hubs))


async def _holders(
    session: AsyncSession, table: str, column: str, also: str, tags: Iterable[bytes], *, version: int
) -> list[tuple[bytes, UUID | None]]:
    """Who is kept under each of *tags*; nobody by name where they are very many."""
    asked = sorted(set(tags))
    if not asked:
        return []
    dialect = session.get_bind().dialect.name
    values: dict[str, object] = {"version": version, "most": MANY}
    if dialect == "postgresql":
        values["tags"] = asked
    else:
        values |= {"tags": b"".join(asked), "places": f"[{','.join(str(at) for at in range(len(asked)))}]"}
    connection = await session.connection()
    found = await connection.execute(_question(dialect, table, column, also), values)
    return [(row.tag, row.report_id) for row in found]


def _question(dialect: str, table: str, column: str, also: str) -> TextualSelect:
    """One question whose text never changes, with all tags as one value; a count stops where there are too many."""
    # SQLite knows no arrays, but cuts a long value into pieces as quickly.
    asked = (
        "unnest(CAST(:tags AS BYTEA[])) AS asked(tag)"
        if dialect == "postgresql"
        else f"(SELECT substr(:tags, 1 + {_TAG} * value, {_TAG}) AS tag FROM json_each(:places)) AS asked"  # noqa: S608
    )
    held = f"FROM {table} AS kept WHERE kept.{column} = asked.tag AND kept.version = :version {also}"
    # Names of tables and columns are ours; what anybody gave is in the parameters.
    return text(
        f"""
        WITH counted AS MATERIALIZED (
            SELECT asked.tag AS tag, (SELECT count(*) FROM (SELECT 1 {held} LIMIT :most + 1) AS first_ones) AS many
            FROM {asked}
        )
        SELECT counted.tag AS tag, kept.report_id AS report_id
        FROM counted LEFT JOIN {table} AS kept
            ON counted.many <= :most AND kept.{column} = counted.tag AND kept.version = :version {also}
        WHERE counted.many > 0
        """  # noqa: S608
    ).columns(tag=LargeBinary(), report_id=Uuid())
