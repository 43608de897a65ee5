"""A mail that comes back ends mail to an address that is none, and to whoever complains."""

import io
import os
from pathlib import Path

import pytest
from sqlmodel import select

from tests import makers
from tests.channels.returned import COMPLAINT, EXCHANGE, OURS, POSTFIX, as_sent
from ugly_mugs import boot
from ugly_mugs.commands import bouncing
from ugly_mugs.delivery import learning, suppression
from ugly_mugs.demo.mailbox import Mailbox
from ugly_mugs.models import Address, Delivery, DeliveryState, Suppression
from ugly_mugs.service import Service


async def came_back(service: Service, report: str) -> bool:
    """*report* comes in about the mail that was sent; say whether it was news."""
    async with service.transaction() as session:
        sent = (await session.exec(select(Delivery).where(Delivery.channel == "email"))).one()
        heard = boot.read_bounce(as_sent(report.replace(OURS, str(sent.id))))
        assert heard is not None
        return await learning.learn(session, heard, now=service.now())


async def a_mail_to(service: Service, address: str) -> None:
    await makers.a_subscriber(service, email=address)
    await makers.an_alert(service)
    await makers.deliver_all(service)


async def test_an_address_that_is_none_gets_no_more(telling: Service, mailbox: Mailbox) -> None:
    await a_mail_to(telling, "jo@example.org")

    news = [await came_back(telling, POSTFIX), await came_back(telling, POSTFIX)]
    await makers.an_alert(telling)
    await makers.deliver_all(telling)

    assert news == [True, False]
    assert len(mailbox.mails) == 1
    async with telling.reading() as session:
        delivery = (await session.exec(select(Delivery))).one()
        assert (delivery.state, delivery.failure) == (DeliveryState.UNDELIVERED, "bounce 5.1.1")
        address = (await session.exec(select(Address))).one()
        assert address.unreachable_on == telling.now().date()


async def test_a_full_mailbox_is_tried_with_the_next_warning(telling: Service, mailbox: Mailbox) -> None:
    await a_mail_to(telling, "jo@example.org")

    await came_back(telling, EXCHANGE)
    await makers.an_alert(telling)
    await makers.deliver_all(telling)

    assert len(mailbox.mails) == 2


async def test_whoever_complains_gets_no_more_and_not_what_is_queued(telling: Service, mailbox: Mailbox) -> None:
    await a_mail_to(telling, "jo@example.org")
    await came_back(telling, POSTFIX.replace("Action: failed", "Action: delivered"))
    await makers.an_alert(telling)
    async with telling.reading() as session:
        (first,) = await session.exec(select(Delivery.id))
    while await makers.expand_one(telling):
        pass

    async with telling.transaction() as session:
        heard = boot.read_bounce(as_sent(COMPLAINT.replace(OURS, str(first))))
        assert heard is not None
        assert await learning.learn(session, heard, now=telling.now())
    await makers.deliver_all(telling)

    assert len(mailbox.mails) == 1
    assert await makers.states(telling) == {"delivered": 1, "suppressed": 1}
    async with telling.reading() as session:
        assert (await session.exec(select(Suppression.reason))).all() == ["complaint"]


async def test_the_same_complaint_again_does_not_undo_that_she_came_back(telling: Service) -> None:
    await a_mail_to(telling, "jo@example.org")
    await came_back(telling, COMPLAINT)
    async with telling.transaction() as session:
        (tag,) = await session.exec(select(Suppression.tag))
        await suppression.lift(session, channel="email", tag=tag)

    assert not await came_back(telling, COMPLAINT)

    async with telling.reading() as session:
        assert (await session.exec(select(Suppression))).all() == []


@pytest.mark.parametrize(
    ("database", "report", "code"),
    [
        ("there", POSTFIX, os.EX_OK),
        ("there", "From: jo@example.org\n\nHello\n", os.EX_OK),
        ("away", POSTFIX, os.EX_TEMPFAIL),
        ("away", "From: jo@example.org\n\nHello\n", os.EX_OK),
    ],
)
def test_the_mail_server_keeps_what_could_not_be_written_down(
    sqlite_url: str,
    key_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    database: str,
    report: str,
    code: int,
) -> None:
    url = sqlite_url if database == "there" else f"sqlite+aiosqlite:///{tmp_path}/empty.db"
    monkeypatch.setenv("UGLY_MUGS_ENV", "demo")
    monkeypatch.setenv("UGLY_MUGS_DATABASE_URL", url)
    monkeypatch.setenv("UGLY_MUGS_KEYS", str(tmp_path))  # it needs none

    assert bouncing.bounce(io.BytesIO(as_sent(report))) == code
