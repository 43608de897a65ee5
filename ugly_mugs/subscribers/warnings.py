"""The live warnings of somebody's areas, as much of each as she may be told."""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_ as or_bits
from typing import Final

from sqlalchemy.orm import aliased
from sqlmodel import col, func, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..alerts.wording import Wording, said
from ..areas import Atlas, DistrictSet
from ..models import Alert, AlertState, Area, Subscription, Version, VersionKind
from ..vocabulary import Severity

MOST: Final = 100
LOOKED_AT: Final = 5_000
"""How many of the newest in the whole country are looked through."""


@dataclass(frozen=True, slots=True)
class Warned:
    """One warning as she may read it."""

    reference: str
    severity: Severity
    issued_at: datetime
    headline: str
    text: str


async def live(
    session: AsyncSession, atlas: Atlas, recipient_id: int, *, is_vouched: bool, now: datetime
) -> list[Warned]:
    """Her warnings that still stand, newest first; without phones and plates until she is vouched for."""
    hers = await _districts(session, atlas, recipient_id, now=now)
    later = aliased(Version)
    newest = select(func.max(later.number)).where(later.alert_id == Version.alert_id).scalar_subquery()
    standing = (
        select(Version.id, Version.reach)
        .join(Alert, col(Alert.id) == col(Version.alert_id))
        .where(
            Alert.state == AlertState.LIVE,
            Version.number == newest,
            Version.kind != VersionKind.CANCEL,
            Version.expires_at > now,
            col(Version.to_members).is_(True),
        )
        .order_by(col(Version.issued_at).desc())
        .limit(LOOKED_AT)
    )
    # By districts, not by the frozen `reach` rows: her area may be younger than the warning.
    found = [i for i, reach in await session.exec(standing) if atlas.from_bytes(reach) & hers][:MOST]
    rows = await session.exec(
        select(Alert.reference, Version)
        .join(Alert, col(Alert.id) == col(Version.alert_id))
        .where(col(Version.id).in_(found))
        .order_by(col(Version.issued_at).desc())
    )
    return [as_told(reference, version, is_vouched=is_vouched) for reference, version in rows]


async def _districts(session: AsyncSession, atlas: Atlas, recipient_id: int, *, now: datetime) -> DistrictSet:
    rows = await session.exec(
        select(Area.districts)
        .join(Subscription, col(Subscription.area_id) == col(Area.id))
        .where(
            Subscription.recipient_id == recipient_id,
            or_(col(Subscription.until).is_(None), col(Subscription.until) >= now.date()),
        )
    )
    return reduce(or_bits, map(atlas.from_bytes, rows), 0)


def as_told(reference: str, version: Version, *, is_vouched: bool) -> Warned:
    """*version* as she may read it."""
    wording = said(version)
    if is_vouched:
        return Warned(reference, version.severity, version.issued_at, wording.headline, version.text)
    headline = without_identifiers(wording.headline, wording)
    return Warned(reference, version.severity, version.issued_at, headline, _guarded(wording, reference))


def _guarded(wording: Wording, reference: str) -> str:
    """What those who are not vouched for yet may read, from the fields: free text may hold anything."""
    where = ", ".join(part for part in (wording.when_words, wording.place_words) if part)
    seen = [without_identifiers(part, wording) for part in (wording.description, wording.vehicle, wording.advice)]
    told = (part.strip(" .") for part in (where, *seen, f"Ref {reference}"))
    return " ".join(f"{part}." for part in told if part)


_NUMBER: Final = re.compile(r"\(?\+?\d(?:[\s().-]*\d){4,}")
_EMAIL: Final = re.compile(r"\S+@\S+|@\w+")
_PLATE: Final = re.compile(
    r"\b(?:[A-Z]{2}\d{2}\s?[A-Z]{3}|[A-Z]\d{1,3}\s?[A-Z]{3}|[A-Z]{3}\s?\d{1,3}[A-Z]"  # since 2001, 1983, 1963
    r"|[A-Z]{1,3}\d{2,4}|[A-Z]{2,3}\s\d{2,4}|\d{1,4}\s?[A-Z]{2,3}"  # dateless, and parts of any
    r"|(?i:[a-z]{2}\d{2}[a-z]{0,3}|[a-z]\d{1,3}[a-z]{3}))\b"
)


def without_identifiers(text: str, wording: Wording) -> str:
    """*text* without anything that looks like a number, an address or a plate; says not even how long it was."""
    for item in wording.identifiers:
        for piece in re.split(r"[*?]+", item.value):
            if len(piece) > 2:
                text = re.sub(r"[\s.-]*".join(map(re.escape, piece)), "…", text, flags=re.IGNORECASE)
    for pattern in (_EMAIL, _NUMBER, _PLATE):
        text = pattern.sub("…", text)
    return text
