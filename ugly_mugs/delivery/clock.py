"""The database's clock: workers' own may be wrong, and leases must not depend on them."""

from datetime import datetime
from typing import Any

from sqlalchemy import Float, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction
from sqlmodel.ext.asyncio.session import AsyncSession

from ..models.columns import Utc


class clock(GenericFunction[Any]):
    """The database's time, so many seconds from now: `func.clock(30)`."""

    type = Utc()
    inherit_cache = True


@compiles(clock, "postgresql")
def _postgresql(element: clock, compiler: SQLCompiler, **options: Any) -> str:
    seconds = compiler.process(element.clauses.clauses[0], **options)
    return f"(clock_timestamp() + {seconds} * interval '1 second')"


@compiles(clock, "sqlite")
def _sqlite(element: clock, compiler: SQLCompiler, **options: Any) -> str:
    seconds = compiler.process(element.clauses.clauses[0], **options)
    # Six decimals, as SQLAlchemy writes times on SQLite, so that comparing strings compares times.
    return f"strftime('%Y-%m-%d %H:%M:%f000', 'now', ({seconds}) || ' seconds')"


class epoch(GenericFunction[Any]):
    """The database's time in seconds since 1970, to the millisecond at least."""

    type = Float()
    inherit_cache = True


@compiles(epoch, "postgresql")
def _epoch_postgresql(element: epoch, compiler: SQLCompiler, **options: Any) -> str:
    return "extract(epoch FROM clock_timestamp())::float8"


@compiles(epoch, "sqlite")
def _epoch_sqlite(element: epoch, compiler: SQLCompiler, **options: Any) -> str:
    # Its %s has no fraction before SQLite 3.42.
    return "((julianday('now') - 2440587.5) * 86400.0)"


async def time_there(session: AsyncSession) -> datetime:
    """What the database's clock says now."""
    connection = await session.connection()
    at: datetime = (await connection.execute(select(clock(0)))).scalar_one()
    return at
