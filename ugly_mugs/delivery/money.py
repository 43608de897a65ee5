"""Hard caps on what messages cost: pounds a day and a month, join codes under a cap of their own."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

from sqlalchemy import func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..models import Occasion, Spending, table
from ..models.upsert import insert

SPENDING = table(Spending)
JOINING, TELLING = "join", "tell"


class Caps(Protocol):
    """The settings that cap spending, in pounds."""

    @property
    def pounds_a_day(self) -> int: ...
    @property
    def pounds_a_month(self) -> int: ...
    @property
    def join_pounds_a_day(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Purse:
    """What a message is paid from, and how much may go in a day and a month, in thousandths of a penny."""

    purpose: str
    a_day: int
    a_month: int


def purse(caps: Caps, occasion: Occasion) -> Purse:
    """Which purse pays for *occasion*."""
    if occasion is Occasion.JOIN_CODE:
        return Purse(JOINING, _millipence(caps.join_pounds_a_day), _millipence(caps.pounds_a_month))
    return Purse(TELLING, _millipence(caps.pounds_a_day), _millipence(caps.pounds_a_month))


def _millipence(pounds: int) -> int:
    return pounds * 100 * 1000


def price(segments: Iterable[int], pence: Decimal) -> int:
    """What *segments* cost at *pence* each, in thousandths of a penny."""
    return int(sum(segments) * pence * 1000)


async def charge(session: AsyncSession, purse: Purse, millipence: int, *, now: datetime) -> bool:
    """Take *millipence* out of *purse* if that stays under its caps; say whether it did.

    The row of the day is held until commit, so that workers cannot pass a cap together.
    """
    if millipence == 0:
        return True
    today = now.date()
    await _open(session, purse.purpose, today)
    connection = await session.connection()
    here = (SPENDING.c.on_day == today, SPENDING.c.purpose == purse.purpose)
    spent = (await connection.execute(select(SPENDING.c.millipence).where(*here).with_for_update())).scalar_one()
    if spent + millipence > purse.a_day:
        return False
    month = (
        await connection.execute(
            select(func.sum(SPENDING.c.millipence)).where(SPENDING.c.on_day >= today.replace(day=1))
        )
    ).scalar_one()
    if int(month or 0) + millipence > purse.a_month:
        return False
    await connection.execute(SPENDING.update().where(*here).values(millipence=SPENDING.c.millipence + millipence))
    return True


async def _open(session: AsyncSession, purpose: str, day: date) -> None:
    connection = await session.connection()
    await connection.execute(
        insert(session, SPENDING).values(on_day=day, purpose=purpose, millipence=0).on_conflict_do_nothing()
    )
