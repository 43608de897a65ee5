"""What somebody has to look at now: a closed list of alarms, and the tallies of which some of them speak.

An alarm is a fact with a number. What it means for whoever reads it, and what to do, the desk says.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby

from sqlalchemy import ColumnElement, and_, case, delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel.ext.asyncio.session import AsyncSession

from ..contract import ChannelDown, Failure, Filtered, Rejected
from ..models import Delivery, DeliveryState, Sender, Tally, table
from ..models.upsert import insert_on
from . import ledger, progress

DELIVERY, SENDER, TALLY = table(Delivery), table(Sender), table(Tally)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
KEPT = timedelta(hours=48)
LEAST_FILTERED, FILTERED_PERCENT = 20, 5
SETTLED = ("sent", "failed", "suppressed")
"""Kinds of tallies that say how many there were; most of what is filtered was counted as sent before."""
LATE, STILL = timedelta(minutes=10), timedelta(minutes=5)
"""A queue is stuck if something in it has been due for so long, and nothing has left for so long."""
PATIENCE = timedelta(minutes=3)
"""How long messages may wait for senders that all ask for patience."""
LEAST_UNKNOWN, UNKNOWN_FOR = 20, timedelta(minutes=5)


class Kind(StrEnum):
    SENDER_DOWN = "sender_down"
    """One of our own senders is refused, and others do its work."""
    CHANNEL_DOWN = "channel_down"
    """All senders of a channel are, or ask for patience for so long that its messages wait."""
    SILENT = "silent"
    """An alert that should have told somebody by now has told nobody."""
    STUCK = "stuck"
    """Messages are due and nothing leaves."""
    CAPPED = "capped"
    """The money ran out: messages wait for tomorrow's."""
    FILTERED = "filtered"
    """Networks take many of our messages for spam."""
    FAULT = "fault"
    """Messages were refused because of what we sent."""
    UNKNOWN = "unknown"
    """Of many messages nobody knows whether they were taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """Something is wrong."""

    kind: Kind
    channel: str = ""
    """Empty where it is about none in particular."""
    number: int
    """How many messages, senders or alerts it is about."""
    out_of: int = 0
    names: tuple[str, ...] = ()
    """Of senders."""
    codes: tuple[str, ...] = ()
    """The provider's reasons."""


def tally_of(kind: str, failure: Failure | None) -> str:
    """Under what a message is counted that ended as *kind*, perhaps because of *failure*."""
    match failure:
        case Filtered():
            return "filtered"
        case Rejected():
            return "fault"
        case ChannelDown():
            return "down"
        case _:
            return kind


async def count(connection: AsyncConnection, channel: str, counts: Mapping[str, int], *, now: datetime) -> None:
    """Add to the tallies of this hour how many messages of *channel* ended how.

    Others who count wait until this is committed: it belongs at the end of a transaction.
    """
    hour = now.replace(minute=0, second=0, microsecond=0)
    # Always in the same order, so that two who count cannot wait for each other.
    rows = [
        {"channel": channel, "hour": hour, "kind": kind, "number": number}
        for kind, number in sorted(counts.items())
        if number
    ]
    if not rows:
        return
    new = insert_on(connection.dialect.name, TALLY).values(rows)
    await connection.execute(
        new.on_conflict_do_update(
            index_elements=["channel", "hour", "kind"], set_={"number": TALLY.c.number + new.excluded.number}
        )
    )


async def forget(session: AsyncSession, senders: Mapping[str, Collection[str]], *, now: datetime) -> None:
    """Forget old tallies, and how senders stood that are none of *senders*, by channel, any more."""
    connection = await session.connection()
    await connection.execute(delete(TALLY).where(TALLY.c.hour < now - KEPT))
    for channel, names in senders.items():
        # Not at once: another machine may have newer settings than this one.
        long_ago = SENDER.c.filled_at < (now - DAY).timestamp()
        await connection.execute(
            delete(SENDER).where(SENDER.c.channel == channel, SENDER.c.name.not_in(list(names)), long_ago)
        )


async def ringing(session: AsyncSession, *, now: datetime) -> list[Alarm]:
    """Every alarm, the worst first."""
    found = await about_sending(session, now=now)
    if untold := len(await progress.silent(session, now=now)):
        found.append(Alarm(kind=Kind.SILENT, number=untold))
    return sorted(found, key=_worst_first)


def _worst_first(alarm: Alarm) -> tuple[int, str]:
    return list(Kind).index(alarm.kind), alarm.channel


async def about_sending(session: AsyncSession, *, now: datetime) -> list[Alarm]:
    """Those that are about no alert in particular."""
    connection = await session.connection()
    found = await _of_senders(connection, now=now)
    # Whatever waits there waits for that reason.
    down = [alarm.channel for alarm in found if alarm.kind is Kind.CHANNEL_DOWN]
    found += await _of_tallies(connection, now=now)
    found += await _unknown(connection, now=now)
    found += await _stuck(connection, but=down, now=now)
    return sorted(found, key=_worst_first)


async def senders(session: AsyncSession) -> dict[tuple[str, str], bool]:
    """Each of our senders by channel and name, and whether it is refused."""
    rows = await (await session.connection()).execute(STANDINGS)
    return {(row.channel, row.name): bool(row.is_broken) for row in rows}


# As `breaker.Standing.is_broken` has it: failed, and nothing has shown since that it works.
STANDINGS = select(
    SENDER.c.channel,
    SENDER.c.name,
    SENDER.c.why,
    SENDER.c.shut_until,
    and_(SENDER.c.opened > 0, SENDER.c.recovering_since.is_(None)).label("is_broken"),
).order_by(SENDER.c.channel, SENDER.c.name)


async def _of_senders(connection: AsyncConnection, *, now: datetime) -> list[Alarm]:
    rows = (await connection.execute(STANDINGS)).all()
    found = []
    for channel, theirs in groupby(rows, key=lambda row: row.channel):
        every = list(theirs)
        broken = [row for row in every if row.is_broken]
        shut = [row for row in every if row.is_broken or (row.shut_until or 0) > now.timestamp()]
        is_down = len(broken) == len(every) or (
            len(shut) == len(every) and await _is_late(connection, channel, before=now - PATIENCE)
        )
        if those := shut if is_down else broken:
            kind = Kind.CHANNEL_DOWN if is_down else Kind.SENDER_DOWN
            names = tuple(row.name for row in those)
            codes = tuple(sorted({row.why for row in those if row.why}))
            found.append(
                Alarm(kind=kind, channel=channel, number=len(those), out_of=len(every), names=names, codes=codes)
            )
    return found


def _due(before: datetime) -> ColumnElement[bool]:
    """Whether a message has been waiting for nothing but its turn since *before*. A cancel may wait for more."""
    return and_(ledger.is_in(DELIVERY, DeliveryState.QUEUED), DELIVERY.c.due_at <= before, ledger.may_go(DELIVERY))


async def _is_late(connection: AsyncConnection, channel: str, *, before: datetime) -> bool:
    late = select(DELIVERY.c.id).where(DELIVERY.c.channel == channel, _due(before)).limit(1)
    return (await connection.execute(late)).first() is not None


async def _of_tallies(connection: AsyncConnection, *, now: datetime) -> list[Alarm]:
    this_hour = now.replace(minute=0, second=0, microsecond=0)
    midnight = this_hour.replace(hour=0)
    lately = func.sum(case((TALLY.c.hour >= this_hour - HOUR, TALLY.c.number), else_=0))
    today = func.sum(case((TALLY.c.hour >= midnight, TALLY.c.number), else_=0))
    rows = await connection.execute(
        select(TALLY.c.channel, TALLY.c.kind, lately, today, func.sum(TALLY.c.number))
        .where(TALLY.c.hour > now - DAY)
        .group_by(TALLY.c.channel, TALLY.c.kind)
    )
    in_this_hour_and_the_last: defaultdict[str, Counter[str]] = defaultdict(Counter)
    found = []
    for channel, kind, in_two_hours, since_midnight, in_a_day in rows:
        in_this_hour_and_the_last[channel][kind] = int(in_two_hours)
        if kind == "fault" and in_a_day:
            found.append(Alarm(kind=Kind.FAULT, channel=channel, number=int(in_a_day)))
        if kind == "capped" and since_midnight:
            found.append(Alarm(kind=Kind.CAPPED, channel=channel, number=int(since_midnight)))
    for channel, counted in in_this_hour_and_the_last.items():
        filtered, settled = counted["filtered"], sum(counted[kind] for kind in SETTLED)
        if filtered >= LEAST_FILTERED and filtered * 100 >= settled * FILTERED_PERCENT:
            found.append(Alarm(kind=Kind.FILTERED, channel=channel, number=filtered, out_of=max(settled, filtered)))
    return found


async def _unknown(connection: AsyncConnection, *, now: datetime) -> list[Alarm]:
    rows = await connection.execute(
        select(DELIVERY.c.channel, func.count())
        .where(DELIVERY.c.state == DeliveryState.UNKNOWN, DELIVERY.c.settled_at <= now - UNKNOWN_FOR)
        .group_by(DELIVERY.c.channel)
        .having(func.count() >= LEAST_UNKNOWN)
    )
    return [Alarm(kind=Kind.UNKNOWN, channel=channel, number=number) for channel, number in rows]


async def _stuck(connection: AsyncConnection, *, but: Sequence[str], now: datetime) -> list[Alarm]:
    """A long queue alone is no alarm: at ten segments a second, ten thousand people take half an hour."""
    found = []
    overdue = select(DELIVERY.c.channel).where(_due(now - LATE))
    seen = list(but)
    while channel := (await connection.execute(overdue.where(DELIVERY.c.channel.not_in(seen)).limit(1))).scalar():
        seen.append(channel)
        left = select(DELIVERY.c.id).where(
            DELIVERY.c.channel == channel,
            # Written like this, the index of what is to be emptied knows the answer.
            DELIVERY.c.reference.is_not(None),
            DELIVERY.c.emptied_at.is_(None),
            DELIVERY.c.settled_at > now - STILL,
        )
        if (await connection.execute(left.limit(1))).first() is None:
            waiting = select(func.count()).where(DELIVERY.c.channel == channel, _due(now - LATE))
            number = int((await connection.execute(waiting)).scalar_one())
            found.append(Alarm(kind=Kind.STUCK, channel=channel, number=number))
    return found
