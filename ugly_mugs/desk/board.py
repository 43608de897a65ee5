"""The desk's other lists: warnings before a second moderator, live ones, and those that stopped by themselves."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import exists
from sqlalchemy.orm import aliased
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..alerts import drafts
from ..models import (
    Alert,
    AlertReport,
    AlertState,
    Delivery,
    Occasion,
    Proposal,
    ProposalState,
    ToldCount,
    Version,
    VersionKind,
    may_have_got_it,
    table,
)
from ..vault import Vault
from ..vocabulary import Severity

MOST = 200
WITHIN = timedelta(days=1)
LATELY = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Proposed:
    """A warning that one moderator wants to send."""

    proposal_id: UUID
    alert_id: UUID
    reference: str
    kind: VersionKind
    severity: Severity
    headline: str
    by: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class Issued:
    """An alert that has been sent, as its newest version says it."""

    alert_id: UUID
    reference: str
    severity: Severity
    headline: str
    people: int
    at: datetime
    ended_at: datetime
    """When it runs out by itself, or did."""
    tell_by: date | None
    """The day by whose end a moderator tells those who got it, because its reporter withdrew."""


@dataclass(frozen=True, slots=True)
class SentBack:
    """A warning that the second moderator did not agree to."""

    proposal_id: UUID
    alert_id: UUID
    reference: str
    by: UUID
    at: datetime


async def proposed(session: AsyncSession, vault: Vault) -> list[Proposed]:
    """What waits for a second moderator, the most severe first."""
    rows = await session.exec(
        select(Proposal, Alert.reference)
        .join(Alert, col(Alert.id) == Proposal.alert_id)
        .where(Proposal.state == ProposalState.OPEN)
        .order_by(col(Proposal.proposed_at))
        .limit(MOST)
    )
    found = []
    for proposal, reference in rows:
        wording = drafts.read(vault, proposal)
        found.append(
            Proposed(
                proposal_id=proposal.id,
                alert_id=proposal.alert_id,
                reference=reference,
                kind=proposal.kind,
                severity=wording.severity,
                headline=wording.headline,
                by=proposal.proposed_by,
                at=proposal.proposed_at,
            )
        )
    return sorted(found, key=lambda each: (-each.severity, each.at))


async def issued(session: AsyncSession, states: Collection[AlertState]) -> list[Issued]:
    """Alerts in *states*, newest first."""
    newest = (
        select(Version.alert_id, func.max(Version.number).label("number")).group_by(col(Version.alert_id)).subquery()
    )
    rows = await session.exec(
        select(Alert, Version)
        .join(newest, newest.c.alert_id == Alert.id)
        .join(Version, (col(Version.alert_id) == Alert.id) & (col(Version.number) == newest.c.number))
        .where(col(Alert.state).in_(states))
        .order_by(col(Version.issued_at).desc())
        .limit(MOST)
    )
    return [
        Issued(
            alert_id=alert.id,
            reference=alert.reference,
            severity=version.severity,
            headline=str(version.said.get("headline", "")),
            people=version.people,
            at=version.issued_at,
            ended_at=version.expires_at,
            tell_by=alert.stopped_on + WITHIN if alert.stopped_on else None,
        )
        for alert, version in rows
    ]


async def stopped(session: AsyncSession) -> list[Issued]:
    """Alerts whose reporters withdrew, and of which those who got them do not know: the most pressing first."""
    found = await issued(session, [AlertState.STOPPED])
    return sorted(found, key=lambda each: each.tell_by or date.min)


async def expired(session: AsyncSession, *, now: datetime) -> list[Issued]:
    """Alerts that ran out lately: it may be time to look at them again."""
    found = await issued(session, [AlertState.EXPIRED])
    return [each for each in found if each.ended_at > now - LATELY]


async def sent_back(session: AsyncSession) -> list[SentBack]:
    """Warnings whose last proposal came back and was not made anew."""
    later = aliased(Proposal)
    rows = await session.exec(
        select(Proposal, Alert.reference)
        .join(Alert, col(Alert.id) == Proposal.alert_id)
        .where(
            Proposal.state == ProposalState.SENT_BACK,
            col(Alert.state).in_((AlertState.DRAFT, AlertState.LIVE)),
            ~exists().where(
                col(later.alert_id) == Proposal.alert_id, col(later.proposed_at) > col(Proposal.proposed_at)
            ),
        )
        .order_by(col(Proposal.proposed_at))
        .limit(MOST)
    )
    return [
        SentBack(
            proposal.id,
            proposal.alert_id,
            reference,
            proposal.proposed_by,
            proposal.answered_at or proposal.proposed_at,
        )
        for proposal, reference in rows
    ]


async def reports_of(session: AsyncSession, alert_id: UUID) -> list[UUID]:
    """The reports behind an alert."""
    return list(await session.exec(select(AlertReport.report_id).where(AlertReport.alert_id == alert_id)))


async def last_proposal(session: AsyncSession, alert_id: UUID) -> Proposal | None:
    """What was proposed last and not approved: where another try starts."""
    found = await session.exec(
        select(Proposal)
        .where(Proposal.alert_id == alert_id)
        .order_by(col(Proposal.proposed_at).desc(), col(Proposal.state) == ProposalState.VOID)
        .limit(1)
    )
    last = found.first()
    return last if last is not None and last.state is not ProposalState.APPROVED else None


async def versions(session: AsyncSession, alert_id: UUID) -> list[Version]:
    """What an alert has said, newest first."""
    found = await session.exec(select(Version).where(Version.alert_id == alert_id).order_by(col(Version.number).desc()))
    return list(found)


async def told(session: AsyncSession, alert_id: UUID) -> int:
    """How many people got, or may have got, something of an alert: they are who hears that it is withdrawn.

    Once it is forgotten who they were, how many got its best known version.
    """
    found = await session.exec(
        select(func.count(func.distinct(Delivery.recipient_id))).where(
            col(Delivery.subject).in_(select(Version.id).where(Version.alert_id == alert_id)),
            col(Delivery.occasion).in_((Occasion.ALERT, Occasion.UPDATE)),
            may_have_got_it(table(Delivery)),
        )
    )
    counted = await session.exec(
        select(func.sum(ToldCount.people))
        .join(Version, col(Version.id) == ToldCount.version_id)
        .where(Version.alert_id == alert_id, Version.kind != VersionKind.CANCEL)
        .group_by(col(Version.id))
    )
    return max(found.one(), *(int(people) for people in counted), 0)
