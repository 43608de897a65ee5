"""The consent ledger: nothing is changed in it, and the newest line of a purpose counts."""

from datetime import date, timedelta
from uuid import uuid4

from sqlmodel import col, select

from tests import makers
from ugly_mugs import consents
from ugly_mugs.models import Consent
from ugly_mugs.service import Service
from ugly_mugs.vocabulary import Purpose

WARN, SHARE = Purpose.ALERT_MEMBERS, Purpose.SHARE_WITH_SCHEMES
TODAY = date(2026, 11, 25)


async def test_the_newest_line_of_a_purpose_counts(service: Service) -> None:
    report = await makers.a_report(service, consents=(WARN, SHARE))

    async with service.transaction() as session:
        await consents.record(session, report, {WARN: False}, words="2", on_day=TODAY)
        await consents.record(session, report, {SHARE: False}, words="2", on_day=TODAY)
        await consents.record(session, report, {SHARE: True}, words="3", on_day=TODAY + timedelta(days=1))

    async with service.reading() as session:
        assert await consents.standing(session, [report]) == {report: frozenset({SHARE})}


async def test_every_line_stays_with_its_day_and_the_words_she_saw(service: Service) -> None:
    report = await makers.a_report(service, consents=(WARN,))

    async with service.transaction() as session:
        await consents.record(session, report, {WARN: False, SHARE: True}, words="2026-11", on_day=TODAY)

    async with service.reading() as session:
        lines = (await session.exec(select(Consent).order_by(col(Consent.number)))).all()
    assert [(line.number, line.purpose, line.given) for line in lines] == [
        (1, WARN, True),
        (2, WARN, False),
        (3, SHARE, True),
    ]
    assert [line.words for line in lines] == ["test", "2026-11", "2026-11"]
    assert lines[1].on_day == TODAY


async def test_one_report_says_nothing_about_another(service: Service) -> None:
    one, other = await makers.a_report(service, consents=(WARN,)), await makers.a_report(service, consents=())
    unknown = uuid4()

    async with service.reading() as session:
        standing = await consents.standing(session, [one, other, unknown])

    assert standing == {one: frozenset({WARN}), other: frozenset(), unknown: frozenset()}
