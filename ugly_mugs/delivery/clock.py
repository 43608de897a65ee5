"""The database's clock: workers' own may be wrong, and leases must not depend on them."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
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


async def time_there(session: AsyncSession) -> datetime:
    """What the database's clock says now."""
    connection = await session.connection()
    at: datetime = (await connection.execute(select(clock(0)))).scalar_one()
    return at
