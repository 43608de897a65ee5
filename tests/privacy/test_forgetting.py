"""What is forgotten is gone from the disk, not only from the answers."""

from pathlib import Path
from uuid import UUID

import pytest
from sqlmodel import select

from tests import makers
from tests.intake.stories import a_report, opened
from ugly_mugs.alerts import drafts
from ugly_mugs.intake import changing
from ugly_mugs.models import Address, FeedEntry, Proposal, Report, ReportClock, ReportKey, ReturnCode
from ugly_mugs.service import Service
from ugly_mugs.subscribers import leaving
from ugly_mugs.workers import stamp, sweep


def on_disk(folder: Path, what: bytes) -> list[str]:
    """The files that hold *what*, whole or its last half: a page may cut it."""
    half = what[len(what) // 2 :]
    return [file.name for file in folder.rglob("*") if file.is_file() and half in file.read_bytes()]


async def kept_of(service: Service, report_id: UUID) -> dict[str, bytes]:
    """Everything sealed or hashed that is kept of a report, and its clock."""
    async with service.reading() as session:
        report, key = await session.get_one(Report, report_id), await session.get_one(ReportKey, report_id)
        code = (await session.exec(select(ReturnCode).where(ReturnCode.report_id == report_id))).one()
        clock = await session.get_one(ReportClock, report_id)
    assert report.body is not None
    assert key.by_code is not None
    return {
        "body": report.body[-64:],
        "key for the desk": key.to_desk,
        "key for her": key.by_code,
        "verifier": code.verifier,
        "selector": code.selector,
        "clock": clock.received_at.strftime("%H:%M:%S.%f").encode(),
    }


async def test_an_erased_report_is_in_no_file(sqlite_service: Service, tmp_path: Path) -> None:
    service = sqlite_service
    found = await opened(service, await a_report(service, phones=["07700 900123"]))
    assert found is not None
    kept = await kept_of(service, found.report_id)
    assert [name for name, what in kept.items() if not on_disk(tmp_path, what)] == [], "the search finds things"

    async with service.transaction() as session:
        await changing.erase(session, found.report_id, now=service.now())
    await sweep.forget(service)

    assert {name: files for name, what in kept.items() if (files := on_disk(tmp_path, what))} == {}


async def test_somebody_reading_at_that_moment_holds_it_up_and_breaks_nothing(sqlite_service: Service) -> None:
    service = sqlite_service
    async with service.reading() as session:
        await session.exec(select(Report))

        await sweep.forget(service)

        assert list(await session.exec(select(Report))) == []


async def test_a_document_taken_out_of_the_feed_is_in_no_file(sqlite_service: Service, tmp_path: Path) -> None:
    service = sqlite_service
    report_id = await makers.a_report(service)
    await makers.an_alert(service, report=report_id)
    await stamp.stamp(service)
    async with service.reading() as session:
        document = (await session.exec(select(FeedEntry.document))).one()
    assert document is not None
    signature = document[document.index(b"SignatureValue") :][15:80]
    assert on_disk(tmp_path, signature)

    await makers.withdraw(service, report_id)
    await stamp.stamp(service)
    await sweep.forget(service)

    assert on_disk(tmp_path, signature) == []


async def test_who_erases_herself_is_in_no_file(sqlite_service: Service, tmp_path: Path) -> None:
    service = sqlite_service
    recipient_id = await makers.a_subscriber(service, phone="+447700900777")
    async with service.reading() as session:
        address = (await session.exec(select(Address))).one()
    assert on_disk(tmp_path, address.tag)

    async with service.transaction() as session:
        await leaving.erase(session, recipient_id)
    await sweep.forget(service)

    assert on_disk(tmp_path, address.tag) == []
    assert on_disk(tmp_path, address.address) == []


@pytest.mark.parametrize("others", [0, 1])
async def test_a_warning_that_was_never_sent_is_forgotten_with_the_only_report_behind_it(
    service: Service, others: int
) -> None:
    hers = await makers.a_report(service)
    behind = [hers, *[await makers.a_report(service) for _ in range(others)]]
    by = await makers.a_moderator(service)
    async with service.transaction() as session:
        alert = await drafts.begin(session, behind, by=by, now=service.now())
        words = makers.a_wording(service.atlas)
        for _ in range(2):
            await drafts.propose(
                session, service.vault, service.atlas, alert.id, words, prices=makers.PRICES, by=by, now=service.now()
            )

    async with service.transaction() as session:
        await changing.erase(session, hers, now=service.now())

    async with service.reading() as session:
        assert len(list(await session.exec(select(Proposal)))) == 2 * others
