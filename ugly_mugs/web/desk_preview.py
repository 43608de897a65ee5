"""A warning as it will arrive, who gets it and what that costs: what both moderators look at before they say yes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from markupsafe import Markup
from sqlmodel.ext.asyncio.session import AsyncSession

from .. import reach_map, segments
from ..alerts import reach
from ..alerts.reach import Audience, Quote
from ..alerts.wording import Wording
from ..delivery import rendering
from ..models import Occasion, VersionKind
from ..segments import Segments
from ..service import Service
from ..vocabulary import Severity
from ..vocabulary import Wording as Told

OCCASIONS = {
    VersionKind.ALERT: Occasion.ALERT,
    VersionKind.UPDATE: Occasion.UPDATE,
    VersionKind.CANCEL: Occasion.CANCEL,
}
WIDE = 0.5
"""From this share of the country on, a closer map shows nothing more."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One message exactly as a phone shows it."""

    text: str
    size: Segments


@dataclass(frozen=True, slots=True)
class Preview:
    """Everything that stands beside the button."""

    wording: Wording
    full: Sample
    discreet: Sample
    audience: Audience
    quote: Quote
    told_full: int
    told_discreet: int
    reach_words: str
    whole_map: Markup
    close_map: Markup | None

    @property
    def pounds(self) -> str:
        """What it costs, for people."""
        return pounds(self.quote.pence)

    @property
    def is_checker_only(self) -> bool:
        """A nuisance is never a message."""
        return self.wording.severity is Severity.NUISANCE


def prices(service: Service) -> Mapping[str, Decimal]:
    """What a segment costs on each channel."""
    # A desk by itself holds no channel, and so none of the carrier's secrets.
    known = {"sms": service.config.pence_a_segment}
    return known | {name: channel.pence for name, channel in service.channels.items()}


def pounds(pence: Decimal | int) -> str:
    """Pence as £12.34."""
    return f"£{Decimal(pence) / 100:,.2f}"


async def preview(
    session: AsyncSession, service: Service, wording: Wording, *, reference: str, kind: VersionKind, now: datetime
) -> Preview:
    """Look at *wording* before anybody gets it."""
    bits = service.atlas.from_codes(wording.reach)
    areas = await reach.near(session, service.atlas, bits, district=wording.district)
    audience = await reach.count(session, areas, severity=wording.severity, today=now.date())
    full = sample(service, wording, Told.FULL, reference=reference, kind=kind)
    discreet = sample(service, wording, Told.DISCREET, reference=reference, kind=kind)
    sizes = {Told.FULL: full.size.segments, Told.DISCREET: discreet.size.segments}
    words = reach_map.sentence(service.atlas, bits)
    is_wide = bits.bit_count() > WIDE * len(service.atlas.districts)
    return Preview(
        wording=wording,
        full=full,
        discreet=discreet,
        audience=audience,
        quote=reach.quote(audience, segments=sizes, prices=prices(service)),
        told_full=sum(n for (_, told), n in audience.counts.items() if told is Told.FULL),
        told_discreet=sum(n for (_, told), n in audience.counts.items() if told is Told.DISCREET),
        reach_words=words,
        whole_map=_map(service, bits, wording.district, words, around=False),
        close_map=None if is_wide or not bits else _map(service, bits, wording.district, words, around=True),
    )


def sample(service: Service, wording: Wording, told: Told, *, reference: str, kind: VersionKind) -> Sample:
    """The text message that *wording* becomes."""
    said = rendering.Said(reference=reference, text=wording.text, headline=wording.headline)
    rendered = rendering.render(
        service.templates,
        service.config,
        channel="sms",
        occasion=OCCASIONS[kind],
        wording=told,
        language="en",
        said=said,
    )
    text = rendered.parts["txt"]
    return Sample(text, segments.count(text))


def _map(service: Service, bits: int, district: str | None, words: str, *, around: bool) -> Markup:
    title = "The reach, closer" if around else "The reach, in the whole country"
    drawn = reach_map.draw(service.atlas, bits, district, title=title, description=words, around=around)
    return Markup(drawn)  # noqa: S704 - drawn by us from numbers and names of the atlas, which it escapes
