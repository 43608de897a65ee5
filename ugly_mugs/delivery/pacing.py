"""The pace of sending, shared by all workers: each sender's row is read, charged and saved in one transaction.

Rows are locked in the order of their names until then. The time is the database's, so that workers' own clocks do not
matter; a worker that dies before its commit has charged nothing. Where no sender has a limit, rows are only looked at.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from ..contract import Purpose, Sender
from ..models import Occasion, table
from ..models import Sender as SenderRow
from ..models.upsert import insert_on
from .breaker import Results, Standing, after
from .clock import epoch
from .pace import Pace, burst

__all__ = ["Pace", "Results", "Standing", "allowance", "note", "purpose_of", "save"]
SENDER = table(SenderRow)
WARNINGS = frozenset({Occasion.ALERT, Occasion.UPDATE, Occasion.CANCEL})
_COLUMNS = [column for column in SENDER.c if column.name != "channel"]
_NAMES = [column.name for column in _COLUMNS]
_OURS = SENDER.c.channel == bindparam("of_channel")
_LOOK = select(*_COLUMNS, epoch().label("now")).where(_OURS).order_by(SENDER.c.name)
_LOCK = _LOOK.with_for_update()
_NOW = select(epoch())
_THIS = (_OURS, SENDER.c.name == bindparam("of_name"))
_CHARGED = ("tokens", "filled_at", "shut_until", "probe_at")
_HEARD = ("shut_until", "probe_at", "failures", "opened", "recovering_since", "why")
_SAVE = SENDER.update().where(*_THIS).values({name: bindparam(name) for name in _CHARGED})
_NOTE = SENDER.update().where(*_THIS).values({name: bindparam(name) for name in _HEARD})


def purpose_of(occasion: Occasion) -> Purpose:
    """Which senders carry a message."""
    return Purpose.ALERTS if occasion in WARNINGS else Purpose.OTHERS


async def allowance(connection: AsyncConnection, channel: str, senders: Sequence[Sender], *, lock: bool) -> Pace:
    """Say how much *senders* may send now; with *lock* nobody else takes of it until this transaction ends."""
    names = [one.name for one in senders]
    limited = any(one.segments_a_second is not None for one in senders)
    locked = lock and limited
    found, now = await _read(connection, channel, names, lock=locked)
    if missing := [one for one in senders if one.name not in found]:
        await _open(connection, channel, missing)
        found, now = await _read(connection, channel, names, lock=locked)
    if lock and not locked and any(one.is_broken for one in found.values()):
        # Only one worker may let a message go to try it.
        locked = True
        found, now = await _read(connection, channel, names, lock=True)
    return Pace(channel, senders, found, now=now, locked=locked)


async def save(connection: AsyncConnection, pace: Pace) -> None:
    """Write down what was charged, and is about to leave."""
    if not pace.charged:
        return
    if not pace.locked:
        raise RuntimeError("only what was locked can be charged")
    pace.leave(now=(await connection.execute(_NOW)).scalar_one())
    await _write(connection, pace.channel, _SAVE, _CHARGED, pace.charged)


async def note(connection: AsyncConnection, channel: str, results: Mapping[str, Results]) -> list[str]:
    """Take in what came of messages, by sender; give the names of those that are shut for it from now on."""
    found, now = await _read(connection, channel, results, lock=False)
    if all(after(one, results[name], now=now) == one for name, one in found.items()):
        return []
    found, now = await _read(connection, channel, results, lock=True)
    new = {name: after(one, results[name], now=now) for name, one in found.items()}
    await _write(connection, channel, _NOTE, _HEARD, (one for name, one in new.items() if one != found[name]))
    return [name for name, one in new.items() if one.is_broken and not found[name].is_broken]


async def _read(
    connection: AsyncConnection, channel: str, names: Collection[str], *, lock: bool
) -> tuple[dict[str, Standing], float]:
    rows = (await connection.execute(_LOCK if lock else _LOOK, {"of_channel": channel})).all()
    # Also those that are not in the settings any more; there are few, and the statement stays the same.
    standings = {row.name: Standing(**dict(zip(_NAMES, row, strict=False))) for row in rows if row.name in names}
    return standings, max((row.now for row in rows), default=0.0)


async def _open(connection: AsyncConnection, channel: str, senders: Iterable[Sender]) -> None:
    """Begin with full buckets."""
    now = (await connection.execute(_NOW)).scalar_one()
    rows = [
        {
            "channel": channel,
            "name": one.name,
            "tokens": burst(one.segments_a_second or 0),
            "filled_at": now,
            "failures": 0,
            "opened": 0,
        }
        for one in sorted(senders, key=lambda one: one.name)
    ]
    await connection.execute(insert_on(connection.dialect.name, SENDER).on_conflict_do_nothing(), rows)


async def _write(
    connection: AsyncConnection, channel: str, statement: Any, names: Sequence[str], standings: Iterable[Standing]
) -> None:
    rows = [
        {"of_channel": channel, "of_name": one.name, **{name: getattr(one, name) for name in names}}
        for one in standings
    ]
    if rows:
        await connection.execute(statement, rows)
