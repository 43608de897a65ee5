"""The places and police forces in `data/geo`, as they stand in the files."""

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import TypedDict

GEO = Path(__file__).parent / "data" / "geo"


@dataclass(frozen=True, slots=True)
class District:
    """A postcode district such as GU1: its centre, and who polices it."""

    code: str
    index: int
    lat: float
    lon: float
    country: str
    region: str
    force: str
    other_forces: tuple[str, ...]
    """Forces that police a smaller part of it."""
    town: str
    """Its town or local authority: never finer, since a hamlet would be an exact place."""

    @property
    def forces(self) -> tuple[str, ...]:
        return (self.force, *self.other_forces)


@dataclass(frozen=True, slots=True)
class Force:
    """A police force; *ground* names what it polices ("Surrey"), *gss* is its code in official statistics."""

    id: str
    name: str
    gss: str
    ground: str
    country: str
    has_ground: bool
    """False for the three that police railways, barracks and reactors all over the country."""


class _Names(TypedDict):
    local_authorities: dict[str, str]
    districts: dict[str, list[str]]
    forces: dict[str, str]


class _ForceRow(TypedDict):
    id: str
    name: str
    pfa_gss: str | None
    pfa_name: str
    country: str
    territorial: bool


def districts() -> tuple[District, ...]:
    """Every district in the order of the file, which is frozen."""
    names: _Names = json.loads(_read("names.json"))
    authorities = names["local_authorities"]
    by_hand = {code: town for town, codes in names["districts"].items() for code in codes}
    return tuple(
        District(
            code=row["outcode"],
            index=index,
            lat=float(row["lat"]),
            lon=float(row["lon"]),
            country=row["country"],
            region=row["region"],
            force=row["force_id"],
            # "thames-valley:0.21;surrey:0.06": a force with few of the postcodes still answers for them.
            other_forces=tuple(part.partition(":")[0] for part in row["other_forces"].split(";") if part),
            town=by_hand.get(row["outcode"]) or authorities.get(row["lad_name"], row["lad_name"]),
        )
        for index, row in enumerate(csv.DictReader(StringIO(_read("uk_outcodes.csv"))))
    )


def forces() -> Mapping[str, Force]:
    """Every police force by its id."""
    names: _Names = json.loads(_read("names.json"))
    rows: list[_ForceRow] = json.loads(_read("police_forces.json"))
    return {
        row["id"]: Force(
            id=row["id"],
            name=row["name"],
            gss=row["pfa_gss"] or "",
            ground=names["forces"].get(row["id"], row["pfa_name"]),
            country=row["country"],
            has_ground=row["territorial"] or row["country"] in {"Isle of Man", "Channel Islands"},
        )
        for row in rows
    }


def neighbours() -> Mapping[str, frozenset[str]]:
    """Which forces border on which."""
    lists: dict[str, list[str]] = json.loads(_read("police_force_neighbours.json"))
    found = {force: frozenset(others) for force, others in lists.items()}
    # The City is one square mile inside London: over its edge is still town. So it borders on what London does.
    return found | {"city-of-london": (found["city-of-london"] | found["metropolitan"]) - {"city-of-london"}}


def _read(name: str) -> str:
    return (GEO / name).read_text(encoding="utf-8")
