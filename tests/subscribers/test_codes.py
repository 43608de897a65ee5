"""A code proves who owns a number, and is worth nothing to anybody who guesses."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlmodel import select

from tests.subscribers.made import HERS, NOW, asking, codes_sent, dump
from ugly_mugs.delivery import recipients, suppression
from ugly_mugs.models import JoinCode, Subscriber
from ugly_mugs.service import Service
from ugly_mugs.subscribers import codes
from ugly_mugs.subscribers.codes import Asked

MINUTE = timedelta(minutes=1)


async def sent(service: Service, asked: Asked | None = None, *, now: datetime = NOW) -> UUID:
    async with service.transaction() as session:
        return await codes.send(session, service.vault, asked or asking(), now=now)


async def tried(service: Service, code_id: UUID, typed: str, *, now: datetime = NOW) -> Asked | None:
    async with service.transaction() as session:
        return await codes.check(session, service.vault, code_id, typed, now=now)


def another(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


async def test_the_code_that_was_sent_fits_once(service: Service) -> None:
    code_id = await sent(service)
    [code] = await codes_sent(service)

    first = await tried(service, code_id, f" {code[:3]} {code[3:]} ", now=NOW + MINUTE)
    second = await tried(service, code_id, code, now=NOW + MINUTE)

    assert first is not None
    assert first == asking()
    assert second is None


async def test_a_code_is_over_after_ten_minutes(service: Service) -> None:
    code_id = await sent(service)
    [code] = await codes_sent(service)

    assert await tried(service, code_id, code, now=NOW + 10 * MINUTE) is None


async def test_five_guesses_and_the_right_code_fits_no_more(service: Service) -> None:
    code_id = await sent(service)
    [code] = await codes_sent(service)
    for _ in range(5):
        assert await tried(service, code_id, another(code)) is None

    assert await tried(service, code_id, code) is None


async def test_after_four_guesses_the_right_code_still_fits(service: Service) -> None:
    code_id = await sent(service)
    [code] = await codes_sent(service)
    for _ in range(4):
        await tried(service, code_id, another(code))

    assert await tried(service, code_id, code) is not None


async def test_the_code_for_one_request_does_not_fit_another(service: Service) -> None:
    mine = await sent(service, asking("+447700900111"))
    await sent(service, asking("+447700900222"))
    [theirs] = await codes_sent(service, "+447700900222")
    [code] = await codes_sent(service, "+447700900111")

    assert theirs == code or await tried(service, mine, theirs) is None
    assert await tried(service, uuid4(), code) is None


async def test_two_equal_codes_do_not_look_alike_in_the_table(
    sqlite_service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("secrets.randbelow", lambda _: 123_456)
    await sent(sqlite_service, asking("+447700900111"))
    await sent(sqlite_service, asking("+447700900222"))

    async with sqlite_service.reading() as session:
        one, other = await session.exec(select(JoinCode.code))
    assert one != other


async def test_nobody_is_a_subscriber_before_the_code_comes_back(service: Service) -> None:
    await sent(service)

    async with service.reading() as session:
        assert (await session.exec(select(Subscriber))).first() is None


async def test_three_codes_that_nobody_brought_back_are_the_last_of_the_day(service: Service) -> None:
    for minute in range(5):
        await sent(service, now=NOW + minute * MINUTE)

    assert len(await codes_sent(service)) == 3
    await sent(service, now=NOW + timedelta(hours=25))
    assert len(await codes_sent(service)) == 4


async def test_who_brings_codes_back_may_sign_in_ten_times_a_day(service: Service) -> None:
    for minute in range(12):
        code_id = await sent(service, now=NOW + minute * MINUTE)
        await tried(service, code_id, (await codes_sent(service))[-1], now=NOW + minute * MINUTE)

    assert len(await codes_sent(service)) == 10


async def test_a_code_that_was_not_sent_fits_nothing(sqlite_service: Service) -> None:
    service = sqlite_service
    for _ in range(3):
        await sent(service)

    over = await sent(service)

    async with service.reading() as session:
        row = await session.get_one(JoinCode, over)
    assert row.expires_at == row.sent_at
    assert await tried(service, over, "000000") is None


async def test_all_numbers_together_get_only_so_many_codes_an_hour(
    sqlite_service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(codes, "FOR_ALL_AN_HOUR", 2)
    for last in range(3):
        await sent(sqlite_service, asking(f"+44770090011{last}"))

    assert await codes_sent(sqlite_service, "+447700900111") != []
    assert await codes_sent(sqlite_service, "+447700900112") == []


async def test_who_said_no_is_treated_alike_up_to_the_ledger(service: Service) -> None:
    tag = recipients.tag_of(service.vault, "sms", HERS)
    async with service.transaction() as session:
        await suppression.suppress(session, channel="sms", tag=tag, reason="stop", now=NOW)

    await sent(service)

    # The row is there as for anybody; the ledger asks about suppression before the wire.
    assert len(await codes_sent(service)) == 1


async def test_neither_number_nor_code_nor_name_can_be_read_in_the_tables(service: Service) -> None:
    await sent(service)
    [code] = await codes_sent(service)

    text = await dump(service)

    for secret in (HERS, HERS.removeprefix("+44"), "Roxy", "GU1", code):
        assert secret not in text
        assert secret.encode().hex() not in text


async def test_old_codes_are_forgotten(service: Service) -> None:
    await sent(service)

    async with service.transaction() as session:
        await codes.tidy(session, now=NOW + timedelta(days=1))

    async with service.reading() as session:
        assert (await session.exec(select(JoinCode))).first() is None
