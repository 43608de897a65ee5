"""Join codes: six digits, ten minutes, one use, five tries; few a day for one address, and few in an hour for all.

Who asks is told the same whether a code went out or not.
"""

import hmac
import secrets
import unicodedata
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import func, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from ..delivery import recipients
from ..models import JoinCode, Occasion, SubscriberKind, table
from ..vault import Vault
from ..vocabulary import Wording

LASTS: Final = timedelta(minutes=10)
TRIES: Final = 5
A_DAY: Final = timedelta(days=1)
UNANSWERED_A_DAY: Final = 3
"""Codes to one address that nobody brought back: whoever asks for more is not its owner."""
ANSWERED_A_DAY: Final = 10
FOR_ALL_AN_HOUR: Final = 100

CODE: Final = table(JoinCode)


class Wish(BaseModel):
    """What somebody wants to be once the code comes back."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    kind: SubscriberKind
    working_name: str = Field(repr=False)
    district: str
    miles: int
    wording: Wording


class Asked(BaseModel):
    """Who asked for a code; without a *wish* she only wants to sign in."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    channel: str
    address: str = Field(repr=False)
    language: str
    wish: Wish | None = None


async def send(session: AsyncSession, vault: Vault, asked: Asked, *, now: datetime) -> UUID:
    """Send a code to the address in *asked*, unless it had too many; its id is given back either way."""
    tag = recipients.tag_of(vault, asked.channel, asked.address)
    is_too_many = await _is_too_many(session, channel=asked.channel, tag=tag, now=now)
    # A code that is not sent is over before it begins, and no six digits fit it.
    row = JoinCode(channel=asked.channel, tag=tag, code=secrets.token_bytes(32), sent_at=now, expires_at=now)
    row.wish = vault.seal("subscriber", asked.model_dump_json().encode(), table="join_code", column="wish", row=row.id)
    if not is_too_many:
        code = f"{secrets.randbelow(1_000_000):06}"
        row.code, row.expires_at = _hashed(vault, row.id, code), now + LASTS
        await recipients.send_once(
            session,
            vault,
            occasion=Occasion.JOIN_CODE,
            channel=asked.channel,
            address=asked.address,
            tag=tag,
            content={"code": code},
            language=asked.language,
            now=now,
        )
    session.add(row)
    await session.flush()
    return row.id


async def check(session: AsyncSession, vault: Vault, code_id: UUID, typed: str, *, now: datetime) -> Asked | None:
    """Who asked for the code, if *typed* is it; wrong, late, used and unknown are all None.

    A wrong one counts, so the caller commits in any case.
    """
    connection = await session.connection()
    # One statement counts the try and reads the code: no two guesses count as one.
    tried = await connection.execute(
        update(CODE)
        .where(CODE.c.id == code_id, CODE.c.used.is_(False), CODE.c.tries < TRIES, CODE.c.expires_at > now)
        .values(tries=CODE.c.tries + 1)
        .returning(CODE.c.tag, CODE.c.code, CODE.c.wish)
    )
    row = tried.one_or_none()
    if row is None or not hmac.compare_digest(row.code, _hashed(vault, code_id, _digits(typed))):
        return None
    # Two codes for one address may come back at the same moment: the second waits, and finds her joined.
    await connection.execute(select(CODE.c.id).where(CODE.c.tag == row.tag).order_by(CODE.c.id).with_for_update())
    await connection.execute(update(CODE).where(CODE.c.id == code_id).values(used=True))
    opened = vault.open("subscriber", row.wish, table="join_code", column="wish", row=code_id)
    return Asked.model_validate_json(opened)


async def _is_too_many(session: AsyncSession, *, channel: str, tag: bytes, now: datetime) -> bool:
    connection = await session.connection()
    was_sent = CODE.c.expires_at > CODE.c.sent_at
    hers = await connection.execute(
        select(CODE.c.used, func.count())
        .where(CODE.c.tag == tag, CODE.c.channel == channel, CODE.c.sent_at > now - A_DAY, was_sent)
        .group_by(CODE.c.used)
    )
    counts = {bool(used): number for used, number in hers}
    an_hour = await connection.scalar(
        select(func.count()).where(CODE.c.sent_at > now - timedelta(hours=1), was_sent).select_from(CODE)
    )
    return (
        counts.get(False, 0) >= UNANSWERED_A_DAY
        or counts.get(True, 0) >= ANSWERED_A_DAY
        or (an_hour or 0) >= FOR_ALL_AN_HOUR
    )


def _hashed(vault: Vault, code_id: UUID, code: str) -> bytes:
    return vault.tag("index_subscriber", "join code", str(code_id), code)


def _digits(typed: str) -> str:
    """The digits in *typed*, of any script, however they are spaced."""
    found = (unicodedata.decimal(letter, None) for letter in typed[:40])
    return "".join(str(digit) for digit in found if digit is not None)


async def tidy(session: AsyncSession, *, now: datetime) -> None:
    """Forget codes that no longer count for anything."""
    connection = await session.connection()
    await connection.execute(CODE.delete().where(CODE.c.sent_at <= now - A_DAY))
