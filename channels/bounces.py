"""Bounces (RFC 3464) and complaints (RFC 5965): what comes back about mail of ours, read without trusting it."""

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from email.policy import compat32
from typing import Final

from ugly_mugs.contract import Complained, Failure, Filtered, Heard, Progress, Rejected, SendFailed, Undeliverable

LONGEST: Final = 256 * 1024
"""A report is short; what it returns may be cut."""
_OURS: Final = re.compile(r"<([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@([A-Za-z0-9.-]{1,253})>")
_STATUS: Final = re.compile(r"([245])\.\d{1,3}\.\d{1,3}(?!\d)")
_COMPLAINTS: Final = {"abuse", "fraud", "opt-out", "opt-out-list"}
"""`not-spam` is the opposite, `virus` is about a machine, `auth-failure` and `dmarc` about the wire."""


def read(raw: bytes) -> Heard | None:
    """What a mail that came back says about one of ours; None if it says nothing, or is no report at all."""
    try:
        return _read(message_from_bytes(raw[:LONGEST], policy=compat32))
    except Exception:  # noqa: BLE001 -- strangers write these, and the parser of the standard library may fall over
        return None


def _read(mail: Message) -> Heard | None:
    if mail.get_content_type() != "multipart/report":
        return None
    what = _what(mail)
    if what is None:
        return None
    ours = _ours(mail)
    if ours is None:
        return None
    progress, failure = what
    return Heard(delivery=ours[0], reference=ours[1], progress=progress, failure=failure)


def _what(mail: Message) -> tuple[Progress, Failure | None] | None:
    """How the mail fared; None if that is still open."""
    for part in _parts(mail):
        kind = part.get_content_type()
        if kind == "message/feedback-report":
            return _complaint(_fields(part))
        if kind in {"message/delivery-status", "message/global-delivery-status"}:
            return _fate(_fields(part))
    return None


def _complaint(groups: list[Message]) -> tuple[Progress, Failure | None] | None:
    if any(_word(group, "Feedback-Type") in _COMPLAINTS for group in groups):
        # She has it before her: that it arrived is certain.
        return Progress.DELIVERED, Complained("complaint", "told her mail provider that it is unwanted")
    return None


def _fate(groups: list[Message]) -> tuple[Progress, Failure | None] | None:
    """What was said of the recipient, of whom each mail of ours has one."""
    actions = {_word(group, "Action"): group for group in reversed(groups)}
    if failed := actions.get("failed"):
        return Progress.UNDELIVERED, came_back(_word(failed, "Status") or _word(failed, "Diagnostic-Code"))
    if "delivered" in actions:
        return Progress.DELIVERED, None
    return None  # delayed, relayed, expanded: it may still arrive, and nobody will say


def came_back(words: str) -> Failure:
    """Say what follows from the status of a mail that came back."""
    found = _STATUS.search(words)
    status = found[0] if found else ""
    name = f"bounce {status}".rstrip()
    if status.startswith(("5.1.", "5.2.0", "5.2.1")):
        return Undeliverable(name, "there is no such mailbox, or it is closed")
    if status.startswith("5.7."):
        return Filtered(name, "refused for what or who we are")
    if status.startswith("5.") and not status.startswith(("5.2.2", "5.4.")):
        return Rejected(name, "the mail is refused")
    # Full, away, or given up on after days of trying: nothing against the address.
    return SendFailed(name, "could not be delivered")


def _ours(mail: Message) -> tuple[str, str] | None:
    """The delivery that is meant, by the Message-ID in what was returned; else by what the report refers to."""
    for part in _parts(mail):
        kind = part.get_content_type()
        if kind in {"message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers"}:
            for group in _fields(part):
                if found := _OURS.search(str(group.get("Message-ID", ""))):
                    return found[1], found[0]
    for name in ("In-Reply-To", "References"):
        if found := _OURS.search(str(mail.get(name, ""))):
            return found[1], found[0]
    return None


def _parts(mail: Message) -> Iterator[Message]:
    """The parts of the report itself, not what lies within them."""
    payload = mail.get_payload()
    if isinstance(payload, list):
        yield from (part for part in payload if isinstance(part, Message))


def _fields(part: Message) -> list[Message]:
    """The groups of fields in a part, however the parser left them."""
    payload = part.get_payload()
    if isinstance(payload, list):
        return [group for group in payload if isinstance(group, Message)]
    decoded = part.get_payload(decode=True)
    raw = decoded if isinstance(decoded, bytes) else str(payload).encode(errors="replace")
    return [message_from_bytes(group, policy=compat32) for group in re.split(rb"\r?\n\r?\n", raw.strip())]


def _word(group: Message, name: str) -> str:
    return " ".join(str(group.get(name, "")).split()).lower()[:200]
