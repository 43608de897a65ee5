"""Quiet hours and the time by which a warning must be told; what the clock in the hall says, in SQL."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Table, and_, case, false, literal, or_

from ..models.columns import Utc
from ..vocabulary import Severity

HALL = ZoneInfo("Europe/London")
TELL_WITHIN = {Severity.CRITICAL: timedelta(hours=12)}
TELL_WITHIN_OTHERS = timedelta(hours=48)


def tell_within(severity: Severity) -> timedelta:
    """How long a warning is worth telling; past it, it is stale."""
    return TELL_WITHIN.get(severity, TELL_WITHIN_OTHERS)


def is_quiet(subscriber: Table, severity: Severity, *, now: datetime) -> ColumnElement[bool]:
    """Whether it is a subscriber's quiet time at *now*, and this warning does not break through."""
    quiet = _quiet_at(subscriber, literal(hour_in_the_hall(now)))
    if severity is Severity.CRITICAL:
        return and_(quiet, subscriber.c.critical_breaks_quiet == false())
    return quiet


def sleeps(subscriber: Table, lane: ColumnElement[int], *, hour: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether a delivery in *lane* would come in her quiet time at *hour*: as `is_quiet`, for any severity."""
    breaks_in = and_(lane == -Severity.CRITICAL, subscriber.c.critical_breaks_quiet)
    return and_(_quiet_at(subscriber, hour), ~breaks_in)


def hour_in_the_hall(now: datetime) -> int:
    """The hour that the clock in the hall shows."""
    return now.astimezone(HALL).hour


def _quiet_at(subscriber: Table, hour: ColumnElement[int]) -> ColumnElement[bool]:
    begins, ends = subscriber.c.quiet_from, subscriber.c.quiet_until
    within_a_day = and_(begins < ends, begins <= hour, ends > hour)
    over_midnight = and_(begins > ends, or_(begins <= hour, ends > hour))
    return and_(begins.is_not(None), ends.is_not(None), or_(within_a_day, over_midnight))


def due(subscriber: Table, severity: Severity, *, now: datetime) -> ColumnElement[datetime]:
    """When a subscriber may be told: now, or when her quiet time is over."""
    ends = {hour: literal(next_at(hour, now=now), Utc()) for hour in range(24)}
    later = case(ends, value=subscriber.c.quiet_until, else_=literal(now, Utc()))
    return case((is_quiet(subscriber, severity, now=now), later), else_=literal(now, Utc()))


def due_again(subscriber: Table, lane: ColumnElement[int], *, now: datetime) -> ColumnElement[datetime]:
    """When a subscriber may be told in another way: as `due`, for deliveries of any severity."""
    return case(
        (lane == -Severity.CRITICAL, due(subscriber, Severity.CRITICAL, now=now)),
        else_=due(subscriber, Severity.SERIOUS, now=now),
    )


def tell_by(subscriber: Table, severity: Severity, *, now: datetime) -> ColumnElement[datetime]:
    """By when she must be told: counted from the end of her quiet time, if it is quiet now."""
    span = tell_within(severity)
    ends = {hour: literal(next_at(hour, now=now) + span, Utc()) for hour in range(24)}
    later = case(ends, value=subscriber.c.quiet_until, else_=literal(now + span, Utc()))
    return case((is_quiet(subscriber, severity, now=now), later), else_=literal(now + span, Utc()))


def next_at(hour: int, *, now: datetime) -> datetime:
    """The next time the clock in the hall strikes *hour*."""
    here = now.astimezone(HALL)
    at = here.replace(hour=hour, minute=0, second=0, microsecond=0)
    if at <= here:
        at = (at + timedelta(days=1)).replace(hour=hour)
    return at.astimezone(now.tzinfo)
