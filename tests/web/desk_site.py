"""A desk on loopback with two moderators who are logged in, each in a browser of her own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import cast
from uuid import UUID

from sqlmodel import col, select, update

from channels import meanings
from tests.desk import people
from tests.desk.stories import a_report
from tests.web.site import Browser, Seen, a_browser, served
from ugly_mugs.contract import Channel, Message, Receipt
from ugly_mugs.models import AuditEntry, Sitting
from ugly_mugs.service import Service
from ugly_mugs.web import app as web_app


@dataclass(frozen=True)
class Priced:
    """A channel that only knows what it costs."""

    name: str
    pence: Decimal

    async def send(self, message: Message) -> Receipt:
        raise AssertionError("the desk sends nothing")

    async def find(self, message: Message, *, since: datetime) -> Receipt | None:
        raise AssertionError("the desk sends nothing")

    async def close(self) -> None:
        pass


@dataclass(frozen=True)
class Desk:
    """Two moderators at work."""

    service: Service
    ada: Browser
    bea: Browser
    both: tuple[people.Person, people.Person]
    stranger: Browser


@asynccontextmanager
async def a_desk(service: Service) -> AsyncIterator[Desk]:
    """Serve the desk, with prices, and log both in."""
    priced = {
        name: cast("Channel", Priced(name, pence)) for name, pence in (("sms", Decimal(4)), ("email", Decimal(0)))
    }
    service = replace(service, channels=priced)
    both = await people.two_moderators(service, now=service.now())
    app = web_app.build(service, ["desk"], meaning=meanings.of)
    async with served(app) as base, a_browser(base) as ada, a_browser(base) as bea, a_browser(base) as stranger:
        for browser, who in ((ada, both[0]), (bea, both[1])):
            assert (await log_in(browser, who, now=service.now())).url.path == "/desk"
        yield Desk(service, ada, bea, both, stranger)


async def log_in(browser: Browser, who: people.Person, *, now: datetime, **wrong: str) -> Seen:
    """Log in as *who*, with whatever is *wrong*."""
    await browser.get("/desk/login")
    return await browser.submit(
        {"name": who.name, "password": who.password, "code": who.code(now)} | wrong, action="/desk/login"
    )


async def an_hour_passes(service: Service, *, seen: bool) -> None:
    """Every sitting's second factor is an hour old; *seen* says whether it was in use since."""
    then = service.now() - timedelta(hours=1)
    async with service.transaction() as session:
        await session.exec(update(Sitting).values(factor_at=then))
        if not seen:
            await session.exec(update(Sitting).values(seen_at=then))


async def acts(service: Service) -> list[str]:
    """What the audit log holds."""
    async with service.reading() as session:
        return list(await session.exec(select(AuditEntry.act).order_by(col(AuditEntry.number))))


async def in_guildford(service: Service, **told: object) -> UUID:
    """A report from which a warning can be written at once."""
    said: dict[str, object] = {
        "category": "rape",
        "flags": ["attempted"],
        "district": "GU1",
        "happened_on": service.now().date(),
        "people": [{"role": "client", "age_from": 40, "age_to": 49, "hair": "bald", "accent": "Leeds"}],
        "vehicle": {"registration": "KX12 ABC", "make": "Astra", "colour": "silver"},
        "phones": ["07700 900123"],
        "what_happened": "SENTINEL he would not stop.",
    }
    return await a_report(service, now=service.now(), **(said | told))  # type: ignore[arg-type]  # a dict of whatever a test wants


async def proposed(desk: Desk, report_id: UUID, **written: str) -> Seen:
    """Ada writes a warning from *report_id*, looks at it and proposes it."""
    await desk.ada.get(f"/desk/reports/{report_id}")
    await desk.ada.submit({}, action=f"/desk/reports/{report_id}/warn")
    seen = await press(desk.ada, "preview", **written)
    assert seen.status == 200, seen.words
    return await press(desk.ada, "propose")


async def press(browser: Browser, act: str, **written: str) -> Seen:
    """Press one of the two or three buttons of the form in which a warning is written."""
    assert browser.last is not None
    return await browser.submit({**written, "act": act}, action=browser.last.url.path)
