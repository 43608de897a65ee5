"""Runs migrations over one plain connection; `ugly_mugs.schema` hands it the address."""

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from sqlalchemy import create_engine, pool
from sqlmodel import AutoString

from ugly_mugs.models import TABLES
from ugly_mugs.models.columns import Grade, Utc


def as_plain_sql(kind: str, item: Any, _: Any) -> str | Literal[False]:
    """Write our own column types as the plain ones they are stored as: a migration must not depend on today's code."""
    if kind != "type":
        return False
    if isinstance(item, Utc):
        return "sa.DateTime(timezone=True)"
    if isinstance(item, Grade):
        return "sa.Integer()"
    if isinstance(item, sa.Enum | AutoString):
        return f"sa.String(length={item.length})" if item.length else "sa.String()"
    return False


url: str = context.config.attributes["url"]
engine = create_engine(url, poolclass=pool.NullPool, hide_parameters=True)
with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=TABLES,
        render_as_batch=True,
        compare_type=True,
        render_item=as_plain_sql,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
