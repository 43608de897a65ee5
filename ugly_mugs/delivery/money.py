"""Hard caps on what messages cost: pounds a day and a month, join codes under a cap of their own."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Protocol

from sqlalchemy import BigInteger, Update, bindparam, case, func, or_, select, update
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
    given = {
        "day": now.date(),
        "month": now.date().replace(day=1),
        "whose": purse.purpose,
        "cost": millipence,
        "a_day": purse.a_day,
        "a_month": purse.a_month,
    }
    connection = await session.connection()
    if (await connection.execute(_charge(), given)).first() is not None:
        return True
    if millipence > min(purse.a_day, purse.a_month):
        return False
    # Too much, or the first of the day: the row to charge was not there yet, but another worker may just have made it.
    first = insert(session, SPENDING).values(on_day=given["day"], purpose=purse.purpose, millipence=0)
    await connection.execute(first.on_conflict_do_nothing())
    return (await connection.execute(_charge(), given)).first() is not None


async def give_back(session: AsyncSession, purse: Purse, millipence: int, *, now: datetime) -> None:
    """Put back what was taken for messages that nobody took; what was taken yesterday stays spent."""
    if millipence == 0:
        return
    spent = SPENDING.c.millipence
    connection = await session.connection()
    await connection.execute(
        update(SPENDING)
        .where(SPENDING.c.on_day == now.date(), SPENDING.c.purpose == purse.purpose)
        .values(millipence=case((spent > millipence, spent - millipence), else_=0))
    )


async def left(session: AsyncSession, purse: Purse, *, now: datetime) -> int:
    """How many thousandths of a penny may still be taken out of *purse*."""
    today = now.date()
    spent = select(func.coalesce(func.sum(SPENDING.c.millipence), 0))
    connection = await session.connection()
    here = (SPENDING.c.on_day == today, SPENDING.c.purpose == purse.purpose)
    of_day = (await connection.execute(spent.where(*here))).scalar_one()
    of_month = (await connection.execute(spent.where(SPENDING.c.on_day >= today.replace(day=1)))).scalar_one()
    return max(min(purse.a_day - int(of_day), purse.a_month - int(of_month)), 0)


@cache
def _charge() -> Update:
    others = SPENDING.alias("others")
    cost = bindparam("cost", type_=BigInteger())
    # Without the row that is charged: that one is read under its lock, when whoever held it has committed.
    rest_of_month = select(func.coalesce(func.sum(others.c.millipence), 0)).where(
        others.c.on_day >= bindparam("month"),
        or_(others.c.on_day != bindparam("day"), others.c.purpose != bindparam("whose")),
    )
    return (
        update(SPENDING)
        .where(
            SPENDING.c.on_day == bindparam("day"),
            SPENDING.c.purpose == bindparam("whose"),
            SPENDING.c.millipence + cost <= bindparam("a_day", type_=BigInteger()),
            rest_of_month.scalar_subquery() + SPENDING.c.millipence + cost <= bindparam("a_month", type_=BigInteger()),
        )
        .values(millipence=SPENDING.c.millipence + cost)
        .returning(SPENDING.c.millipence)
    )
