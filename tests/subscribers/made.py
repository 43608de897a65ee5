"""Makers for tests about subscribers."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from ugly_mugs.areas import Area
from ugly_mugs.delivery import recipients
from ugly_mugs.models import TABLES, Address, Delivery, DeliveryState, Occasion, SubscriberKind
from ugly_mugs.service import Service
from ugly_mugs.subscribers import joining
from ugly_mugs.subscribers.codes import Asked, Wish
from ugly_mugs.vocabulary import Severity, Wording

NOW = datetime(2026, 11, 25, 21, 7, tzinfo=UTC)
HERS = "+447700900321"


def asking(address: str = HERS, *, channel: str = "sms", joins: bool = True) -> Asked:
    """Somebody who wants to join in GU1, or only to sign in."""
    wish = Wish(kind=SubscriberKind.INDIVIDUAL, working_name="Roxy", district="GU1", miles=10, wording=Wording.DISCREET)
    return Asked(channel=channel, address=address, language="en", wish=wish if joins else None)


async def a_subscriber(
    service: Service,
    address: str = HERS,
    *,
    channel: str = "sms",
    vouched: bool = True,
    wording: Wording = Wording.FULL,
    areas: tuple[Area, ...] = (Area("district", "GU1", 10),),
    kind: SubscriberKind = SubscriberKind.INDIVIDUAL,
) -> int:
    """Somebody who has joined."""
    async with service.transaction() as session:
        return await joining.add(
            session,
            service.vault,
            service.atlas,
            kind=kind,
            working_name="Roxy",
            channel=channel,
            address=address,
            areas=areas,
            wording=wording,
            vouched=vouched,
            least_severity=Severity.CAUTION,
            language="en",
            now=NOW,
        )


async def queued(service: Service, address: str = HERS, *, channel: str = "sms") -> list[Delivery]:
    """What is queued for an address, oldest first."""
    tag = recipients.tag_of(service.vault, channel, address)
    async with service.reading() as session:
        rows = await session.exec(
            select(Delivery)
            .join(Address, col(Address.recipient_id) == col(Delivery.recipient_id))
            .where(Address.tag == tag, Delivery.state == DeliveryState.QUEUED)
            .order_by(col(Delivery.created_at))
        )
        return list(rows)


async def codes_sent(service: Service, address: str = HERS, *, channel: str = "sms") -> list[str]:
    """The codes on their way to an address, oldest first."""
    rows = [row for row in await queued(service, address, channel=channel) if row.occasion is Occasion.JOIN_CODE]
    return [content(service, row)["code"] for row in rows]


def content(service: Service, row: Delivery) -> dict[str, str]:
    """What a one-off message says."""
    assert row.content is not None
    return recipients.read_content(service.vault, row.content, delivery_id=row.id)


async def dump(service: Service) -> str:
    """Every row of every table, as text; bytes as hexadecimal digits."""
    lines = []
    async with service.reading() as session:
        connection = await session.connection()
        for table in TABLES.sorted_tables:
            for row in await connection.execute(table.select()):
                lines.append(f"{table.name} {json.dumps([_plain(value) for value in row])}")
    return "\n".join(lines)


def _plain(value: Any) -> str:
    if isinstance(value, UUID):
        return value.hex
    return value.hex() if isinstance(value, bytes) else str(value)
