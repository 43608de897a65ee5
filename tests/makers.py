"""Makers with articles: each says only what matters to the test."""

import itertools
import json
from collections import Counter
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from sqlmodel import col, select

from channels import NAMES, open_channels
from ugly_mugs import boot, config
from ugly_mugs import consents as ledger
from ugly_mugs.alerts import approval, areas, cancelling, drafts, stopping
from ugly_mugs.alerts.wording import Wording as WarningWords
from ugly_mugs.areas import Area, Atlas
from ugly_mugs.contract import Channel
from ugly_mugs.delivery import fan_out, recipients
from ugly_mugs.delivery import ledger as messages
from ugly_mugs.delivery.ledger import Job
from ugly_mugs.demo.carrier import Carrier
from ugly_mugs.demo.mailbox import Mailbox
from ugly_mugs.demo.texts import Text
from ugly_mugs.models import (
    Delivery,
    Moderator,
    Recipient,
    RecipientKind,
    Report,
    ReportState,
    Subscriber,
    Subscription,
    Version,
    VersionKind,
)
from ugly_mugs.service import Service
from ugly_mugs.subscribers import joining
from ugly_mugs.vocabulary import Category, Purpose, Severity, Timing, Wording
from ugly_mugs.workers import deliver
from ugly_mugs.workers.line import Line

TODAY = datetime.now(UTC).date()
PRICES = {"sms": Decimal(4), "email": Decimal(0)}

ALL_WEB = frozenset({"intake", "desk", "member", "hooks", "feed"})
ALL_WORK = frozenset({"deliver", "desk", "feed"})


def database_at(uri: str, name: str) -> str:
    """*uri*'s server, but the database called *name*, as the service writes it."""
    parts = urlsplit(uri)
    return parts._replace(scheme="postgresql+psycopg", path=f"/{name}").geturl()


@asynccontextmanager
async def a_service(
    database_url: str,
    key_folder: Path,
    *,
    var: Path,
    web: frozenset[str] = ALL_WEB,
    work: frozenset[str] = ALL_WORK,
    channels: Mapping[str, Channel] | None = None,
    **settings: Any,
) -> AsyncIterator[Service]:
    """The service as `boot` builds it, on *database_url*, with the keys in *key_folder*."""
    read = config.read(
        **{
            "env": "demo",
            "database_url": database_url,
            "keys": key_folder,
            "var": var,
            "public_url": "http://localhost:8080",
        }
        | settings
    )
    service = boot.open_service(read, env={}, web=web, work=work, channels=channels or {})
    try:
        yield service
    finally:
        await service.database.close()


async def a_subscriber(
    service: Service,
    *,
    area: str = "GU1",
    miles: int = 5,
    phone: str = "",
    email: str = "",
    wording: Wording = Wording.FULL,
    vouched: bool = True,
    **also: Any,
) -> int:
    """Somebody who wants warnings around *area*, by text unless an *email* is given; her recipient id."""
    channel, address = ("email", email) if email else ("sms", phone or a_phone())
    async with service.transaction() as session:
        recipient = Recipient(kind=RecipientKind.SUBSCRIBER)
        session.add(recipient)
        await session.flush()
        assert recipient.id is not None
        tag = recipients.tag_of(service.vault, channel, address)
        session.add(recipients.an_address(service.vault, recipient.id, channel=channel, address=address, tag=tag))
        told: dict[str, Any] = {
            "channel": channel,
            "wording": wording,
            "vouched": vouched,
            "joined_on": TODAY,
            **also,
        }
        session.add(Subscriber(recipient_id=recipient.id, working_name=b"sealed", **told))
        await session.flush()
        area_id = await areas.intern(session, service.atlas, Area("district", area, miles))
        session.add(Subscription(area_id=area_id, recipient_id=recipient.id))
    return recipient.id


_phones = itertools.count()


def a_phone() -> str:
    """A number of Ofcom's drama range; a thousand of them, in turn."""
    return f"+447700900{next(_phones) % 1000:03}"


async def a_moderator(service: Service, name: str = "") -> UUID:
    """An account at the desk that nobody can log in to."""
    moderator = Moderator(name=name or f"Moderator {uuid4().hex[:8]}", roles=["moderator"], password="-", totp=b"-")
    async with service.transaction() as session:
        session.add(moderator)
    return moderator.id


async def a_report(
    service: Service,
    *,
    consents: Collection[Purpose] = (Purpose.ALERT_MEMBERS, Purpose.SHARE_WITH_SCHEMES),
    timing: Timing = Timing.NOW,
    **also: Any,
) -> UUID:
    """A report whose words nobody can read: only what the queue and the consents need."""
    report = Report(received_on=TODAY, timing=timing, **also)
    async with service.transaction() as session:
        session.add(report)
        await session.flush()
        await ledger.record(session, report.id, dict.fromkeys(consents, True), words="test", on_day=TODAY)
    return report.id


def a_wording(atlas: Atlas, *, district: str = "GU1", miles: int = 15, **also: Any) -> WarningWords:
    """What a moderator wants to say about somebody near *district*."""
    said: dict[str, Any] = {
        "category": Category.RAPE,
        "severity": Severity.CRITICAL,
        "headline": "Rape, Guildford area",
        "text": "Reported to us, not proven: rape, this week, Guildford area. Man 40s, bald. Avoid. Ref 7K2Q",
        "district": district,
        "description": "Man 40s, bald",
        "reach": atlas.codes(atlas.within(district, miles)),
    }
    return WarningWords.model_validate(said | also)


async def an_alert(
    service: Service,
    *,
    report: UUID | None = None,
    reports: Collection[UUID] = (),
    wording: WarningWords | None = None,
    now: datetime | None = None,
) -> Version:
    """An alert that one moderator proposed and another approved."""
    one, other = await a_moderator(service), await a_moderator(service)
    behind = list(reports) or [report or await a_report(service)]
    at = now or service.now()
    async with service.transaction() as session:
        alert = await drafts.begin(session, behind, by=one, now=at)
        words = wording or a_wording(service.atlas)
        proposal = await drafts.propose(
            session, service.vault, service.atlas, alert.id, words, prices=PRICES, by=one, now=at
        )
    async with service.transaction() as session:
        return await approval.approve(session, service.vault, service.atlas, proposal.id, by=other, now=at)


async def deliver_all(service: Service) -> None:
    """Let the workers work until there is nothing left to do now."""
    while await deliver.expand(service):
        pass
    for channel in service.channels:
        line = Line(service, channel, worker="test")
        while await line.push():
            await line.drain()


async def taken(service: Service, *, worker: str, limit: int = 10) -> list[Job]:
    """What is due, written down as about to be sent by *worker*, which then says nothing more."""
    async with service.transaction() as session:
        jobs, _ = await messages.due(session, channel="sms", worker=worker, limit=limit, now=service.now())
        await messages.intend(session, jobs, worker=worker, segments={}, senders={})
    return jobs


ACCOUNT_SID, AUTH_TOKEN, OUR_NUMBER = "AC" + "0" * 31 + "1", "a made-up token of the tests", "+447700900999"


def channel_settings(carrier: Carrier, mailbox: Mailbox) -> dict[str, str]:
    """What the environment says of the channels when *carrier* and *mailbox* are at their other end."""
    return {
        "UGLY_MUGS_TWILIO_ACCOUNT_SID": ACCOUNT_SID,
        "UGLY_MUGS_TWILIO_AUTH_TOKEN": AUTH_TOKEN,
        "UGLY_MUGS_TWILIO_API_URL": carrier.url,
        "UGLY_MUGS_TWILIO_ABSENT_SECONDS": "0",
        "UGLY_MUGS_SENDERS": json.dumps(
            [{"number": OUR_NUMBER, "weight": 1, "pence": "4.0", "segments_a_second": 10_000}]
        ),
        "UGLY_MUGS_SMTP_URL": mailbox.smtp_url,
        "UGLY_MUGS_EMAIL_FROM": "notes@notes.example",
    }


def channels_to(carrier: Carrier, mailbox: Mailbox, *, public_url: str = "http://localhost:8080") -> dict[str, Channel]:
    """Channels whose other end is *carrier* and *mailbox*."""
    return open_channels(NAMES, channel_settings(carrier, mailbox), public_url=public_url, production=False)


async def states(service: Service) -> Counter[str]:
    """How many deliveries are in each state."""
    async with service.reading() as session:
        return Counter(await session.exec(select(Delivery.state)))


async def also_wants(service: Service, recipient_id: int, *, area: str, miles: int) -> None:
    """She wants warnings for one more area."""
    async with service.transaction() as session:
        area_id = await areas.intern(session, service.atlas, Area("district", area, miles))
        session.add(Subscription(area_id=area_id, recipient_id=recipient_id))


async def also_at(
    service: Service, recipient_id: int, *, phone: str = "", email: str = "", least: Severity = Severity.CAUTION
) -> None:
    """She can be reached there too, where her first channel fails."""
    channel, address = ("email", email) if email else ("sms", phone)
    async with service.transaction() as session:
        await joining.also_at(
            session,
            service.vault,
            recipient_id,
            channel=channel,
            address=address,
            least_severity=least,
            now=service.now(),
        )


async def expand_one(service: Service, *, size: int | None = None, now: datetime | None = None) -> bool:
    """Write one chunk of deliveries."""
    async with service.transaction() as session:
        return await fan_out.expand(session, now=now or service.now(), size=size)


async def update(service: Service, alert_id: UUID, wording: WarningWords) -> Version:
    """Two moderators agree on an update."""
    one, other = await a_moderator(service), await a_moderator(service)
    async with service.transaction() as session:
        proposal = await drafts.propose(
            session,
            service.vault,
            service.atlas,
            alert_id,
            wording,
            prices=PRICES,
            kind=VersionKind.UPDATE,
            by=one,
            now=service.now(),
        )
    async with service.transaction() as session:
        return await approval.approve(session, service.vault, service.atlas, proposal.id, by=other, now=service.now())


async def cancel(service: Service, alert_id: UUID) -> Version:
    """One moderator takes an alert back."""
    by = await a_moderator(service)
    async with service.transaction() as session:
        return await cancelling.cancel(session, service.atlas, alert_id, by=by, prices=PRICES, now=service.now())


async def withdraw(service: Service, report_id: UUID) -> None:
    """A reporter takes her report back."""
    async with service.transaction() as session:
        report = (await session.exec(select(Report).where(Report.id == report_id))).one()
        report.state = ReportState.WITHDRAWN
        session.add(report)
        await ledger.record(session, report_id, dict.fromkeys(Purpose, False), words="test", on_day=TODAY)
        await stopping.consent_changed(session, report_id, now=service.now())


async def leases_run_out(service: Service) -> None:
    """As if every lease had been taken an hour ago."""
    async with service.transaction() as session:
        for row in await session.exec(select(Delivery).where(col(Delivery.lease_until).is_not(None))):
            row.lease_until = service.now() - timedelta(hours=1)
            session.add(row)


def with_settings(service: Service, **settings: Any) -> Service:
    """The same service with other settings."""
    return replace(service, config=service.config.model_copy(update=settings))


def with_clock(service: Service, *, ahead: timedelta) -> Service:
    """The same service on a machine whose clock is wrong."""

    class Elsewhere(Service):
        def now(self) -> datetime:
            return datetime.now(UTC) + ahead

    return Elsewhere(**{each.name: getattr(service, each.name) for each in fields(service)})


def arrived(carrier: Carrier) -> list[Text]:
    """The texts that *carrier* took from us, oldest first."""
    return [text for text in carrier.texts.oldest_first() if not text.inbound]
