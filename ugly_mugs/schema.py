"""Brings a database to the tables this program expects, and says whether it has them."""

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, pool, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from .config import make_folder
from .contract import MissingSetting
from .models import TABLES

MIGRATIONS = Path(__file__).parent.parent / "migrations"


def plain(url: str) -> str:
    """The same database through a driver that does not need an event loop."""
    return url.replace("sqlite+aiosqlite:", "sqlite:", 1)


def for_driver(url: str) -> str:
    """The same PostgreSQL database as psycopg itself wants it written."""
    return url.replace("postgresql+psycopg:", "postgresql:", 1)


def settings(url: str) -> Config:
    """Alembic's configuration for the database at *url*."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["url"] = plain(url)
    return config


def upgrade(url: str, *, app_role: str | None = None) -> None:
    """Run every migration that the database at *url* lacks.

    *app_role* is the PostgreSQL role the service runs under: it may read and write every table,
    but only add to the audit log.
    """
    if file := make_url(url).database if url.startswith("sqlite") else None:
        make_folder(Path(file).parent, setting="DATABASE_URL")
        # For its owner alone; SQLite gives the log beside it the same mode.
        Path(file).touch(mode=0o600)
    try:
        create_engine(plain(url), poolclass=pool.NullPool).connect().close()
    except OperationalError as error:
        raise MissingSetting(f"UGLY_MUGS_DATABASE_URL: cannot be reached ({type(error).__name__})") from None
    command.upgrade(settings(url), "head")
    if app_role:
        _grant(url, app_role)


def _grant(url: str, role: str) -> None:
    engine = create_engine(plain(url), poolclass=pool.NullPool)
    name = engine.dialect.identifier_preparer.quote(role)
    with engine.begin() as connection:
        for statement in (
            f"GRANT USAGE ON SCHEMA public TO {name}",
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name}",
            f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {name}",
            f"REVOKE UPDATE, DELETE, TRUNCATE ON audit FROM {name}",
        ):
            connection.execute(text(statement))


def is_current(url: str) -> bool:
    """Whether the database at *url* has had every migration."""
    engine = create_engine(plain(url), poolclass=pool.NullPool)
    with engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    return found == ScriptDirectory.from_config(settings(url)).get_current_head()


def differences(url: str) -> list[str]:
    """What the models say and the migrated database at *url* does not have, or the other way round."""
    engine = create_engine(plain(url), poolclass=pool.NullPool)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return [repr(item) for item in compare_metadata(context, TABLES)]
