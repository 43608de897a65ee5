"""Who gets a row in the ledger: those in reach, and those who were told before; as selects, not as people."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Uuid, case, false, literal, null, or_, select

from ..models import (
    MAY_HAVE_GOT_IT,
    Address,
    Delivery,
    DeliveryState,
    Occasion,
    Reach,
    Subscriber,
    SubscriberState,
    Subscription,
    Suppression,
    Version,
    VersionKind,
    table,
)
from ..models.columns import Utc, random_id, word
from ..vocabulary import Severity, Wording
from . import hours

ADDRESS, DELIVERY, REACH = table(Address), table(Delivery), table(Reach)
SUBSCRIBER, SUBSCRIPTION, SUPPRESSION = table(Subscriber), table(Subscription), table(Suppression)
COLUMNS = (
    "id", "occasion", "subject", "recipient_id", "channel", "state", "lane", "rank", "alert_id", "number",
    "original_id", "wording", "language", "created_at", "due_at", "tell_by", "attempts", "segments", "doubtful",
)  # fmt: skip


def in_reach(version: Version, area_ids: Sequence[int], *, now: datetime) -> Select[Any]:
    """A delivery for each person who wants warnings for one of these areas, unless she has this version already."""
    have = DELIVERY.alias("have")
    has_it = select(have.c.id).where(have.c.subject == version.id, have.c.recipient_id == SUBSCRIPTION.c.recipient_id)
    rows = select(
        *_columns(
            version,
            recipient_id=SUBSCRIPTION.c.recipient_id,
            channel=SUBSCRIBER.c.channel,
            rank=REACH.c.metres,
            original_id=null(),
            wording=_as_told(),
            now=now,
        )
    ).where(
        REACH.c.version_id == version.id,
        SUBSCRIPTION.c.area_id.in_(area_ids),
        REACH.c.area_id == SUBSCRIPTION.c.area_id,
        *wanted(version.severity, today=now.date()),
    )
    return rows if version.kind is VersionKind.ALERT else rows.where(~has_it.exists())


def told(version: Version, *, now: datetime) -> Select[Any]:
    """A delivery for each person who got, or may have got, an earlier version and still subscribes.

    On the channel on which she got it, in the more discreet of her choice then and now.
    """
    later = DELIVERY.alias("later")
    newer = select(later.c.id).where(
        later.c.alert_id == version.alert_id,
        later.c.recipient_id == DELIVERY.c.recipient_id,
        later.c.number > DELIVERY.c.number,
        later.c.state.in_(MAY_HAVE_GOT_IT),
    )
    then = case((DELIVERY.c.wording == Wording.FULL, _as_told()), else_=DISCREET)
    return select(
        *_columns(
            version,
            recipient_id=DELIVERY.c.recipient_id,
            channel=DELIVERY.c.channel,
            rank=DELIVERY.c.rank,
            original_id=DELIVERY.c.id,
            wording=then,
            now=now,
        )
    ).where(
        DELIVERY.c.alert_id == version.alert_id,
        DELIVERY.c.number < version.number,
        DELIVERY.c.state.in_(MAY_HAVE_GOT_IT),
        ~newer.exists(),
        *still_told(),
    )


def still_told() -> list[ColumnElement[bool]]:
    """When somebody who got a delivery gets what follows it: not stopped, reachable, not suppressed."""
    return [
        SUBSCRIBER.c.recipient_id == DELIVERY.c.recipient_id,
        SUBSCRIBER.c.state != SubscriberState.STOPPED,
        ADDRESS.c.recipient_id == DELIVERY.c.recipient_id,
        ADDRESS.c.channel == DELIVERY.c.channel,
        ADDRESS.c.unreachable_on.is_(None),
        not_suppressed(),
    ]


def wanted(severity: Severity, *, today: date) -> list[ColumnElement[bool]]:
    """When a subscription is told: active, reachable, not too slight, not suppressed."""
    return [
        SUBSCRIBER.c.recipient_id == SUBSCRIPTION.c.recipient_id,
        ADDRESS.c.recipient_id == SUBSCRIPTION.c.recipient_id,
        ADDRESS.c.channel == SUBSCRIBER.c.channel,
        SUBSCRIBER.c.state == SubscriberState.ACTIVE,
        or_(SUBSCRIBER.c.paused_until.is_(None), SUBSCRIBER.c.paused_until < today),
        or_(SUBSCRIPTION.c.until.is_(None), SUBSCRIPTION.c.until >= today),
        ADDRESS.c.least_severity <= int(severity),
        ADDRESS.c.unreachable_on.is_(None),
        not_suppressed(),
    ]


def not_suppressed() -> ColumnElement[bool]:
    """Whether nobody has said no to this address."""
    no_more = select(SUPPRESSION.c.tag).where(
        SUPPRESSION.c.channel == ADDRESS.c.channel, SUPPRESSION.c.tag == ADDRESS.c.tag
    )
    return ~no_more.exists()


DISCREET = literal(Wording.DISCREET, word(Wording))


def _as_told() -> ColumnElement[Any]:
    """Full only for those who chose it and are vouched for."""
    return case((SUBSCRIBER.c.vouched, SUBSCRIBER.c.wording), else_=DISCREET)


def _columns(version: Version, *, now: datetime, **each: Any) -> list[Any]:
    """A row of the ledger as a select list, in the order of `COLUMNS`."""
    values: dict[str, Any] = {
        "id": random_id(),
        "occasion": literal(Occasion(version.kind), word(Occasion)),
        "subject": literal(version.id, Uuid()),
        "state": literal(DeliveryState.QUEUED, word(DeliveryState)),
        "lane": literal(-int(version.severity)),
        "alert_id": literal(version.alert_id, Uuid()),
        "number": literal(version.number),
        "language": SUBSCRIBER.c.language,
        "created_at": literal(now, Utc()),
        "due_at": hours.due(SUBSCRIBER, version.severity, now=now),
        "tell_by": hours.tell_by(SUBSCRIBER, version.severity, now=now),
        "attempts": literal(0),
        "segments": literal(0),
        "doubtful": false(),
        **each,
    }
    return [values[name] for name in COLUMNS]
