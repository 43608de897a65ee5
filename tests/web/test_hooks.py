"""Callbacks are believed only with their signature, may come as often as they like, and one click stops an email."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from uuid import uuid4

import pytest
from sqlmodel import col, select
from twilio.request_validator import RequestValidator

from tests import makers
from tests.subscribers.made import HERS, a_subscriber, dump
from tests.web.site import Browser, Seen, a_site
from ugly_mugs import links
from ugly_mugs.delivery import recipients, suppression
from ugly_mugs.demo.carrier import Carrier
from ugly_mugs.demo.mailbox import Mailbox
from ugly_mugs.models import Delivery, DeliveryState, Subscriber, SubscriberState
from ugly_mugs.service import Service
from ugly_mugs.vault import WEB_KEYS

INBOUND = "/hooks/sms/inbound"


async def called(
    browser: Browser, path: str, form: Mapping[str, str], *, token: str = makers.AUTH_TOKEN, signed: bool = True
) -> Seen:
    """What we answer to a callback of the provider."""
    signature = RequestValidator(token).compute_signature(f"http://localhost:8080{path}", dict(form))
    return await browser.post(path, form, headers={"X-Twilio-Signature": signature} if signed else {})


def a_text(words: str, *, reference: str = "SM1", sender: str = HERS) -> dict[str, str]:
    return {"From": sender, "To": makers.OUR_NUMBER, "Body": words, "MessageSid": reference, "AccountSid": "AC"}


async def is_suppressed(service: Service, address: str = HERS, *, channel: str = "sms") -> bool:
    tag = recipients.tag_of(service.vault, channel, address)
    async with service.reading() as session:
        return await suppression.is_suppressed(session, channel=channel, tag=tag)


async def states(service: Service) -> list[DeliveryState]:
    async with service.reading() as session:
        return list(await session.exec(select(col(Delivery.state))))


async def test_a_subscriber_who_answers_stop_gets_no_more(telling: Service, carrier: Carrier) -> None:
    await a_subscriber(telling)
    await makers.an_alert(telling)
    await makers.deliver_all(telling)
    assert len(makers.arrived(carrier)) == 1

    async with a_site(telling, {"hooks"}) as browser:
        seen = await called(browser, INBOUND, a_text("STOP"))
    await makers.an_alert(telling)
    await makers.deliver_all(telling)

    assert (seen.status, seen.text) == (200, "<Response/>")
    assert len(makers.arrived(carrier)) == 1


async def test_a_question_is_answered_once_that_nobody_reads_it(telling: Service, carrier: Carrier) -> None:
    async with a_site(telling, {"hooks"}) as browser:
        for number in range(3):
            await called(browser, INBOUND, a_text("who is this?", reference=f"SM{number}"))
    await makers.deliver_all(telling)

    assert [text.body for text in makers.arrived(carrier)] == ["This number isn't watched. In danger: 999."]


@pytest.mark.parametrize("how", [{"signed": False}, {"token": "another"}])
async def test_a_forged_callback_is_refused_and_does_nothing(telling: Service, how: dict[str, object]) -> None:
    await a_subscriber(telling)
    before = await dump(telling)

    async with a_site(telling, {"hooks"}) as browser:
        for path in (INBOUND, f"/hooks/sms/status/{uuid4()}"):
            seen = await called(browser, path, a_text("STOP") | {"MessageStatus": "delivered"}, **how)  # type: ignore[arg-type]  # token or signed
            assert seen.status == 403

    assert await dump(telling) == before


async def test_a_signature_for_one_callback_does_not_fit_another(telling: Service) -> None:
    await a_subscriber(telling)
    signature = RequestValidator(makers.AUTH_TOKEN).compute_signature(f"http://localhost:8080{INBOUND}", a_text("HELP"))

    async with a_site(telling, {"hooks"}) as browser:
        seen = await browser.post(INBOUND, a_text("STOP"), headers={"X-Twilio-Signature": signature})

    assert seen.status == 403
    assert not await is_suppressed(telling)


async def test_what_the_provider_says_of_a_text_is_kept_however_often_it_says_it(telling: Service) -> None:
    await a_subscriber(telling)
    await makers.an_alert(telling)
    await makers.deliver_all(telling)
    async with telling.reading() as session:
        row = (await session.exec(select(Delivery))).one()
    said = {"MessageSid": row.reference or "", "MessageStatus": "delivered"}

    async with a_site(telling, {"hooks"}) as browser:
        path = f"/hooks/sms/status/{row.id}"
        answers = [await called(browser, path, said) for _ in range(3)]
        answers.append(await called(browser, path, said | {"MessageStatus": "sent"}))

    assert [seen.status for seen in answers] == [204] * 4
    assert await states(telling) == [DeliveryState.DELIVERED]


async def test_a_callback_about_a_text_we_do_not_know_is_harmless(telling: Service) -> None:
    async with a_site(telling, {"hooks"}) as browser:
        for name in (str(uuid4()), "d-1"):
            said = {"MessageSid": "SM9", "MessageStatus": "delivered"}
            assert (await called(browser, f"/hooks/sms/status/{name}", said)).status == 204


async def test_a_body_without_end_is_refused(telling: Service) -> None:
    async with a_site(telling, {"hooks"}) as browser:
        seen = await called(browser, INBOUND, a_text("x" * 20_000))

    assert seen.status == 413


async def test_without_a_way_to_text_there_is_nothing_to_call(sqlite_service: Service) -> None:
    async with a_site(sqlite_service, {"hooks"}) as browser:
        assert (await called(browser, INBOUND, a_text("STOP"))).status == 404


def an_unsubscribe_link(mailbox: Mailbox, service: Service) -> str:
    (mail,) = mailbox.mails
    return mail.headers["List-Unsubscribe"].strip("<>").removeprefix(service.config.public_url)


async def test_one_click_in_an_email_stops_that_mailbox_and_what_is_queued(telling: Service, mailbox: Mailbox) -> None:
    her = await a_subscriber(telling, "roxy@example.org", channel="email")
    await makers.an_alert(telling)
    await makers.deliver_all(telling)
    path = an_unsubscribe_link(mailbox, telling)
    await makers.an_alert(telling)
    while await makers.expand_one(telling):
        pass

    async with a_site(telling, {"hooks"}) as browser:
        for _ in range(2):
            seen = await browser.post(path, {"List-Unsubscribe": "One-Click"})
            assert seen.status == 200
    await makers.deliver_all(telling)

    assert len(list(mailbox.mails)) == 1
    assert await is_suppressed(telling, "roxy@example.org", channel="email")
    async with telling.reading() as session:
        assert (await session.get_one(Subscriber, her)).state is SubscriberState.STOPPED


async def test_following_the_link_shows_a_button_and_stops_nothing(telling: Service, mailbox: Mailbox) -> None:
    await a_subscriber(telling, "roxy@example.org", channel="email")
    await makers.an_alert(telling)
    await makers.deliver_all(telling)
    path = an_unsubscribe_link(mailbox, telling)

    async with a_site(telling, {"hooks"}) as browser:
        seen = await browser.get(path)
        assert seen.status == 200
        assert seen.cookies == ()
        assert not await is_suppressed(telling, "roxy@example.org", channel="email")

        await browser.submit({"stop": "yes"})
        assert await is_suppressed(telling, "roxy@example.org", channel="email")
        seen = await browser.submit({"again": "yes"})

    assert "You get our emails again" in seen.words
    assert not await is_suppressed(telling, "roxy@example.org", channel="email")


async def test_a_made_up_link_is_nothing(sqlite_service: Service) -> None:
    other = links.make(sqlite_service.vault, "alert", "email:1")

    async with a_site(sqlite_service, {"hooks"}) as browser:
        for token in ("x", "A" * 90, other):
            assert (await browser.get(f"/u/{token}")).status == 404
            assert (await browser.post(f"/u/{token}", {"List-Unsubscribe": "One-Click"})).status == 404


async def test_the_link_of_somebody_who_is_gone_answers_as_for_anybody(sqlite_service: Service) -> None:
    path = "/u/" + links.make(sqlite_service.vault, "unsubscribe", "email:" + "12" * 32)

    async with a_site(sqlite_service, {"hooks"}) as browser:
        seen = await browser.post(path, {"List-Unsubscribe": "One-Click"})

    assert seen.status == 200
    assert "Stopped" in seen.words


async def test_a_process_that_only_hears_providers_needs_no_other_keys(
    sqlite_url: str, key_folder: Path, tmp_path: Path
) -> None:
    few = tmp_path / "few"
    few.mkdir()
    for name in WEB_KEYS["hooks"]:
        shutil.copy(key_folder / name, few)

    async with (
        makers.a_service(sqlite_url, few, var=tmp_path, web=frozenset({"hooks"}), work=frozenset()) as service,
        a_site(service, {"hooks"}) as browser,
    ):
        seen = await browser.get("/u/" + links.make(service.vault, "unsubscribe", "email:" + "12" * 32))
        assert seen.status == 200
        assert (await browser.submit({"stop": "yes"})).status == 200
