"""A figure: what was measured, against what, and whether it meets its bar."""

import json
from collections.abc import Callable, Coroutine
from dataclasses import asdict, dataclass
from typing import Any

Measure = Callable[[], Coroutine[Any, Any, "list[Figure]"]]
FIGURES: dict[str, Measure] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measurement; *bar* is said as a person would, *met* is None where there is no bar or nothing was measured."""

    figure: str
    value: float | None
    unit: str
    peer: str | None = None
    peer_value: float | None = None
    ratio: float | None = None
    bar: str | None = None
    met: bool | None = None
    note: str = ""

    def line(self) -> str:
        """One JSON object on one line."""
        return json.dumps(asdict(self), ensure_ascii=False)


def below(figure: str, value: float, *, unit: str, bar: float, note: str = "") -> Figure:
    """A figure that has to stay below its bar."""
    return Figure(figure=figure, value=round(value, 3), unit=unit, bar=f"< {bar:g} {unit}", met=value < bar, note=note)


def missing(figure: str, *, unit: str, bar: str, package: str) -> Figure:
    """Not measured, since a package of Debian's is not there."""
    why = f"not measured: Debian's {package} is missing (apt-get install {package})"
    return Figure(figure=figure, value=None, unit=unit, bar=bar, note=why)


def measures(name: str) -> Callable[[Measure], Measure]:
    """Register what measures the figure *name*."""

    def register(measure: Measure) -> Measure:
        FIGURES[name] = measure
        return measure

    return register
