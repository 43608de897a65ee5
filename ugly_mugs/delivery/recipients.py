"""Puts a message for one recipient into the ledger: the same ledger as for alerts."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import delete, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from .. import bell
from ..models import (
    BEFORE_THE_WIRE,
    LANE_NOW,
    Address,
    Delivery,
    DeliveryState,
    Occasion,
    Recipient,
    RecipientKind,
    table,
)
from ..vault import Vault
from ..vocabulary import Wording
from . import emptying

DELIVERY, RECIPIENT = table(Delivery), table(Recipient)
NOT_SETTLED = (*BEFORE_THE_WIRE, DeliveryState.SENDING, DeliveryState.UNKNOWN)
FORGET_AFTER = timedelta(hours=1)
"""Long enough for the carrier's last word on it."""
FORGET_AT_ONCE = 1_000
ANSWER_WITHIN = timedelta(minutes=10)
"""A code or an answer that comes later than this only confuses."""


def tag_of(vault: Vault, channel: str, address: str) -> bytes:
    """The blind index of a member's number or address."""
    return vault.tag("index_subscriber", channel, address)


async def send_once(
    session: AsyncSession,
    vault: Vault,
    *,
    occasion: Occasion,
    channel: str,
    address: str,
    tag: bytes,
    content: Mapping[str, str],
    language: str,
    now: datetime,
) -> UUID:
    """Send to an address that is used for this message alone, and forgotten once it has settled."""
    recipient = Recipient(kind=RecipientKind.ONE_OFF)
    session.add(recipient)
    await session.flush()
    assert recipient.id is not None
    session.add(an_address(vault, recipient.id, channel=channel, address=address, tag=tag))
    await session.flush()
    return await send_to(
        session,
        vault,
        recipient.id,
        occasion=occasion,
        subject=uuid4(),
        channel=channel,
        content=content,
        language=language,
        now=now,
    )


def an_address(vault: Vault, recipient_id: int, *, channel: str, address: str, tag: bytes) -> Address:
    """A row for a number or address, sealed to its recipient and channel."""
    sealed = vault.seal(
        "subscriber", address.encode(), table="address", column="address", row=f"{recipient_id}:{channel}"
    )
    return Address(recipient_id=recipient_id, channel=channel, tag=tag, address=sealed)


def read_address(vault: Vault, sealed: bytes, *, recipient_id: int, channel: str) -> str:
    """The number or address in a row that `an_address` made."""
    plain = vault.open("subscriber", sealed, table="address", column="address", row=f"{recipient_id}:{channel}")
    return plain.decode()


async def send_to(
    session: AsyncSession,
    vault: Vault,
    recipient_id: int,
    *,
    occasion: Occasion,
    subject: UUID,
    channel: str,
    content: Mapping[str, str],
    language: str,
    now: datetime,
) -> UUID:
    """Queue one message to a recipient; the same occasion and subject twice is an error of the caller."""
    row = Delivery(
        occasion=occasion,
        subject=subject,
        recipient_id=recipient_id,
        channel=channel,
        lane=-LANE_NOW,
        wording=Wording.DISCREET,
        language=language,
        created_at=now,
        due_at=now,
        tell_by=now + ANSWER_WITHIN,
    )
    row.content = vault.seal(
        "subscriber", json.dumps(dict(content)).encode(), table="delivery", column="content", row=row.id
    )
    session.add(row)
    await session.flush()
    await bell.ask(session, "deliver")
    return row.id


def read_content(vault: Vault, sealed: bytes, *, delivery_id: UUID) -> dict[str, str]:
    """The template variables that `send_to` sealed."""
    plain = vault.open("subscriber", sealed, table="delivery", column="content", row=delivery_id)
    found: dict[str, str] = json.loads(plain)
    return found


async def forget_one_offs(session: AsyncSession, *, now: datetime) -> None:
    """Delete every address that was used once and whose message has settled."""
    connection = await session.connection()
    settled = (
        select(DELIVERY.c.recipient_id)
        .join(RECIPIENT, RECIPIENT.c.id == DELIVERY.c.recipient_id)
        .where(
            RECIPIENT.c.kind == RecipientKind.ONE_OFF,
            DELIVERY.c.state.not_in(NOT_SETTLED),
            or_(DELIVERY.c.settled_at.is_(None), DELIVERY.c.settled_at < now - FORGET_AFTER),
            DELIVERY.c.created_at < now - FORGET_AFTER,
        )
        .limit(FORGET_AT_ONCE)
    )
    ids = list((await connection.execute(settled)).scalars())
    if not ids:
        return
    await emptying.orphan(session, ids)
    await connection.execute(delete(DELIVERY).where(DELIVERY.c.recipient_id.in_(ids)))
    await connection.execute(delete(table(Address)).where(table(Address).c.recipient_id.in_(ids)))
    await connection.execute(delete(RECIPIENT).where(RECIPIENT.c.id.in_(ids)))
