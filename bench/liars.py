"""Callbacks that nobody should believe, and true ones that look new: forged, unknown, repeated, with more fields."""

import asyncio
import random
from types import TracebackType
from typing import Self
from uuid import uuid4

import aiohttp
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import select
from twilio.request_validator import RequestValidator
from yarl import URL

from tests import makers
from ugly_mugs.demo.carrier import Carrier
from ugly_mugs.models import Delivery
from ugly_mugs.service import Service

PAUSE = 0.1


class Liars:
    """Talk to the hooks all the while; *told* counts the lies that were told, and each was refused."""

    def __init__(self, service: Service, carrier: Carrier, url: URL, dice: random.Random) -> None:
        self.told = 0
        self._service, self._carrier, self._url, self._dice = service, carrier, url, dice
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._talk())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._task is not None
        if self._task.done():
            self._task.result()
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _talk(self) -> None:
        signer, wrong = RequestValidator(makers.AUTH_TOKEN), RequestValidator("somebody else's token")
        async with aiohttp.ClientSession() as session:
            while True:
                await asyncio.sleep(PAUSE)
                try:
                    async with self._service.reading() as reading:
                        ids = list(await reading.exec(select(Delivery.id).limit(200)))
                except SQLAlchemyError:
                    continue
                delivery = self._dice.choice(ids) if ids else uuid4()
                lie = {"MessageSid": "SMforged", "MessageStatus": "undelivered", "ErrorCode": "30004"}
                assert await self._post(session, str(delivery), lie, wrong) == 403
                self.told += 1
                texts = makers.arrived(self._carrier)
                if texts:
                    text = self._dice.choice(texts)
                    true = {"MessageSid": text.sid, "MessageStatus": text.status, "NobodyKnowsThis": "yet"}
                    await self._post(session, (text.callback or "").rpartition("/")[2], true, signer)
                await self._post(session, str(uuid4()), {"MessageSid": "SM?", "MessageStatus": "sent"}, signer)

    async def _post(
        self, session: aiohttp.ClientSession, delivery: str, fields: dict[str, str], signer: RequestValidator
    ) -> int:
        url = f"{self._url.origin()}/hooks/sms/status/{delivery}"
        headers = {"X-Twilio-Signature": signer.compute_signature(url, fields)}
        async with session.post(url, data=fields, headers=headers) as answer:
            return answer.status
