"""Taking a report back wins over whatever a moderator does at the same moment."""

import asyncio
from uuid import UUID

import pytest

from tests import makers
from ugly_mugs.alerts import approval, drafts
from ugly_mugs.desk import case
from ugly_mugs.intake import changing
from ugly_mugs.models import Alert, AlertState, Report, ReportState, Version
from ugly_mugs.service import Service

SOON = 0.3
"""Longer than a statement takes, so that the other side has come as far as it can."""


async def state_of(service: Service, report_id: UUID) -> ReportState:
    async with service.reading() as session:
        return (await session.get_one(Report, report_id)).state


async def a_proposal(service: Service, report_id: UUID) -> UUID:
    by = await makers.a_moderator(service)
    async with service.transaction() as session:
        alert = await drafts.begin(session, [report_id], by=by, now=service.now())
        proposal = await drafts.propose(
            session,
            service.vault,
            service.atlas,
            alert.id,
            makers.a_wording(service.atlas),
            prices=makers.PRICES,
            by=by,
            now=service.now(),
        )
    return proposal.id


async def approve(service: Service, proposal_id: UUID) -> Version:
    by = await makers.a_moderator(service)
    async with service.transaction() as session:
        return await approval.approve(session, service.vault, service.atlas, proposal_id, by=by, now=service.now())


async def test_a_report_that_is_being_withdrawn_warns_nobody(postgresql_service: Service) -> None:
    service = postgresql_service
    report_id = await makers.a_report(service)
    proposal_id = await a_proposal(service, report_id)

    async with service.transaction() as session:
        await changing.withdraw(session, report_id, now=service.now())
        answer = asyncio.create_task(approve(service, proposal_id))
        await asyncio.sleep(SOON)

    with pytest.raises(approval.NotConsented):
        await answer
    assert await state_of(service, report_id) is ReportState.WITHDRAWN


async def test_what_is_withdrawn_while_it_is_approved_is_stopped(postgresql_service: Service) -> None:
    service = postgresql_service
    report_id = await makers.a_report(service)
    proposal_id = await a_proposal(service, report_id)
    by = await makers.a_moderator(service)

    async def withdraw() -> None:
        async with service.transaction() as other:
            await changing.withdraw(other, report_id, now=service.now())

    async with service.transaction() as session:
        version = await approval.approve(session, service.vault, service.atlas, proposal_id, by=by, now=service.now())
        withdrawn = asyncio.create_task(withdraw())
        await asyncio.sleep(SOON)
    await withdrawn

    async with service.reading() as session:
        alert = await session.get_one(Alert, version.alert_id)
    assert alert.state is AlertState.STOPPED
    assert await state_of(service, report_id) is ReportState.WITHDRAWN


async def test_opening_a_report_does_not_bring_back_what_is_being_erased(postgresql_service: Service) -> None:
    service = postgresql_service
    report_id = await makers.a_report(service)
    by = await makers.a_moderator(service)

    async def look() -> None:
        async with service.transaction() as other:
            await case.open_case(other, service.vault, report_id, by=by, now=service.now())

    async with service.transaction() as session:
        await changing.erase(session, report_id, now=service.now())
        opened = asyncio.create_task(look())
        await asyncio.sleep(SOON)

    with pytest.raises(case.NotThere):
        await opened
    assert await state_of(service, report_id) is ReportState.ERASED
