"""Migrations make the tables that the models say, and the audit log only grows, on both databases."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
import sqlalchemy as sa
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy.exc import DBAPIError

from ugly_mugs import audit, schema
from ugly_mugs.models import TABLES
from ugly_mugs.service import Service

CHANGES = ["UPDATE audit SET act = 'nothing'", "DELETE FROM audit WHERE number = 1"]


def test_a_migrated_database_has_what_the_models_say(database_url: str) -> None:
    assert schema.differences(database_url) == []


def test_migrations_are_one_line() -> None:
    scripts = ScriptDirectory.from_config(schema.settings("sqlite://"))

    assert len(scripts.get_heads()) == 1
    assert len(scripts.get_bases()) == 1


def test_migrating_again_does_nothing(database_url: str) -> None:
    schema.upgrade(database_url)

    assert schema.is_current(database_url)
    assert schema.differences(database_url) == []


def test_an_empty_database_is_told_from_a_migrated_one(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/new/folder/service.db"

    with pytest.raises(sa.exc.OperationalError):
        schema.is_current(url)
    schema.upgrade(url)

    assert schema.is_current(url)


def test_every_migration_can_be_taken_back(database_url: str) -> None:
    command.downgrade(schema.settings(database_url), "base")

    engine = sa.create_engine(schema.plain(database_url), poolclass=sa.pool.NullPool)
    left = sa.inspect(engine).get_table_names()
    schema.upgrade(database_url)
    assert left == ["alembic_version"]
    assert schema.differences(database_url) == []


async def test_what_is_in_the_audit_log_stays_there(service: Service) -> None:
    async with service.transaction() as session:
        await audit.write(session, actor=audit.SYSTEM, act="keys.made", subject="house", now=service.now())

    for change in CHANGES:
        with pytest.raises(DBAPIError, match="append-only"):
            async with service.transaction() as session:
                await session.exec(sa.text(change))  # type: ignore[call-overload]  # sqlmodel types exec() for selects

    async with service.reading() as session:
        assert (await audit.verify(session)).number == 1


async def test_nor_can_it_be_emptied_at_once(postgresql_service: Service) -> None:
    with pytest.raises(DBAPIError, match="append-only"):
        async with postgresql_service.transaction() as session:
            await session.exec(sa.text("TRUNCATE audit"))  # type: ignore[call-overload]  # sqlmodel types exec() for selects


@pytest.fixture
def app_role(postgresql_url: str) -> Iterator[str]:
    """A role of PostgreSQL that the service is to run under; its name needs quotes."""
    name = f'app-"{uuid4().hex[:8]}'
    quoted = '"' + name.replace('"', '""') + '"'
    with psycopg.connect(schema.for_driver(postgresql_url), autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {quoted} LOGIN".encode())
        yield name
        connection.execute(f"DROP OWNED BY {quoted}".encode())
        connection.execute(f"DROP ROLE {quoted}".encode())


@pytest.fixture
async def as_app(postgresql_url: str, app_role: str) -> AsyncIterator[psycopg.AsyncConnection[tuple[object, ...]]]:
    """A connection that may do what the service may do."""
    await asyncio.to_thread(schema.upgrade, postgresql_url, app_role=app_role)
    async with await psycopg.AsyncConnection.connect(schema.for_driver(postgresql_url), autocommit=True) as connection:
        await connection.execute("SELECT set_config('role', %s, false)", [app_role])
        yield connection


async def test_the_services_own_role_can_only_add_to_the_audit_log(
    as_app: psycopg.AsyncConnection[tuple[object, ...]],
) -> None:
    await as_app.execute(
        "INSERT INTO audit (number, at, actor, act, subject, detail, previous, hash) "
        "VALUES (1, now(), 'system', 'x', 'x', '{}', '', '')"
    )
    read = await (await as_app.execute("SELECT count(*) FROM audit")).fetchone()

    assert read == (1,)
    for change in [*CHANGES, "TRUNCATE audit", "DROP TABLE audit", "ALTER TABLE audit DISABLE TRIGGER ALL"]:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            await as_app.execute(change.encode())


async def test_it_can_work_with_every_other_table_and_make_none(
    as_app: psycopg.AsyncConnection[tuple[object, ...]],
) -> None:
    for name in TABLES.tables:
        for right in ("SELECT", "INSERT", "UPDATE", "DELETE"):
            found = await as_app.execute("SELECT has_table_privilege(%s, %s)", [name, right])
            may = name != "audit" or right in {"SELECT", "INSERT"}
            assert (name, right, await found.fetchone()) == (name, right, (may,))

    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        await as_app.execute("CREATE TABLE of_our_own (id int)")


def test_migrations_do_not_depend_on_todays_code() -> None:
    for file in (schema.MIGRATIONS / "versions").glob("*.py"):
        imported = set(re.findall(r"^(?:from|import) (\w+)", file.read_text(), re.MULTILINE))

        assert imported <= {"alembic", "sqlalchemy"}, file.name
