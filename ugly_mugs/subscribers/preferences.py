"""What a subscriber has chosen: where, how bad, in which words, and when it is quiet."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError
from sqlmodel import col, delete, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from .. import areas
from ..alerts.areas import intern
from ..models import (
    Address,
    Area,
    Subscriber,
    SubscriberKind,
    SubscriberState,
    Subscription,
)
from ..vault import Vault
from ..vocabulary import Severity, Wording

MOST_AREAS: Final = 12


class TooManyAreas(Exception):
    """She has as many areas as anybody may have."""


@dataclass(frozen=True, slots=True)
class Hers:
    """One of her areas."""

    area_id: int
    district: str
    miles: int
    until: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """Everything she can see and change about herself."""

    recipient_id: int
    kind: SubscriberKind
    working_name: str = field(repr=False)
    channel: str
    is_stopped: bool
    is_vouched: bool
    wording: Wording
    language: str
    least_severity: Severity
    quiet_from: int | None
    quiet_until: int | None
    critical_breaks_quiet: bool
    paused_until: date | None
    areas: tuple[Hers, ...]


class Change(BaseModel):
    """New choices; hours are those of the clock on the wall, and both or none are given."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    wording: Wording
    least_severity: Severity
    quiet_from: int | None = Field(None, ge=0, le=23)
    quiet_until: int | None = Field(None, ge=0, le=23, validate_default=True)
    critical_breaks_quiet: bool = False

    @field_validator("quiet_until")
    @classmethod
    def _both(cls, until: int | None, info: ValidationInfo) -> int | None:
        if (until is None) != (info.data.get("quiet_from") is None):
            raise PydanticCustomError("quiet", "Choose both hours, or neither.")
        return until


async def load(session: AsyncSession, vault: Vault, recipient_id: int, *, now: datetime) -> Preferences | None:
    """What she has chosen; None if she is no subscriber any more."""
    found = await session.get(Subscriber, recipient_id)
    address = await session.get(Address, (recipient_id, found.channel)) if found else None
    if found is None or address is None:
        return None
    name = vault.open("subscriber", found.working_name, table="subscriber", column="working_name", row=recipient_id)
    today = now.date()
    return Preferences(
        recipient_id=recipient_id,
        kind=found.kind,
        working_name=name.decode(),
        channel=found.channel,
        is_stopped=found.state is SubscriberState.STOPPED,
        is_vouched=found.vouched,
        wording=found.wording,
        language=found.language,
        least_severity=Severity(address.least_severity),
        quiet_from=found.quiet_from,
        quiet_until=found.quiet_until,
        critical_breaks_quiet=found.critical_breaks_quiet,
        paused_until=found.paused_until if found.paused_until and found.paused_until >= today else None,
        areas=await _areas(session, recipient_id, today=today),
    )


async def change(session: AsyncSession, recipient_id: int, new: Change) -> None:
    """Keep her new choices; warnings that are already queued go out as they were."""
    subscriber = await session.get_one(Subscriber, recipient_id)
    subscriber.wording = new.wording
    has_quiet = new.quiet_from != new.quiet_until
    subscriber.quiet_from = new.quiet_from if has_quiet else None
    subscriber.quiet_until = new.quiet_until if has_quiet else None
    subscriber.critical_breaks_quiet = new.critical_breaks_quiet
    address = await session.get_one(Address, (recipient_id, subscriber.channel))
    address.least_severity = int(new.least_severity)
    await session.flush()


async def add_area(
    session: AsyncSession, atlas: areas.Atlas, recipient_id: int, area: areas.Area, *, until: date | None
) -> None:
    """Warn her about *area* as well, perhaps only until a day; asked again, the new day counts.

    Raises `UnknownDistrict` or `TooManyAreas`.
    """
    # Her row is held, so that two forms at once cannot pass the limit together.
    await session.exec(select(Subscriber).where(Subscriber.recipient_id == recipient_id).with_for_update())
    area_id = await intern(session, atlas, area)
    if known := await session.get(Subscription, (area_id, recipient_id)):
        known.until = until
    else:
        count = select(func.count()).where(Subscription.recipient_id == recipient_id)
        if (await session.exec(count)).one() >= MOST_AREAS:
            raise TooManyAreas
        session.add(Subscription(area_id=area_id, recipient_id=recipient_id, until=until))
    await session.flush()


async def drop_area(session: AsyncSession, recipient_id: int, area_id: int) -> None:
    """Warn her about this area no more."""
    await session.exec(
        delete(Subscription).where(col(Subscription.recipient_id) == recipient_id, col(Subscription.area_id) == area_id)
    )


async def tidy(session: AsyncSession, *, now: datetime) -> None:
    """Forget temporary areas whose day has passed: where she was is nobody's business."""
    await session.exec(delete(Subscription).where(col(Subscription.until) < now.date()))


async def _areas(session: AsyncSession, recipient_id: int, *, today: date) -> tuple[Hers, ...]:
    rows = await session.exec(
        select(Area, col(Subscription.until))
        .join(Subscription, col(Subscription.area_id) == col(Area.id))
        .where(Subscription.recipient_id == recipient_id)
        .order_by(col(Area.code), col(Area.miles))
    )
    return tuple(
        Hers(area.id, area.code, area.miles, until)
        for area, until in rows
        if area.id is not None and (until is None or until >= today)
    )
