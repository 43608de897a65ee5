"""Draws docs/nearest-first.svg: python -m docs.draw_waits

From docs/nearest-first.json, which `make bench ONLY=waits` writes. No library: lines, dots and words, on a scale
that is logarithmic; light or dark as the reader's device is.
"""

import json
from html import escape
from math import log10
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
NUMBERS, PICTURE = HERE / "nearest-first.json", HERE / "nearest-first.svg"
WIDTH, LEFT, RIGHT, TOP, ROW, GAP = 800, 170, 580, 96, 26, 34
LEAST, MOST = 0.3, 3_600
TICKS = {1: "1 s", 10: "10 s", 60: "1 min", 600: "10 min", 3_600: "1 h"}
ORDERS = {"nearest first": "nearest first", "first come": "in order of joining"}
STYLE = """
svg { color-scheme: light dark; font: 14px system-ui, sans-serif; }
.ground { fill: #fff; } .words { fill: #111; } .quiet { fill: #444; } .hair { stroke: #ccc; }
.ours { stroke: #0b4a8a; fill: #0b4a8a; } .theirs { stroke: #7a7a7a; fill: #7a7a7a; }
text { paint-order: stroke; stroke: #fff; stroke-width: 5px; stroke-linejoin: round; }
.strong { font-weight: 600; } .big { font-size: 17px; } line { stroke-width: 1; } line.bar { stroke-width: 4; }
@media (prefers-color-scheme: dark) {
 .ground { fill: #111; } text { stroke: #111; } .words { fill: #eee; } .quiet { fill: #bbb; } .hair { stroke: #3a3a3c; }
 .ours { stroke: #ffc857; fill: #ffc857; } .theirs { stroke: #9a9a9a; fill: #9a9a9a; }
}
"""


def main() -> None:
    """Write the picture."""
    PICTURE.write_text(draw(json.loads(NUMBERS.read_text())))


def draw(numbers: dict[str, Any]) -> str:
    """The picture as SVG: two lines for each speed, from when half were told to when all were."""
    rates = sorted({wait["rate"] for wait in numbers["waits"]})
    bottom = TOP + len(rates) * (2 * ROW + GAP)
    height = bottom + 64
    tenth = numbers["people"] // 10
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="t d">',
        '<title id="t">How long the nearest wait for a warning</title>',
        f'<desc id="d">{escape(sentence(numbers))}</desc>',
        f"<style>{STYLE}</style>",
        f'<rect class="ground" width="{WIDTH}" height="{height}" rx="8"/>',
        _text(20, 34, f"How long the nearest {tenth:,} of {numbers['people']:,} people wait", "words strong big"),
        _text(20, 58, f"One alert, {numbers['segments']} segments a text. "
              "A line begins when half of them are told, and ends when all are.", "quiet"),
    ]  # fmt: skip
    for seconds, name in TICKS.items():
        x = _x(seconds)
        parts.append(f'<line class="hair" x1="{x}" x2="{x}" y1="{TOP - 12}" y2="{bottom}"/>')
        parts.append(_text(x, bottom + 20, name, "quiet", anchor="middle"))
    for place, rate in enumerate(rates):
        y = TOP + place * (2 * ROW + GAP)
        parts.append(_text(20, y + 4, f"{rate:,} segments a second", "words strong"))
        of_rate = {wait["order"]: wait for wait in numbers["waits"] if wait["rate"] == rate}
        for row, (order, name) in enumerate(ORDERS.items()):
            parts += _line(of_rate[order], name, y + 26 + row * ROW, "theirs" if row else "ours")
    parts.append(_text(20, bottom + 46, "The scale is logarithmic: from 1 s to 10 s is as far as from 1 min to 10 min.",
                       "quiet"))  # fmt: skip
    return "\n".join([*parts, "</svg>", ""])


def sentence(numbers: dict[str, Any]) -> str:
    """What the picture shows, in words."""
    by = {(wait["order"], wait["rate"]): wait for wait in numbers["waits"]}
    rates = sorted({rate for _, rate in by})
    said = [
        f"At {rate:,} segments a second half of them are told after {_long(by['nearest first', rate]['half'])} and all "
        f"after {_long(by['nearest first', rate]['last'])}; in order of joining it would be "
        f"{_long(by['first come', rate]['half'])} and {_long(by['first come', rate]['last'])}."
        for rate in rates
    ]
    return f"The nearest {numbers['people'] // 10:,} of {numbers['people']:,} people, nearest first. " + " ".join(said)


def _line(wait: dict[str, Any], name: str, y: int, kind: str) -> list[str]:
    half, last = _x(wait["half"]), _x(wait["last"])
    return [
        _text(LEFT - 14, y + 5, name, "words" if kind == "ours" else "quiet", anchor="end"),
        f'<line class="bar {kind}" x1="{half}" x2="{last}" y1="{y}" y2="{y}"/>',
        f'<circle class="{kind}" cx="{half}" cy="{y}" r="5"/>',
        f'<line class="bar {kind}" x1="{last}" x2="{last}" y1="{y - 7}" y2="{y + 7}"/>',
        _text(last + 12, y + 5, f"half {_long(wait['half'])}, all {_long(wait['last'])}", "words"),
    ]


def _x(seconds: float) -> float:
    share = log10(max(seconds, LEAST) / LEAST) / log10(MOST / LEAST)
    return round(LEFT + share * (RIGHT - LEFT), 1)


def _long(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{round(seconds / 60)} min" if minutes >= 10 or not rest else f"{minutes} min {rest} s"


def _text(x: float, y: float, words: str, kind: str, *, anchor: str = "start") -> str:
    return f'<text class="{kind}" x="{x}" y="{y}" text-anchor="{anchor}">{escape(words)}</text>'


if __name__ == "__main__":
    main()
