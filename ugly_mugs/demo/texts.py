"""The texts a carrier remembers: oldest first, and by phone."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

# GSM-7, counted here without the service's own counter, so that each checks the other.
GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_ESCAPED = frozenset("^{}\\[~]|€\f")
GSM_ALL = GSM | GSM_ESCAPED


@dataclass(slots=True, kw_only=True, eq=False)
class Text:
    """One text, either way; *phone* is the person's end of it, *ours* the service's."""

    sid: str
    to: str = field(repr=False)
    sender: str = field(repr=False)
    body: str = field(repr=False)
    """What stands on the phone."""
    direction: str
    segments: int
    at: datetime
    status: str
    changed: datetime
    service_sid: str | None = None
    callback: str | None = None
    error_code: int | None = None
    note: str = ""
    """What became of an inbound text, for the person at the page."""
    place: int = -1
    is_emptied: bool = False
    """The carrier has forgotten the words; the phone has not."""

    @property
    def kept(self) -> str:
        """What the carrier still has of the words."""
        return "" if self.is_emptied else self.body

    @property
    def inbound(self) -> bool:
        return self.direction == "inbound"

    @property
    def phone(self) -> str:
        return self.sender if self.inbound else self.to

    @property
    def ours(self) -> str:
        return self.to if self.inbound else self.sender

    def as_json(self) -> dict[str, object]:
        """Give the text as the demo's own list shows it."""
        return {
            "sid": self.sid,
            "to": self.to,
            "from": self.sender,
            "body": self.body,
            "emptied": self.is_emptied,
            "status": self.status,
            "direction": self.direction,
            "segments": self.segments,
            "at": self.at.isoformat(),
        }


class Texts:
    """Every text so far; adding, finding and removing one take the same time at any size."""

    def __init__(self) -> None:
        self._order: list[Text | None] = []
        self._by_sid: dict[str, Text] = {}
        # A dict keeps the order of arrival: a phone moves to its end with each text.
        self._phones: dict[str, list[Text]] = {}
        self.ours: set[str] = set()

    def __len__(self) -> int:
        return len(self._by_sid)

    def add(self, text: Text) -> None:
        """Remember *text* as the newest."""
        text.place = len(self._order)
        self._order.append(text)
        self._by_sid[text.sid] = text
        self.ours.add(text.ours)
        conversation = self._phones.pop(text.phone, None)
        self._phones[text.phone] = [text] if conversation is None else conversation
        if conversation is not None:
            conversation.append(text)

    def find(self, sid: str) -> Text | None:
        """Give the text of that name, unless it was removed."""
        return self._by_sid.get(sid)

    def remove(self, text: Text) -> None:
        """Forget *text*."""
        del self._by_sid[text.sid]
        self._order[text.place] = None
        conversation = self._phones[text.phone]
        conversation.remove(text)
        if not conversation:
            del self._phones[text.phone]

    def oldest_first(self, *, after: Text | None = None) -> Iterator[Text]:
        """Walk through all texts, or those after one of them; texts may arrive meanwhile."""
        place = -1 if after is None else after.place
        while (place := place + 1) < len(self._order):
            if (text := self._order[place]) is not None:
                yield text

    def between(self, *, to: str | None, sender: str | None) -> Iterator[Text]:
        """Walk back, newest first, through the texts to or from these numbers."""
        # A phone has its own short list; all texts are looked at only for the service's own numbers.
        phones = [end for end in (to, sender) if end is not None and end not in self.ours]
        some = reversed(self.conversation(phones[0])) if phones else reversed(self._order)
        for text in some:
            if text is not None and (to is None or text.to == to) and (sender is None or text.sender == sender):
                yield text

    def conversation(self, phone: str) -> list[Text]:
        """Give what *phone* got and sent, oldest first."""
        return self._phones.get(phone, [])

    @property
    def phone_count(self) -> int:
        return len(self._phones)

    def phones(self, *, skip: int, limit: int) -> list[tuple[str, list[Text]]]:
        """Give some phones with their texts, the newest conversation first."""
        return list(islice(reversed(self._phones.items()), skip, skip + limit))


def segments(body: str) -> int:
    """Count the segments *body* takes, as the carrier bills them."""
    if GSM.issuperset(body):
        return 1 if len(body) <= 160 else -(-len(body) // 153)
    if GSM_ALL.issuperset(body):
        sizes, one, more = [2 if sign in GSM_ESCAPED else 1 for sign in body], 160, 153
    else:
        sizes, one, more = [2 if ord(sign) > 0xFFFF else 1 for sign in body], 70, 67
    if sum(sizes) <= one:
        return 1
    count, room = 1, more
    for size in sizes:
        # A pair may not straddle two segments.
        if size > room:
            count, room = count + 1, more
        room -= size
    return count
