"""`INSERT … ON CONFLICT`, which SQLAlchemy has for each database apart."""

from typing import Any, cast

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession


def insert(session: AsyncSession, into: type[SQLModel] | Table) -> postgresql.Insert:
    """An insert that can also say what happens when the row is there already."""
    return insert_on(session.get_bind().dialect.name, into)


def insert_on(dialect: str, into: type[SQLModel] | Table) -> postgresql.Insert:
    """The same, where only the name of the dialect is known."""
    make: Any = postgresql.insert if dialect == "postgresql" else sqlite.insert
    # What we use of it is the same for both.
    return cast(postgresql.Insert, make(into))
