"""What channels and the service agree on; imports nothing of ours.

A channel takes a `Message` and gives back a `Receipt`, or raises one of the failures below:

    SendFailed       not taken, may be tried again (throttled, refused before the wire)
      ChannelDown    not taken, and the next one will not be either (wrong password, no money)
      OnceMore       lost on the way to a phone that may be off; worth one more try
    Undeliverable    not taken, and never will be for this person
      OptedOut       ... because they said no
        Complained   ... by calling it spam
      Rejected       ... because of what we sent: our fault, and nothing against the address
        Filtered     ... which a network took for spam
    Unknown          nobody can say whether it was taken; find out before trying again
    MissingSetting   a setting the channel cannot start without
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from html import escape
from typing import Protocol, runtime_checkable


class Progress(StrEnum):
    """How far a message that was taken has come, in the order in which it happens."""

    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"


class Purpose(StrEnum):
    """What a sender is for: warnings may have numbers of their own."""

    ALERTS = "alerts"
    """Alerts, updates and what takes them back."""
    OTHERS = "others"
    """Codes, answers and everything else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Where messages of a channel leave from: one of our numbers, or the mail server."""

    name: str
    weight: float = 1
    """Its share of the messages, beside the others' weights."""
    pence: Decimal = Decimal(0)
    """What one segment costs."""
    segments_a_second: float | None = None
    """How fast it may send; None where the limit is not ours to keep."""
    carries: frozenset[Purpose] = frozenset(Purpose)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message to one person, ready for the wire.

    *parts* are the rendered templates by the end of their file name: ``txt`` for a text,
    ``subject.txt``, ``txt`` and ``html`` for an email, ``json`` for a webhook.
    """

    id: str
    """The delivery's id: it rides along, so that the other side's reports can name it."""
    to: str = field(repr=False)
    parts: Mapping[str, str] = field(repr=False)
    """The same object for everybody who gets the same words, so that a channel can prepare them once."""
    personal: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What stands for this person where *parts* have a placeholder."""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    valid_for: timedelta | None = None
    """How long it is worth delivering; None where that does not matter."""
    sender: str = ""
    """The name of the sender it leaves from; the channel chooses where nobody did."""

    def filled(self, name: str) -> str:
        """The part called *name* with what is this person's in it."""
        words = self.parts[name]
        if not self.personal:
            return words
        values = {mark: escape(value) if name == "html" else value for mark, value in self.personal.items()}
        # In one go, so that a value that looks like a placeholder stays as it is.
        marks = "|".join(map(re.escape, sorted(values, key=len, reverse=True)))
        return re.sub(marks, lambda found: values[found[0]], words)


@dataclass(frozen=True, slots=True)
class Receipt:
    """The other side took the message; *reference* is its own name for it."""

    reference: str
    progress: Progress = Progress.SENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What a callback or a bounce says about a message of ours."""

    delivery: str | None
    reference: str | None
    progress: Progress | None
    failure: "Failure | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What somebody sent to us."""

    sender: str = field(repr=False)
    text: str = field(repr=False)
    reference: str


class Failure(Exception):
    """A message was not taken. *code* is the provider's own, *meaning* is for people."""

    def __init__(self, code: str, meaning: str = "", *, retry_after: timedelta | None = None) -> None:
        super().__init__(f"{code} {meaning}".strip())
        self.code = code
        self.meaning = meaning
        self.retry_after = retry_after


class SendFailed(Failure):
    """Not taken this time; may be tried again."""


class ChannelDown(SendFailed):
    """Not taken, and it is not the recipient's fault: the channel itself is refused."""


class OnceMore(SendFailed):
    """Lost on the way, perhaps because a phone was off; one more try is worth it."""


class Undeliverable(Failure):
    """Not taken, and never will be for this address."""


class OptedOut(Undeliverable):
    """The person told the provider to stop."""


class Complained(OptedOut):
    """The person, or her mail provider for her, called it spam: it arrived, and is the last."""


class Rejected(Undeliverable):
    """The message itself was refused: somebody has to look, and the address may well be good."""


class Filtered(Rejected):
    """A network took the message for spam; one is bad luck, many are an alarm."""


class Unknown(Failure):
    """No answer after the message was written: it may have been taken."""


class MissingSetting(Exception):
    """A setting is missing or wrong; the message begins with its name."""


class Channel(Protocol):
    """One way to reach a person."""

    name: str
    senders: Sequence[Sender]
    """What it sends from; at least one for each purpose."""
    pence: Decimal
    """What one segment costs at the dearest sender; 0 where messages are free."""
    at_once: int
    """How many messages it carries at a time: no more than that many are ever about to be sent."""
    longest: timedelta
    """How long after the start of `send` something of the message may still go over the wire."""
    absent_after: timedelta
    """How old a message must be before `find` not finding it proves that it was never taken."""

    async def send(self, message: Message) -> Receipt:
        """Hand *message* to the provider; raise a `Failure` if it was not taken."""

    async def find(self, message: Message, *, since: datetime) -> Receipt | None:
        """Say whether the provider has *message*, when its answer was lost.

        Raises `Unknown` while that cannot be said.
        """

    async def close(self) -> None:
        """Let go of connections."""


@runtime_checkable
class Listening(Protocol):
    """A channel that people and providers also talk to over HTTP."""

    def hear(self, path: str, form: Mapping[str, str], headers: Mapping[str, str]) -> "Heard | Reply | None":
        """Read a callback to *path* (with its query); raise `Forged` if its signature is not right."""


@runtime_checkable
class Remote(Protocol):
    """A channel that says where its other end is, so that somebody can look whether anything answers there."""

    other_end: tuple[str, int]
    """Host and port."""


@runtime_checkable
class Emptying(Protocol):
    """A channel whose provider keeps what was said until it is told to forget it."""

    async def empty(self, reference: str) -> None:
        """Have the provider forget the words of a message, ours or theirs; raise a `Failure` while it does not."""


class Forged(Exception):
    """A callback that was not signed by the provider."""
