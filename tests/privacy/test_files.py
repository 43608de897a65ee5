"""X1: what is written to the disk is for its owner alone, without anybody having to think of it."""

import stat
from pathlib import Path

from sqlalchemy import text

from tests import makers
from ugly_mugs import schema


async def test_the_database_and_its_log_are_readable_by_their_owner_alone(tmp_path: Path, key_folder: Path) -> None:
    folder = tmp_path / "var"
    url = f"sqlite+aiosqlite:///{folder}/service.db"
    schema.upgrade(url)

    async with makers.a_service(url, key_folder, var=folder) as service, service.transaction() as session:
        await (await session.connection()).execute(text("INSERT INTO house VALUES ('a', 'b')"))
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()}

    assert {"service.db", "service.db-wal"} <= set(modes)
    assert set(modes.values()) == {0o600}
