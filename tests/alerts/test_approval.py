"""It takes two different people, consent, and her word that it is time."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import select

from tests import makers
from ugly_mugs.alerts import approval, drafts
from ugly_mugs.models import Alert, FanOut, Proposal, ProposalState, Report, ReportState, Version
from ugly_mugs.service import Service
from ugly_mugs.vocabulary import Category, Purpose, Severity, Timing


async def _proposed(service: Service, *, by: UUID, report: UUID | None = None, **wording: Any) -> Proposal:
    behind = report or await makers.a_report(service)
    async with service.transaction() as session:
        alert = await drafts.begin(session, [behind], by=by, now=service.now())
        words = makers.a_wording(service.atlas, **wording)
        return await drafts.propose(
            session, service.vault, service.atlas, alert.id, words, prices=makers.PRICES, by=by, now=service.now()
        )


async def _approve(service: Service, proposal: Proposal, *, by: UUID) -> Version:
    async with service.transaction() as session:
        return await approval.approve(session, service.vault, service.atlas, proposal.id, by=by, now=service.now())


async def test_whoever_proposed_it_cannot_approve_it(service: Service) -> None:
    one = await makers.a_moderator(service)
    proposal = await _proposed(service, by=one)

    with pytest.raises(approval.SamePerson):
        await _approve(service, proposal, by=one)


async def test_a_second_moderator_issues_it_and_the_reporter_is_told(service: Service) -> None:
    one, other = await makers.a_moderator(service), await makers.a_moderator(service)
    report = await makers.a_report(service)
    proposal = await _proposed(service, by=one, report=report)

    version = await _approve(service, proposal, by=other)

    assert (version.proposed_by, version.approved_by) == (one, other)
    async with service.reading() as session:
        assert (await session.exec(select(FanOut.version_id))).one() == version.id
        assert (await session.exec(select(Report.state))).one() is ReportState.ALERTED


async def test_of_two_who_approve_at_once_one_finds_it_answered(service: Service) -> None:
    one, other, third = [await makers.a_moderator(service) for _ in range(3)]
    proposal = await _proposed(service, by=one)

    answers = await asyncio.gather(
        _approve(service, proposal, by=other), _approve(service, proposal, by=third), return_exceptions=True
    )

    assert sorted(type(answer).__name__ for answer in answers) == ["NotOpen", "Version"]


async def test_editing_voids_what_was_proposed_before(service: Service) -> None:
    one, other = await makers.a_moderator(service), await makers.a_moderator(service)
    first = await _proposed(service, by=one)
    async with service.transaction() as session:
        words = makers.a_wording(service.atlas, description="Man 50s, bald")
        await drafts.propose(
            session,
            service.vault,
            service.atlas,
            first.alert_id,
            words,
            prices=makers.PRICES,
            by=one,
            now=service.now(),
        )

    with pytest.raises(drafts.NotOpen):
        await _approve(service, first, by=other)


async def test_what_is_sent_back_cannot_be_approved_and_says_why(service: Service) -> None:
    one, other = await makers.a_moderator(service), await makers.a_moderator(service)
    proposal = await _proposed(service, by=one)

    async with service.transaction() as session:
        back = await drafts.send_back(
            session, service.vault, proposal.id, by=other, reason="Too exact a place", now=service.now()
        )

    assert drafts.reason_given(service.vault, back) == "Too exact a place"
    assert b"exact" not in (back.reason or b"")
    with pytest.raises(drafts.NotOpen):
        await _approve(service, back, by=other)


async def test_without_consent_nobody_is_told(service: Service) -> None:
    one, other = await makers.a_moderator(service), await makers.a_moderator(service)
    report = await makers.a_report(service, consents=[Purpose.RESEARCH_STATISTICS])
    proposal = await _proposed(service, by=one, report=report)

    with pytest.raises(approval.NotConsented):
        await _approve(service, proposal, by=other)


async def test_until_she_says_so_it_waits(service: Service) -> None:
    one, other = await makers.a_moderator(service), await makers.a_moderator(service)
    report = await makers.a_report(service, timing=Timing.WHEN_I_SAY)
    proposal = await _proposed(service, by=one, report=report)

    with pytest.raises(approval.TooEarly):
        await _approve(service, proposal, by=other)

    async with service.reading() as session:
        assert (await session.exec(select(Version))).first() is None


@pytest.mark.parametrize(("days", "goes"), [(1, False), (0, True), (-1, True)])
async def test_after_so_many_days_means_from_that_day_on(sqlite_service: Service, days: int, *, goes: bool) -> None:
    one, other = await makers.a_moderator(sqlite_service), await makers.a_moderator(sqlite_service)
    day = makers.TODAY + timedelta(days=days)
    report = await makers.a_report(sqlite_service, timing=Timing.AFTER_DAYS, go_on=day)
    proposal = await _proposed(sqlite_service, by=one, report=report)

    if goes:
        await _approve(sqlite_service, proposal, by=other)
    else:
        with pytest.raises(approval.TooEarly):
            await _approve(sqlite_service, proposal, by=other)


async def test_schemes_only_means_no_member_is_told(service: Service) -> None:
    one, other = await makers.a_moderator(service), await makers.a_moderator(service)
    await makers.a_subscriber(service)
    report = await makers.a_report(service, consents=[Purpose.SHARE_WITH_SCHEMES])
    proposal = await _proposed(service, by=one, report=report)

    version = await _approve(service, proposal, by=other)

    assert (version.to_members, version.to_feed, version.people) == (False, True, 0)
    async with service.reading() as session:
        assert (await session.exec(select(FanOut))).first() is None


async def test_a_child_never_appears_in_an_alert(service: Service) -> None:
    one, other = await makers.a_moderator(service), await makers.a_moderator(service)
    proposal = await _proposed(service, by=one, category=Category.CHILD_CONCERN)

    with pytest.raises(approval.LeadDecides):
        await _approve(service, proposal, by=other)


async def test_a_nuisance_is_never_a_message(service: Service) -> None:
    one, other = await makers.a_moderator(service), await makers.a_moderator(service)
    proposal = await _proposed(service, by=one, category=Category.TIME_WASTER, severity=Severity.NUISANCE)

    version = await _approve(service, proposal, by=other)

    assert not version.to_members


async def test_the_people_and_pounds_are_frozen_with_it(service: Service) -> None:
    one, other = await makers.a_moderator(service), await makers.a_moderator(service)
    for _ in range(3):
        await makers.a_subscriber(service, area="GU1")
    await makers.a_subscriber(service, area="GU1", email="jo@example.org")
    await makers.a_subscriber(service, area="AB10")
    proposal = await _proposed(service, by=one)

    version = await _approve(service, proposal, by=other)

    assert (version.people, version.texts, version.segments, version.pence) == (4, 3, 3, 12)


async def test_one_moderator_may_cancel_but_not_twice(service: Service) -> None:
    version = await makers.an_alert(service)

    cancelled = await makers.cancel(service, version.alert_id)

    assert (cancelled.number, cancelled.kind) == (2, "cancel")
    with pytest.raises(drafts.NotNow):
        await makers.cancel(service, version.alert_id)


async def test_a_draft_is_sealed_until_it_is_approved(service: Service) -> None:
    one = await makers.a_moderator(service)

    proposal = await _proposed(service, by=one, description="A man with a swallow on his neck")

    assert b"swallow" not in proposal.wording
    assert "swallow" in drafts.read(service.vault, proposal).description
    async with service.reading() as session:
        assert (await session.exec(select(Alert.state))).one() == "draft"
        assert (await session.exec(select(Proposal.state))).one() is ProposalState.OPEN


async def test_an_alert_that_never_was_cannot_be_cancelled(service: Service) -> None:
    proposal = await _proposed(service, by=await makers.a_moderator(service))

    with pytest.raises(drafts.NotNow):
        await makers.cancel(service, proposal.alert_id)
