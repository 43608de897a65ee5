"""The settings, read once; a missing or bad one stops the start with its name."""

import re
from decimal import Decimal
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from babel import Locale, UnknownLocaleError
from pydantic import Field, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from .contract import MissingSetting

PREFIX = "UGLY_MUGS_"
_DRAMA = re.compile(r"(\+44|0)(7700900\d{3}|113496\d{4}|2079460\d{3})")
TELLING_WORDS = ("ugly", "mugs", "sex")
SHORTEST_LEASE = 15


class Env(StrEnum):
    PRODUCTION = "production"
    DEMO = "demo"


class Config(BaseSettings):
    """Every setting of the service; each is `UGLY_MUGS_` and the name in capitals."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore", hide_input_in_errors=True)

    env: Env = Env.PRODUCTION
    database_url: str = "sqlite+aiosqlite:///var/service.db"
    public_url: str = "http://localhost:8080"
    listen: str = "127.0.0.1:8080"
    metrics_listen: str = ""
    """Where a worker answers `/metrics`: nowhere, unless it is said; only on this machine or a private network."""
    keys: Path = Path("var/keys")
    title: str = "Notes"
    """What stands in the browser's tab: says nothing about what this is."""
    leave_url: str = "https://www.bbc.co.uk/weather"
    languages: Annotated[tuple[str, ...], NoDecode] = ("en",)
    channels: Annotated[tuple[str, ...], NoDecode] = ("sms", "email")
    pounds_a_day: int = Field(default=200, ge=0)
    pounds_a_month: int = Field(default=2_000, ge=0)
    join_pounds_a_day: int = Field(default=10, ge=0)
    pence_a_segment: Decimal = Field(default=Decimal("4.0"), ge=0)
    """What the desk reckons a text costs where it runs by itself, without the senders' own prices."""
    lease_seconds: int = Field(default=30, ge=1)
    """How long a dead worker's messages lie still before anybody asks what became of them."""
    own_number: str = ""
    """The two-way number people may text; shown on the join page."""
    demo_port: int = Field(default=8090, ge=1, le=65_532)
    """The first of four: the hall, the carrier, the mailbox and its SMTP."""
    var: Path = Path("var")

    @field_validator("languages", "channels", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("channels", "title")
    @classmethod
    def _not_empty(cls, value: str | tuple[str, ...]) -> str | tuple[str, ...]:
        if not (value.strip() if isinstance(value, str) else value):
            raise ValueError("must not be empty")
        return value

    @field_validator("languages")
    @classmethod
    def _spoken(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not value or not all(_is_language(tag) for tag in value):
            raise ValueError("must be tags of languages, such as en or cy")
        return value

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: str) -> str:
        if not value.startswith(("sqlite+aiosqlite:///", "postgresql+psycopg://")):
            raise ValueError("must begin with sqlite+aiosqlite:/// or postgresql+psycopg://")
        return value

    @field_validator("public_url", "leave_url")
    @classmethod
    def _url(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
            raise ValueError("must be an http(s) address without query")
        return value.rstrip("/")

    @field_validator("listen", "metrics_listen")
    @classmethod
    def _listen(cls, value: str, info: ValidationInfo) -> str:
        if not value and info.field_name == "metrics_listen":
            return value
        host, _, port = value.rpartition(":")
        if not host or not port.isdecimal() or int(port) > 65_535:
            raise ValueError("must be HOST:PORT")
        return value

    @field_validator("metrics_listen")
    @classmethod
    def _not_for_everybody(cls, value: str) -> str:
        host = value.rpartition(":")[0].strip("[]")
        if host not in {"", "localhost"} and not _is_private(host):
            raise ValueError("must be localhost or an address of a private network: it asks nobody who they are")
        return value

    @model_validator(mode="after")
    def _production(self) -> Self:
        if self.env is Env.PRODUCTION:
            url = urlsplit(self.public_url)
            host = url.hostname or ""
            if any(word in host.lower() for word in TELLING_WORDS):
                raise ValueError("public_url: the host's name would out whoever reads it")
            if any(word in self.title.lower() for word in TELLING_WORDS):
                raise ValueError("title: it would out whoever reads it")
            if self.lease_seconds < SHORTEST_LEASE:
                raise ValueError(f"lease_seconds: must be at least {SHORTEST_LEASE}, longer than a provider may take")
            if url.scheme != "https" and not host.endswith(".onion"):
                raise ValueError("public_url: must be https in production")
            if _DRAMA.fullmatch("".join(self.own_number.split())):
                raise ValueError("own_number: is a number for the demo")
        return self

    @property
    def is_demo(self) -> bool:
        return self.env is Env.DEMO

    @property
    def host(self) -> str:
        return self.listen.rpartition(":")[0]

    @property
    def port(self) -> int:
        return int(self.listen.rpartition(":")[2])


def make_folder(folder: Path, *, setting: str) -> None:
    """Make *folder* if it is missing; raise `MissingSetting` for *setting*, which named it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise MissingSetting(f"{PREFIX}{setting}: the folder {folder} cannot be made ({error.strerror})") from None


def _is_private(host: str) -> bool:
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return address.is_private and not address.is_unspecified


def _is_language(tag: str) -> bool:
    try:
        Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        return False
    return True


def read(**overrides: object) -> Config:
    """Read the settings from the environment; raise `MissingSetting` that begins with the name."""
    try:
        return Config(**overrides)  # type: ignore[arg-type]  # pydantic checks what it is given
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = "_".join(str(part) for part in first["loc"])
        words = first["msg"].removeprefix("Value error, ")
        if not where:
            where, _, words = words.partition(": ")
        raise MissingSetting(f"{PREFIX}{where.upper()}: {words}") from None
