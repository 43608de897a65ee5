"""What Prometheus reads is the ledger as it stands, and nothing about anybody."""

import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from aiohttp import ClientSession
from prometheus_client.parser import text_string_to_metric_families
from sqlmodel import update

from tests import makers
from tests.desk import stories
from ugly_mugs.contract import MissingSetting
from ugly_mugs.delivery.alarms import Kind
from ugly_mugs.models import Delivery, DeliveryState, Sender
from ugly_mugs.service import Service
from ugly_mugs.workers import metrics

Figures = dict[tuple[str, frozenset[str]], float]


@asynccontextmanager
async def watched(service: Service) -> AsyncIterator[str]:
    """The metrics of *service*, at an address of their own."""
    runner = await metrics.serve(makers.with_settings(service, metrics_listen="127.0.0.1:0"))
    host, port = runner.addresses[0]
    try:
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()


async def text_of(address: str) -> str:
    async with ClientSession() as client, client.get(f"{address}/metrics") as answer:
        assert answer.status == 200
        assert answer.content_type == "text/plain"
        return await answer.text()


def figures_in(text: str) -> Figures:
    return {
        (sample.name.removeprefix("ugly_mugs_"), frozenset(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def read(service: Service) -> Figures:
    async with watched(service) as address:
        return figures_in(await text_of(address))


def of(name: str, *labels: str) -> tuple[str, frozenset[str]]:
    return name, frozenset(labels)


async def test_a_quiet_house_shows_zeros_and_not_nothing(service: Service) -> None:
    seen = await read(service)

    assert seen[of("database_up")] == 1
    assert seen[of("deliveries", "sms", "unknown")] == seen[of("deliveries", "email", "delivered")] == 0
    assert seen[of("queue_overdue_seconds", "critical")] == seen[of("queue_overdue_seconds", "answers")] == 0
    assert (seen[of("alerts_due")], seen[of("alerts_silent")], seen[of("fan_outs_running")]) == (0, 0, 0)
    assert (seen[of("spent_today_pounds", "tell")], seen[of("cap_today_pounds", "tell")]) == (0, 200)


async def test_an_alert_is_seen_from_its_approval_to_the_phones(telling: Service) -> None:
    for _ in range(3):
        await makers.a_subscriber(telling)
    await makers.a_subscriber(telling, email="jo@example.org")
    before = await read(telling)
    await makers.an_alert(telling, now=telling.now() - timedelta(minutes=6))

    approved = await read(telling)
    while await makers.expand_one(telling, now=telling.now() - timedelta(minutes=6)):
        pass
    written = await read(telling)
    await makers.deliver_all(telling)
    sent = await read(telling)

    assert (approved[of("fan_outs_running")], written[of("fan_outs_running")]) == (1, 0)
    assert approved[of("alerts_silent")] == written[of("alerts_silent")] == 1
    assert written[of("deliveries", "sms", "queued")] == 3
    assert 300 < written[of("queue_overdue_seconds", "critical")] < 900
    assert sent[of("deliveries", "sms", "sent")] + sent[of("deliveries", "sms", "delivered")] == 3
    assert sent[of("deliveries", "email", "sent")] == 1
    assert sent[of("queue_overdue_seconds", "critical")] == 0
    assert (sent[of("alerts_due")], sent[of("alerts_silent")]) == (1, 0)
    assert sent[of("spent_today_pounds", "tell")] == pytest.approx(0.12)
    assert sent[of("spent_month_pounds")] == pytest.approx(0.12)
    assert sent[of("settled_total", "sms", "sent")] - before.get(of("settled_total", "sms", "sent"), 0) == 3


async def test_what_may_have_gone_twice_and_what_nobody_knows_is_counted(service: Service) -> None:
    await makers.a_subscriber(service)
    await makers.an_alert(service)
    await makers.expand_one(service)
    async with service.transaction() as session:
        await session.exec(update(Delivery).values(state=DeliveryState.UNKNOWN, doubtful=True))

    seen = await read(service)

    assert (seen[of("deliveries", "sms", "unknown")], seen[of("deliveries_doubtful")]) == (1, 1)


async def test_every_alarm_is_a_figure_also_while_it_is_silent(service: Service) -> None:
    def alarms(seen: Figures) -> dict[frozenset[str], float]:
        return {labels: value for (name, labels), value in seen.items() if name == "alarm"}

    before = alarms(await read(service))
    async with service.transaction() as session:
        session.add(Sender(channel="sms", name="+447700900999", tokens=0, filled_at=0, opened=2))
        session.add(Sender(channel="email", name="smtp", tokens=0, filled_at=0))
    after = await read(service)

    assert len(before) == 1 + 2 * (len(Kind) - 1)
    assert not any(before.values())
    assert [labels for labels, rings in alarms(after).items() if rings] == [frozenset({"channel_down", "sms"})]
    assert (after[of("sender_open", "sms", "+447700900999")], after[of("sender_open", "email", "smtp")]) == (1, 0)


async def test_no_figure_moves_with_a_report(sqlite_service: Service) -> None:
    def without_the_process(seen: Figures) -> Figures:
        return {key: value for key, value in seen.items() if not key[0].startswith("process_")}

    before = await read(sqlite_service)
    await stories.a_report(sqlite_service, now=sqlite_service.now())

    after = await read(sqlite_service)

    assert without_the_process(after) == without_the_process(before)


async def test_no_label_names_anybody_or_anything_of_one_alert(telling: Service) -> None:
    await makers.a_subscriber(telling, phone="+447700900001", email="")
    version = await makers.an_alert(telling)
    await makers.deliver_all(telling)

    async with watched(telling) as address:
        text = await text_of(address)

    # Our own number is nobody's secret.
    assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}|7700|GU1|@", text.replace(makers.OUR_NUMBER, ""))
    assert str(version.alert_id) not in text


async def test_it_counts_at_most_every_few_seconds(sqlite_service: Service) -> None:
    await makers.a_subscriber(sqlite_service)
    async with watched(sqlite_service) as address:
        first = figures_in(await text_of(address))
        await makers.an_alert(sqlite_service)
        await makers.expand_one(sqlite_service)

        again = figures_in(await text_of(address))

    assert again[of("deliveries", "sms", "queued")] == first[of("deliveries", "sms", "queued")] == 0


async def test_a_database_that_is_away_is_a_figure_too(sqlite_service: Service) -> None:
    async with sqlite_service.transaction() as session:
        await (await session.connection()).exec_driver_sql("ALTER TABLE delivery RENAME TO elsewhere")

    seen = await read(sqlite_service)

    assert seen[of("database_up")] == 0
    assert of("alerts_silent") not in seen


async def test_nothing_else_is_there(sqlite_service: Service) -> None:
    async with watched(sqlite_service) as address, ClientSession() as client:
        statuses = []
        for path in ("/", "/health", "/desk", "/metrics/x"):
            async with client.get(f"{address}{path}") as answer:
                statuses.append(answer.status)
        async with client.post(f"{address}/metrics") as answer:
            statuses.append(answer.status)

    assert statuses == [404, 404, 404, 404, 405]


async def test_an_address_that_is_taken_is_named(sqlite_service: Service) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        where = f"127.0.0.1:{taken.getsockname()[1]}"

        with pytest.raises(MissingSetting, match=r"^UGLY_MUGS_METRICS_LISTEN: "):
            await metrics.serve(makers.with_settings(sqlite_service, metrics_listen=where))
