"""Alerts through their lives, schemes that read them, and the gate that every document has to pass."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from lxml import etree
from sqlmodel import col, select

from tests import makers
from ugly_mugs import consents
from ugly_mugs.alerts import approval, cancelling, drafts
from ugly_mugs.alerts.wording import Wording
from ugly_mugs.areas import Area
from ugly_mugs.feed import cap, stamper, tokens
from ugly_mugs.feed.tokens import Scope
from ugly_mugs.models import Alert, FeedEntry, Op, Scheme, Version, VersionKind
from ugly_mugs.service import Service
from ugly_mugs.vocabulary import Purpose

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
GUILDFORD, LEEDS = Area("district", "GU1", 5), Area("district", "LS1", 5)
EVERYTHING = Area("national")

_SCHEMAS = [
    etree.XMLSchema(etree.parse(Path(__file__).parents[1] / "data" / "cap" / name))
    for name in ("CAP-v1.2.xsd", "cap12-strict.xsd")
]


def valid(document: bytes) -> etree._Element:
    """Read *document* back, having passed it through both schemas and the rules that no schema knows."""
    root = cap.read(document)
    for schema in _SCHEMAS:
        schema.assertValid(root)
    values = [element.text or "" for element in root.iter(f"{{{cap.NAMESPACE}}}*") if len(element) == 0]
    assert all(value.strip() for value in values), "an empty value"
    assert root[0].tag.endswith("identifier")
    is_new = said(root, "msgType") == "Alert"
    assert is_new == (said(root, "references") is None), "an update without references, or an alert with them"
    return root


def said(root: etree._Element, name: str) -> str | None:
    """The text of the first element called *name*."""
    return root.findtext(f".//{{{cap.NAMESPACE}}}{name}")


def all_said(root: etree._Element, name: str) -> list[str]:
    """The texts of all elements called *name*."""
    return [element.text or "" for element in root.iter(f"{{{cap.NAMESPACE}}}{name}")]


def pairs(root: etree._Element, name: str) -> list[tuple[str, str]]:
    """The names and values of all elements called *name*: parameters, geocodes, event codes."""
    found = root.iter(f"{{{cap.NAMESPACE}}}{name}")
    return [(said(each, "valueName") or "", said(each, "value") or "") for each in found]


async def stamped(service: Service, *, now: datetime = NOON, limit: int = 50) -> int:
    """Let the stamper work once; every document it made passes the gate."""
    async with service.transaction() as session:
        number = await stamper.stamp(session, service.vault, service.atlas, service.config, limit=limit, now=now)
    for entry in await log(service):
        if entry.document is not None:
            valid(entry.document)
    return number


async def log(service: Service) -> list[FeedEntry]:
    """The whole change log."""
    async with service.reading() as session:
        return list(await session.exec(select(FeedEntry).order_by(col(FeedEntry.position))))


async def document(service: Service, message_id: UUID) -> etree._Element:
    """The document of one message."""
    found = [each for each in await log(service) if each.message_id == message_id and each.op is Op.PUBLISH]
    assert found[0].document is not None
    return valid(found[0].document)


async def updated(service: Service, version: Version, wording: Wording, *, now: datetime) -> Version:
    """The next version of an alert, by two people."""
    one, other = await makers.a_moderator(service), await makers.a_moderator(service)
    async with service.transaction() as session:
        proposal = await drafts.propose(
            session,
            service.vault,
            service.atlas,
            version.alert_id,
            wording,
            prices=makers.PRICES,
            kind=VersionKind.UPDATE,
            by=one,
            now=now,
        )
        return await approval.approve(session, service.vault, service.atlas, proposal.id, by=other, now=now)


async def cancelled(service: Service, version: Version, *, now: datetime) -> Version:
    """The alert of *version*, taken back."""
    one = await makers.a_moderator(service)
    async with service.transaction() as session:
        return await cancelling.cancel(session, service.atlas, version.alert_id, by=one, prices=makers.PRICES, now=now)


async def a_chain(service: Service) -> list[Version]:
    """An alert for Guildford, widened to Leeds, then taken back."""
    first = await makers.an_alert(service, wording=makers.a_wording(service.atlas), now=NOON)
    wider = makers.a_wording(service.atlas, district="LS1", text="Reported to us, not proven: in Leeds too. Ref 7K2Q")
    second = await updated(service, first, wider, now=NOON + timedelta(hours=1))
    third = await cancelled(service, second, now=NOON + timedelta(hours=2))
    return [first, second, third]


async def also_shared(service: Service, report_id: UUID) -> None:
    """The reporter now wants schemes to know as well."""
    async with service.transaction() as session:
        given = {Purpose.SHARE_WITH_SCHEMES: True}
        await consents.record(session, report_id, given, words="test", on_day=NOON.date())


async def no_longer_shared(service: Service, alert_id: UUID) -> None:
    """The last consent to share the alert with schemes is gone."""
    async with service.transaction() as session:
        alert = await session.get_one(Alert, alert_id)
        alert.feed_ended_at = NOON.replace(hour=0)
        session.add(alert)


async def a_scheme(
    service: Service, *areas: Area, police_force: str | None = None, name: str = "Guildford project"
) -> Scheme:
    """A regional scheme."""
    async with service.transaction() as session:
        return await tokens.add_scheme(
            session, service.atlas, name=name, areas=areas or [EVERYTHING], police_force=police_force, now=NOON
        )


async def a_token(
    service: Service,
    *areas: Area,
    scopes: Iterable[Scope] = (Scope.READ,),
    scheme: Scheme | None = None,
    **also: Any,
) -> str:
    """The token of a new scheme."""
    scheme = scheme or await a_scheme(service, *areas, **also)
    async with service.transaction() as session:
        return await tokens.make(session, scheme.recipient_id, scopes=frozenset(scopes), now=NOON)
