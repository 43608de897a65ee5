"""The log knows ids, kinds and numbers, never words and never people."""

import ast
import io
import json
import logging
from collections.abc import Iterator
from enum import StrEnum
from typing import Any
from uuid import UUID

import pytest
import structlog
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ugly_mugs import logs

DELIVERY = str(UUID(int=2**127 + 7))


class Kind(StrEnum):
    SMS = "sms"


@pytest.fixture
def out() -> Iterator[io.StringIO]:
    before = logging.getLogger().handlers[:], logging.getLogger().level
    stream = io.StringIO()
    logs.configure(stream)
    yield stream
    structlog.reset_defaults()
    logging.captureWarnings(capture=False)
    logging.getLogger().handlers[:], level = before
    logging.getLogger().setLevel(level)


def told(out: io.StringIO) -> dict[str, Any]:
    [line] = out.getvalue().splitlines()
    found: dict[str, Any] = json.loads(line)
    del found["at"]
    return found


def test_ids_kinds_and_numbers_are_written(out: io.StringIO) -> None:
    structlog.get_logger().info(
        "delivery.sent", delivery=DELIVERY, channel=Kind.SMS, seconds=0.25, code="twilio 21211", attempts=2
    )

    assert told(out) == {
        "event": "delivery.sent",
        "level": "info",
        "delivery": DELIVERY,
        "channel": "sms",
        "seconds": 0.25,
        "code": "twilio 21211",
        "attempts": 2,
    }


@pytest.mark.parametrize(
    "passed",
    [
        {"to": "x"},
        {"report": DELIVERY},
        {"body": "x"},
        {"delivery": "+447700900123"},
        {"delivery": "07700 900123"},
        {"code": "0770090-0123"},
        {"code": 447700900123},
        {"reason": "he followed me home"},
        {"state": "jo@example.org"},
        {"error": "1234 5678 9012 3456 7890 1234"},
        {"kind": ["sms", "he followed me"]},
        {"kind": {"words": "x"}},
    ],
)
def test_what_could_be_somebody_is_dropped_and_counted(out: io.StringIO, passed: dict[str, object]) -> None:
    structlog.get_logger().info("delivery.sent", **passed)

    assert told(out) == {"event": "delivery.sent", "level": "info", "dropped": 1}


def test_a_sentence_is_not_an_event(out: io.StringIO) -> None:
    structlog.get_logger().info("sent he followed me to 07700 900123")

    assert told(out) == {"event": "unnamed", "level": "info"}


def test_an_error_is_its_type_and_its_place(out: io.StringIO) -> None:
    secret = "SENTINEL"
    try:
        try:
            int(secret)
        except ValueError as cause:
            raise LookupError(secret) from cause
    except LookupError:
        structlog.get_logger().exception("worker.failed")

    found = told(out)
    assert found["error"] == "LookupError/ValueError"
    assert all(place.startswith("tests/test_logs.py:") for place in found["places"])
    assert secret not in out.getvalue()


def test_a_library_is_heard_but_not_quoted(out: io.StringIO) -> None:
    logging.getLogger("sqlalchemy.pool").warning("lost %s", "SENTINEL")
    logging.getLogger("twilio.http_client").info("POST SENTINEL")

    found = told(out)
    assert found["logger"] == "sqlalchemy.pool"
    assert found["where"].startswith("tests/test_logs.py:")
    assert "SENTINEL" not in out.getvalue()


def test_who_asked_for_a_page_is_never_written(out: io.StringIO) -> None:
    logging.getLogger("aiohttp.access").error("127.0.0.1 Mozilla")

    assert out.getvalue() == ""


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.from_regex(r"(\+44|0)7[0-9]{3} ?[0-9]{3} ?[0-9]{3}", fullmatch=True), st.sampled_from(sorted(logs.KNOWN)))
def test_no_phone_number_passes_under_any_name(number: str, key: str) -> None:
    kept = logs.keep_known(None, "", {"event": "x", key: number})

    assert number not in json.dumps(kept)


@pytest.mark.parametrize(("name", "told"), [("+447700900999", "0999"), ("north", "north")])
def test_a_sender_of_ours_is_told_by_the_end_of_its_number(name: str, told: str) -> None:
    kept = logs.keep_known(None, "", {"event": "sender.shut", "channel": "sms", "sender": name})

    assert kept == {"event": "sender.shut", "channel": "sms", "sender": told}


def test_every_key_that_a_line_of_ours_names_comes_through() -> None:
    named = {
        (path.name, keyword.arg)
        for path in sorted((logs.ROOT / "ugly_mugs").rglob("*.py"))
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call) and ast.unparse(call.func) in {"log.info", "log.warning", "log.error"}
        for keyword in call.keywords
        if keyword.arg is not None
    }

    assert named
    assert {(file, key) for file, key in named if key not in logs.KNOWN} == set()
