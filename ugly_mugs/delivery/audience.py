"""Who gets a row in the ledger: those in reach, and those who were told before; as selects, not as people."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, Select, Uuid, and_, case, false, literal, null, or_, select, true

from ..models import (
    Address,
    Alert,
    AlertState,
    Delivery,
    DeliveryState,
    Occasion,
    Subscriber,
    SubscriberState,
    Subscription,
    Suppression,
    Version,
    VersionKind,
    may_have_got_it,
    table,
)
from ..models.columns import Utc, random_id, word
from ..models.many import Given
from ..vocabulary import Severity, Wording
from . import hours

ADDRESS, DELIVERY = table(Address), table(Delivery)
ALERT, VERSION = table(Alert), table(Version)
SUBSCRIBER, SUBSCRIPTION, SUPPRESSION = table(Subscriber), table(Subscription), table(Suppression)
COLUMNS = (
    "id", "occasion", "subject", "recipient_id", "channel", "state", "lane", "rank", "alert_id", "number",
    "original_id", "wording", "language", "created_at", "due_at", "tell_by", "attempts", "segments", "doubtful",
)  # fmt: skip
WARNINGS = (Occasion.ALERT, Occasion.UPDATE, Occasion.CANCEL)
_AREAS = {"metres": Integer(), "area_id": Integer()}


def in_reach(version: Version, areas: Sequence[tuple[int, int]], *, dialect: str, now: datetime) -> Select[Any]:
    """A delivery for each person who wants warnings for one of *areas*, unless she has this version already.

    The areas and how far they are come along rather than out of `reach`: a planner that has not counted a new
    version's rows there takes them for none. In the order of the ledger's indexes; who is in several, by the nearest.
    """
    its = Given(dialect, _AREAS).columns(areas)
    have = DELIVERY.alias("have")
    has_it = select(have.c.id).where(have.c.subject == version.id, have.c.recipient_id == SUBSCRIPTION.c.recipient_id)
    rows = select(
        *_columns(
            version,
            recipient_id=SUBSCRIPTION.c.recipient_id,
            channel=ADDRESS.c.channel,
            rank=its["metres"],
            original_id=null(),
            wording=as_told(),
            now=now,
        )
    ).where(SUBSCRIPTION.c.area_id == its["area_id"], *wanted(version.severity, today=now.date()))
    rows = rows.order_by(SUBSCRIPTION.c.recipient_id, its["metres"])
    return rows if version.kind is VersionKind.ALERT else rows.where(~has_it.exists())


def told(version: Version, earlier: Collection[UUID], *, now: datetime) -> Select[Any]:
    """A delivery for each person who got, or may have got, one of the *earlier* versions and still subscribes.

    On the channel on which she got it, in the more discreet of her choice then and now. Who got it on both
    is asked on both to delete it, and updated on her first one.
    """
    later = DELIVERY.alias("later")
    newer = select(later.c.id).where(
        of_versions(later, [*earlier, version.id]),
        later.c.recipient_id == DELIVERY.c.recipient_id,
        later.c.number > DELIVERY.c.number,
        may_have_got_it(later),
        *([later.c.channel == DELIVERY.c.channel] if version.kind is VersionKind.CANCEL else []),
    )
    return select(
        *_columns(
            version,
            recipient_id=DELIVERY.c.recipient_id,
            channel=DELIVERY.c.channel,
            rank=DELIVERY.c.rank,
            original_id=DELIVERY.c.id,
            wording=as_told_then(),
            now=now,
        )
    ).where(
        of_versions(DELIVERY, earlier),
        may_have_got_it(DELIVERY),
        ~newer.exists(),
        *still_told(),
        true() if version.kind is VersionKind.CANCEL else _once(),
    )


def of_versions(deliveries: Any, version_ids: Collection[UUID]) -> ColumnElement[bool]:
    """Whether a delivery is of one of these versions, said as the ledger's unique index begins."""
    return and_(deliveries.c.occasion.in_(WARNINGS), deliveries.c.subject.in_(version_ids))


def _once() -> ColumnElement[bool]:
    """Whether a delivery is the one to follow: not where she got the same on her first channel too."""
    first = DELIVERY.alias("first")
    got_it_there = select(first.c.id).where(
        first.c.occasion == DELIVERY.c.occasion,
        first.c.subject == DELIVERY.c.subject,
        first.c.recipient_id == DELIVERY.c.recipient_id,
        first.c.channel == SUBSCRIBER.c.channel,
        may_have_got_it(first),
    )
    return or_(DELIVERY.c.channel == SUBSCRIBER.c.channel, ~got_it_there.exists())


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


def still_worth_it(*, today: date) -> list[ColumnElement[bool]]:
    """When a delivery that failed is worth another way: nothing newer was said, and she wants to hear it."""
    newer = VERSION.alias("newer_version")
    is_old = select(newer.c.id).where(newer.c.alert_id == DELIVERY.c.alert_id, newer.c.number > DELIVERY.c.number)
    is_live = select(ALERT.c.id).where(ALERT.c.id == DELIVERY.c.alert_id, ALERT.c.state == AlertState.LIVE)
    wants_alerts = and_(
        SUBSCRIBER.c.state == SubscriberState.ACTIVE,
        or_(SUBSCRIBER.c.paused_until.is_(None), SUBSCRIBER.c.paused_until < today),
    )
    return [
        SUBSCRIBER.c.recipient_id == DELIVERY.c.recipient_id,
        SUBSCRIBER.c.state != SubscriberState.STOPPED,
        or_(DELIVERY.c.occasion != Occasion.ALERT, wants_alerts),
        DELIVERY.c.occasion.in_(WARNINGS),
        or_(DELIVERY.c.occasion == Occasion.CANCEL, is_live.exists()),
        ~is_old.exists(),
    ]


def wanted(severity: Severity, *, today: date) -> list[ColumnElement[bool]]:
    """When a subscription is told: active, reachable, not too slight, not suppressed."""
    return [
        SUBSCRIBER.c.recipient_id == SUBSCRIPTION.c.recipient_id,
        ADDRESS.c.recipient_id == SUBSCRIPTION.c.recipient_id,
        _is_where_she_is_told(),
        SUBSCRIBER.c.state == SubscriberState.ACTIVE,
        or_(SUBSCRIBER.c.paused_until.is_(None), SUBSCRIBER.c.paused_until < today),
        or_(SUBSCRIPTION.c.until.is_(None), SUBSCRIPTION.c.until >= today),
        ADDRESS.c.least_severity <= int(severity),
        ADDRESS.c.unreachable_on.is_(None),
        not_suppressed(),
    ]


def _is_where_she_is_told() -> ColumnElement[bool]:
    """Her first channel; while nobody is there, and for no other reason, another address that she has confirmed."""
    first = ADDRESS.alias("first_address")
    nobody_there = select(first.c.channel).where(
        first.c.recipient_id == SUBSCRIBER.c.recipient_id,
        first.c.channel == SUBSCRIBER.c.channel,
        first.c.unreachable_on.is_not(None),
    )
    return or_(
        ADDRESS.c.channel == SUBSCRIBER.c.channel, and_(ADDRESS.c.confirmed_on.is_not(None), nobody_there.exists())
    )


def not_suppressed() -> ColumnElement[bool]:
    """Whether nobody has said no to this address."""
    no_more = select(SUPPRESSION.c.tag).where(
        SUPPRESSION.c.channel == ADDRESS.c.channel, SUPPRESSION.c.tag == ADDRESS.c.tag
    )
    return ~no_more.exists()


DISCREET = literal(Wording.DISCREET, word(Wording))


def as_told() -> ColumnElement[Any]:
    """Full only for those who chose it and are vouched for."""
    return case((SUBSCRIBER.c.vouched, SUBSCRIBER.c.wording), else_=DISCREET)


def as_told_then() -> ColumnElement[Any]:
    """The more discreet of her choice now and of how a delivery was told."""
    return case((DELIVERY.c.wording == Wording.FULL, as_told()), else_=DISCREET)


def _columns(version: Version, *, now: datetime, **each: Any) -> list[Any]:
    """A row of the ledger as a select list, in the order of `COLUMNS`."""
    values: dict[str, Any] = {
        "id": random_id(now=now),
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
