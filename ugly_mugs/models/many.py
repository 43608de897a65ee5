"""Many rows in one statement: handed over as one value, whatever their number, so that its text never changes.

`unnest` of arrays on PostgreSQL, `json_each` on SQLite. A statement for each row, or one with a
parameter for each value, costs more than what it does.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, column, func, type_coerce
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import String, TypeEngine

_ROWS = "given_rows"


@dataclass(frozen=True, slots=True)
class Given:
    """Rows with the columns *types*, to be joined with others; *values* are what to execute the statement with."""

    dialect: str
    types: Mapping[str, TypeEngine[Any]]

    def columns(self, rows: Sequence[Sequence[Any]] | None = None) -> dict[str, ColumnElement[Any]]:
        """The columns of the given rows, by name; with *rows* there is nothing left to execute it with."""
        known = {name: {"value": value} for name, value in self.values(rows).items()} if rows is not None else {}

        def parameter(name: str, kind: TypeEngine[Any]) -> ColumnElement[Any]:
            return bindparam(name, type_=kind, **known.get(name, {}))

        if self.dialect == "postgresql":
            arrays = [parameter(f"given_{name}", ARRAY(kind)) for name, kind in self.types.items()]
            given = func.unnest(*arrays).table_valued(
                *(column(name, kind) for name, kind in self.types.items()), name="given"
            )
            return dict(given.render_derived().c.items())
        values = func.json_each(parameter(_ROWS, String())).table_valued("value", name="given").c.value
        return {
            name: type_coerce(func.json_extract(values, f"$[{place}]"), kind)
            for place, (name, kind) in enumerate(self.types.items())
        }

    def values(self, rows: Sequence[Sequence[Any]]) -> dict[str, Any]:
        """The parameters that stand for *rows*; each row in the order of *types*."""
        if self.dialect == "postgresql":
            return {f"given_{name}": [row[place] for row in rows] for place, name in enumerate(self.types)}
        return {_ROWS: json.dumps(rows, default=_written)}


def _written(value: object) -> str:
    if isinstance(value, UUID):
        return value.hex
    raise TypeError(type(value).__name__)
