"""How a column is declared: each says beside its definition whether it is clear, sealed or indexed.

clear    readable by whoever holds the database
sealed   ciphertext; nothing without a key
indexed  a keyed hash: equal values can be told, nothing else
"""

from datetime import UTC, datetime
from enum import Enum, IntEnum
from typing import Any

from sqlalchemy import ColumnElement, DateTime, Table, literal, text
from sqlalchemy import Enum as SqlEnum
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction
from sqlalchemy.types import Integer, LargeBinary, String, TypeDecorator, Uuid
from sqlmodel import Field, SQLModel

PRIVACY = "privacy"
KINDS = frozenset({"clear", "sealed", "indexed"})
UNORDERED: dict[str, Any] = {"sqlite_with_rowid": False}
"""For tables about reporters: SQLite would number the rows as they come, and keep them in that order."""


class Utc(TypeDecorator[datetime]):
    """An aware time in UTC, also on SQLite, which keeps none."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive times; store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime has no place in the database")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give aware times in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def word(kind: type[Enum]) -> SqlEnum:
    """A column of one of *kind*'s values, stored as a plain string."""
    return SqlEnum(
        kind, native_enum=False, create_constraint=False, length=40, values_callable=lambda e: [m.value for m in e]
    )


class Grade(TypeDecorator[IntEnum]):
    """A column of one of an `IntEnum`'s values, stored as its number."""

    impl = Integer
    cache_ok = True

    def __init__(self, kind: type[IntEnum]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: int | None, dialect: Dialect) -> int | None:
        """Store the number."""
        return None if value is None else int(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> IntEnum | None:
        """Give the member back."""
        return None if value is None else self.kind(value)


def table(model: type[SQLModel]) -> Table:
    """The plain table behind *model*, for statements that need no objects."""
    found: Table = model.__table__  # type: ignore[attr-defined]  # there on every model with table=True
    return found


def only_where(condition: str) -> dict[str, Any]:
    """The options that make an index partial on both databases."""
    return {"postgresql_where": text(condition), "sqlite_where": text(condition)}


def clear(default: Any = ..., **options: Any) -> Any:
    """A column that anyone holding the database can read."""
    return _column("clear", default, options)


def sealed(default: Any = ..., **options: Any) -> Any:
    """A column of ciphertext, bound to its row."""
    return _column("sealed", default, {"sa_type": LargeBinary, **options})


def indexed(default: Any = ..., **options: Any) -> Any:
    """A column of keyed hashes."""
    return _column("indexed", default, {"sa_type": LargeBinary, **options})


def _column(kind: str, default: Any, options: dict[str, Any]) -> Any:
    extra = options.pop("sa_column_kwargs", {})
    return Field(default, sa_column_kwargs={**extra, "info": {PRIVACY: kind}}, **options)


def random_id(*, now: datetime) -> ColumnElement[Any]:
    """A random UUID made by the database, for `INSERT … SELECT`; it begins with the time (version 7).

    So what is written together lies together: in an index of wholly random ones, every row is a page of its own.
    """
    return _random_id(literal(f"{int(now.timestamp() * 1000):012x}7", String()))


class _random_id(GenericFunction[Any]):
    type = Uuid()
    inherit_cache = True


@compiles(_random_id, "postgresql")
def _random_id_postgresql(element: _random_id, compiler: SQLCompiler, **options: Any) -> str:
    begins = compiler.process(element.clauses.clauses[0], **options)
    return f"({begins} || substr(gen_random_uuid()::text, 16))::uuid"


@compiles(_random_id, "sqlite")
def _random_id_sqlite(element: _random_id, compiler: SQLCompiler, **options: Any) -> str:
    begins = compiler.process(element.clauses.clauses[0], **options)
    return f"({begins} || substr(lower(hex(randomblob(16))), 14))"
