"""Distances on the earth between points that do not move."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from math import asin, cos, degrees, pi, radians, sin, sqrt

EARTH = 6_371_008.8  # mean radius, metres

_SLACK = 1e-9  # of the earth's radius: a few millimetres, so that rounding loses nobody on the edge


class Globe:
    """Points given as (latitude, longitude), asked for by their place in the list."""

    def __init__(self, points: Sequence[tuple[float, float]]) -> None:
        self._vectors = [_unit(lat, lon) for lat, lon in points]
        self._lats = [lat for lat, _ in points]
        north = sorted(range(len(points)), key=self._lats.__getitem__)
        self._sorted_lats = [self._lats[i] for i in north]
        self._northwards = [(i, *self._vectors[i]) for i in north]

    def metres(self, a: int, b: int) -> int:
        """From *a* to *b* along the great circle."""
        chord = sqrt(sum((p - q) ** 2 for p, q in zip(self._vectors[a], self._vectors[b], strict=True)))
        return round(2 * EARTH * asin(min(1.0, chord / 2)))

    def around(self, a: int, metres: float) -> list[int]:
        """The points at most *metres* from *a*."""
        angle = metres / EARTH
        x, y, z = self._vectors[a]
        # Whoever is further north or south than that cannot be near: most points are never looked at.
        low = bisect_left(self._sorted_lats, self._lats[a] - degrees(angle) - _SLACK)
        high = bisect_right(self._sorted_lats, self._lats[a] + degrees(angle) + _SLACK)
        # Squared chords rather than cosines, which cannot tell small angles apart.
        chord = 2 * sin(min(angle, pi) / 2) + _SLACK
        limit = chord * chord
        return [
            i
            for i, p, q, r in self._northwards[low:high]
            if (p - x) * (p - x) + (q - y) * (q - y) + (r - z) * (r - z) <= limit
        ]


def _unit(lat: float, lon: float) -> tuple[float, float, float]:
    phi, lam = radians(lat), radians(lon)
    return cos(phi) * cos(lam), cos(phi) * sin(lam), sin(phi)
