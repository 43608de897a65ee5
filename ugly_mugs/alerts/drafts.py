"""A warning before it is one: proposed by one moderator, sealed until another has answered."""

import secrets
from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from .. import audit
from ..areas import Atlas
from ..models import Alert, AlertReport, AlertState, Proposal, ProposalState, VersionKind
from ..vault import Vault
from . import issuing
from .reach import Quote
from .wording import Wording

# No vowels and nothing that looks like something else: read out over the phone, spells no word.
REFERENCE_LETTERS = "23456789BCDFGHJKMNPQRTVWXZ"
REFERENCE_LENGTH = 4


class NotOpen(Exception):
    """Somebody has already answered this proposal, or it was replaced."""


class NotThere(Exception):
    """No such alert or proposal."""


class NotNow(Exception):
    """The alert is not in a state in which this can be done to it."""


async def begin(session: AsyncSession, report_ids: Collection[UUID], *, by: UUID, now: datetime) -> Alert:
    """Open a draft alert on *report_ids*, with a reference of its own."""
    alert = Alert(reference=await _new_reference(session), opened_at=now)
    session.add(alert)
    await session.flush()
    session.add_all(AlertReport(alert_id=alert.id, report_id=report_id) for report_id in report_ids)
    await audit.write(session, actor=f"moderator:{by}", act="alert.begun", subject=f"alert:{alert.id}", now=now)
    return alert


async def _new_reference(session: AsyncSession) -> str:
    while True:
        reference = "".join(secrets.choice(REFERENCE_LETTERS) for _ in range(REFERENCE_LENGTH))
        if (await session.exec(select(Alert.id).where(Alert.reference == reference))).first() is None:
            return reference


async def propose(
    session: AsyncSession,
    vault: Vault,
    atlas: Atlas,
    alert_id: UUID,
    wording: Wording,
    *,
    prices: Mapping[str, Decimal],
    kind: VersionKind = VersionKind.ALERT,
    by: UUID,
    now: datetime,
) -> Proposal:
    """Lay *wording* before a second moderator; an open proposal for the same alert is void from now on."""
    alert = await lock(session, alert_id)
    wanted = AlertState.DRAFT if kind is VersionKind.ALERT else AlertState.LIVE
    if alert.state is not wanted:
        raise NotNow(alert.state)
    for old in await session.exec(select(Proposal).where(Proposal.alert_id == alert_id, *_is_open())):
        old.state, old.answered_by, old.answered_at = ProposalState.VOID, by, now
        session.add(old)
    await session.flush()
    cost = await issuing.quote(session, atlas, wording, prices=prices, now=now)
    proposal = Proposal(
        alert_id=alert_id,
        kind=kind,
        wording=b"",
        people=cost.people,
        texts=cost.texts,
        segments=cost.segments,
        pence=int(cost.pence),
        proposed_by=by,
        proposed_at=now,
    )
    proposal.wording = vault.seal_to_desk(
        wording.model_dump_json().encode(), table="proposal", column="wording", row=proposal.id
    )
    session.add(proposal)
    await _note(session, proposal, "alert.proposed", by=by, now=now)
    return proposal


def read(vault: Vault, proposal: Proposal) -> Wording:
    """What *proposal* wants to say."""
    plain = vault.open_at_desk(proposal.wording, table="proposal", column="wording", row=proposal.id)
    return Wording.model_validate_json(plain)


def cost_of(proposal: Proposal) -> Quote:
    """What stood on the screen when it was proposed."""
    emails = proposal.people - proposal.texts
    return Quote(proposal.people, proposal.texts, emails, proposal.segments, Decimal(proposal.pence))


def reason_given(vault: Vault, proposal: Proposal) -> str:
    """Why *proposal* was sent back; nothing if it was not."""
    if proposal.reason is None:
        return ""
    return vault.open_at_desk(proposal.reason, table="proposal", column="reason", row=proposal.id).decode()


async def open_proposal(session: AsyncSession, alert_id: UUID) -> Proposal | None:
    """What waits for an answer on *alert_id*, if anything does."""
    return (await session.exec(select(Proposal).where(Proposal.alert_id == alert_id, *_is_open()))).first()


async def send_back(
    session: AsyncSession, vault: Vault, proposal_id: UUID, *, by: UUID, reason: str, now: datetime
) -> Proposal:
    """Refuse a proposal and say why; raise `NotOpen` if it has been answered."""
    proposal = await take(session, proposal_id)
    proposal.state, proposal.answered_by, proposal.answered_at = ProposalState.SENT_BACK, by, now
    proposal.reason = vault.seal_to_desk(reason.encode(), table="proposal", column="reason", row=proposal.id)
    session.add(proposal)
    await _note(session, proposal, "alert.sent_back", by=by, now=now)
    return proposal


async def take(session: AsyncSession, proposal_id: UUID) -> Proposal:
    """Hold an open proposal until commit: of two who answer at once, the second finds it answered."""
    found = await session.exec(select(Proposal).where(Proposal.id == proposal_id).with_for_update())
    proposal = found.first()
    if proposal is None:
        raise NotThere
    if proposal.state is not ProposalState.OPEN:
        raise NotOpen
    return proposal


async def lock(session: AsyncSession, alert_id: UUID) -> Alert:
    """Hold an alert until commit, so that its versions follow one another."""
    found = await session.exec(select(Alert).where(Alert.id == alert_id).with_for_update())
    alert = found.first()
    if alert is None:
        raise NotThere
    return alert


def _is_open() -> tuple[bool, ...]:
    return (col(Proposal.state) == ProposalState.OPEN,)  # type: ignore[return-value]  # a condition, not a bool


async def _note(session: AsyncSession, proposal: Proposal, act: str, *, by: UUID, now: datetime) -> None:
    await audit.write(
        session,
        actor=f"moderator:{by}",
        act=act,
        subject=f"alert:{proposal.alert_id}",
        now=now,
        detail={"proposal": str(proposal.id), "kind": proposal.kind},
    )
