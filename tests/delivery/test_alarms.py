"""What somebody has to look at rings, once it is bad enough, and falls silent when it is over."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select, update

from tests import makers
from ugly_mugs.contract import ChannelDown, Failure, Filtered, Rejected, Undeliverable
from ugly_mugs.delivery import alarms
from ugly_mugs.delivery.alarms import Alarm, Kind
from ugly_mugs.models import Delivery, DeliveryState, Sender, Tally
from ugly_mugs.service import Service
from ugly_mugs.vocabulary import Severity

NOW_AND_THEN = timedelta(minutes=11)


async def ringing(service: Service, *, after: timedelta = timedelta(0)) -> list[Alarm]:
    async with service.reading() as session:
        return await alarms.ringing(session, now=service.now() + after)


async def rings(service: Service, *, after: timedelta = timedelta(0)) -> list[tuple[str, str]]:
    return [(alarm.kind.value, alarm.channel) for alarm in await ringing(service, after=after)]


async def count(service: Service, *, ago: timedelta = timedelta(0), **counts: int) -> None:
    async with service.transaction() as session:
        await alarms.count(await session.connection(), "sms", counts, now=service.now() - ago)


async def a_sender(service: Service, name: str, *, channel: str = "sms", broken: bool = False, **also: Any) -> None:
    async with service.transaction() as session:
        standing = {"opened": 1, "shut_until": 1.0, "why": "twilio 30002"} if broken else {}
        values: dict[str, Any] = {"tokens": 0.0, "filled_at": 0.0, **standing, **also}
        session.add(Sender(channel=channel, name=name, **values))


async def messages(service: Service, number: int, **values: object) -> None:
    """A caution to *number* people, as *values* say: nothing of it makes an alert silent yet."""
    for _ in range(number):
        await makers.a_subscriber(service)
    await makers.an_alert(service, wording=makers.a_wording(service.atlas, severity=Severity.CAUTION))
    while await makers.expand_one(service):
        pass
    async with service.transaction() as session:
        await session.exec(update(Delivery).values(doubtful=False, **values))


async def test_a_quiet_house_rings_nothing(service: Service) -> None:
    await a_sender(service, "one")
    await count(service, sent=1_000, failed=30, unknown=3, later=7)

    assert await ringing(service) == []


async def test_a_sender_that_is_refused_rings_and_says_why(service: Service) -> None:
    await a_sender(service, "one", broken=True)
    await a_sender(service, "two")

    (alarm,) = await ringing(service)

    assert (alarm.kind, alarm.channel, alarm.number, alarm.out_of) == (Kind.SENDER_DOWN, "sms", 1, 2)
    assert (alarm.names, alarm.codes) == (("one",), ("twilio 30002",))


async def test_one_that_works_again_or_was_only_asked_to_wait_does_not(service: Service) -> None:
    await a_sender(service, "one", broken=True, recovering_since=5.0)
    await a_sender(service, "two", shut_until=1e11)

    assert await ringing(service) == []


async def test_a_channel_whose_senders_are_all_refused_rings_louder(service: Service) -> None:
    for name in ("one", "two"):
        await a_sender(service, name, broken=True)
    await a_sender(service, "smtp", channel="email")

    assert await rings(service) == [("channel_down", "sms")]


@pytest.mark.parametrize(
    ("counts", "is_loud"),
    [
        ({"sent": 399, "filtered": 20}, True),
        ({"sent": 401, "filtered": 20}, False),
        ({"sent": 100, "filtered": 19}, False),
        ({"filtered": 20}, True),
        ({"sent": 300, "failed": 60, "suppressed": 60, "filtered": 20}, False),
    ],
)
async def test_many_filtered_in_a_short_while_ring_and_bad_luck_does_not(
    sqlite_service: Service, counts: dict[str, int], is_loud: bool
) -> None:
    async with sqlite_service.transaction() as session:
        await alarms.count(await session.connection(), "sms", counts, now=sqlite_service.now())

    assert await rings(sqlite_service) == ([("filtered", "sms")] if is_loud else [])
    assert await rings(sqlite_service, after=timedelta(hours=2)) == []


async def test_a_fault_of_ours_rings_for_a_day(service: Service) -> None:
    await count(service, ago=timedelta(hours=22), fault=1, sent=5_000)

    (alarm,) = await ringing(service)

    assert (alarm.kind, alarm.number) == (Kind.FAULT, 1)
    assert await rings(service, after=timedelta(hours=3)) == []


async def test_money_that_ran_out_rings_until_midnight(service: Service) -> None:
    await count(service, capped=7)
    now = service.now()
    left = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1) - now

    assert await rings(service) == [("capped", "sms")]
    assert await rings(service, after=left + timedelta(seconds=1)) == []


async def test_many_unknown_ring_once_they_have_been_for_a_while(service: Service) -> None:
    await messages(service, 20, state=DeliveryState.UNKNOWN, settled_at=service.now())

    at_once, later = await rings(service), await rings(service, after=timedelta(minutes=6))

    assert (at_once, later) == ([], [("unknown", "sms")])


async def test_a_few_unknown_are_found_out_without_noise(service: Service) -> None:
    await messages(service, 19, state=DeliveryState.UNKNOWN, settled_at=service.now())

    assert await rings(service, after=timedelta(minutes=6)) == []


async def test_a_queue_from_which_nothing_leaves_is_stuck(service: Service) -> None:
    await messages(service, 2)

    (alarm,) = await ringing(service, after=NOW_AND_THEN)

    assert (alarm.kind, alarm.channel, alarm.number) == (Kind.STUCK, "sms", 2)
    assert await rings(service, after=timedelta(minutes=9)) == []


async def test_a_long_queue_that_moves_is_not(service: Service) -> None:
    await messages(service, 3)
    async with service.transaction() as session:
        (first, *_) = await session.exec(select(Delivery.id))
        just_now = service.now() + NOW_AND_THEN - timedelta(minutes=1)
        sent = {"state": DeliveryState.SENT, "reference": "SM1", "settled_at": just_now}
        await session.exec(update(Delivery).where(col(Delivery.id) == first).values(**sent))

    moving, not_any_more = await rings(service, after=NOW_AND_THEN), await rings(service, after=2 * NOW_AND_THEN)

    assert (moving, not_any_more) == ([], [("stuck", "sms")])


async def test_who_waits_because_all_senders_are_refused_is_not_counted_twice(service: Service) -> None:
    await messages(service, 1)
    await a_sender(service, "one", broken=True)

    assert await rings(service, after=NOW_AND_THEN) == [("channel_down", "sms")]


async def test_senders_that_all_ask_for_patience_ring_once_somebody_waits_for_it(service: Service) -> None:
    await messages(service, 1)
    soon = (service.now() + NOW_AND_THEN).timestamp()
    await a_sender(service, "one", broken=True)
    await a_sender(service, "two", shut_until=soon, why="twilio 20429")

    at_once, (later,) = await rings(service), await ringing(service, after=timedelta(minutes=4))

    assert at_once == [("sender_down", "sms")]
    assert (later.kind, later.number, later.out_of) == (Kind.CHANNEL_DOWN, 2, 2)
    assert later.codes == ("twilio 20429", "twilio 30002")
    assert later.names == ("one", "two")


async def test_a_cancel_that_waits_for_what_it_takes_back_is_not_stuck(service: Service) -> None:
    await makers.a_subscriber(service)
    version = await makers.an_alert(service)
    while await makers.expand_one(service):
        pass
    async with service.transaction() as session:
        await session.exec(update(Delivery).values(state=DeliveryState.UNKNOWN, settled_at=service.now()))
    await makers.cancel(service, version.alert_id)
    while await makers.expand_one(service):
        pass

    waiting = await rings(service, after=NOW_AND_THEN)
    async with service.transaction() as session:
        original = col(Delivery.original_id).is_(None)
        await session.exec(update(Delivery).where(original).values(state=DeliveryState.SENT))
    not_any_more = await rings(service, after=NOW_AND_THEN)

    assert ("stuck", "sms") not in waiting
    assert ("stuck", "sms") in not_any_more


async def test_whoever_sleeps_is_not_stuck(service: Service) -> None:
    await messages(service, 1, due_at=service.now() + timedelta(hours=7))

    assert await rings(service, after=NOW_AND_THEN) == []


async def test_an_alert_that_told_nobody_rings_and_the_worst_comes_first(service: Service) -> None:
    await messages(service, 1, state=DeliveryState.FAILED)
    await count(service, fault=1)
    await a_sender(service, "one", broken=True)

    assert await rings(service, after=timedelta(minutes=31)) == [
        ("channel_down", "sms"),
        ("silent", ""),
        ("fault", "sms"),
    ]


async def test_counts_add_up_within_an_hour_whoever_counts(postgresql_service: Service) -> None:
    await asyncio.gather(*(count(postgresql_service, sent=2, failed=1, later=0) for _ in range(20)))

    async with postgresql_service.reading() as session:
        tallies = await session.exec(select(Tally))
        counted = {(row.channel, row.kind): row.number for row in tallies}
    assert counted == {("sms", "sent"): 40, ("sms", "failed"): 20}


async def test_each_hour_is_counted_apart_and_forgotten_after_two_days(service: Service) -> None:
    for hours in (0, 1, 50):
        await count(service, ago=timedelta(hours=hours), sent=1)
        await count(service, ago=timedelta(hours=hours), sent=1)

    async with service.transaction() as session:
        before = sorted((row.hour, row.number) for row in await session.exec(select(Tally)))
        await alarms.forget(session, {}, now=service.now())
    async with service.reading() as session:
        after = sorted((row.hour, row.number) for row in await session.exec(select(Tally)))

    assert [number for _, number in before] == [2, 2, 2]
    assert after == before[1:]


async def test_a_sender_that_is_in_no_setting_any_more_is_forgotten_after_a_day(service: Service) -> None:
    now = service.now().timestamp()
    await a_sender(service, "ours", broken=True)
    await a_sender(service, "lately", filled_at=now)
    await a_sender(service, "gone")
    await a_sender(service, "smtp", channel="email")

    async with service.transaction() as session:
        await alarms.forget(session, {"sms": ["ours"]}, now=service.now())

    async with service.reading() as session:
        standing = await alarms.senders(session)
    assert standing == {("email", "smtp"): False, ("sms", "lately"): False, ("sms", "ours"): True}


@pytest.mark.parametrize(
    ("failure", "tally"),
    [
        (None, "sent"),
        (Filtered("twilio 30007"), "filtered"),
        (Rejected("twilio 21617"), "fault"),
        (ChannelDown("twilio 30002"), "down"),
        (Undeliverable("twilio 21211"), "failed"),
    ],
)
def test_our_fault_is_told_from_everybody_elses(failure: Failure | None, tally: str) -> None:
    assert alarms.tally_of("sent" if failure is None else "failed", failure) == tally
