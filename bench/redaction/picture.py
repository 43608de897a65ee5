"""Draws docs/redaction.svg: what stays readable of hers against what is hidden of his, a panel for each setting."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from .chance import Share

WIDTH, HEIGHT = 900, 510
TOP, BOTTOM = 160, 390
LEFT, PANEL, STEP = 60, 240, 285
MOST_LEAK, MOST_WRONG = 60, 100
"""Where the scales end, in per cent."""
STYLE = """
svg { color-scheme: light dark; font: 14px system-ui, sans-serif; }
.ground { fill: #fff; } .words { fill: #111; } .quiet { fill: #444; } .hair { stroke: #ccc; }
.bar { fill: #2e7d3214; stroke: #2e7d32; } .other { fill: none; stroke-dasharray: 4 3; }
.ours { stroke: #0b4a8a; fill: #0b4a8a; } .best { stroke: #a2440c; fill: #a2440c; }
.default { stroke: #767676; fill: #767676; }
.hollow { fill: #fff; stroke-width: 2; }
.strong { font-weight: 600; } .big { font-size: 17px; } .small { font-size: 12px; } line { stroke-width: 1.5; }
@media (prefers-color-scheme: dark) {
 .ground { fill: #111; } .words { fill: #eee; } .quiet { fill: #bbb; } .hair { stroke: #3a3a3c; }
 .bar { fill: #81c78422; stroke: #81c784; } .other { fill: none; }
 .ours { stroke: #ffc857; fill: #ffc857; } .best { stroke: #ff9e80; fill: #ff9e80; }
 .default { stroke: #9a9a9a; fill: #9a9a9a; } .hollow { fill: #111; }
}
"""


@dataclass(frozen=True, slots=True)
class Dot:
    """One reading in the panel *setting*: *leak* to the right, *wrong* upwards."""

    setting: str
    who: str
    leak: Share
    wrong: Share
    kind: str
    """A class of `STYLE`."""
    shape: str
    """disc, ring or square."""


def draw(
    dots: Sequence[Dot],
    bars: Mapping[str, Sequence[tuple[float, float]]],
    *,
    kinds: Mapping[str, str],
    shapes: Mapping[str, str],
    said: str,
) -> str:
    """The picture as SVG, a panel for each of *bars*; *kinds* and *shapes* explain the dots, *said* is it in words."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="t d">',
        '<title id="t">What stays readable of hers, and what is hidden of his</title>',
        f'<desc id="d">{escape(said)}</desc>',
        f"<style>{STYLE}</style>",
        f'<rect class="ground" width="{WIDTH}" height="{HEIGHT}" rx="8"/>',
        _text(20, 34, "What stays readable of hers, and what is hidden of his", "words strong big"),
        _text(
            20,
            58,
            "Towards the lower left is better. Lines are 95 % intervals; the green corner is the bar, "
            "the dashed one another author's.",
            "quiet",
        ),
        _text(20, TOP - 62, "his that would be hidden", "words"),
    ]
    for place, (setting, corners) in enumerate(bars.items()):
        left = LEFT + place * STEP
        parts += _panel(left, setting, corners)
        for dot in dots:
            if dot.setting == setting:
                parts += _dot(left, dot)
    parts.append(_text(WIDTH / 2, BOTTOM + 44, "hers and her colleagues' left readable", "words", anchor="middle"))
    for row, names in enumerate((kinds, shapes)):
        at, y = 30, BOTTOM + 78 + 26 * row
        for key, words in names.items():
            parts.append(_mark(at, y - 5, key if row == 0 else "default", "disc" if row == 0 else key))
            parts.append(_text(at + 14, y, words, "words"))
            at += 40 + 8 * len(words)
    return "\n".join([*parts, "</svg>", ""])


def _panel(left: int, setting: str, bars: Sequence[tuple[float, float]]) -> list[str]:
    title, _, more = setting.partition(", ")
    parts = [_text(left, TOP - 30, title, "words strong"), _text(left, TOP - 12, more, "quiet")]
    for tick in range(0, MOST_LEAK + 1, 20):
        x = _x(left, tick)
        parts.append(f'<line class="hair" x1="{x}" x2="{x}" y1="{TOP}" y2="{BOTTOM}"/>')
        parts.append(_text(x, BOTTOM + 18, f"{tick} %", "quiet small", anchor="middle"))
    for tick in range(0, MOST_WRONG + 1, 25):
        y = _y(tick)
        parts.append(f'<line class="hair" x1="{left}" x2="{left + PANEL}" y1="{y}" y2="{y}"/>')
        if left == LEFT:
            parts.append(_text(left - 8, y + 4, f"{tick} %", "quiet small", anchor="end"))
    for kind, (leak, wrong) in zip(("bar", "bar other"), bars, strict=True):
        x, y = _x(left, 100 * leak), _y(100 * wrong)
        size = f'width="{round(x - left, 1)}" height="{round(BOTTOM - y, 1)}"'
        parts.append(f'<rect class="{kind}" x="{left}" y="{y}" {size}/>')
    return parts


def _dot(left: int, dot: Dot) -> list[str]:
    x, y = _x(left, 100 * (dot.leak.value or 0)), _y(100 * (dot.wrong.value or 0))
    lines = []
    if dot.leak.low is not None and dot.leak.high is not None:
        lines.append((_x(left, 100 * dot.leak.low), y, _x(left, 100 * dot.leak.high), y))
    if dot.wrong.low is not None and dot.wrong.high is not None:
        lines.append((x, _y(100 * dot.wrong.low), x, _y(100 * dot.wrong.high)))
    return [
        *(f'<line class="{dot.kind}" x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"/>' for x1, y1, x2, y2 in lines),
        _mark(x, y, dot.kind, dot.shape),
    ]


def _mark(x: float, y: float, kind: str, shape: str) -> str:
    if shape == "square":
        return f'<rect class="{kind}" x="{x - 4.5}" y="{y - 4.5}" width="9" height="9"/>'
    return f'<circle class="{kind}{" hollow" if shape == "ring" else ""}" cx="{x}" cy="{y}" r="5"/>'


def _x(left: int, percent: float) -> float:
    return round(left + min(percent, MOST_LEAK) / MOST_LEAK * PANEL, 1)


def _y(percent: float) -> float:
    return round(BOTTOM - min(percent, MOST_WRONG) / MOST_WRONG * (BOTTOM - TOP), 1)


def _text(x: float, y: float, words: str, kind: str, *, anchor: str = "start") -> str:
    return f'<text class="{kind}" x="{x}" y="{y}" text-anchor="{anchor}">{escape(words)}</text>'
