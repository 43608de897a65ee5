"""C8: nothing that is in the audit log is changed, by whatever statement."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from ugly_mugs import audit
from ugly_mugs.service import Service

SAYS = "(number, at, actor, act, subject, detail, previous, hash) SELECT number, at, actor, 'x', subject, detail, "
REPLACING = {
    "replace": f"REPLACE INTO audit {SAYS} previous, hash FROM audit WHERE number = 1",
    "insert or replace": f"INSERT OR REPLACE INTO audit {SAYS} previous, hash FROM audit WHERE number = 1",
    "upsert": f"INSERT INTO audit {SAYS} previous, hash FROM audit WHERE number = 1 "
    "ON CONFLICT (number) DO UPDATE SET act = 'x'",
    "update or replace": "UPDATE OR REPLACE audit SET number = 1 WHERE number = 2",
}


@pytest.mark.parametrize("how", REPLACING)
async def test_nothing_in_the_audit_log_is_replaced(sqlite_service: Service, how: str) -> None:
    service = sqlite_service
    for act in ("keys.made", "keys.changed"):
        async with service.transaction() as session:
            await audit.write(session, actor=audit.SYSTEM, act=act, subject="house", now=service.now())

    with pytest.raises(DBAPIError, match="append-only"):
        async with service.transaction() as session:
            await (await session.connection()).execute(text(REPLACING[how]))

    async with service.reading() as session:
        assert (await audit.verify(session)).number == 2


async def test_nor_by_an_upsert_on_postgresql(postgresql_service: Service) -> None:
    service = postgresql_service
    async with service.transaction() as session:
        await audit.write(session, actor=audit.SYSTEM, act="keys.made", subject="house", now=service.now())

    with pytest.raises(DBAPIError, match="append-only"):
        async with service.transaction() as session:
            await (await session.connection()).execute(text(REPLACING["upsert"]))
