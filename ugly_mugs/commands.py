"""What each command does; `__main__` only reads the words it was given."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TypeVar
from urllib.parse import urlsplit

import pyotp
import segno
import structlog
import typer
from sqlmodel import select

from . import audit, boot, checkup, config, keys, schema, vault
from .areas import Area, UnknownArea, UnknownDistrict
from .config import Config, Env
from .contract import MissingSetting
from .demo import surroundings
from .desk import accounts
from .feed import tokens
from .models import DeskRole, Scheme
from .service import Service

log = structlog.get_logger()
WEB, WORK = frozenset(vault.WEB_KEYS), frozenset(vault.WORKER_KEYS)
NOTHING: frozenset[str] = frozenset()
T = TypeVar("T")
say = typer.echo


def run() -> None:
    """Web and worker in one process; in the demo, with its surroundings."""
    settings = config.read()
    asyncio.run(_demo(settings) if settings.is_demo else _run(settings, os.environ, web=WEB, work=WORK))


def web(parts: frozenset[str]) -> None:
    """Serve *parts* until told to stop."""
    asyncio.run(_run(config.read(), os.environ, web=parts, work=NOTHING))


def worker(parts: frozenset[str]) -> None:
    """Do *parts* until told to stop."""
    asyncio.run(_run(config.read(), os.environ, web=NOTHING, work=parts))


async def _run(settings: Config, env: Mapping[str, str], *, web: frozenset[str], work: frozenset[str]) -> None:
    async with _service(settings, env, web=web, work=work) as service:
        await boot.check_database(service)
        await boot.stand(service, web=web, work=work, until=_told_to_stop())


async def _demo(settings: Config) -> None:
    """Everything on this computer: keys, database, carrier, mailbox, made-up people, and where to click."""
    if not os.environ.get("UGLY_MUGS_LISTEN") and not surroundings.free_port(settings.host, settings.port):
        settings = _elsewhere(settings)
    keys.make(settings.keys, host=urlsplit(settings.public_url).hostname or "", now=_now(), mark=vault.DEMO_MARK)
    schema.upgrade(settings.database_url)
    async with surroundings.surroundings(settings) as around:
        env = {**around.settings(), **os.environ}
        async with _service(settings, env, web=WEB, work=WORK) as service:
            doors = await surroundings.open_doors(service, around)
            async with surroundings.hall(doors) as address:
                await boot.stand(
                    service, web=WEB, work=WORK, until=_told_to_stop(), ready=lambda: _welcome(doors, address)
                )


def _elsewhere(settings: Config) -> Config:
    """The same settings on a port that is free: somebody else has ours."""
    port = surroundings.any_port(settings.host)
    public = urlsplit(settings.public_url)
    where = {"listen": f"{settings.host}:{port}", "public_url": f"{public.scheme}://{public.hostname}:{port}"}
    return settings.model_copy(update=where)


def _welcome(doors: surroundings.Doors, hall: str) -> None:
    where = doors.as_json()
    say("\nThe demo is ready. Nobody in it exists, and nothing leaves this computer.\n")
    for words, address in (
        ("Start here, with the moderators' codes", hall),
        ("Tell what happened", where["report_url"]),
        ("The desk", where["desk_url"]),
        ("Join", where["join_url"]),
        ("The phones", f"{where['carrier_url']}/messages"),
        ("The mailbox", f"{where['mailbox_url']}/messages"),
    ):
        say(f"  {words:<42}{address}")
    say(f"\n  Everything a program needs is in {doors.path}. Ctrl-C ends it.\n")


@asynccontextmanager
async def _service(
    settings: Config, env: Mapping[str, str], *, web: frozenset[str] = NOTHING, work: frozenset[str] = NOTHING
) -> AsyncIterator[Service]:
    service = boot.open_service(
        settings, env=env, web=web, work=work, channels=boot.channels_for(settings, env, web, work)
    )
    try:
        yield service
    finally:
        await boot.close(service)


def _told_to_stop() -> asyncio.Event:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


def migrate(app_role: str | None) -> None:
    """Run the migrations."""
    schema.upgrade(config.read().database_url, app_role=app_role)
    say("The database is up to date.")


def doctor() -> int:
    """Look at everything; 1 if something is wrong."""
    found = asyncio.run(checkup.look(os.environ))
    for finding in found:
        say(f"{'ok  ' if finding.good else 'BAD '} {finding.what}: {finding.words}")
    return 0 if all(finding.good for finding in found) else 1


def new_keys() -> None:
    """Make the keys that are missing."""
    settings = config.read()
    mark = vault.DEMO_MARK if settings.env is Env.DEMO else ""
    try:
        made = keys.make(settings.keys, host=urlsplit(settings.public_url).hostname or "", now=_now(), mark=mark)
    except FileExistsError as error:
        raise MissingSetting(f"UGLY_MUGS_KEYS: {error}") from None
    say(f"Made {', '.join(made)} in {settings.keys}." if made else "Every key is there already.")


def add_moderator(name: str, *, lead: bool) -> None:
    """Ask for a password, make the account, show its secret once."""
    settings = config.read()
    password = typer.prompt("Password, at least 12 characters", hide_input=True, confirmation_prompt=True)
    secret = pyotp.random_base32()
    roles = [DeskRole.MODERATOR, DeskRole.LEAD] if lead else [DeskRole.MODERATOR]

    async def add(service: Service) -> str:
        async with service.transaction() as session:
            made = await accounts.add(
                session,
                service.vault,
                name=name,
                password=password,
                totp_secret=secret,
                roles=roles,
                by=None,
                now=service.now(),
            )
        return made.state

    try:
        state = _with_service(settings, add, keys_of="desk")
    except accounts.NameTaken:
        raise _refused("somebody has this name already") from None
    except accounts.WeakPassword as error:
        raise _refused(str(error)) from None
    address = pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=settings.title)
    segno.make(address).terminal(compact=True)
    say(f"Scan this with an authenticator, or type in {secret}. It is not shown again.")
    if state != "active":
        say("The account opens when a moderator agrees, at the desk.")


def add_scheme(name: str, areas: Sequence[str], *, police_force: str | None, reports: bool) -> None:
    """Make a scheme and print its token."""
    wanted = [_area(each) for each in areas]

    async def add(service: Service) -> str:
        async with service.transaction() as session:
            made = await tokens.add_scheme(
                session, service.atlas, name=name, areas=wanted, police_force=police_force, now=service.now()
            )
            return await tokens.make(session, made.recipient_id, scopes=_scopes(reports=reports), now=service.now())

    try:
        say(_with_service(config.read(), add))
    except tokens.NameTaken:
        raise _refused("there is a scheme of this name already; `scheme token` makes another token for it") from None
    except (UnknownArea, UnknownDistrict) as error:
        raise _refused(str(error)) from None


def new_token(name: str, *, reports: bool) -> None:
    """Print another token for a scheme."""

    async def make(service: Service) -> str:
        async with service.transaction() as session:
            found = (await session.exec(select(Scheme).where(Scheme.name == name))).first()
            if found is None:
                raise _refused("there is no scheme of this name")
            return await tokens.make(session, found.recipient_id, scopes=_scopes(reports=reports), now=service.now())

    try:
        say(_with_service(config.read(), make))
    except tokens.TooManyTokens:
        raise _refused("two tokens are live already") from None


def _scopes(*, reports: bool) -> frozenset[tokens.Scope]:
    return frozenset({tokens.Scope.READ, tokens.Scope.REPORT} if reports else {tokens.Scope.READ})


def _area(written: str) -> Area:
    kind, _, code = written.partition(":")
    match kind:
        case "national":
            return Area("national")
        case "district":
            code, _, miles = code.partition("+")
            return Area("district", code, int(miles) if miles.isdecimal() else 0)
        case "force" | "region":
            return Area(kind, code)
        case _:
            raise _refused(f"{written} is not an area: force:ID, region:NAME, district:CODE+MILES or national")


def verify_audit() -> int:
    """Print the head of the chain, or where it breaks."""

    async def verify(service: Service) -> audit.Head:
        async with service.reading() as session:
            return await audit.verify(session)

    try:
        head = _with_service(config.read(), verify)
    except audit.Broken as error:
        say(str(error))
        return 1
    say(f"The log holds: {head.number} entries, head {head.hash}. Write the head down somewhere else.")
    return 0


def _with_service(settings: Config, act: Callable[[Service], Awaitable[T]], *, keys_of: str = "") -> T:
    async def acting() -> T:
        async with _service(settings, os.environ, web=frozenset({keys_of} - {""})) as service:
            return await act(service)

    return asyncio.run(acting())


def _refused(words: str) -> typer.Exit:
    say(words, err=True)
    return typer.Exit(1)


def _now() -> datetime:
    return datetime.now(UTC)
