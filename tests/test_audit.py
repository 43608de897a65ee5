"""Who did what can be added to and never changed without `verify` telling where."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from ugly_mugs import audit
from ugly_mugs.models import AuditEntry
from ugly_mugs.service import Service

NOW = datetime(2026, 11, 25, 14, 30, 0, 123456, tzinfo=UTC)
UNLOCK = {
    "sqlite": ["DROP TRIGGER audit_UPDATE", "DROP TRIGGER audit_DELETE"],
    "postgresql": ["DROP TRIGGER audit_append_only ON audit"],
}


async def write(service: Service, act: str, detail: Mapping[str, object] | None = None) -> None:
    async with service.transaction() as session:
        await audit.write(session, actor=f"moderator:{uuid4()}", act=act, subject="alert", now=NOW, detail=detail)


async def verify(service: Service) -> audit.Head:
    async with service.reading() as session:
        return await audit.verify(session)


async def tamper(service: Service, statement: str) -> None:
    """Change the log as somebody who owns the database could."""
    async with service.database.writer.begin() as connection:
        for each in [*UNLOCK[connection.dialect.name], statement]:
            await connection.execute(sa.text(each))


async def a_log(service: Service) -> audit.Head:
    for act in ("alert.proposed", "alert.approved", "alert.cancelled"):
        await write(service, act, {"people": 12, "channels": ["sms", "email"], "kind": "update"})
    return await verify(service)


async def test_an_empty_log_holds(service: Service) -> None:
    assert (await verify(service)).number == 0


async def test_what_was_written_holds_and_its_head_moves(service: Service) -> None:
    first = await a_log(service)

    await write(service, "alert.proposed")

    second = await verify(service)
    assert (first.number, second.number) == (3, 4)
    assert first.hash != second.hash


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit SET actor = 'moderator:somebody else' WHERE number = 2",
        "UPDATE audit SET act = 'alert.sent_back' WHERE number = 2",
        "UPDATE audit SET subject = 'scheme' WHERE number = 2",
        """UPDATE audit SET detail = '{"people": 13}' WHERE number = 2""",
        "UPDATE audit SET at = '2026-11-25 14:31:00' WHERE number = 2",
        "DELETE FROM audit WHERE number = 2",
        "UPDATE audit SET number = 20 WHERE number = 2",
    ],
)
async def test_any_change_in_the_middle_is_found_and_where(service: Service, change: str) -> None:
    await a_log(service)

    await tamper(service, change)

    with pytest.raises(audit.Broken) as broken:
        await verify(service)
    assert broken.value.number == 2


async def test_a_cut_at_the_beginning_is_found(service: Service) -> None:
    await a_log(service)

    await tamper(service, "DELETE FROM audit WHERE number = 1")

    with pytest.raises(audit.Broken) as broken:
        await verify(service)
    assert broken.value.number == 1


async def test_a_cut_at_the_end_shows_against_the_head_that_was_written_down(service: Service) -> None:
    written_down = await a_log(service)

    await tamper(service, "DELETE FROM audit WHERE number = 3")

    assert await verify(service) != written_down


async def test_entries_written_at_once_still_follow_one_another(service: Service) -> None:
    await asyncio.gather(*(write(service, f"act.{number}") for number in range(12)))

    assert (await verify(service)).number == 12


async def test_what_is_rolled_back_was_never_written(service: Service) -> None:
    await a_log(service)

    async with service.transaction() as session:
        await audit.write(session, actor=audit.SYSTEM, act="x", subject="x", now=NOW)
        await session.rollback()
    await write(service, "after")

    assert (await verify(service)).number == 4


async def test_times_come_back_as_they_were_written(service: Service) -> None:
    await write(service, "alert.proposed")

    async with service.reading() as session:
        entry = (await session.exec(select(AuditEntry).order_by(col(AuditEntry.number)))).one()
    assert entry.at == NOW
