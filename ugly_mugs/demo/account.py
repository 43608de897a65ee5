"""One account at the demo's carrier: what it takes, whom it no longer may text, and how its texts fare."""

import asyncio
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from .callbacks import Callbacks, NotAnswered
from .faults import Faults
from .texts import Text, Texts, segments
from .twilio_words import (
    LONGEST_BODY,
    START_WORDS,
    STOP_WORDS,
    Refused,
    check_number,
    inbound_fields,
    replies,
    status_fields,
)

NO_CODE = 30003  # unreachable handset: what a text fails with when nobody said


@dataclass(frozen=True, slots=True)
class Answered:
    """What the service did with an inbound text: *status* is None where it was not reached."""

    text: Text
    status: int | None
    replies: tuple[Text, ...] = ()


class Account:
    """Takes texts by Twilio's rules, sets them on their way and calls back at each step."""

    def __init__(self, sid: str, callbacks: Callbacks, faults: Faults, *, numbers: Collection[str], delay: float):
        self.sid = sid
        self.numbers = tuple(numbers)
        self.delay = delay
        self.faults = faults
        self.texts = Texts()
        self.opted_out: dict[str, set[str]] = {}
        """Phones that said stop, each with the senders it said it to."""
        self._callbacks = callbacks

    def create(self, form: Mapping[str, str]) -> Text:
        """Take one text to a phone, or raise `Refused` as Twilio would."""
        to, body, service = form.get("To", ""), form.get("Body", ""), form.get("MessagingServiceSid")
        sender = form.get("From") or (self.numbers[0] if service and self.numbers else service)
        check_number(to)
        if not sender:
            raise Refused(21603)
        if self.numbers and sender not in self.numbers:
            raise Refused(21606)
        if not body.strip():
            raise Refused(21602)
        if len(body) > LONGEST_BODY:
            raise Refused(21617)
        callback = form.get("StatusCallback") or None
        if callback and not callback.startswith(("http://", "https://")):
            raise Refused(21609)
        if (stopped := self.opted_out.get(to)) and (service or sender in stopped):
            raise Refused(21610)
        if to in self.faults.refused:
            raise Refused(self.faults.refused[to])
        text = self._remember(to, sender, body, direction="outbound-api", status="accepted" if service else "queued")
        text.service_sid, text.callback = service, callback
        self._set_off(text, ("sent", "undelivered") if to in self.faults.failing else self.faults.story)
        return text

    async def hear(self, phone: str, number: str, body: str, *, inbound_url: str | None) -> Answered:
        """Hand a person's text to the service and deliver what it answers."""
        text = self._remember(number, phone, body, direction="inbound", status="received")
        self._mind_stop(text)
        if inbound_url is None:
            text.note = "Nobody listens for texts."
            return Answered(text, None)
        try:
            status, said = await self._callbacks.post(inbound_url, inbound_fields(text, self.sid))
        except NotAnswered:
            text.note = "The service could not be reached."
            return Answered(text, None)
        answers = replies(said) if status < 300 and said.strip() else []
        if answers is None or status >= 300:
            text.note = f"The service did not take it (HTTP {status})."
        # Somebody who said stop gets no answer either.
        silent = number in self.opted_out.get(phone, ())
        sent = [
            self._remember(phone, number, answer, direction="outbound-reply", status="queued")
            for answer in answers or ()
            if answer and not silent
        ]
        for reply in sent:
            self._set_off(reply, ("sent", "delivered"))
        return Answered(text, status, tuple(sent))

    def _mind_stop(self, text: Text) -> None:
        word = text.body.strip().upper()
        if word in STOP_WORDS:
            self.opted_out.setdefault(text.sender, set()).add(text.to)
        elif word in START_WORDS:
            self.opted_out.get(text.sender, set()).discard(text.to)

    def _remember(self, to: str, sender: str, body: str, *, direction: str, status: str) -> Text:
        now = datetime.now(UTC)
        text = Text(
            sid="SM" + secrets.token_hex(16),
            to=to,
            sender=sender,
            body=body,
            direction=direction,
            segments=segments(body),
            at=now,
            status=status,
            changed=now,
        )
        self.texts.add(text)
        return text

    def _set_off(self, text: Text, story: tuple[str, ...]) -> None:
        """Let *text* go through *story*, a step each delay."""
        if story:
            self._callbacks.hold()
            asyncio.get_running_loop().call_later(self.delay, self._step, text, story)

    def _step(self, text: Text, story: tuple[str, ...]) -> None:
        status, rest = story[0], story[1:]
        text.status, text.changed = status, datetime.now(UTC)
        if status in {"undelivered", "failed"}:
            text.error_code = self.faults.failing.get(text.to, NO_CODE)
        if text.callback:
            self._callbacks.post_soon(text.callback, status_fields(text, status, self.sid))
        self._set_off(text, rest)
        self._callbacks.release()
