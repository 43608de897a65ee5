"""The mails a mailbox remembers, read only when somebody looks."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cached_property
from itertools import islice
from urllib.parse import urlsplit


@dataclass(kw_only=True, eq=False)
class Mail:
    """One mail to one address; *number* counts them from 1."""

    number: int
    to: str = field(repr=False)
    envelope_from: str = field(repr=False)
    raw: bytes = field(repr=False)
    at: datetime
    note: str = ""
    """What became of an unsubscribe, for the person at the page."""

    @cached_property
    def message(self) -> EmailMessage:
        # SMTPUTF8's policy reads headers that are plain UTF-8, and all others.
        return message_from_bytes(self.raw, policy=policy.SMTPUTF8)

    @cached_property
    def headers(self) -> dict[str, str]:
        """Give the headers, unfolded; of a name that comes twice, the first."""
        headers: dict[str, str] = {}
        for name, value in self.message.items():
            headers.setdefault(name, str(value))
        return headers

    def header(self, name: str) -> str:
        """Give one header, or nothing."""
        return str(self.message.get(name, ""))

    @property
    def subject(self) -> str:
        return self.header("Subject")

    @property
    def sender(self) -> str:
        return self.header("From") or self.envelope_from

    @cached_property
    def text(self) -> str:
        return self._part("plain")

    @cached_property
    def html(self) -> str:
        return self._part("html")

    def _part(self, kind: str) -> str:
        part = self.message.get_body(preferencelist=(kind,))
        if part is None:
            return ""
        try:
            text = str(part.get_content())
        except (LookupError, ValueError):
            # An encoding nobody knows: show what can be shown.
            payload = part.get_payload(decode=True)
            text = payload.decode("ascii", errors="replace") if isinstance(payload, bytes) else ""
        # Lines end as they do here, not as they do on the wire.
        return text.replace("\r\n", "\n")

    @property
    def unsubscribe_url(self) -> str | None:
        """Where one click unsubscribes (RFC 8058), if the mail offers that."""
        if self.header("List-Unsubscribe-Post").replace(" ", "").lower() != "list-unsubscribe=one-click":
            return None
        for part in self.header("List-Unsubscribe").split(","):
            url = part.strip().removeprefix("<").removesuffix(">")
            if url.startswith(("https://", "http://")):
                return url
        return None

    def as_json(self) -> dict[str, object]:
        """Give the mail as the demo's list shows it."""
        return {
            "id": self.number,
            "to": self.to,
            "from": self.sender,
            "subject": self.subject,
            "text": self.text,
            "html": self.html,
            "headers": self.headers,
            "message_id": self.header("Message-ID"),
            "at": self.at.isoformat(),
        }


class Mails:
    """Every mail so far, oldest first."""

    def __init__(self) -> None:
        self._all: list[Mail] = []

    def __len__(self) -> int:
        return len(self._all)

    def __iter__(self) -> Iterator[Mail]:
        return iter(self._all)

    def add(self, to: str, envelope_from: str, raw: bytes, *, at: datetime) -> None:
        """Remember a mail as the newest."""
        self._all.append(Mail(number=len(self._all) + 1, to=to, envelope_from=envelope_from, raw=raw, at=at))

    def find(self, number: int) -> Mail | None:
        """Give the mail of that number."""
        return self._all[number - 1] if 1 <= number <= len(self._all) else None

    def walk(self, *, to: str | None, after: int) -> Iterator[Mail]:
        """Walk through the mails that came after a number, oldest first."""
        return (mail for mail in islice(self._all, after, None) if to is None or mail.to.lower() == to.lower())

    def newest(self, *, to: str | None, skip: int, limit: int) -> list[Mail]:
        """Give some mails, newest first."""
        found = (mail for mail in reversed(self._all) if to is None or mail.to.lower() == to.lower())
        return list(islice(found, skip, skip + limit))


def same_origin(url: str, other: str) -> bool:
    """Say whether both addresses are of one scheme, host and port."""
    try:
        one, two = urlsplit(url), urlsplit(other)
        ports = [parts.port or (443 if parts.scheme == "https" else 80) for parts in (one, two)]
    except ValueError:
        return False
    return (one.scheme, one.hostname, ports[0]) == (two.scheme, two.hostname, ports[1]) and not one.username
