from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from tests import makers
from tests.feed.chains import (
    EVERYTHING,
    GUILDFORD,
    LEEDS,
    NOON,
    a_chain,
    a_scheme,
    a_token,
    no_longer_shared,
    stamped,
)
from ugly_mugs.areas import Area
from ugly_mugs.feed import changes, cursors, readers
from ugly_mugs.feed.cursors import Cursor, Resync
from ugly_mugs.feed.readers import Reader
from ugly_mugs.models import Scheme
from ugly_mugs.service import Service

URL = "http://localhost:8080/feed/v1"


async def a_reader(service: Service, *areas: Area, **also: Any) -> Reader:
    """A scheme that has shown its token."""
    token = await a_token(service, *areas, **also)
    async with service.reading() as session:
        reader = await readers.at_the_door(session, service.atlas, token)
    assert reader is not None
    return reader


async def read(service: Service, reader: Reader, *, after: Cursor | None = None, limit: int = 100) -> changes.Page:
    """One page of the change log."""
    async with service.reading() as session:
        log = await changes.ends(session)
        position = changes.check(after, reader, log)
        return await changes.read(session, service.atlas, reader, position=position, limit=limit, newest=log.newest)


async def read_all(service: Service, reader: Reader, *, limit: int) -> list[changes.Line]:
    """Every page, following `next` while there is more."""
    page = await read(service, reader, limit=limit)
    lines = list(page.lines)
    while page.more:
        before = page.next
        page = await read(service, reader, after=page.next, limit=limit)
        assert page.next.position > before.position, "the reading stalled"
        lines += page.lines
    return lines


async def test_an_entry_says_what_the_index_may_say_and_points_to_the_document(service: Service) -> None:
    first, second, third = await a_chain(service)
    await stamped(service)
    reader = await a_reader(service, EVERYTHING)

    told = changes.as_json(await read(service, reader), service.atlas, url=URL)

    entries = told["entries"]
    assert [each["msg_type"] for each in entries] == ["Alert", "Update", "Cancel"]
    assert entries[2]["supersedes"] == [str(first.id), str(second.id)]
    assert set(entries[0]) == {
        "op", "alert_id", "message_id", "msg_type", "sent", "expires", "supersedes", "severity", "areas", "marking",
        "cap_url", "sha256",
    }  # fmt: skip
    assert entries[0]["op"] == "publish"
    assert entries[0]["alert_id"] == str(first.alert_id)
    assert entries[0]["message_id"] == str(first.id)
    assert entries[0]["sent"] == "2026-11-25T12:00:00-00:00"
    assert entries[0]["severity"] == "Extreme"
    assert "E23000031" in entries[0]["areas"]
    assert entries[0]["marking"] == "TLP:AMBER"
    assert entries[0]["cap_url"] == f"{URL}/alerts/{first.id}.cap"
    assert not told["more"]
    assert third.alert_id == first.alert_id


async def test_a_scheme_sees_what_shares_a_district_with_it_and_no_more(service: Service) -> None:
    here = await makers.an_alert(service, wording=makers.a_wording(service.atlas, miles=5), now=NOON)
    await makers.an_alert(service, wording=makers.a_wording(service.atlas, district="TR1", miles=5), now=NOON)
    await stamped(service)

    seen = await read(service, await a_reader(service, GUILDFORD))

    assert [line.message_id for line in seen.lines] == [here.id]


async def test_a_widening_reaches_a_scheme_from_then_on(service: Service) -> None:
    _, second, third = await a_chain(service)
    await stamped(service)

    seen = await read(service, await a_reader(service, LEEDS))

    assert [line.message_id for line in seen.lines] == [second.id, third.id]


async def test_a_scheme_without_areas_sees_nothing(service: Service) -> None:
    await a_chain(service)
    await stamped(service)
    scheme = await a_scheme(service, Area("district", "ZE1", 0))

    seen = await read(service, await a_reader(service, scheme=scheme))

    assert seen.lines == []
    assert not seen.more


async def test_police_see_no_report_about_an_officer_of_any_force(service: Service) -> None:
    wording = makers.a_wording(service.atlas, about_force="surrey", miles=5)
    await makers.an_alert(service, wording=wording, now=NOON)
    await stamped(service)

    police = await read(service, await a_reader(service, EVERYTHING, police_force="kent", name="Kent Police"))
    project = await read(service, await a_reader(service, EVERYTHING, name="A project"))

    assert police.lines == []
    assert len(project.lines) == 1


async def test_pages_hold_everything_once_in_order_and_never_stall(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "CHUNK", 2)
    monkeypatch.setattr(changes, "LOOKED_AT", 3)
    mine = []
    for number in range(12):
        near = number % 4 == 3
        wording = makers.a_wording(service.atlas, district="GU1" if near else "TR1", miles=0)
        version = await makers.an_alert(service, wording=wording, now=NOON + timedelta(minutes=number))
        mine += [version.id] if near else []
    await stamped(service)
    reader = await a_reader(service, GUILDFORD)

    for limit in (1, 2, 5):
        assert [line.message_id for line in await read_all(service, reader, limit=limit)] == mine


async def test_what_was_erased_comes_as_a_tombstone_alone(service: Service) -> None:
    first, second, third = await a_chain(service)
    await stamped(service)
    await no_longer_shared(service, first.alert_id)
    await stamped(service)

    told = changes.as_json(await read(service, await a_reader(service, EVERYTHING)), service.atlas, url=URL)

    assert [(each["op"], each["message_id"]) for each in told["entries"]] == [
        ("erase", str(each.id)) for each in (first, second, third)
    ]
    assert {each["cap_url"] for each in told["entries"]} == {None}


async def test_a_cursor_goes_on_where_it_was(service: Service) -> None:
    first, *_ = await a_chain(service)
    await stamped(service, limit=1)
    reader = await a_reader(service, EVERYTHING)
    page = await read(service, reader)
    await stamped(service)

    later = await read(service, reader, after=cursors.parse(str(page.next)))

    assert [line.message_id for line in page.lines] == [first.id]
    assert [line.msg_type for line in later.lines] == ["Update", "Cancel"]


async def test_a_scheme_whose_areas_changed_starts_again(service: Service) -> None:
    await a_chain(service)
    await stamped(service)
    scheme = await a_scheme(service, EVERYTHING)
    before = await a_reader(service, scheme=scheme)
    cursor = (await read(service, before)).next
    async with service.transaction() as session:
        moved = (await session.exec(select(Scheme))).one()
        moved.epoch += 1
        session.add(moved)
    after = await a_reader(service, scheme=scheme)

    with pytest.raises(Resync):
        await read(service, after, after=cursor)


async def test_a_cursor_from_the_future_starts_again(service: Service) -> None:
    await a_chain(service)
    await stamped(service)
    reader = await a_reader(service, EVERYTHING)

    with pytest.raises(Resync):
        await read(service, reader, after=Cursor(position=4, epoch=1))


@given(st.integers(0, 10**18 - 1), st.integers(0, 10**9 - 1))
def test_a_cursor_is_read_back_as_it_was_written(position: int, epoch: int) -> None:
    cursor = Cursor(position, epoch)

    assert cursors.parse(str(cursor)) == cursor


@given(st.text(max_size=100))
def test_anything_else_is_no_cursor(written: str) -> None:
    try:
        found = cursors.parse(written)
    except Resync:
        return
    assert str(found) == written.rstrip("=")
