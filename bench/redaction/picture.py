"""Draws docs/redaction.svg: what stays readable of hers against what is hidden of his, with their intervals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from .chance import Share

WIDTH, HEIGHT = 800, 560
LEFT, RIGHT, TOP, BOTTOM = 90, 770, 130, 490
TICKS = (0, 20, 40, 60, 80, 100)
STYLE = """
svg { color-scheme: light dark; font: 14px system-ui, sans-serif; }
.ground { fill: #fff; } .words { fill: #111; } .quiet { fill: #444; } .hair { stroke: #ccc; }
.bar { fill: #2e7d3214; stroke: #2e7d32; }
.ours { stroke: #0b4a8a; fill: #0b4a8a; } .theirs { stroke: #a2440c; fill: #a2440c; }
.hollow { fill: none; stroke-width: 2; }
text { paint-order: stroke; stroke: #fff; stroke-width: 4px; stroke-linejoin: round; }
.strong { font-weight: 600; } .big { font-size: 17px; } .small { font-size: 12px; } line { stroke-width: 1.5; }
@media (prefers-color-scheme: dark) {
 .ground { fill: #111; } text { stroke: #111; } .words { fill: #eee; } .quiet { fill: #bbb; } .hair { stroke: #3a3a3c; }
 .bar { fill: #81c78422; stroke: #81c784; } .ours { stroke: #ffc857; fill: #ffc857; }
 .theirs { stroke: #ff9e80; fill: #ff9e80; }
 .hollow { fill: none; }
}
"""


@dataclass(frozen=True, slots=True)
class Dot:
    """One reading: *leak* to the right, *wrong* upwards, named by *letter*."""

    letter: str
    leak: Share
    wrong: Share
    is_ours: bool
    is_hollow: bool


def draw(dots: Sequence[Dot], legend: Mapping[str, str], said: str) -> str:
    """The picture as SVG; *legend* says what each letter is, *said* what is to be seen."""
    rows = (len(legend) + 1) // 2
    height = HEIGHT + 22 * rows
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="t d">',
        '<title id="t">What stays readable of hers, and what is hidden of his</title>',
        f'<desc id="d">{escape(said)}</desc>',
        f"<style>{STYLE}</style>",
        f'<rect class="ground" width="{WIDTH}" height="{height}" rx="8"/>',
        _text(20, 34, "What stays readable of hers, and what is hidden of his", "words strong big"),
        _text(20, 58, "Towards the lower left is better. Lines are 95 % intervals. "
              "Filled: reports from templates; hollow: our authors'.", "quiet"),
        _text(20, 80, "The green corner is the bar for texts alone.", "quiet"),
    ]  # fmt: skip
    for tick in TICKS:
        parts.append(f'<line class="hair" x1="{_x(tick)}" x2="{_x(tick)}" y1="{TOP}" y2="{BOTTOM}"/>')
        parts.append(f'<line class="hair" x1="{LEFT}" x2="{RIGHT}" y1="{_y(tick)}" y2="{_y(tick)}"/>')
        parts.append(_text(_x(tick), BOTTOM + 20, f"{tick} %", "quiet", anchor="middle"))
        parts.append(_text(LEFT - 10, _y(tick) + 5, f"{tick} %", "quiet", anchor="end"))
    parts.append(f'<rect class="bar" x="{LEFT}" y="{_y(25)}" width="{_x(10) - LEFT}" height="{BOTTOM - _y(25)}"/>')
    parts.append(
        _text((LEFT + RIGHT) / 2, BOTTOM + 42, "hers and her colleagues' left readable", "words", anchor="middle")
    )
    parts.append(_text(20, TOP - 16, "his that would be hidden", "words"))
    for dot in dots:
        parts += _dot(dot)
    for place, (letter, words) in enumerate(legend.items()):
        across, down = divmod(place, rows)
        parts.append(_text(20 + 390 * across, HEIGHT + 8 + 22 * down, f"{letter}  {words}", "words"))
    return "\n".join([*parts, "</svg>", ""])


def _dot(dot: Dot) -> list[str]:
    x, y = _x(100 * (dot.leak.value or 0)), _y(100 * (dot.wrong.value or 0))
    kind = "ours" if dot.is_ours else "theirs"
    lines = []
    if dot.leak.low is not None and dot.leak.high is not None:
        lines.append((_x(100 * dot.leak.low), y, _x(100 * dot.leak.high), y))
    if dot.wrong.low is not None and dot.wrong.high is not None:
        lines.append((x, _y(100 * dot.wrong.low), x, _y(100 * dot.wrong.high)))
    return [
        *(f'<line class="{kind}" x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"/>' for x1, y1, x2, y2 in lines),
        f'<circle class="{kind}{" hollow" if dot.is_hollow else ""}" cx="{x}" cy="{y}" r="5"/>',
        _text(x + 8, y - 8, dot.letter, "words strong small"),
    ]


def _x(percent: float) -> float:
    return round(LEFT + percent / 100 * (RIGHT - LEFT), 1)


def _y(percent: float) -> float:
    return round(BOTTOM - percent / 100 * (BOTTOM - TOP), 1)


def _text(x: float, y: float, words: str, kind: str, *, anchor: str = "start") -> str:
    return f'<text class="{kind}" x="{x}" y="{y}" text-anchor="{anchor}">{escape(words)}</text>'
