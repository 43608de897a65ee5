"""The task that Celery's workers run, and how they are set up.

As Celery's user guide says for many short tasks that wait for somebody else: a greenlet pool with many at once
("Concurrency"), a high prefetch multiplier and no limits on rates ("Optimizing"); acknowledged late, so that a killed
worker loses nothing, and no results, which nobody reads ("Tasks"). The HTTP client is kept for the life of a process,
with a connection for each message in flight.
"""

import os
from functools import cache
from typing import Any

import requests
from celery import Celery, signals
from redis import Redis
from requests.adapters import HTTPAdapter
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from tests import makers

from .. import loop, texts

BROKER, STUB, CLIENT, PREFETCH, MOST = "BENCH_BROKER", "BENCH_STUB", "BENCH_CLIENT", "BENCH_PREFETCH", "BENCH_IN_FLIGHT"
QUEUE, NOTHING, FAILED = "texts", "nothing", "failed"
LONGEST = 30
"""Seconds that an answer of the provider is waited for."""

app = Celery("bench", broker=os.environ.get(BROKER))
app.conf.update(
    task_acks_late=True,
    task_ignore_result=True,
    task_default_queue=NOTHING,
    worker_disable_rate_limits=True,
    worker_hijack_root_logger=False,
    worker_prefetch_multiplier=int(os.environ.get(PREFETCH, "1")),
    broker_connection_retry_on_startup=True,
    # Each greenlet acknowledges over a connection of its own; with kombu's ten, acknowledging fails.
    broker_transport_options={"max_connections": 2 * int(os.environ.get(MOST, "500"))},
)


def _send(number: int, to: str, body: str) -> None:
    form = texts.form(number, to) | {"Body": body}
    if os.environ[CLIENT] == "twilio":
        _twilio().messages.create(
            to=form["To"],
            from_=form["From"],
            body=form["Body"],
            status_callback=form["StatusCallback"],
            validity_period=int(form["ValidityPeriod"]),
        )
        return
    answer = _session().post(texts.address(os.environ[STUB]), data=form, timeout=LONGEST)
    answer.raise_for_status()
    answer.json()


send: Any = app.task(name="send")(_send)


@cache
def _session() -> requests.Session:
    session = requests.Session()
    session.auth = (makers.ACCOUNT_SID, makers.AUTH_TOKEN)
    session.mount("http://", _connections())
    return session


@cache
def _twilio() -> Client:
    http = TwilioHttpClient(timeout=LONGEST)
    assert http.session is not None
    http.session.mount("http://", _connections())
    client = Client(makers.ACCOUNT_SID, makers.AUTH_TOKEN, http_client=http)
    client.api.base_url = os.environ[STUB]
    return client


def _connections() -> HTTPAdapter:
    return HTTPAdapter(pool_connections=1, pool_maxsize=int(os.environ[MOST]))


def _ready(**_: object) -> None:
    loop.quieten()


def _failed(**_: object) -> None:
    Redis.from_url(os.environ[BROKER]).incr(FAILED)


for signal in (signals.worker_ready, signals.worker_process_init):
    signal.connect(_ready, weak=False)
signals.task_failure.connect(_failed, weak=False)
