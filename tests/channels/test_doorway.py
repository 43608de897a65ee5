"""Hundreds of texts at once do not become hundreds of connections that are being opened at once."""

import asyncio
import socket

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from channels.doorway import Doorway, Parcel
from channels.twilio_http import Wire
from ugly_mugs.contract import SendFailed

FORM = b"Body=hello"


async def opened(door: Doorway) -> Parcel:
    """One that is being opened."""
    assert not door.take()
    parcel = await door.open(FORM, patience=1)
    assert isinstance(parcel, Parcel)
    return parcel


async def test_only_so_many_are_being_opened_at_a_time() -> None:
    door = Doorway(at_once=2)
    first, _ = await opened(door), await opened(door)

    third = asyncio.create_task(opened(door))
    await asyncio.sleep(0)
    assert not third.done()
    first.is_through()

    assert isinstance(await third, Parcel)


async def test_whoever_waits_takes_one_that_is_given_back() -> None:
    door = Doorway(at_once=1)
    first = await opened(door)
    first.is_through()
    await opened(door)
    waiting = asyncio.create_task(door.open(FORM, patience=1))
    await asyncio.sleep(0)

    door.give_back()

    assert await waiting == FORM
    assert not door.take()


async def test_one_that_is_given_back_is_taken_before_another_is_opened() -> None:
    door = Doorway()
    (await opened(door)).is_through()

    door.give_back()

    assert door.take()
    assert not door.take()


async def test_whoever_waits_for_too_long_gives_up_and_the_next_has_the_turn() -> None:
    door = Doorway(at_once=1)
    first = await opened(door)
    with pytest.raises(TimeoutError):
        await door.open(FORM, patience=0.01)
    cancelled, third = (asyncio.create_task(door.open(FORM, patience=1)) for _ in range(2))
    await asyncio.sleep(0)

    first.is_through()
    cancelled.cancel()

    assert isinstance(await third, Parcel)


async def test_one_that_nobody_used_for_a_while_is_not_reckoned_with(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("channels.doorway.KEPT", 0.01)
    door = Doorway()
    (await opened(door)).is_through()
    door.give_back()

    await asyncio.sleep(0.02)

    assert not door.take()


async def test_a_crowd_shares_the_connections_that_there_are() -> None:
    connections: set[object] = set()

    async def answer(request: web.Request) -> web.Response:
        connections.add(request.transport)
        return web.Response(text="{}")

    app = web.Application()
    app.router.add_post("/", answer)
    async with TestServer(app) as server:
        wire = Wire(timeout=10)
        url = str(server.make_url("/"))

        await asyncio.gather(*(wire.request("POST", url, data={"To": str(number)}) for number in range(500)))

        await wire.close()
    assert len(connections) < 400


async def test_where_no_connection_comes_about_nothing_was_sent() -> None:
    silent = socket.create_server(("127.0.0.1", 0), backlog=128)  # never shakes hands
    url = f"https://127.0.0.1:{silent.getsockname()[1]}/"
    wire = Wire(timeout=0.4)

    crowd = (wire.request("POST", url, data={"To": str(number)}) for number in range(100))
    failures = await asyncio.gather(*crowd, return_exceptions=True)

    assert all(isinstance(failure, SendFailed) for failure in failures), set(map(type, failures))
    await wire.close()
    silent.close()
