"""Texts, through Twilio."""

import json
import logging
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final
from urllib.parse import urlsplit

from twilio.request_validator import SIGNATURE_HEADER, SIGNATURE_SETTINGS_HEADER, RequestValidator
from twilio.request_validator import get_signature_algorithm as algorithm
from twilio.rest import Client

from ugly_mugs.contract import Failure, Forged, Heard, Message, Progress, Receipt, Reply, SendFailed, Unknown

from . import twilio_senders
from .twilio_codes import failed
from .twilio_http import Wire
from .twilio_senders import Sender

LONGEST_VALIDITY: Final = timedelta(hours=10)
PATIENCE: Final = timedelta(seconds=10)
PROVES_ABSENCE: Final = timedelta(minutes=2)
"""Twilio's list may lag behind what it took."""
_STATUS: Final = re.compile(r"/hooks/sms/status/([A-Za-z0-9_-]{1,64})")
_ASKS: Final = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
_INBOUND: Final = "/hooks/sms/inbound"
_PROGRESS: Final = {
    "accepted": Progress.SENT,
    "scheduled": Progress.SENT,
    "queued": Progress.SENT,
    "sending": Progress.SENT,
    "sent": Progress.SENT,
    "delivered": Progress.DELIVERED,
    "read": Progress.DELIVERED,
    "undelivered": Progress.UNDELIVERED,
    "failed": Progress.UNDELIVERED,
    "canceled": Progress.UNDELIVERED,
}


def open_channel(env: Mapping[str, str], *, public_url: str, production: bool) -> "Sms":
    """Read the senders and their accounts."""
    # The package writes the address of each request, with numbers in it, at INFO.
    logging.getLogger("twilio").setLevel(logging.WARNING)
    senders = twilio_senders.read(env, production=production)
    return Sms(
        senders,
        api_url=twilio_senders.api_url(env, production=production),
        public_url=public_url,
        absent_after=twilio_senders.absent_after(env, default=PROVES_ABSENCE),
        timeout=twilio_senders.timeout(env, default=PATIENCE).total_seconds(),
    )


class Sms:
    """Sends texts from several numbers, and hears what becomes of them and what people answer."""

    name = "sms"
    at_once = 500

    def __init__(
        self,
        senders: tuple[Sender, ...],
        *,
        api_url: str,
        public_url: str,
        absent_after: timedelta = PROVES_ABSENCE,
        timeout: float = PATIENCE.total_seconds(),
    ) -> None:
        self.senders = tuple(sender.agreed() for sender in senders)
        self._numbers = {sender.agreed().name: sender for sender in senders}
        self.longest = timedelta(seconds=timeout)
        self.absent_after = absent_after
        self.pence: Decimal = max(sender.pence for sender in senders)
        self._public_url = public_url.rstrip("/")
        self.other_end = _end(api_url)
        self._wire = Wire(timeout=timeout)
        self._clients: dict[str, Client] = {}
        self._creates: dict[str, str] = {}
        self._validators: list[RequestValidator] = []
        for account, token in {sender.account_sid: sender.auth_token for sender in senders}.items():
            # An environment that is not empty keeps the package from looking into the process's own.
            client = Client(account, token, http_client=self._wire, environment={"TWILIO_EDGE": ""})
            client.api.base_url = api_url
            self._clients[account] = client
            self._creates[account] = f"{api_url}/2010-04-01/Accounts/{account}/Messages.json"
            self._validators.append(RequestValidator(token))

    async def send(self, message: Message) -> Receipt:
        """Hand one text to Twilio; its callbacks name *message*, even if the answer to this is lost."""
        sender = self._sender(message)
        if sender is None:
            # It was there when this message was given to it: whoever sends next gives it to another.
            raise SendFailed("sender", "is none of ours any more")
        form: dict[str, object] = {
            "To": message.to,
            "From": sender.number,
            "Body": message.filled("txt").rstrip(),
            "StatusCallback": f"{self._public_url}/hooks/sms/status/{message.id}",
        }
        if message.valid_for is not None:
            # Twilio advises against less than six seconds.
            seconds = int(min(message.valid_for, LONGEST_VALIDITY).total_seconds())
            form["ValidityPeriod"] = max(seconds, 6)
        # The package's own request; its `create` around it reads three dates of each answer that nobody asks for.
        client = self._clients[sender.account_sid]
        answer = await client.request_async("POST", self._creates[sender.account_sid], data=form, headers=dict(_ASKS))
        try:
            taken = json.loads(answer.text)
            sid, status = taken["sid"], taken.get("status")
        except (ValueError, AttributeError, TypeError, KeyError):
            # A success that cannot be read: there may be a text behind it.
            raise Unknown("twilio", "an answer that cannot be read") from None
        if not sid or not isinstance(sid, str):
            raise Unknown("twilio", "an answer without a name for the message")
        return _receipt(sid, status)

    async def find(self, message: Message, *, since: datetime) -> Receipt | None:
        """Look through what was sent to the same number since then for the same words."""
        body = message.filled("txt").strip()
        sender = self._sender(message)
        for account in sorted(self._clients, key=lambda account: sender is None or account != sender.account_sid):
            if (found := await self._find_in(account, message.to, body, since)) is not None:
                return found
        return None

    def _sender(self, message: Message) -> Sender | None:
        """Find the number that *message* leaves from; None where it is none of ours."""
        if message.sender:
            return self._numbers.get(message.sender)
        return twilio_senders.choose(tuple(self._numbers.values()), message.id)

    async def _find_in(self, account: str, to: str, body: str, since: datetime) -> Receipt | None:
        # Twilio's dates are whole seconds. DateSent is empty while a text is queued, so it is no filter.
        earliest = since.replace(microsecond=0) - timedelta(seconds=5)
        try:
            async for text in await self._clients[account].messages.stream_async(to=to):
                if text.date_created is not None and text.date_created < earliest:
                    break  # newest come first
                if text.direction != "inbound" and text.sid and (text.body or "").strip() == body:
                    return _receipt(text.sid, text.status)
        except Failure as failure:
            raise Unknown(
                failure.code, f"cannot be asked: {failure.meaning}", retry_after=failure.retry_after
            ) from None
        except (ValueError, AttributeError, TypeError, KeyError):
            raise Unknown("twilio", "an answer that cannot be read") from None
        return None

    def hear(self, path: str, form: Mapping[str, str], headers: Mapping[str, str]) -> Heard | Reply | None:
        """Read a callback to *path* (with its query); raise `Forged` if its signature is not right."""
        self._check(path, form, headers)
        bare = path.partition("?")[0]
        if bare == _INBOUND:
            return Reply(sender=form.get("From", ""), text=form.get("Body", ""), reference=form.get("MessageSid", ""))
        if (found := _STATUS.fullmatch(bare)) is None:
            return None
        progress = _PROGRESS.get(form.get("MessageStatus", "").lower())
        return Heard(
            delivery=found[1],
            reference=form.get("MessageSid") or None,
            progress=progress,
            failure=failed(_number(form.get("ErrorCode"))) if progress is Progress.UNDELIVERED else None,
        )

    def _check(self, path: str, form: Mapping[str, str], headers: Mapping[str, str]) -> None:
        given = {name.lower(): value for name, value in headers.items()}
        signature = given.get(SIGNATURE_HEADER.lower(), "")
        how = algorithm(given.get(SIGNATURE_SETTINGS_HEADER.lower()))
        # As the provider called it; what the request says of its own host is anybody's word.
        url = self._public_url + path
        for validator in self._validators:
            if signature and validator.validate(url, form, signature, how):
                return
        raise Forged("twilio")

    async def empty(self, reference: str) -> None:
        """Have Twilio forget the words of a text; raise a `Failure` while it does not."""
        for client in self._clients.values():
            try:
                await client.messages(reference).update_async(body="")
            except Failure as failure:
                if failure.code != "twilio 20404":
                    raise
            else:
                return

    async def close(self) -> None:
        """Let go of connections."""
        await self._wire.close()


def _end(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)


def _receipt(sid: str, status: str | None) -> Receipt:
    return Receipt(sid, _PROGRESS.get(status or "", Progress.SENT))


def _number(code: str | None) -> int | None:
    return int(code) if code is not None and code.isascii() and code.isdecimal() and len(code) < 10 else None
