"""The one place where a version comes to be: its frozen reach and its fan-out row with it, or none of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from .. import audit, bell
from ..areas import Atlas
from ..delivery import fan_out
from ..models import Alert, FanOut, Version, VersionKind
from ..segments import count as segments_of
from ..vocabulary import Severity
from ..vocabulary import Wording as Told
from . import reach
from .wording import Wording

DISCREET_SEGMENTS = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """What is to be issued, by whom, and to whom it may go."""

    wording: Wording
    kind: VersionKind
    proposed_by: UUID
    approved_by: UUID
    to_members: bool
    to_feed: bool
    cost: reach.Quote
    """What stood on the screen when it was proposed."""


async def quote(
    session: AsyncSession, atlas: Atlas, wording: Wording, *, prices: Mapping[str, Decimal], now: datetime
) -> reach.Quote:
    """How many would be told by *wording* now, and what it would cost."""
    areas = await reach.near(session, atlas, atlas.from_codes(wording.reach), district=wording.district)
    audience = await reach.count(session, areas, severity=wording.severity, today=now.date())
    sizes = {Told.FULL: segments_of(wording.text).segments, Told.DISCREET: DISCREET_SEGMENTS}
    return reach.quote(audience, segments=sizes, prices=prices)


def make(what: Issue, atlas: Atlas, *, alert_id: UUID, number: int, now: datetime) -> Version:
    """The version that *what* becomes; it belongs to no session yet."""
    wording, cost = what.wording, what.cost
    to_members = what.to_members and wording.severity > Severity.NUISANCE
    return Version(
        alert_id=alert_id,
        number=number,
        kind=what.kind,
        issued_at=now,
        expires_at=now + timedelta(days=wording.lasts_days),
        proposed_by=what.proposed_by,
        approved_by=what.approved_by,
        category=wording.category,
        severity=wording.severity,
        urgency=wording.urgency,
        certainty=wording.certainty,
        source=wording.source,
        text=wording.text,
        said=wording.model_dump(mode="json"),
        district=wording.district,
        place_kind=wording.place_kind,
        reach=atlas.to_bytes(atlas.from_codes(wording.reach)),
        to_members=to_members,
        to_feed=what.to_feed,
        people=cost.people if to_members else 0,
        texts=cost.texts if to_members else 0,
        segments=cost.segments if to_members else 0,
        pence=int(cost.pence) if to_members else 0,
    )


async def issue(session: AsyncSession, atlas: Atlas, alert: Alert, what: Issue, *, now: datetime) -> Version:
    """Write the next version of *alert*, freeze whom it reaches, and ask the workers to tell them.

    *alert* must be held with `drafts.lock`.
    """
    last = (await session.exec(select(func.max(Version.number)).where(col(Version.alert_id) == alert.id))).one() or 0
    version = make(what, atlas, alert_id=alert.id, number=last + 1, now=now)
    session.add(version)
    await session.flush()
    await fan_out.stop(session, alert.id, now=now)
    if version.to_members:
        bits = atlas.from_codes(what.wording.reach)
        areas = await reach.near(session, atlas, bits, district=what.wording.district)
        await reach.freeze(session, version.id, areas)
        session.add(FanOut(version_id=version.id, severity=version.severity, created_at=now))
        await session.flush()
    await audit.write(
        session,
        actor=f"moderator:{what.approved_by}",
        act=f"alert.{what.kind}.issued",
        subject=f"alert:{alert.id}",
        now=now,
        detail={"version": str(version.id), "proposed_by": str(what.proposed_by), "people": version.people},
    )
    for topic in ("deliver", "feed"):
        await bell.ask(session, topic)
    return version
