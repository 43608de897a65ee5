"""Everything around the service that `make run` shows: a carrier, a mailbox, and a hall with all the doors."""

import json
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pyotp
from aiohttp import web

from ..config import Config, make_folder
from ..service import Service
from . import pages, settling_in
from .carrier import Carrier
from .mailbox import Mailbox
from .settling_in import Account

ACCOUNT_SID, AUTH_TOKEN = "AC" + "d" * 32, "demo-token-that-production-refuses"
OUR_NUMBER = "+447700900999"
EMAIL_FROM = "notes@notes.example"
HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The carrier and the mailbox, listening."""

    carrier: Carrier
    mailbox: Mailbox

    def settings(self) -> dict[str, str]:
        """What the channels read from the environment to find them."""
        sender = {"number": OUR_NUMBER, "weight": 1, "pence": "4.0", "segments_a_second": 100}
        return {
            "UGLY_MUGS_TWILIO_ACCOUNT_SID": ACCOUNT_SID,
            "UGLY_MUGS_TWILIO_AUTH_TOKEN": AUTH_TOKEN,
            "UGLY_MUGS_TWILIO_API_URL": self.carrier.url,
            "UGLY_MUGS_TWILIO_ABSENT_SECONDS": "3",
            "UGLY_MUGS_SENDERS": json.dumps([sender]),
            "UGLY_MUGS_SMTP_URL": self.mailbox.smtp_url,
            "UGLY_MUGS_EMAIL_FROM": EMAIL_FROM,
        }


@asynccontextmanager
async def surroundings(config: Config) -> AsyncIterator[Surroundings]:
    """Start the carrier and the mailbox next to each other, or wherever there is room."""
    carrier = Carrier(
        ACCOUNT_SID,
        AUTH_TOKEN,
        port=free_port(HOST, config.demo_port + 1),
        numbers=[OUR_NUMBER],
        inbound_url=f"{config.public_url}/hooks/sms/inbound",
        delay=0.3,
    )
    mailbox = Mailbox(
        port=free_port(HOST, config.demo_port + 2),
        smtp_port=free_port(HOST, config.demo_port + 3),
        service_url=config.public_url,
    )
    async with carrier, mailbox:
        yield Surroundings(carrier, mailbox)


def free_port(host: str, wanted: int) -> int:
    """*wanted* if nobody listens there, else 0: any."""
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, wanted))
        except OSError:
            return 0
    return wanted


def any_port(host: str) -> int:
    """A port that is free now."""
    with socket.socket() as trial:
        trial.bind((host, 0))
        port: int = trial.getsockname()[1]
        return port


@dataclass(frozen=True, slots=True)
class Doors:
    """Where everything is, as `var/demo.json` says it."""

    config: Config
    around: Surroundings
    moderators: list[Account]
    token: str

    def as_json(self) -> Mapping[str, object]:
        """The keys that other programs look for."""
        url = self.config.public_url
        return {
            "report_url": f"{url}/report",
            "desk_url": f"{url}/desk",
            "join_url": f"{url}/join",
            "moderators": [account.as_json() for account in self.moderators],
            "scheme_tokens": [self.token],
            "feed_url": f"{url}/feed",
            "carrier_url": self.around.carrier.url,
            "mailbox_url": self.around.mailbox.url,
        }

    @property
    def path(self) -> Path:
        """Where `write` writes."""
        return self.config.var / "demo.json"

    def write(self) -> None:
        """Write `demo.json`, readable by the owner alone: it opens the desk."""
        make_folder(self.config.var, setting="VAR")
        self.path.touch(mode=0o600)
        self.path.write_text(json.dumps(self.as_json(), indent=2) + "\n")


@asynccontextmanager
async def hall(doors: Doors) -> AsyncIterator[str]:
    """A page with all the doors of the demo, and the moderators' codes of the moment; its address."""

    async def show(_: web.Request) -> web.Response:
        codes = [(account, pyotp.TOTP(account.totp_secret).now()) for account in doors.moderators]
        return pages.page("hall.html", doors=doors.as_json(), codes=codes, number=OUR_NUMBER)

    app = web.Application()
    app.router.add_get("/", show)
    app.router.add_get("/style.css", pages.style)
    serving = pages.Serving(HOST, free_port(HOST, doors.config.demo_port))
    await serving.start(app)
    try:
        yield serving.url
    finally:
        await serving.stop()


async def open_doors(service: Service, around: Surroundings) -> Doors:
    """Fill the database if it is empty, and say where everything is."""
    await settling_in.settle_in(service)
    doors = Doors(service.config, around, settling_in.moderators(service), await settling_in.a_token(service))
    doors.write()
    return doors
