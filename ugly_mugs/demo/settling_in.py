"""Fills an empty demo database: two moderators, made-up people, one regional scheme; the same ones each time."""

from base64 import b32encode
from dataclasses import asdict, dataclass, field
from datetime import datetime

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..areas import Area
from ..desk import accounts
from ..feed import tokens
from ..models import DEMO_MARK, DeskRole, House, Scheme, SubscriberKind
from ..service import Service
from ..subscribers import joining
from ..vault import keyed_hash
from ..vocabulary import Severity
from .people import people

MODERATORS = ("robin", "sasha")
SCHEME = "South East scheme (made up)"
SCHEME_FORCES = ("surrey", "sussex", "hampshire", "thames-valley", "metropolitan")


@dataclass(frozen=True, slots=True)
class Account:
    """How to log in as one of the demo's moderators."""

    name: str
    password: str = field(repr=False)
    totp_secret: str = field(repr=False)

    def as_json(self) -> dict[str, str]:
        """As `var/demo.json` has it."""
        return asdict(self)


def moderators(service: Service) -> list[Account]:
    """The demo's moderators; their secrets follow from this installation's own session key."""
    return [
        Account(name, _derived(service, name, "password")[:12].lower(), _derived(service, name, "totp")[:32])
        for name in MODERATORS
    ]


def _derived(service: Service, name: str, what: str) -> str:
    return b32encode(keyed_hash(service.vault.raw("session"), f"demo {name} {what}".encode())).decode().rstrip("=")


async def is_demo(session: AsyncSession) -> bool:
    """Whether this database was filled by the demo: production refuses it."""
    return await session.get(House, DEMO_MARK) is not None


async def settle_in(service: Service) -> None:
    """Fill the database, unless that was done before; all of it or nothing."""
    now = service.now()
    async with service.transaction() as session:
        if await is_demo(session):
            return
        for account in moderators(service):
            await accounts.add(
                session,
                service.vault,
                name=account.name,
                password=account.password,
                totp_secret=account.totp_secret,
                roles=[DeskRole.MODERATOR],
                by=None,
                now=now,
            )
        await _add_people(session, service, now=now)
        await tokens.add_scheme(
            session,
            service.atlas,
            name=SCHEME,
            areas=[Area("force", force) for force in SCHEME_FORCES],
            police_force=None,
            now=now,
        )
        session.add(House(name=DEMO_MARK, value="filled with made-up people"))


async def _add_people(session: AsyncSession, service: Service, *, now: datetime) -> None:
    for person in people(service.atlas):
        made = await joining.add(
            session,
            service.vault,
            service.atlas,
            kind=SubscriberKind.INDIVIDUAL,
            working_name=person.name,
            channel=person.channel,
            address=person.address,
            areas=person.areas,
            wording=person.wording,
            vouched=person.vouched,
            least_severity=Severity.CAUTION,
            language="en",
            now=now,
        )
        if person.other_email:
            await joining.also_at(
                session,
                service.vault,
                made,
                channel="email",
                address=person.other_email,
                least_severity=Severity.CAUTION,
                now=now,
            )


async def a_token(service: Service) -> str:
    """A fresh token for the demo's scheme: an old one cannot be read again, so the oldest makes room."""
    async with service.transaction() as session:
        scheme = (await session.exec(select(Scheme).where(Scheme.name == SCHEME))).one()
        live = await tokens.live(session, scheme.recipient_id)
        if len(live) >= tokens.MOST_LIVE:
            await tokens.revoke(session, live[0].id, now=service.now())
        scopes = frozenset({tokens.Scope.READ, tokens.Scope.REPORT})
        return await tokens.make(session, scheme.recipient_id, scopes=scopes, now=service.now())
