"""The reach of a warning as a picture, and as the sentence that says the same."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from math import cos, radians

from .areas import Atlas, District, DistrictSet

Point = tuple[int, int]

_MIDDLE = -2.5  # the meridian that stands upright
_KM = 111.2  # one degree
_NAMED = 4  # forces in a sentence


@dataclass(frozen=True, slots=True)
class _Frame:
    """The part of the country that is shown, in kilometres east and south, and how many units each gets."""

    left: float
    top: float
    width: float
    height: float
    scale: float

    def place(self, district: District) -> Point:
        x, y = _plane(district)
        return round((x - self.left) * self.scale), round((y - self.top) * self.scale)

    def shows(self, district: District) -> bool:
        x, y = _plane(district)
        return 0 <= x - self.left <= self.width and 0 <= y - self.top <= self.height

    @property
    def box(self) -> Point:
        return round(self.width * self.scale), round(self.height * self.scale)


def draw(
    atlas: Atlas, reach: DistrictSet, marked: str | None, *, title: str, description: str, around: bool = False
) -> str:
    """An inline SVG: a dot for each district, those in *reach* lit, *marked* in a ring; *around* crops to them.

    Colours are the page's: `--map-lit`, `--map-dim` and `--map-ring` (or `.lit`, `.dim` and `.ring` under `svg.reach`).
    """
    lit = atlas.members(reach)
    here = atlas.district(marked) if marked else None
    subject = [*lit, *([here] if here else [])]
    closer = around and bool(subject)
    frame = _closer(subject) if closer else _whole(atlas)
    seen = [district for district in atlas.districts if frame.shows(district)]
    lit_points = {frame.place(district) for district in lit}
    # Two districts on one spot are one dot, and lit if either is.
    dim_points = {frame.place(district) for district in seen} - lit_points
    dot = _dot(len(seen)) if closer else 5
    width, height = frame.box
    parts = [
        f'<svg class="reach" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">',
        f"<title>{escape(title)}</title><desc>{escape(description)}</desc>",
        '<g fill="none" stroke="currentColor" stroke-linecap="round">',
        # Smaller as well as paler: never colour alone.
        f'<path class="dim" stroke="var(--map-dim,#888a)" stroke-width="{dot * 0.6:g}" d="{_dots(dim_points)}"/>',
        f'<path class="lit" stroke="var(--map-lit,#d9730d)" stroke-width="{dot}" d="{_dots(lit_points)}"/>',
    ]
    if here:
        x, y = frame.place(here)
        ring = f'<circle class="ring" stroke="var(--map-ring,currentColor)" stroke-width="{max(2, dot * 0.4):g}"'
        parts.append(f'{ring} cx="{x}" cy="{y}" r="{max(9, dot * 1.3):g}"/>')
    parts.append("</g>")
    if closer:
        parts.append(_letters(seen, frame))
    return "".join([*parts, "</svg>"])


def sentence(atlas: Atlas, reach: DistrictSet) -> str:
    """What the picture shows: "212 postcode districts in Surrey, Sussex and Hampshire"."""
    if not reach:
        return "No postcode districts"
    if reach == atlas.everywhere():
        return f"All {len(atlas.districts):,} postcode districts: the UK, the Isle of Man and the Channel Islands"
    counts = Counter(district.force for district in atlas.members(reach))
    order = sorted(counts, key=lambda force: (-counts[force], force))
    names = [atlas.police[force].ground for force in order]
    if len(names) > _NAMED + 1:  # "and 1 other police area" is no shorter than its name
        names = [*names[:_NAMED], f"{len(names) - _NAMED} other police areas"]
    number = reach.bit_count()
    return f"{number:,} postcode district{'' if number == 1 else 's'} in {_listed(names)}"


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _plane(district: District) -> tuple[float, float]:
    # Sinusoidal: true areas and distances from the middle, and no stretched Shetland.
    return (district.lon - _MIDDLE) * cos(radians(district.lat)) * _KM, -district.lat * _KM


def _bounds(districts: Iterable[District]) -> tuple[float, float, float, float]:
    xs, ys = zip(*(_plane(district) for district in districts), strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def _whole(atlas: Atlas) -> _Frame:
    left, top, right, bottom = _bounds(atlas.districts)
    margin = 20
    return _Frame(left - margin, top - margin, right - left + 2 * margin, bottom - top + 2 * margin, 0.6)


def _closer(districts: Iterable[District]) -> _Frame:
    left, top, right, bottom = _bounds(districts)
    margin = max(6.0, 0.12 * max(right - left, bottom - top))
    width, height = right - left + 2 * margin, bottom - top + 2 * margin
    # A picture as flat or as narrow as a single road would be unreadable.
    wide, high = max(width, 0.75 * height), max(height, 0.6 * width)
    return _Frame(
        left - margin - (wide - width) / 2, top - margin - (high - height) / 2, wide, high, 560 / max(wide, high)
    )


def _dot(number: int) -> int:
    """How wide a dot may be where *number* of them share the picture."""
    return 14 if number < 60 else 10 if number < 250 else 8 if number < 700 else 6


def _dots(points: Iterable[Point]) -> str:
    """A path that is a dot at each point, written short: each starts from the one before."""
    # Up one column of narrow bands and down the next, so that steps stay small and so do their numbers.
    order = sorted(points, key=lambda point: (point[1] // 8, -point[0] if point[1] // 8 % 2 else point[0]))
    path, before = [], (0, 0)
    for x, y in order:
        dx, dy = x - before[0], y - before[1]
        path.append(f"m{dx}{'' if dy < 0 else ' '}{dy}h0")
        before = (x, y)
    return "".join(path)


def _letters(districts: Iterable[District], frame: _Frame) -> str:
    """The letters of the postcode areas ("GU"), in the middle of its districts: what moderators know their way by."""
    groups: defaultdict[str, list[Point]] = defaultdict(list)
    for district in districts:
        groups[district.code[: 2 if district.code[1].isalpha() else 1]].append(frame.place(district))
    placed: dict[str, Point] = {}
    for name, points in sorted(groups.items(), key=lambda group: (-len(group[1]), group[0])):
        x, y = sum(x for x, _ in points) // len(points), sum(y for _, y in points) // len(points)
        # Letters on top of letters say nothing: the bigger area keeps the place.
        if len(points) > 2 and all(abs(x - p) > 34 or abs(y - q) > 20 for p, q in placed.values()):
            placed[name] = x, y
    texts = "".join(f'<text x="{x}" y="{y}">{name}</text>' for name, (x, y) in placed.items())
    return (
        '<g class="letters" fill="currentColor" font-size="18" font-family="sans-serif" text-anchor="middle"'
        f' aria-hidden="true">{texts}</g>'
    )
