"""What a storm came to: counted in the provider's books and in the ledger, each figure beside its bar."""

import re
from collections import Counter
from dataclasses import asdict, dataclass, field
from datetime import datetime
from uuid import UUID

from sqlmodel import col, select

from tests import makers
from ugly_mugs.demo.carrier import Carrier
from ugly_mugs.demo.mailbox import Mailbox
from ugly_mugs.models import Delivery, DeliveryState
from ugly_mugs.service import Service

from .mortals import Mortals

ARRIVED = (DeliveryState.SENT, DeliveryState.DELIVERED)
_MESSAGE_ID = re.compile(rb"^Message-ID: <([0-9a-f-]{36})@", re.MULTILINE)


@dataclass(kw_only=True)
class Kept:
    """One channel's messages: where each is, by the other end's own books."""

    messages: int = 0
    sent: int = 0
    lost: int = 0
    duplicates: int = 0
    unmarked: int = 0
    """Of these, the ones that the ledger does not call possible duplicates."""
    doubtful: int = 0
    """What the ledger calls possible duplicates."""
    resolved: dict[str, int] = field(default_factory=dict)
    """How many were asked about and found, asked about and absent, or said by nobody in time."""


@dataclass(kw_only=True)
class Refusal:
    """One of two numbers that was refused for a while, and came back."""

    number: str
    since: datetime
    until: datetime
    failed: int = 0
    moved: int = 0
    """Texts that left from the other number meanwhile."""
    back: int = 0
    """Texts that left from it afterwards."""
    rang: int = 0
    """Times that a worker said it was shut."""


@dataclass(kw_only=True)
class Toll:
    """What it came to."""

    texts: Kept = field(default_factory=Kept)
    mails: Kept = field(default_factory=Kept)
    refused: Refusal | None = None
    states: dict[str, int] = field(default_factory=dict)
    unknown: int = 0
    told: int = 0
    """Of these, the ones of which a callback or a late worker told before anybody had to ask."""
    forged: int = 0
    kills: int = 0
    seconds_to_recover: list[float] = field(default_factory=list)
    """From each death until no text under way then was held by it, or unknown because of it."""
    bar_seconds: float = 0
    """The lease, and how long may pass after it."""
    seconds: float = 0
    attempts: int = 0
    away_seconds: float = 0

    @property
    def bars(self) -> dict[str, str]:
        """Each figure that has a bar, and the bar; what misses it says so."""
        amiss = sum(number for state, number in self.states.items() if state not in ARRIVED)
        slowest = max(self.seconds_to_recover, default=0)
        found = {
            "texts lost": _at_most(self.texts.lost, 0),
            "texts sent twice": _at_most(self.texts.duplicates, 0),
            "mails lost": _at_most(self.mails.lost, 0),
            "mails sent twice, of those whose fate nobody knew": _at_most(
                self.mails.duplicates, self.mails.resolved.get("unsaid", 0)
            ),
            "mails sent twice and not marked": _at_most(self.mails.unmarked, 0),
            "messages that failed or are still open": _at_most(amiss, 0),
            "seconds to recover from a death": _at_most(slowest, self.bar_seconds),
        }
        if self.refused is not None:
            found |= {
                "failed because a number was refused": _at_most(self.refused.failed, 0),
                "moved to the other number": _at_least(self.refused.moved, 1),
                "sent from it again later": _at_least(self.refused.back, 1),
                "alarms": _at_least(self.refused.rang, 1),
            }
        return found

    @property
    def is_good(self) -> bool:
        """Whether every bar is met."""
        return not any(said.endswith(MISSED) for said in self.bars.values())

    def as_json(self) -> dict[str, object]:
        """Everything, the bars first."""
        return {"bars": self.bars} | asdict(self)


MISSED = "MISSED"


def _at_most(value: float, bar: float) -> str:
    return f"{value:g} (at most {bar:g})" + ("" if value <= bar else f" {MISSED}")


def _at_least(value: int, bar: int) -> str:
    return f"{value} (at least {bar})" + ("" if value >= bar else f" {MISSED}")


async def count(service: Service, carrier: Carrier, mailbox: Mailbox, workers: Mortals, toll: Toll) -> None:
    """Compare the books."""
    async with service.reading() as session:
        rows = (await session.exec(select(Delivery.id, Delivery.channel, col(Delivery.doubtful)))).all()
    taken = Counter((text.callback or "").rpartition("/")[2] for text in makers.arrived(carrier))
    taken += Counter(found[1].decode() for mail in mailbox if (found := _MESSAGE_ID.search(mail.raw)))
    said = workers.said()
    toll.unknown = said["delivery.settled"]["unknown"] + said["delivery.recovered"]["unknown"]
    toll.told = toll.unknown
    for channel, kept in (("sms", toll.texts), ("email", toll.mails)):
        ours = {row_id: doubtful for row_id, its, doubtful in rows if its == channel}
        _compare(ours, taken, kept)
        kept.resolved = dict(said[f"delivery.resolved {channel}"])
        toll.told -= sum(kept.resolved.values())
    toll.states = {state.value: number for state, number in (await makers.states(service)).items()}  # type: ignore[attr-defined]
    toll.kills, toll.attempts = len(workers.deaths), carrier.attempts
    if toll.refused is not None:
        toll.refused.failed = toll.states.get(DeliveryState.FAILED, 0)
        texts = makers.arrived(carrier)
        meanwhile = [text for text in texts if toll.refused.since < text.at < toll.refused.until]
        toll.refused.moved = sum(text.sender != toll.refused.number for text in meanwhile)
        toll.refused.back = sum(text.sender == toll.refused.number and text.at > toll.refused.until for text in texts)
        toll.refused.rang = sum(said["sender.shut"].values())


def _compare(ours: dict[UUID, bool], taken: Counter[str], kept: Kept) -> None:
    copies = {row_id: taken[str(row_id)] for row_id in ours}
    kept.messages = len(ours)
    kept.sent = sum(number > 0 for number in copies.values())
    kept.lost = kept.messages - kept.sent
    kept.duplicates = sum(max(number - 1, 0) for number in copies.values())
    kept.unmarked = sum(number > 1 and not ours[row_id] for row_id, number in copies.items())
    kept.doubtful = sum(ours.values())
