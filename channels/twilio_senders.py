"""The numbers that texts come from, as set by whoever runs the service."""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from hashlib import blake2b
from typing import Final
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from ugly_mugs.contract import MissingSetting, Purpose
from ugly_mugs.contract import Sender as Agreed

SENDERS: Final = "UGLY_MUGS_SENDERS"
ACCOUNT: Final = "UGLY_MUGS_TWILIO_ACCOUNT_SID"
ABSENT_AFTER: Final = "UGLY_MUGS_TWILIO_ABSENT_SECONDS"
PATIENCE: Final = "UGLY_MUGS_TWILIO_TIMEOUT_SECONDS"
LONGEST_WAIT: Final = 3_600
LONGEST_PATIENCE: Final = 20
"""Less than a message may be at the wire before its worker is taken for dead."""
TOKEN: Final = "UGLY_MUGS_TWILIO_AUTH_TOKEN"  # noqa: S105 -- the name of a setting
API_URL: Final = "UGLY_MUGS_TWILIO_API_URL"

_TELLING: Final = ("ugly", "mugs", "sex")
_BLOCKED: Final = ("alert", "info", "verify")
"""UK networks drop texts from names with these."""
_DRAMA: Final = re.compile(r"\+447700900\d{3}|\+44113496\d{4}|\+442079460\d{3}")
_REAL_ACCOUNT: Final = re.compile(r"AC[0-9a-f]{32}")
_REAL_TOKEN: Final = re.compile(r"[0-9a-f]{32}")


class Sender(BaseModel):
    """One number, its share of the texts, its price and its speed."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    number: str = Field(pattern=r"^(\+[1-9]\d{6,14}|\d{5,6}|[A-Za-z0-9 ]{1,11})$")
    name: str = Field(default="", pattern=r"^[A-Za-z0-9 +._-]{0,40}$")
    """What it is called here; its number where that is enough."""
    weight: float = Field(default=1, gt=0, le=1_000)
    pence: Decimal = Field(default=Decimal("4.0"), ge=0, le=1_000)
    segments_a_second: float | None = Field(default=10, gt=0, le=10_000)
    carries: frozenset[Purpose] = Field(default=frozenset(Purpose), min_length=1)
    account_sid: str = ""
    auth_token: str = Field(default="", repr=False)

    def agreed(self) -> Agreed:
        """What the service needs to know of it."""
        return Agreed(
            name=self.name or self.number,
            weight=self.weight,
            pence=self.pence,
            segments_a_second=self.segments_a_second,
            carries=self.carries,
        )


def read(env: Mapping[str, str], *, production: bool) -> tuple[Sender, ...]:
    """Read the senders, each with its account; raise `MissingSetting` for what is missing or would out anybody."""
    account, token = _needed(env, ACCOUNT), _needed(env, TOKEN)
    try:
        given = TypeAdapter(tuple[Sender, ...]).validate_json(_needed(env, SENDERS))
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise MissingSetting(f"{SENDERS}: {where} {first['msg']}") from None
    if not given:
        raise MissingSetting(f"{SENDERS}: at least one is needed")
    if twice := [name for name, often in Counter(one.agreed().name for one in given).items() if often > 1]:
        raise MissingSetting(f"{SENDERS}: {twice[0]} is there twice; give each a name of its own")
    for purpose in Purpose:
        if not any(purpose in one.carries for one in given):
            raise MissingSetting(f"{SENDERS}: none carries {purpose}, so those messages would wait for ever")
    if any(bool(one.account_sid) != bool(one.auth_token) for one in given):
        raise MissingSetting(f"{SENDERS}: account_sid and auth_token go together")
    senders = tuple(
        one if one.account_sid else one.model_copy(update={"account_sid": account, "auth_token": token})
        for one in given
    )
    if production:
        for one in senders:
            _check(one, own=one.account_sid != account)
    return senders


def api_url(env: Mapping[str, str], *, production: bool) -> str:
    """Say where the provider is."""
    url = env.get(API_URL, "").rstrip("/") or "https://api.twilio.com"
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise MissingSetting(f"{API_URL}: must be an http(s) address")
    if production and parts.scheme != "https":
        raise MissingSetting(f"{API_URL}: must be https in production")
    return url


def absent_after(env: Mapping[str, str], *, default: timedelta) -> timedelta:
    """Say how old a message must be before its absence from the provider's list proves anything."""
    return _seconds(env, ABSENT_AFTER, default, least=0, most=LONGEST_WAIT)


def timeout(env: Mapping[str, str], *, default: timedelta) -> timedelta:
    """Say how long an answer of the provider is waited for."""
    return _seconds(env, PATIENCE, default, least=1, most=LONGEST_PATIENCE)


def _seconds(env: Mapping[str, str], name: str, default: timedelta, *, least: int, most: int) -> timedelta:
    written = env.get(name, "")
    if not written:
        return default
    if not written.isascii() or not written.isdecimal() or not least <= int(written[:9]) <= most:
        raise MissingSetting(f"{name}: must be whole seconds, at least {least} and at most {most}")
    return timedelta(seconds=int(written))


def choose(senders: Sequence[Sender], message_id: str) -> Sender:
    """Choose by weight, the same for a message each time, and for most messages also when a sender comes or goes."""
    if len(senders) == 1:
        return senders[0]
    return min(senders, key=lambda one: -math.log(_share(one.number, message_id)) / one.weight)


def _share(number: str, message_id: str) -> float:
    """Throw the dice that these two always throw: above 0, at most 1."""
    digest = blake2b(f"{number}|{message_id}".encode(), digest_size=6).digest()
    return (int.from_bytes(digest) + 1) / 2**48


def _needed(env: Mapping[str, str], name: str) -> str:
    value = env.get(name, "").strip()
    if not value:
        raise MissingSetting(f"{name}: is not set")
    return value


def _check(sender: Sender, *, own: bool) -> None:
    name = sender.number.lower()
    if any(word in name for word in _TELLING):
        raise MissingSetting(f"{SENDERS}: a sender's name would out whoever gets its texts")
    if any(word in name for word in _BLOCKED):
        raise MissingSetting(f"{SENDERS}: UK networks block names with Alert, Info or Verify")
    if _DRAMA.fullmatch(sender.number):
        raise MissingSetting(f"{SENDERS}: {sender.number} is a number for the demo")
    if not _REAL_ACCOUNT.fullmatch(sender.account_sid):
        raise MissingSetting(f"{SENDERS if own else ACCOUNT}: is no account of Twilio's")
    if not _REAL_TOKEN.fullmatch(sender.auth_token) or len(set(sender.auth_token)) < 4:
        raise MissingSetting(f"{SENDERS if own else TOKEN}: is no token of Twilio's")
