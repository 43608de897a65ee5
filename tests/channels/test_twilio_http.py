"""The wire under Twilio's package."""

import asyncio
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.twilio_http import LONGEST_WAIT, OPENING_AT_ONCE, Wire, retry_after
from ugly_mugs.contract import SendFailed

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "wait"),
    [
        ("30", timedelta(seconds=30)),
        (" 0 ", timedelta()),
        ("Wed, 25 Nov 2026 12:01:00 GMT", timedelta(minutes=1)),
        ("Wed, 25 Nov 2026 11:00:00 GMT", timedelta()),
        ("99999999999999999999", LONGEST_WAIT),
        ("soon", None),
        ("-1", None),
        (None, None),
    ],
)
def test_a_wait_is_read_in_seconds_or_as_a_date(said: str | None, wait: timedelta | None) -> None:
    assert retry_after(said, now=NOW) == wait


@given(st.text(max_size=40))
def test_whatever_a_wait_says_it_is_short_or_none(said: str) -> None:
    wait = retry_after(said, now=NOW)

    assert wait is None or timedelta() <= wait <= LONGEST_WAIT


async def test_where_no_connection_comes_about_nothing_was_sent_and_only_so_many_were_tried() -> None:
    silent = socket.create_server(("127.0.0.1", 0), backlog=500)  # never shakes hands
    silent.setblocking(False)
    url = f"https://127.0.0.1:{silent.getsockname()[1]}/"
    wire = Wire(timeout=1)

    crowd = (wire.request("POST", url, data={"To": str(number)}) for number in range(3 * OPENING_AT_ONCE))
    outcome = asyncio.gather(*crowd, return_exceptions=True)
    await asyncio.sleep(0.2)
    tried = len(list(connections_to(silent)))
    failures = await outcome

    assert 0 < tried <= OPENING_AT_ONCE
    assert {type(failure) for failure in failures} == {SendFailed}
    await wire.close()
    silent.close()


def connections_to(server: socket.socket) -> Iterator[None]:
    """Those that wait to be accepted."""
    while True:
        try:
            server.accept()[0].close()
        except BlockingIOError:
            return
        yield
