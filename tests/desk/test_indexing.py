"""The desk worker indexes what reports name; nothing of it can be read from the index."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlmodel import select

from tests.desk.statements import counted
from tests.desk.stories import a_report
from ugly_mugs import identifiers
from ugly_mugs.desk import indexing
from ugly_mugs.intake import changing
from ugly_mugs.models import Report, ReportIdentifier, ReportKey, ReportPiece, ReportState
from ugly_mugs.service import Service
from ugly_mugs.workers.index import index_reports

NOW = datetime(2026, 11, 25, 21, 30, tzinfo=UTC)
CAR = {"registration": "KX12 ABC", "make": "Astra"}


async def test_a_new_report_is_indexed_once_by_each_thing_it_names(service: Service) -> None:
    report_id = await a_report(service, now=NOW, phones=["07700 900123", "ends 900447"], vehicle=CAR)

    assert await index_reports(service)

    rows = await _rows(service)
    assert sorted((row.kind, row.partial) for row in rows) == [("phone", False), ("phone", True), ("vrm", False)]
    assert {row.report_id for row in rows} == {report_id}
    assert {row.version for row in rows} == {indexing.version()}
    assert not await index_reports(service)


async def test_a_report_that_names_nothing_is_not_looked_at_again(service: Service) -> None:
    await a_report(service, now=NOW)

    assert await index_reports(service)
    assert not await index_reports(service)


async def test_an_older_version_is_indexed_anew_and_not_twice(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    await a_report(service, now=NOW, phones=["07700 900123"])
    await index_reports(service)
    monkeypatch.setattr(identifiers, "VERSION", identifiers.VERSION + 1)

    assert await index_reports(service)

    assert [row.version for row in await _rows(service)] == [indexing.version()]
    assert not await index_reports(service)


async def test_the_index_holds_nothing_of_the_number_itself(service: Service) -> None:
    await a_report(service, now=NOW, phones=["07700 900123"])
    await index_reports(service)

    (row,) = await _rows(service)
    pieces = await _pieces(service)

    assert b"900123" not in row.tag + row.folded + b"".join(each.tag for each in pieces)
    assert len({row.tag, row.folded, *(each.tag for each in pieces)}) == 2 + len(pieces)


async def test_pieces_are_kept_and_slips_are_not(service: Service) -> None:
    """What would be kept of slips: a hundred tags a number, by which a thief could tell neighbours."""
    await a_report(service, now=NOW, phones=["07700 900123"], vehicle=CAR)
    await a_report(service, now=NOW, phones=["ends 900447"])
    await index_reports(service)

    pieces = await _pieces(service)

    assert sorted(each.asks for each in pieces) == [False] * 11 + [True]
    assert all(len(each.tag) == 32 for each in pieces)


async def test_a_report_that_cannot_be_opened_is_set_aside_and_does_not_hold_up_the_rest(service: Service) -> None:
    lost = await a_report(service, now=NOW, phones=["07700 900123"])
    await a_report(service, now=NOW, phones=["07700 900456"])
    async with service.transaction() as session:
        key = await session.get(ReportKey, lost)
        assert key is not None
        key.to_desk = bytes(80)

    assert await index_reports(service)

    assert len(await _rows(service)) == 1
    assert not await index_reports(service)


async def test_a_withdrawn_report_is_not_indexed(service: Service) -> None:
    report_id = await a_report(service, now=NOW, phones=["07700 900123"])
    async with service.transaction() as session:
        await changing.withdraw(session, report_id, now=NOW)

    assert not await index_reports(service)


async def test_two_workers_do_not_index_the_same_report(postgresql_service: Service) -> None:
    service = postgresql_service
    await a_report(service, now=NOW, phones=["07700 900123"])

    async with service.transaction() as one, service.transaction() as other:
        first = await indexing.index_batch(one, service.vault)
        second = await indexing.index_batch(other, service.vault)

    assert (first.reports, second.reports) == (1, 0)
    assert len(await _rows(service)) == 1


async def _pieces(service: Service) -> list[ReportPiece]:
    async with service.reading() as session:
        return list(await session.exec(select(ReportPiece)))


async def _rows(service: Service) -> list[ReportIdentifier]:
    async with service.reading() as session:
        return list(await session.exec(select(ReportIdentifier)))


async def test_finding_what_waits_reads_no_report_that_does_not(service: Service) -> None:
    async with service.transaction() as session:
        for _ in range(200):
            session.add(Report(received_on=NOW.date(), state=ReportState.CLOSED, indexed_with=indexing.version()))
    async with service.transaction() as session, counted(service) as statements:
        await indexing.index_batch(session, service.vault)
    asked = [(said, values) for said, values in statements if "report.indexed_with IS NULL" in said]

    async with service.transaction() as session:
        connection = await session.connection()
        is_postgresql = connection.dialect.name == "postgresql"
        if is_postgresql:
            # A table of so few rows is read from end to end more quickly.
            await connection.execute(text("SET LOCAL enable_seqscan = off"))
        for statement, values in asked:
            rows = await connection.exec_driver_sql(
                f"EXPLAIN {'' if is_postgresql else 'QUERY PLAN'} {statement}", values
            )
            plan = "\n".join(str(row) for row in rows)
            assert "report_not_indexed" in plan or "ix_report_indexed_with" in plan
    assert asked
