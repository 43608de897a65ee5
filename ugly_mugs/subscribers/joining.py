"""Joining and signing in: a code goes out, and whoever brings it back owns the number or mailbox.

Until then nobody is looked up and nobody is a subscriber: known, unknown and opted-out numbers are
treated alike up to the ledger, which refuses to send to those who said no.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..alerts.areas import intern
from ..areas import Area, Atlas
from ..delivery import recipients
from ..models import (
    Address,
    Occasion,
    Recipient,
    RecipientKind,
    Subscriber,
    SubscriberKind,
    Subscription,
)
from ..vault import Vault
from ..vocabulary import Severity, Wording
from .codes import Asked, Wish


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody who brought her code back."""

    recipient_id: int
    is_new: bool


async def arrive(session: AsyncSession, vault: Vault, atlas: Atlas, asked: Asked, *, now: datetime) -> Arrival | None:
    """Let in whoever proved to own the address in *asked*, and make her a subscriber if she is none.

    None for somebody who only wanted to sign in and never joined.
    """
    tag = recipients.tag_of(vault, asked.channel, asked.address)
    if known := await find(session, channel=asked.channel, tag=tag):
        await _confirm(session, known, channel=asked.channel, now=now)
        return Arrival(known, is_new=False)
    if asked.wish is None:
        return None
    made = await _join(session, vault, atlas, asked, asked.wish, now=now)
    return Arrival(made, is_new=True)


async def find(session: AsyncSession, *, channel: str, tag: bytes) -> int | None:
    """The subscriber with this address, if there is one."""
    wanted = (
        select(Address.recipient_id)
        .join(Subscriber, Subscriber.recipient_id == Address.recipient_id)  # type: ignore[arg-type]  # a column, not a bool
        .where(Address.channel == channel, Address.tag == tag)
    )
    return (await session.exec(wanted)).first()


async def add(
    session: AsyncSession,
    vault: Vault,
    atlas: Atlas,
    *,
    kind: SubscriberKind,
    working_name: str,
    channel: str,
    address: str,
    areas: Iterable[Area],
    wording: Wording,
    vouched: bool,
    least_severity: Severity,
    language: str,
    now: datetime,
) -> int:
    """Make a subscriber whose address is known to be hers; give back her id."""
    recipient = Recipient(kind=RecipientKind.SUBSCRIBER)
    session.add(recipient)
    await session.flush()
    assert recipient.id is not None
    name = vault.seal("subscriber", working_name.encode(), table="subscriber", column="working_name", row=recipient.id)
    session.add(
        Subscriber(
            recipient_id=recipient.id,
            kind=kind,
            vouched=vouched,
            working_name=name,
            channel=channel,
            wording=wording,
            language=language,
            joined_on=now.date(),
        )
    )
    tag = recipients.tag_of(vault, channel, address)
    row = recipients.an_address(vault, recipient.id, channel=channel, address=address, tag=tag)
    row.least_severity = int(least_severity)
    row.confirmed_on = now.date()
    session.add(row)
    for area_id in {await intern(session, atlas, area) for area in areas}:
        session.add(Subscription(area_id=area_id, recipient_id=recipient.id))
    await session.flush()
    return recipient.id


async def also_at(
    session: AsyncSession,
    vault: Vault,
    recipient_id: int,
    *,
    channel: str,
    address: str,
    least_severity: Severity,
    now: datetime,
) -> None:
    """Reach a subscriber at another address of hers as well, where a warning does not arrive at her first."""
    tag = recipients.tag_of(vault, channel, address)
    row = recipients.an_address(vault, recipient_id, channel=channel, address=address, tag=tag)
    row.least_severity = int(least_severity)
    row.confirmed_on = now.date()
    session.add(row)
    await session.flush()


async def _join(session: AsyncSession, vault: Vault, atlas: Atlas, asked: Asked, wish: Wish, *, now: datetime) -> int:
    recipient_id = await add(
        session,
        vault,
        atlas,
        kind=wish.kind,
        working_name=wish.working_name,
        channel=asked.channel,
        address=asked.address,
        areas=[Area("district", wish.district, wish.miles)],
        wording=wish.wording,
        # Trust is opened by a project or a moderator, never by a form.
        vouched=False,
        least_severity=Severity.CAUTION,
        language=asked.language,
        now=now,
    )
    await recipients.send_to(
        session,
        vault,
        recipient_id,
        occasion=Occasion.WELCOME,
        subject=uuid4(),
        channel=asked.channel,
        content={},
        language=asked.language,
        now=now,
    )
    return recipient_id


async def _confirm(session: AsyncSession, recipient_id: int, *, channel: str, now: datetime) -> None:
    """Note that the address still is hers: numbers are reassigned."""
    address = await session.get(Address, (recipient_id, channel))
    assert address is not None
    address.confirmed_on = now.date()
    address.unreachable_on = None
    await session.flush()
