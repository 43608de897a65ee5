"""Where a warning goes: 2,851 postcode districts, and sets of them as integers.

A set of districts is an `int`: bit *i* stands for `atlas.districts[i]`, so that `a & b` is what two sets share and
`a.bit_count()` how many there are. Sets are stored, so **the order of the districts is frozen**: it is the order of the
rows in `data/geo/uk_outcodes.csv`, where new districts are added at the end and none is ever moved or removed.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import Literal, TypeAlias

from . import gazetteer
from .gazetteer import District, Force
from .globe import Globe
from .postcodes import UnknownDistrict, outward

__all__ = [
    "MILES",
    "Area",
    "Atlas",
    "BadSet",
    "District",
    "DistrictSet",
    "Force",
    "Kind",
    "UnknownArea",
    "UnknownDistrict",
]

DistrictSet: TypeAlias = int
Kind = Literal["district", "force", "region", "national"]

MILES = (0, 5, 10, 15, 30, 50)
"""How far around a postcode district somebody can ask to be warned."""
METRES_A_MILE = 1609.344

_REACH = {2: 15, 3: 30, 4: 60}
_WITHIN_FORCES = 3  # from this severity on the circle is so wide that it would reach people three forces away
_COUNTRIES = {
    "GB": ("England", "Scotland", "Wales"),
    "UK": ("England", "Scotland", "Wales", "Northern Ireland"),
}


class UnknownArea(ValueError):
    """No such force, region or kind of area."""


class BadSet(ValueError):
    """Not a set of districts: an empty one where a distance was asked for, or bits that no district has."""


@dataclass(frozen=True, slots=True)
class Area:
    """What somebody subscribes to: a district and the *miles* around it, a force, a region, or everything."""

    kind: Kind
    code: str = ""
    miles: int = 0


@dataclass(frozen=True, eq=False, repr=False)
class Atlas:
    """Every district, force and region, and the questions one can ask about them."""

    districts: tuple[District, ...]
    police: Mapping[str, Force]
    neighbours: Mapping[str, frozenset[str]]

    @classmethod
    def load(cls) -> "Atlas":
        """The atlas of the files that come with the service; read once."""
        return _load()

    # Names

    def district(self, spelling: str) -> District:
        """The district a person means by "gu1 " or "GU1 3AB", or `UnknownDistrict` in words for them."""
        return self._by_code.get(spelling) or self._by_code[outward(spelling, self._by_code)]

    def place_words(self, code: str) -> str:
        """Where it is, as coarse as a warning should be: "Guildford area"."""
        return f"{self.district(code).town} area"

    def force_name(self, force: str) -> str:
        return self._force(force).name

    @cached_property
    def regions(self) -> tuple[str, ...]:
        return tuple(sorted(self._regions))

    # Sets

    def everywhere(self) -> DistrictSet:
        return (1 << len(self.districts)) - 1

    def within(self, code: str, miles: int) -> DistrictSet:
        """Districts whose centre is at most *miles* from the centre of *code*, itself included; 0 is itself alone."""
        if miles < 0:
            raise ValueError("miles cannot be negative")
        return _disc(self, self.district(code).index, miles)

    def of_force(self, force: str) -> DistrictSet:
        """Districts that *force* polices, wholly or in part; a force without ground of its own has all its country."""
        found = self._force(force)
        if found.has_ground:
            return self._grounds[force]
        return _union(d.index for d in self.districts if d.country in _COUNTRIES[found.country])

    def of_region(self, region: str) -> DistrictSet:
        if region not in self._regions:
            raise UnknownArea("no such region")
        return self._regions[region]

    def bits(self, area: Area) -> DistrictSet:
        """The districts of *area*."""
        match area.kind:
            case "district":
                return self.within(area.code, area.miles)
            case "force":
                return self.of_force(area.code)
            case "region":
                return self.of_region(area.code)
            case "national":
                return self.everywhere()
        raise UnknownArea("no such kind of area")

    def default_reach(self, severity: int, code: str) -> DistrictSet:
        """Who could meet the same person: further for worse, but from 3 on within the force and its neighbours."""
        if severity not in {1, *_REACH}:
            raise ValueError("severity is 1 to 4")
        if severity == 1:
            return 0
        reach = self.within(code, _REACH[severity])
        if severity < _WITHIN_FORCES:
            return reach
        grounds = 0
        for force in self.district(code).forces:
            for ground in {force} | self.neighbours.get(force, frozenset()):
                grounds |= self._grounds[ground]
        return reach & grounds

    def codes(self, bits: DistrictSet) -> list[str]:
        return [district.code for district in self.members(bits)]

    def members(self, bits: DistrictSet) -> list[District]:
        """The districts in *bits*, in the order of the atlas."""
        self._check(bits)
        return [d for d, bit in zip(self.districts, reversed(f"{bits:b}"), strict=False) if bit == "1"]

    def from_codes(self, codes: Iterable[str]) -> DistrictSet:
        return _union(self.district(code).index for code in codes)

    def forces(self, bits: DistrictSet) -> tuple[str, ...]:
        """Forces with ground in *bits*, however little, the one with most districts first."""
        counts = Counter(force for district in self.members(bits) for force in district.forces)
        return tuple(sorted(counts, key=lambda force: (-counts[force], force)))

    def to_bytes(self, bits: DistrictSet) -> bytes:
        """*bits* for a column: 357 bytes, the first district in the lowest bit of the first byte."""
        self._check(bits)
        return bits.to_bytes((len(self.districts) + 7) // 8, "little")

    def from_bytes(self, stored: bytes) -> DistrictSet:
        """What `to_bytes` stored, perhaps when there were fewer districts."""
        bits = int.from_bytes(stored, "little")
        self._check(bits)
        return bits

    # Distances

    def metres(self, a: str, b: str) -> int:
        """From centre to centre along the great circle."""
        return self.globe.metres(self.district(a).index, self.district(b).index)

    def nearest_metres(self, code: str, bits: DistrictSet) -> int:
        """From *code* to the nearest district of *bits*; `BadSet` when that is empty."""
        here = self.district(code).index
        self._check(bits)
        if not bits:
            raise BadSet("an empty set is nowhere")
        if bits >> here & 1:
            return 0
        return min(self.globe.metres(here, there.index) for there in self.members(bits))

    def metres_between(self, area: Area, code: str) -> int:
        """From an alert's district *code* to the centre of *area*, or to the nearest district of a force or region."""
        if area.kind == "district":
            return self.metres(area.code, code)
        return self.nearest_metres(code, self.bits(area))

    # Worked out once

    @cached_property
    def _by_code(self) -> dict[str, District]:
        return {district.code: district for district in self.districts}

    @cached_property
    def globe(self) -> Globe:
        return Globe([(district.lat, district.lon) for district in self.districts])

    @cached_property
    def _grounds(self) -> dict[str, DistrictSet]:
        return {
            force.id: _union(d.index for d in self.districts if force.id in d.forces)
            for force in self.police.values()
            if force.has_ground
        }

    @cached_property
    def _regions(self) -> dict[str, DistrictSet]:
        names = {district.region for district in self.districts}
        return {name: _union(d.index for d in self.districts if d.region == name) for name in names}

    def _force(self, force: str) -> Force:
        if force not in self.police:
            raise UnknownArea("no such police force")
        return self.police[force]

    def _check(self, bits: DistrictSet) -> None:
        # Also true of a negative number, which would be a set without end.
        if bits & ~self.everywhere():
            raise BadSet("bits that no district has")


def _union(indices: Iterable[int]) -> DistrictSet:
    # A byte at a time: adding bits to an int copies all of it for each of them.
    found = list(indices)
    bits = bytearray((max(found, default=0) >> 3) + 1)
    for index in found:
        bits[index >> 3] |= 1 << (index & 7)
    return int.from_bytes(bits, "little")


@lru_cache(maxsize=20_000)  # every district with every distance in MILES, and some more: about 8 MB
def _disc(atlas: Atlas, index: int, miles: int) -> DistrictSet:
    return 1 << index if miles == 0 else _union(atlas.globe.around(index, miles * METRES_A_MILE))


@cache
def _load() -> Atlas:
    return Atlas(gazetteer.districts(), gazetteer.forces(), gazetteer.neighbours())
