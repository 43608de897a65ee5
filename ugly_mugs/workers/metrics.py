"""Figures for Prometheus, at an address of their own: the ledger as a whole, and what this process has done.

Nothing here counts reports, and nothing has a label that a person or a report could be told by.
"""

import asyncio
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import structlog
from aiohttp import web
from prometheus_client import CollectorRegistry, Counter, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from .. import logs
from ..contract import MissingSetting
from ..delivery import figures
from ..delivery.alarms import Kind
from ..delivery.figures import Figures
from ..delivery.money import JOINING, TELLING
from ..models import DeliveryState
from ..service import Service

log = structlog.get_logger()
KEPT_SECONDS = 5.0
KEPT_TIMES = 20
"""Counting a ledger of millions takes a while: never more than a twentieth of the time."""

HERE = CollectorRegistry()
ProcessCollector(registry=HERE)
_SETTLED = Counter(
    "ugly_mugs_settled", "What came of messages that this process sent", ["channel", "kind"], registry=HERE
)


def settled(channel: str, kind: str, number: int) -> None:
    """Count *number* messages on *channel* of which the same came."""
    _SETTLED.labels(channel, kind).inc(number)


async def serve(service: Service) -> web.AppRunner:
    """Answer `/metrics` where the settings say; raise `MissingSetting` if nothing can listen there."""
    host, _, port = service.config.metrics_listen.rpartition(":")
    app = web.Application()
    app.router.add_get("/metrics", Counting(service).answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, host.strip("[]"), int(port)).start()
    except OSError as error:
        await runner.cleanup()
        why = os.strerror(error.errno or 0)
        raise MissingSetting(
            f"UGLY_MUGS_METRICS_LISTEN: nothing can listen at {service.config.metrics_listen} ({why})"
        ) from None
    return runner


@dataclass(slots=True)
class Counting:
    """Counts at most every few seconds, however many ask."""

    service: Service
    _counted: Figures | None = None
    _until: float = 0.0
    _one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def answer(self, _: web.Request) -> web.Response:
        """The figures of the ledger and of this process, in Prometheus's text."""
        ledger = CollectorRegistry()
        ledger.register(_Ledger(self.service, await self._figures()))
        return web.Response(
            body=generate_latest(ledger) + generate_latest(HERE), headers={"Content-Type": CONTENT_TYPE_PLAIN_0_0_4}
        )

    async def _figures(self) -> Figures | None:
        async with self._one_at_a_time:
            began = time.monotonic()
            if began < self._until:
                return self._counted
            try:
                async with self.service.reading() as session:
                    self._counted = await figures.take(session, now=self.service.now())
            except (SQLAlchemyError, OSError) as error:
                log.warning("metrics.failed", **logs.told(error))
                self._counted = None
            took = time.monotonic() - began
            self._until = began + took + max(KEPT_SECONDS, KEPT_TIMES * took)
            return self._counted


@dataclass(frozen=True, slots=True, eq=False)
class _Ledger(Collector):
    """Figures as Prometheus wants them; none but one while the database is away."""

    service: Service
    counted: Figures | None

    def collect(self) -> Iterator[Metric]:
        """Every figure, with the zeros: an alarm on what is missing never rings."""
        now, config = self.counted, self.service.config
        yield _one("database_up", "Whether the database answers", float(now is not None))
        if now is None:
            return
        channels = sorted({*config.channels, *(channel for channel, _ in (*now.deliveries, *now.senders))})
        yield _many(
            "deliveries",
            "Messages in the ledger, until they are forgotten",
            ["channel", "state"],
            {
                (channel, state): now.deliveries.get((channel, state), 0)
                for channel in channels
                for state in DeliveryState
            },
        )
        yield _one("deliveries_doubtful", "Messages sent again although the first may have arrived", now.doubtful)
        yield _one("fan_outs_running", "Versions whose messages are still being written down", now.fan_outs)
        yield _many(
            "queue_overdue_seconds",
            "For how long the message that waits longest has been due",
            ["lane"],
            {(lane,): seconds for lane, seconds in now.overdue.items()},
        )
        yield _many(
            "spent_today_pounds",
            "What messages have cost today",
            ["purpose"],
            {(purpose,): float(now.spent_today.get(purpose, 0)) for purpose in (TELLING, JOINING)},
        )
        yield _one("spent_month_pounds", "What messages have cost this month", float(now.spent_this_month))
        yield _many(
            "cap_today_pounds",
            "What messages may cost in a day",
            ["purpose"],
            {(TELLING,): config.pounds_a_day, (JOINING,): config.join_pounds_a_day},
        )
        yield _one("cap_month_pounds", "What messages may cost in a month", config.pounds_a_month)
        yield _one(
            "alerts_due",
            "Alerts of the last two days that should have told somebody by now",
            now.alerts_told + now.alerts_silent,
        )
        yield _one("alerts_silent", "Those of them that have told nobody", now.alerts_silent)
        places = [(kind.value, channel) for kind in Kind for channel in ([""] if kind is Kind.SILENT else channels)]
        yield _many(
            "alarm",
            "Whether somebody has to look, by what is wrong and where",
            ["kind", "channel"],
            {place: float(place in now.ringing) for place in places},
        )
        yield _many(
            "sender_open",
            "Whether one of our own senders is refused, so that its breaker is open",
            ["channel", "sender"],
            {sender: float(is_refused) for sender, is_refused in now.senders.items()},
        )


def _one(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(f"ugly_mugs_{name}", words, value=value)


def _many(name: str, words: str, labels: list[str], values: dict[tuple[str, ...], float]) -> Metric:
    family = GaugeMetricFamily(f"ugly_mugs_{name}", words, labels=labels)
    for label, value in values.items():
        family.add_metric(label, value)
    return family
