"""X5: hard caps; whoever pumps join codes empties a purse of its own, and nobody passes the month's."""

from datetime import UTC, datetime

from ugly_mugs import config
from ugly_mugs.delivery import money
from ugly_mugs.models import Occasion
from ugly_mugs.service import Service

POUND = 100 * 1000
CAPS = config.read(env="demo", pounds_a_day=5, pounds_a_month=7, join_pounds_a_day=2)
TODAY, TOMORROW = datetime(2026, 3, 30, tzinfo=UTC), datetime(2026, 3, 31, tzinfo=UTC)
NEXT_MONTH = datetime(2026, 4, 1, tzinfo=UTC)


async def charged(service: Service, occasion: Occasion, pounds: int, *, now: datetime) -> bool:
    async with service.transaction() as session:
        return await money.charge(session, money.purse(CAPS, occasion), pounds * POUND, now=now)


async def test_codes_that_are_pumped_leave_the_warnings_their_money(service: Service) -> None:
    codes = [await charged(service, Occasion.JOIN_CODE, 1, now=TODAY) for _ in range(4)]

    assert codes == [True, True, False, False]
    assert await charged(service, Occasion.ALERT, 5, now=TODAY)
    assert not await charged(service, Occasion.ALERT, 1, now=TODAY)


async def test_the_month_has_a_cap_for_everything_together(service: Service) -> None:
    assert await charged(service, Occasion.ALERT, 5, now=TODAY)

    tomorrow = [await charged(service, Occasion.ALERT, 1, now=TOMORROW) for _ in range(3)]

    assert tomorrow == [True, True, False]
    assert not await charged(service, Occasion.JOIN_CODE, 1, now=TOMORROW)
    assert await charged(service, Occasion.ALERT, 5, now=NEXT_MONTH)
