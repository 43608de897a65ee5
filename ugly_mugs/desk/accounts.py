"""Moderators' accounts: two people open one, a password and a code enter it, and time closes it again.

The answer and the work are the same for a wrong name, a wrong password, a wrong code and a locked account.
What a failed log-in counts must be committed, so failing is a value here and not an exception.
"""

import asyncio
import hmac
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from uuid import UUID, uuid4

import pyotp
from sqlmodel import col, delete, func, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from .. import audit
from ..models import DeskRole, Moderator, ModeratorState, Sitting
from ..vault import Vault, hash_password, password_fits

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200
STEP_SECONDS = 30
TRIES = 5
LOCKED_FIRST = timedelta(minutes=15)
LOCKED_LONGEST = timedelta(hours=24)
FIRST_ACCOUNTS = 2
"""Made on the server itself, by whoever has its shell: nobody is there yet to agree."""
_NOBODYS_SECRET = pyotp.random_base32()
# Few threads: a flood of log-ins may wait for each other, and must not slow the rest.
_STRETCHING = ThreadPoolExecutor(max_workers=2, thread_name_prefix="password")


class NameTaken(Exception):
    """Another account has this name."""


class WeakPassword(Exception):
    """Shorter than an account that sees everything may have."""


class SamePerson(Exception):
    """Whoever added the account cannot be the one who agrees."""


class NotWaiting(Exception):
    """No such account waits for anybody's yes."""


@dataclass(frozen=True, slots=True)
class Proof:
    """Whose account somebody claims, and whether her password is the account's."""

    moderator_id: UUID
    fits: bool


@dataclass(frozen=True, slots=True)
class Claim:
    """Somebody who says that she is a moderator; for a name that nobody has, an account that nobody can enter."""

    moderator_id: UUID
    hashed: str = field(repr=False)

    async def prove(self, password: str) -> Proof:
        """Try *password*, off the event loop and with no transaction open."""
        loop = asyncio.get_running_loop()
        fits = await loop.run_in_executor(_STRETCHING, password_fits, password[:LONGEST_PASSWORD], self.hashed)
        return Proof(self.moderator_id, fits)


async def add(
    session: AsyncSession,
    vault: Vault,
    *,
    name: str,
    password: str,
    totp_secret: str,
    roles: Collection[DeskRole],
    by: UUID | None,
    now: datetime,
) -> Moderator:
    """Make an account that waits for a second person's yes; *by* is None for whoever has the server's shell.

    Raises `NameTaken` and `WeakPassword`.
    """
    name = " ".join(name.split())
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise WeakPassword(f"a password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters")
    if (await named(session, name)) is not None:
        raise NameTaken
    there = (await session.exec(select(func.count()).select_from(Moderator))).one()
    is_first = by is None and there < FIRST_ACCOUNTS
    loop = asyncio.get_running_loop()
    id_ = uuid4()
    moderator = Moderator(
        id=id_,
        name=name,
        state=ModeratorState.ACTIVE if is_first else ModeratorState.WAITING,
        roles=sorted(DeskRole(role).value for role in roles),
        password=await loop.run_in_executor(_STRETCHING, hash_password, password),
        totp=vault.seal_to_desk(totp_secret.encode(), table="moderator", column="totp", row=id_),
        added_by=by,
    )
    session.add(moderator)
    await session.flush()
    detail = {"roles": moderator.roles, "state": moderator.state.value}
    await audit.write(
        session, actor=_actor(by), act="moderator.added", subject=f"moderator:{id_}", now=now, detail=detail
    )
    return moderator


async def agree(session: AsyncSession, moderator_id: UUID, *, by: UUID, now: datetime) -> None:
    """Open an account that somebody else added; raise `NotWaiting` or `SamePerson`."""
    moderator = await _locked(session, moderator_id)
    if moderator is None or moderator.state is not ModeratorState.WAITING:
        raise NotWaiting
    if by in {moderator.added_by, moderator.id}:
        raise SamePerson
    moderator.state, moderator.agreed_by = ModeratorState.ACTIVE, by
    session.add(moderator)
    await audit.write(session, actor=_actor(by), act="moderator.agreed", subject=f"moderator:{moderator_id}", now=now)


async def close(session: AsyncSession, moderator_id: UUID, *, by: UUID | None, now: datetime) -> None:
    """End an account and its sittings; narrowing takes one person."""
    moderator = await _locked(session, moderator_id)
    if moderator is None or moderator.state is ModeratorState.CLOSED:
        return
    moderator.state = ModeratorState.CLOSED
    session.add(moderator)
    await session.exec(delete(Sitting).where(col(Sitting.moderator_id) == moderator_id))
    await audit.write(session, actor=_actor(by), act="moderator.closed", subject=f"moderator:{moderator_id}", now=now)


async def everybody(session: AsyncSession) -> list[Moderator]:
    """All accounts, those that wait first."""
    found = await session.exec(select(Moderator).order_by(func.lower(Moderator.name)))
    return sorted(found, key=lambda moderator: moderator.state is not ModeratorState.WAITING)


async def names(session: AsyncSession) -> dict[UUID, str]:
    """What moderators call each other."""
    return dict((await session.exec(select(Moderator.id, Moderator.name))).all())


async def named(session: AsyncSession, name: str) -> Moderator | None:
    """Whose account this name is, however it is spaced and capitalised."""
    wanted = " ".join(name.split()).lower()
    return (await session.exec(select(Moderator).where(func.lower(Moderator.name) == wanted))).first()


async def find(session: AsyncSession, name: str) -> Claim:
    """Begin a log-in as *name*, whether or not anybody has it."""
    moderator = await named(session, name)
    return Claim(moderator.id, moderator.password) if moderator else Claim(uuid4(), _nobodys())


async def log_in(session: AsyncSession, vault: Vault, proof: Proof, *, code: str, now: datetime) -> UUID | None:
    """The moderator who may sit down, or None; counts the failure, so commit either way."""
    if not await _enter(session, vault, proof, code=code, now=now):
        return None
    moderator_id = proof.moderator_id
    await audit.write(
        session, actor=_actor(moderator_id), act="moderator.logged_in", subject=f"moderator:{moderator_id}", now=now
    )
    return moderator_id


async def show_code(session: AsyncSession, vault: Vault, moderator_id: UUID, *, code: str, now: datetime) -> bool:
    """Whether *code* is this moderator's, now and for the first time; counts the failure, so commit either way."""
    return await _enter(session, vault, Proof(moderator_id, fits=True), code=code, now=now)


async def _enter(session: AsyncSession, vault: Vault, proof: Proof, *, code: str, now: datetime) -> bool:
    """Check the code and write down what came of it: one read and one write, whoever asks."""
    moderator = await _locked(session, proof.moderator_id)
    secret, after, failures, locked_until = _NOBODYS_SECRET, 0, 0, None
    if moderator is not None:
        sealed = moderator.totp
        secret = vault.open_at_desk(sealed, table="moderator", column="totp", row=moderator.id).decode()
        after, failures, locked_until = moderator.totp_step, moderator.failures, moderator.locked_until
    may_try = moderator is not None and moderator.state is ModeratorState.ACTIVE
    is_locked = locked_until is not None and locked_until > now
    step = _step_of(secret, code, after=after, now=now)
    is_in = may_try and not is_locked and proof.fits and step is not None
    if is_in:
        after, failures, locked_until = step or after, 0, None
    elif not is_locked:
        failures += 1
        if failures % TRIES == 0:
            times = min(failures // TRIES - 1, 10)
            locked_until = now + min(LOCKED_FIRST * 2**times, LOCKED_LONGEST)
    await session.exec(
        update(Moderator)
        .where(col(Moderator.id) == proof.moderator_id)
        .values(totp_step=after, failures=failures, locked_until=locked_until)
    )
    return is_in


def _step_of(secret: str, code: str, *, after: int, now: datetime) -> int | None:
    """The time step whose code this is, one either way; None if it was used or is wrong."""
    current = int(now.timestamp()) // STEP_SECONDS
    totp = pyotp.TOTP(secret, interval=STEP_SECONDS)
    sent = "".join(code.split()).encode()
    for step in (current - 1, current, current + 1):
        # Not only the same code: an earlier one, read over a shoulder, is no good any more either.
        if hmac.compare_digest(totp.generate_otp(step).encode(), sent) and step > after:
            return step
    return None


async def _locked(session: AsyncSession, moderator_id: UUID) -> Moderator | None:
    """The row, held until commit: guesses that arrive together are counted one after the other."""
    found = await session.exec(
        select(Moderator)
        .where(Moderator.id == moderator_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return found.first()


def _actor(moderator_id: UUID | None) -> str:
    return f"moderator:{moderator_id}" if moderator_id else audit.SYSTEM


@cache
def _nobodys() -> str:
    return hash_password(uuid4().hex)
