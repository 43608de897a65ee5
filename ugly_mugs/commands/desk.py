"""Accounts at the desk, from the server's own shell."""

import pyotp
import segno
import typer

from .. import config
from ..desk import accounts
from ..models import DeskRole, Moderator, ModeratorState
from ..service import Service
from .acting import checked, refused, say, with_service

LONGEST_NAME = 60


def add(name: str, *, lead: bool) -> None:
    """Ask for a password, make the account, show its secret once."""
    settings, name = config.read(), checked(name, longest=LONGEST_NAME)
    password = typer.prompt("Password, at least 12 characters", hide_input=True, confirmation_prompt=True)
    secret = pyotp.random_base32()
    roles = [DeskRole.MODERATOR, DeskRole.LEAD] if lead else [DeskRole.MODERATOR]

    async def adding(service: Service) -> ModeratorState:
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
        state = with_service(adding, settings=settings, keys_of="desk")
    except accounts.NameTaken:
        raise refused("somebody has this name already") from None
    except accounts.WeakPassword as error:
        raise refused(str(error)) from None
    address = pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=settings.title)
    segno.make(address).terminal(compact=True)
    say(f"Scan this with an authenticator, or type in {secret}. It is not shown again.")
    if state is not ModeratorState.ACTIVE:
        say("The account opens when a moderator agrees, at the desk.")


def everybody() -> None:
    """Print every account: its state, its roles, its name."""

    async def read(service: Service) -> list[Moderator]:
        async with service.reading() as session:
            return await accounts.everybody(session)

    found = with_service(read)
    for moderator in found:
        say(f"{moderator.state:<10}{','.join(moderator.roles):<18}{moderator.name}")
    if not found:
        say("There is no account yet; `moderator add` makes one.")


def close(name: str) -> None:
    """End an account and its sittings."""

    async def closing(service: Service) -> ModeratorState:
        async with service.transaction() as session:
            found = await accounts.named(session, name)
            if found is None:
                raise refused("nobody has this name")
            before = found.state
            await accounts.close(session, found.id, by=None, now=service.now())
            return before

    if with_service(closing) is ModeratorState.CLOSED:
        say("This account was closed already.")
    else:
        say("Closed; whoever sat at the desk under this name is out.")
