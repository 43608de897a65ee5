"""The desk worker indexes what reports name; equal identifiers meet, and nothing else can be read from it."""

from datetime import UTC, datetime

import pytest
from sqlmodel import col, select

from tests.desk.stories import a_report
from ugly_mugs import identifiers
from ugly_mugs.desk import indexing, linking
from ugly_mugs.identifiers import Kind
from ugly_mugs.intake import changing
from ugly_mugs.models import Report, ReportIdentifier, ReportKey
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
    assert {row.version for row in rows} == {identifiers.VERSION}
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

    assert [row.version for row in await _rows(service)] == [identifiers.VERSION]
    assert not await index_reports(service)


async def test_the_index_holds_nothing_of_the_number_itself(service: Service) -> None:
    await a_report(service, now=NOW, phones=["07700 900123"])
    await index_reports(service)

    (row,) = await _rows(service)

    assert b"900123" not in row.tag + row.folded
    assert row.tag != row.folded


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


async def test_reports_that_name_the_same_phone_know_of_each_other_however_it_is_written(service: Service) -> None:
    first = await a_report(service, now=NOW, phones=["07700 900123"], district="GU1")
    second = await a_report(service, now=NOW, phones=["+44 (0)7700 900 123"])
    await a_report(service, now=NOW, phones=["07700 900999"])
    await index_reports(service)

    (link,) = await _links(service, second)

    assert (link.report_id, link.same, link.district) == (first, frozenset({Kind.PHONE}), "GU1")


async def test_a_name_on_another_site_is_alike_and_not_the_same(service: Service) -> None:
    first = await a_report(service, now=NOW, handles=["adultwork: mild_mike"])
    second = await a_report(service, now=NOW, handles=["telegram: mild_mike"])
    await index_reports(service)

    (link,) = await _links(service, first)

    assert (link.report_id, link.same, link.alike) == (second, frozenset(), frozenset({Kind.HANDLE}))


async def test_a_withdrawn_report_is_not_known_any_more(service: Service) -> None:
    gone = await a_report(service, now=NOW, phones=["07700 900123"])
    stays = await a_report(service, now=NOW, phones=["07700 900123"])
    await index_reports(service)
    async with service.transaction() as session:
        await changing.withdraw(session, gone, now=NOW)

    assert await _links(service, stays) == []


async def test_two_workers_do_not_index_the_same_report(postgresql_service: Service) -> None:
    service = postgresql_service
    await a_report(service, now=NOW, phones=["07700 900123"])

    async with service.transaction() as one, service.transaction() as other:
        first = await indexing.index_batch(one, service.vault)
        second = await indexing.index_batch(other, service.vault)

    assert (first.reports, second.reports) == (1, 0)
    assert len(await _rows(service)) == 1


async def _rows(service: Service) -> list[ReportIdentifier]:
    async with service.reading() as session:
        return list(await session.exec(select(ReportIdentifier)))


async def _links(service: Service, report_id: object) -> list[linking.Link]:
    async with service.reading() as session:
        report = (await session.exec(select(Report).where(col(Report.id) == report_id))).one()
        return await linking.known(session, report.id)
