"""Two people open an account; a password and a code enter it, and guessing is slow and looks the same for all."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pyotp
import pytest
from sqlalchemy import event
from sqlmodel import select

from tests.desk import people
from ugly_mugs import vault
from ugly_mugs.desk import accounts
from ugly_mugs.models import AuditEntry, DeskRole, Moderator, ModeratorState
from ugly_mugs.service import Service

NOW = datetime(2026, 11, 25, 21, 30, 10, tzinfo=UTC)


async def log_in(
    service: Service,
    who: people.Person,
    *,
    name: str | None = None,
    password: str | None = None,
    code: str | None = None,
    now: datetime = NOW,
) -> UUID | None:
    """Try to log in as *who*, with whatever is given instead of what she would type."""
    async with service.reading() as session:
        claim = await accounts.find(session, name or who.name)
    proof = await claim.prove(password or who.password)
    async with service.transaction() as session:
        return await accounts.log_in(session, service.vault, proof, code=code or who.code(now), now=now)


async def test_the_first_two_accounts_open_at_once_and_the_third_waits(service: Service) -> None:
    ada = await people.a_moderator(service, "Ada", state=None, now=NOW)
    bea = await people.a_moderator(service, "Bea", state=None, now=NOW)
    cleo = await people.a_moderator(service, "Cleo", state=None, now=NOW)

    states = [await people.state(service, who) for who in (ada, bea, cleo)]

    assert states == [ModeratorState.ACTIVE, ModeratorState.ACTIVE, ModeratorState.WAITING]
    assert await log_in(service, cleo) is None


async def test_an_account_opens_when_a_second_person_agrees(service: Service) -> None:
    ada, bea = await people.two_moderators(service, now=NOW)
    cleo = await people.a_moderator(service, "Cleo", state=None, by=ada.id, now=NOW)

    async with service.transaction() as session:
        with pytest.raises(accounts.SamePerson):
            await accounts.agree(session, cleo.id, by=ada.id, now=NOW)
    async with service.transaction() as session:
        await accounts.agree(session, cleo.id, by=bea.id, now=NOW)

    assert await log_in(service, cleo) == cleo.id
    async with service.transaction() as session:
        with pytest.raises(accounts.NotWaiting):
            await accounts.agree(session, cleo.id, by=bea.id, now=NOW)


async def test_password_and_code_open_the_desk(service: Service) -> None:
    ada, _ = await people.two_moderators(service, now=NOW)

    assert await log_in(service, ada, name=" ada ") == ada.id


async def test_one_wrong_thing_keeps_the_desk_shut(service: Service) -> None:
    ada, _ = await people.two_moderators(service, now=NOW)

    assert await log_in(service, ada, name="Nobody") is None
    assert await log_in(service, ada, password="not her password") is None
    assert await log_in(service, ada, code="000000") is None


async def test_a_code_is_good_once_and_none_before_it_afterwards(service: Service) -> None:
    ada, _ = await people.two_moderators(service, now=NOW)
    before = ada.code(NOW - timedelta(seconds=30))

    assert await log_in(service, ada) == ada.id
    assert await log_in(service, ada) is None
    assert await log_in(service, ada, code=before) is None
    assert await log_in(service, ada, now=NOW + timedelta(seconds=30)) == ada.id


@pytest.mark.parametrize(("seconds", "fits"), [(-60, False), (-30, True), (30, True), (60, False)])
async def test_a_clock_may_be_one_step_wrong(service: Service, seconds: int, fits: bool) -> None:
    ada, _ = await people.two_moderators(service, now=NOW)

    entered = await log_in(service, ada, code=ada.code(NOW + timedelta(seconds=seconds)))

    assert (entered == ada.id) is fits


async def test_five_wrong_tries_lock_the_account_and_the_next_five_for_twice_as_long(service: Service) -> None:
    ada, bea = await people.two_moderators(service, now=NOW)
    for _ in range(5):
        await log_in(service, ada, password="guess guess guess")

    assert await log_in(service, ada) is None
    assert await log_in(service, ada, now=NOW + timedelta(minutes=14)) is None
    assert await log_in(service, bea) == bea.id

    later = NOW + timedelta(minutes=16)
    for _ in range(5):
        await log_in(service, ada, now=later, code="000000")
    assert await log_in(service, ada, now=later + timedelta(minutes=29)) is None
    assert await log_in(service, ada, now=later + timedelta(minutes=31)) == ada.id


async def test_guesses_that_arrive_together_are_all_counted(service: Service) -> None:
    ada, _ = await people.two_moderators(service, now=NOW)

    await asyncio.gather(*(log_in(service, ada, password=f"guess number {n}") for n in range(5)))

    assert await log_in(service, ada) is None


async def test_one_code_sent_twice_at_once_opens_one_sitting(service: Service) -> None:
    ada, _ = await people.two_moderators(service, now=NOW)

    entered = await asyncio.gather(log_in(service, ada), log_in(service, ada))

    assert set(entered) == {ada.id, None}


async def test_a_name_that_nobody_has_costs_the_same_statements_and_the_same_stretching(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada, _ = await people.two_moderators(service, now=NOW)
    stretched: list[str] = []

    def counting(typed: str, hashed: str) -> bool:
        stretched.append(hashed[:30])
        return vault.password_fits(typed, hashed)

    monkeypatch.setattr(accounts, "password_fits", counting)
    await log_in(service, ada, name="Warm up", password="wrong wrong wrong")
    stretched.clear()

    known = await _statements(service, ada, name="Ada", password="wrong wrong wrong")
    unknown = await _statements(service, ada, name="Nobody", password="wrong wrong wrong")

    assert known == unknown
    assert len(stretched) == 2
    assert stretched[0] == stretched[1]


async def test_a_weak_password_and_a_taken_name_are_refused(service: Service) -> None:
    await people.a_moderator(service, "Ada", now=NOW)

    with pytest.raises(accounts.NameTaken):
        await people.a_moderator(service, "ADA", now=NOW)
    with pytest.raises(accounts.WeakPassword):
        await people.a_moderator(service, "Bea", password="short", now=NOW)


async def test_a_closed_account_is_shut_and_so_are_its_sittings(service: Service) -> None:
    ada, bea = await people.two_moderators(service, now=NOW)
    token = await people.seated(service, ada, now=NOW)

    async with service.transaction() as session:
        await accounts.close(session, ada.id, by=bea.id, now=NOW)

    assert await log_in(service, ada) is None
    assert await people.seat_of(service, token, now=NOW) is None


async def test_neither_password_nor_secret_is_in_the_database_and_every_change_is_in_the_audit(
    service: Service,
) -> None:
    ada = await people.a_moderator(service, "Ada", roles=[DeskRole.MODERATOR, DeskRole.LEAD], now=NOW)
    await log_in(service, ada)

    async with service.reading() as session:
        row = (await session.exec(select(Moderator))).one()
        acts = [entry.act for entry in await session.exec(select(AuditEntry).order_by(AuditEntry.number))]  # type: ignore[arg-type]  # sqlmodel's columns are typed as their values

    assert ada.password not in row.password
    assert ada.secret.encode() not in row.totp
    assert acts == ["moderator.added", "moderator.logged_in"]


async def _statements(service: Service, who: people.Person, *, name: str, password: str) -> list[str]:
    """The statements of one try, without their values."""
    seen: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    engines = {service.database.writer.sync_engine, service.database.reader.sync_engine}
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    await log_in(service, who, name=name, password=password)
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)
    return seen


def test_the_time_step_is_the_authenticators() -> None:
    secret = pyotp.random_base32()

    assert people.Person(UUID(int=0), "x", "y", secret).code(NOW) == pyotp.TOTP(secret).at(NOW)
