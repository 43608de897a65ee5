"""Where an alert counts, as the feed says it: words, codes and a circle, all of them coarse."""

from collections.abc import Iterable, Sequence
from math import ceil, cos, hypot, radians

from ..areas import Atlas, District, DistrictSet
from ..reach_map import sentence

GSS, POSTCODE_DISTRICT = "ONS-GSS", "postcode-district"
UNITED_KINGDOM = "K02000001"

_KM = 111.2  # one degree of latitude
_STEP = 5  # kilometres


def in_words(atlas: Atlas, reach: DistrictSet) -> str:
    """What a person reads: "42 postcode districts in Surrey and Hampshire"."""
    return sentence(atlas, reach)


def forces(atlas: Atlas, reach: DistrictSet) -> list[str]:
    """The ONS codes of the police forces with ground in *reach*, and of the whole country where that is meant."""
    codes = [gss for force in atlas.forces(reach) if (gss := atlas.police[force].gss)]
    whole = [UNITED_KINGDOM] if reach == atlas.everywhere() else []
    # Two islands share a code.
    return list(dict.fromkeys([*whole, *codes]))


def geocodes(atlas: Atlas, reach: DistrictSet) -> Iterable[tuple[str, str]]:
    """Every code of *reach* with the name of its system."""
    yield from ((GSS, code) for code in forces(atlas, reach))
    # All 2,851 would say no more than the code of the country.
    if reach != atlas.everywhere():
        yield from ((POSTCODE_DISTRICT, code) for code in atlas.codes(reach))


def circle(districts: Sequence[District]) -> str:
    """A circle that holds *districts*, as CAP writes it; too coarse to point at anybody's door.

    Its centre is a tenth of a degree (some ten kilometres) and its radius a multiple of five kilometres.
    """
    lat = _middle([district.lat for district in districts])
    lon = _middle([district.lon for district in districts])
    furthest = max(hypot(d.lat - lat, (d.lon - lon) * cos(radians(lat))) for d in districts) * _KM
    # Flat geometry is a few per cent off on the scale of the country.
    radius = _STEP * ceil((furthest * 1.05 + _STEP) / _STEP)
    return f"{lat:.1f},{lon:.1f} {radius}"


def _middle(values: Sequence[float]) -> float:
    return round((min(values) + max(values)) / 2, 1)
