"""The whole story, on each database: a report becomes a text, an email and a feed entry. Start reading here.

Nothing is patched: a browser without JavaScript, a carrier that speaks Twilio's protocol, a mailbox that
speaks SMTP, a scheme with a token, and the service between them with its workers running.
"""

import re
from uuid import UUID

from lxml import etree
from sqlmodel import col, select

from tests import makers
from tests.houses import BY_EMAIL, NEAR, NEXT_TOWN, House, until
from tests.web.desk_site import log_in, press
from tests.web.site import Browser, Seen, a_browser
from ugly_mugs.feed import signature
from ugly_mugs.models import Delivery, DeliveryState

CAP = "{urn:oasis:names:tc:emergency:cap:1.2}"
HIS_NUMBER, HIS_PLATE = "07700 900123", "KX12 ABC"


async def test_a_report_becomes_a_text_an_email_and_a_feed_entry(house: House) -> None:
    async with a_browser(house.url) as hers, a_browser(house.url) as robins, a_browser(house.url) as sashas:
        code = await she_tells_what_happened(hers)

        await log_in(robins, house.robin, now=house.service.now())
        await robin_writes_the_warning(robins)
        await log_in(sashas, house.sasha, now=house.service.now())
        reference, alert_id = await sasha_agrees(sashas)

        await everybody_in_reach_is_told(house, reference)
        await the_feed_has_it_signed(house, reference)
        await somebody_answers_stop(house)

        await robin_updates_it_and_sasha_agrees(house, robins, sashas, alert_id)
        await robin_cancels_it(house, robins, alert_id, reference)

        await she_comes_back_and_withdraws(house, hers, code)
        await it_is_gone_from_the_feed(house)


async def she_tells_what_happened(hers: Browser) -> str:
    """Without an account; she gets a number, and the page with it does not show her story."""
    form = await hers.get("/report")
    assert "a child may be in danger" in form.words

    seen = await hers.submit(
        {
            "what_happened": "SENTINEL He would not let me leave.",
            "category": "rape",
            "flags": ["attempted", "ongoing"],
            "district": "GU1 3AB",
            "phones.0": HIS_NUMBER,
            "vehicle.registration": HIS_PLATE,
            "vehicle.make": "Astra",
            "vehicle.colour": "silver",
            "people.0.hair": "bald",
            "timing": "now",
            "consents": ["alert_members", "share_with_schemes"],
        },
        action="/report",
    )

    assert seen.status == 200, seen.words
    assert "SENTINEL" not in seen.text
    found = re.search(r"\d{4}( \d{4}){5}", seen.words)
    assert found, seen.words
    return found[0]


async def robin_writes_the_warning(robins: Browser) -> None:
    """From the fields, never from the story; and sees it as it will arrive, who gets it and what it costs."""
    desk = await robins.get("/desk")
    case = await robins.get(str(desk.tree.xpath('//a[starts-with(@href, "/desk/reports/")]/@href')[0]))
    assert "SENTINEL" in case.text

    written = await robins.submit({}, action=f"{case.url.path}/warn")
    assert "SENTINEL" not in written.text
    seen = await press(robins, "preview", description="Man, bald, would not take no")

    assert "3 people" in seen.words
    assert "£0.08" in seen.words
    assert "1 segment" in seen.words
    assert "<svg" in seen.text
    proposed = await press(robins, "propose")
    assert proposed.url.path.startswith("/desk/proposals/")
    assert not proposed.tree.xpath('//form[contains(@action, "/approve")]'), "whoever wrote it cannot send it"


async def sasha_agrees(sashas: Browser) -> tuple[str, UUID]:
    """The second pair of eyes."""
    proposal = await a_proposal(sashas)

    seen = await sashas.submit({}, action=f"{proposal.url.path}/approve")

    assert seen.url.path.startswith("/desk/alerts/"), seen.words
    reference = re.search(r"Ref ([2-9B-Z]{4})", seen.words)
    assert reference, seen.words
    return reference[1], UUID(seen.url.name)


async def a_proposal(browser: Browser) -> Seen:
    """What waits for a second moderator."""
    desk = await browser.get("/desk")
    return await browser.get(str(desk.tree.xpath('//a[starts-with(@href, "/desk/proposals/")]/@href')[0]))


async def everybody_in_reach_is_told(house: House, reference: str) -> None:
    """Nearest first, once, in as many words as each of them chose; nobody far away."""
    assert sorted(await house.texts(2)) == [NEAR, NEXT_TOWN]
    await until(lambda: len(house.mailbox.mails) == 1)

    told = {text.to: text.body for text in makers.arrived(house.carrier)}
    assert told[NEAR].startswith("Reported to us, not proven: attempted rape")
    assert "07700900123" in told[NEAR].replace(" ", "")
    assert "KX12ABC" in told[NEAR].replace(" ", "")
    assert told[NEXT_TOWN] == f"{reference}: update waiting."
    (mail,) = house.mailbox.mails
    assert mail.to == BY_EMAIL
    assert reference in mail.text
    await until(lambda: delivered(house, 2))
    async with house.service.reading() as session:
        rows = await session.exec(select(Delivery).where(Delivery.channel == "sms").order_by(col(Delivery.rank)))
        by_sid = {text.sid: text.to for text in makers.arrived(house.carrier)}
        assert [by_sid[row.reference or ""] for row in rows] == [NEAR, NEXT_TOWN]


async def delivered(house: House, number: int) -> bool:
    """Whether the carrier's last word has come for so many texts."""
    return (await makers.states(house.service))[DeliveryState.DELIVERED] >= number


async def the_feed_has_it_signed(house: House, reference: str) -> None:
    """A signed CAP document, an entry in the change log and one in Atom."""
    (entry,) = await house.changes(1)
    assert (entry["op"], entry["msg_type"]) == ("publish", "Alert")

    status, document = await house.feed(f"alerts/{entry['message_id']}.cap")
    assert status == 200
    certificate = house.service.vault.raw("feed_certificate")
    alert = signature.verify(document, certificate, at=house.service.now())
    assert reference in str(alert.findtext(f"{CAP}info/{CAP}description"))
    assert b"SENTINEL" not in document

    status, atom = await house.feed("atom")
    assert status == 200
    assert entry["cap_url"] in [each.text for each in etree.fromstring(atom).iter("{http://www.w3.org/2005/Atom}id")]


async def somebody_answers_stop(house: House) -> None:
    """And gets no more."""
    await house.carrier.text(NEXT_TOWN, makers.OUR_NUMBER, "Stop.")


async def robin_updates_it_and_sasha_agrees(house: House, robins: Browser, sashas: Browser, alert_id: UUID) -> None:
    """Two people again; those who got the alert get the update, but for the one who said stop."""
    before = len(makers.arrived(house.carrier))
    await robins.get(f"/desk/alerts/{alert_id}/write")
    await press(robins, "preview", description="Man, bald, limps, would not take no")
    await press(robins, "propose")
    proposal = await a_proposal(sashas)
    await sashas.submit({}, action=f"{proposal.url.path}/approve")

    assert (await house.texts(before + 1))[before:] == [NEAR]
    await until(lambda: len(house.mailbox.mails) == 2)
    assert "limps" in makers.arrived(house.carrier)[-1].body
    assert [entry["msg_type"] for entry in await house.changes(2)] == ["Alert", "Update"]


async def robin_cancels_it(house: House, robins: Browser, alert_id: UUID, reference: str) -> None:
    """One moderator may; everybody who still gets our messages is told that it is withdrawn."""
    before = len(makers.arrived(house.carrier))
    page = await robins.get(f"/desk/alerts/{alert_id}/cancel")
    people_told = str(page.tree.xpath('//input[@name="shown"]/@value')[0])
    assert people_told == "2", "not the one who said stop"
    await robins.submit({"people": people_told}, action=f"/desk/alerts/{alert_id}/cancel")

    assert (await house.texts(before + 1))[before:] == [NEAR]
    withdrawn = f"{reference} is withdrawn. Please delete it. This does not mean safe."
    assert makers.arrived(house.carrier)[-1].body == withdrawn
    await until(lambda: len(house.mailbox.mails) == 3)
    assert [entry["msg_type"] for entry in await house.changes(3)] == ["Alert", "Update", "Cancel"]


async def she_comes_back_and_withdraws(house: House, hers: Browser, code: str) -> None:
    """With her number she sees what became of it, and takes it back."""
    await hers.get("/return")
    seen = await hers.submit({"code": code}, action="/return")
    assert "went out" in seen.words
    assert "SENTINEL" not in seen.text

    warned = await hers.get("/return/stop")
    assert "Stopping now may show him that it was you" in warned.words
    seen = await hers.submit({}, action="/return/stop")
    assert seen.status == 200, seen.words


async def it_is_gone_from_the_feed(house: House) -> None:
    """Withdrawn from schemes as well: a tombstone for each message, and nothing under its address."""
    entries: list[dict[str, str]] = []

    async def all_are_tombstones() -> bool:
        entries[:] = await house.changes(3)
        return {entry["op"] for entry in entries} == {"erase"}

    await until(all_are_tombstones)
    assert [entry["msg_type"] for entry in entries] == ["Alert", "Update", "Cancel"]
    status, body = await house.feed(f"alerts/{entries[0]['message_id']}.cap")
    assert status == 410
    assert b"KX12" not in body
