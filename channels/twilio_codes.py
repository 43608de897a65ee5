"""Twilio's error codes, what each means and what follows from it."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from ugly_mugs.contract import (
    ChannelDown,
    Failure,
    Filtered,
    OnceMore,
    OptedOut,
    Rejected,
    SendFailed,
    Undeliverable,
    Unknown,
)

_TABLE: Final[dict[type[Failure], dict[int, str]]] = {
    SendFailed: {
        20429: "too many requests",
        20503: "service away",
        21611: "the sender's queue is full",
        30001: "queue overflow",
        30022: "the sender's rate was passed",
        30023: "the sender's limit for the day was passed",
    },
    OnceMore: {
        30003: "handset cannot be reached, perhaps switched off",
        30008: "lost, and the network does not say why",
        30036: "not delivered while it was valid",
        30410: "the network did not answer in time",
        30500: "lost by the provider",
    },
    Undeliverable: {
        21211: "not a phone number",
        21214: "number cannot be reached",
        21217: "not a phone number",
        21408: "texts to this country are not switched on",
        21612: "no way from this sender to this number",
        21614: "not a mobile number",
        21635: "a landline",
        30004: "blocked by the handset or its network",
        30005: "number does not exist any more",
        30006: "a landline, or a network without texts",
    },
    OptedOut: {
        21610: "said STOP to this sender",
    },
    Rejected: {
        21602: "text is empty",
        21604: "no number to send to",
        21605: "text is too long",
        21609: "address for callbacks is not valid",
        21617: "text is longer than 1,600 characters",
        21618: "text cannot be sent by this sender",
        21619: "neither text nor picture",
        30010: "dearer than the limit on the message",
        30044: "text is too long for a trial account",
    },
    Filtered: {
        30007: "filtered as spam",
        30450: "held back as a possible fraud",
    },
    ChannelDown: {
        20003: "account or token is wrong",
        20005: "account is not active",
        20006: "account may not do this",
        20404: "no such account",
        21212: "sender is not a number",
        21603: "no sender given",
        21606: "sender is not a number of this account that can send texts",
        21607: "sender is not a number of this account that can send texts",
        21608: "a trial account only sends to numbers it has checked",
        21659: "sender is not a number of this provider",
        21660: "sender belongs to another account",
        21661: "sender cannot send texts",
        21703: "no sender in the messaging service",
        21705: "no such messaging service",
        30002: "account is suspended",
        30024: "sender is not known to the network",
        30032: "sender is not verified",
        30034: "sender is not registered",
    },
}


def _rows() -> Iterator[tuple[int, tuple[type[Failure], str]]]:
    for kind, codes in _TABLE.items():
        for code, meaning in codes.items():
            yield code, (kind, meaning)


CODES: Final = dict(_rows())

# What an HTTP status says where the code says nothing we know. The other 4xx: we sent something wrong.
_STATUSES: Final[dict[int, tuple[type[Failure], str]]] = {
    401: (ChannelDown, "account or token is wrong"),
    403: (ChannelDown, "account may not do this"),
    404: (ChannelDown, "no such account"),
    408: (Unknown, "the provider did not wait for us"),
    429: (SendFailed, "too many requests"),
    503: (SendFailed, "service away"),
}


def refused(status: int, code: int | None, *, retry_after: timedelta | None) -> Failure:
    """Say what follows from an answer to a request; *code* is in its body, if it has one."""
    name = f"twilio {status if code is None else code}"
    if status in {429, 503} or status >= 500:
        # Whatever a broken or busy server says about the message is not to be relied on.
        kind, meaning = _STATUSES.get(status, (Unknown, "the provider broke while it had the message"))
    elif code in CODES:
        kind, meaning = CODES[code]
    elif status < 400:
        kind, meaning = ChannelDown, "this is not the provider's address"
    else:
        kind, meaning = _STATUSES.get(status, (Rejected, "refused, with a code that is not in our table"))
    return kind(name, meaning, retry_after=retry_after)


def failed(code: int | None) -> Failure:
    """Say what follows from the code in a callback about a text that was not delivered."""
    if code is None:
        return OnceMore("twilio", "not delivered, and nobody says why")
    kind, meaning = CODES.get(code, (OnceMore, "not delivered, with a code that is not in our table"))
    return kind(f"twilio {code}", meaning)
