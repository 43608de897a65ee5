"""What is kept of a report, and for how long."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlmodel import select

from tests import makers
from tests.intake import stories
from ugly_mugs.desk import case
from ugly_mugs.desk.case import Closing
from ugly_mugs.intake import changing, messages, retention, sealed
from ugly_mugs.models import (
    Alert,
    AlertReport,
    AlertState,
    Report,
    ReportKey,
    ReportMessage,
    ReportState,
    ReturnCode,
)
from ugly_mugs.service import Service
from ugly_mugs.vocabulary import Purpose

REACH_HER: Mapping[str, object] = {
    "wants": "call_back",
    "contact": "07700 900123",
    "safe_times": "mornings",
    "if_someone_else": "say it is the garage",
    "consents": ["contact_back"],
}
HERS = (*(str(REACH_HER[name]) for name in ("contact", "safe_times", "if_someone_else")),)


async def a_report(service: Service, **fields: object) -> UUID:
    await stories.a_report(service, **fields)
    async with service.reading() as session:
        return (await stories.only_report(session)).id


async def close(service: Service, report_id: UUID, *, now: datetime) -> None:
    by = await makers.a_moderator(service)
    async with service.transaction() as session:
        await case.close(session, report_id, because=Closing.HEARD, by=by, now=now)


async def forget_contacts(service: Service, now: datetime) -> int:
    async with service.transaction() as session:
        return await retention.forget_contacts(session, service.vault, now=now)


async def forget_stories(service: Service, now: datetime) -> int:
    async with service.transaction() as session:
        return await retention.forget_stories(session, now=now)


async def told(service: Service, report_id: UUID) -> str:
    return (await stories.at_the_desk(service, report_id)).model_dump_json()


async def test_how_to_reach_her_is_forgotten_thirty_days_after_the_decision(service: Service) -> None:
    now = service.now()
    report_id = await a_report(service, **REACH_HER)
    await forget_contacts(service, now + timedelta(days=300))
    undecided = await told(service, report_id)
    await close(service, report_id, now=now)

    await forget_contacts(service, now + timedelta(days=30))
    kept = await told(service, report_id)
    unreadable = await forget_contacts(service, now + timedelta(days=31))
    gone = await told(service, report_id)

    assert all(words in undecided for words in HERS)
    assert all(words in kept for words in HERS)
    assert not any(words in gone for words in HERS)
    assert "He came back with a knife." in gone
    assert unreadable == 0


async def test_a_message_begins_the_thirty_days_anew(service: Service) -> None:
    now = service.now()
    report_id = await a_report(service, **REACH_HER)
    await close(service, report_id, now=now)
    async with service.transaction() as session:
        row = (await session.exec(select(ReportKey))).one()
        key = sealed.key_at_desk(service.vault, row)
        later = (now + timedelta(days=20)).date()
        await messages.add(session, key, report_id, "Call me again", from_desk=False, on_day=later)

    await forget_contacts(service, now + timedelta(days=31))
    kept = await told(service, report_id)
    await forget_contacts(service, now + timedelta(days=51))

    assert HERS[0] in kept
    assert HERS[0] not in await told(service, report_id)


async def test_who_withdraws_is_not_called_for_ever(service: Service) -> None:
    now = service.now()
    report_id = await a_report(service, **REACH_HER)
    async with service.transaction() as session:
        await changing.withdraw(session, report_id, now=now)

    await forget_contacts(service, now + timedelta(days=31))

    assert HERS[0] not in await told(service, report_id)


async def test_a_story_is_forgotten_after_a_year(service: Service) -> None:
    now = service.now()
    report_id = await a_report(service, category="robbery", district="LS1")
    await close(service, report_id, now=now)
    await forget_contacts(service, now + timedelta(days=31))

    early = await forget_stories(service, now + timedelta(days=365))
    forgotten = await forget_stories(service, now + timedelta(days=367))

    assert (early, forgotten) == (0, 1)
    async with service.reading() as session:
        report = await stories.only_report(session)
        for table in (ReportKey, ReportMessage, ReturnCode):
            assert (await session.exec(select(table))).all() == []
    assert (report.state, report.body, report.category, report.district) == (ReportState.ERASED, None, None, None)


async def test_what_counts_for_statistics_stays_where_she_agreed(service: Service) -> None:
    now = service.now()
    report_id = await a_report(service, category="robbery", district="LS1", consents=["research_statistics"])
    await close(service, report_id, now=now)
    await forget_contacts(service, now + timedelta(days=31))

    await forget_stories(service, now + timedelta(days=367))

    async with service.reading() as session:
        report = await stories.only_report(session)
    assert (report.category, report.district, report.body) == ("robbery", "LS1", None)


@pytest.mark.parametrize(
    ("state", "forgotten"),
    [(AlertState.LIVE, 0), (AlertState.STOPPED, 0), (AlertState.EXPIRED, 1), (AlertState.CANCELLED, 1)],
)
async def test_a_story_behind_an_open_alert_stays(service: Service, state: AlertState, forgotten: int) -> None:
    now = service.now()
    report_id = await makers.a_report(service, consents=(Purpose.ALERT_MEMBERS,), state=ReportState.ALERTED)
    alert = Alert(id=uuid4(), reference="7K2Q", state=state, opened_at=now)
    async with service.transaction() as session:
        session.add(alert)
        await session.flush()
        session.add(AlertReport(alert_id=alert.id, report_id=report_id))

    assert await forget_stories(service, now + timedelta(days=367)) == forgotten


async def test_an_undecided_report_stays(service: Service) -> None:
    await a_report(service)

    assert await forget_stories(service, service.now() + timedelta(days=3650)) == 0
    async with service.reading() as session:
        assert (await session.exec(select(Report.body))).one() is not None
