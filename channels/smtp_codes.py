"""What follows when a mail server says no."""

import re
from typing import Final

from ugly_mugs.contract import ChannelDown, Failure, Filtered, Rejected, SendFailed, Undeliverable

CLOSING: Final = 421
"""The server says goodbye, whatever it was asked."""
GO_AHEAD: Final = 354
_ENHANCED: Final = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")


def of_server(code: int, text: str, meaning: str) -> Failure:
    """When it is not about this mail at all: *meaning* says what was refused."""
    name, _ = _name(code, text)
    return SendFailed(name, meaning) if code < 500 else ChannelDown(name, meaning)


def of_sender(code: int, text: str) -> Failure:
    """When our own address is refused."""
    return of_server(code, text, "our own address is refused")


def of_recipient(code: int, text: str) -> Failure:
    """When a recipient is refused."""
    name, enhanced = _name(code, text)
    if code < 500:
        return SendFailed(name, "not now")
    if enhanced.startswith("5.7."):
        return Filtered(name, "refused for what or who we are")
    return Undeliverable(name, "the mailbox is refused")


def of_content(code: int, text: str) -> Failure:
    """When a mail is refused once it has been read."""
    name, enhanced = _name(code, text)
    if code < 500:
        return SendFailed(name, "not now")
    if enhanced.startswith(("5.1.", "5.2.")):
        return Undeliverable(name, "the mailbox is refused")
    if enhanced.startswith("5.7."):
        return Filtered(name, "taken for spam")
    return Rejected(name, "the mail is refused")


def _name(code: int, text: str) -> tuple[str, str]:
    """Name an answer by its codes alone: its words may hold an address."""
    found = _ENHANCED.match(text)
    enhanced = found[0] if found else ""
    return f"smtp {code} {enhanced}".rstrip(), enhanced
