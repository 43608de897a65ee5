"""From the form to the alert: the text as it will arrive, two people, and what can be done afterwards."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlmodel import col, select, update

from tests import makers
from tests.web.desk_site import Desk, a_desk, acts, in_guildford, press, proposed
from ugly_mugs.delivery import fallback
from ugly_mugs.intake import changing
from ugly_mugs.models import (
    Alert,
    AlertState,
    Delivery,
    DeliveryState,
    Report,
    ReportClock,
    ReportState,
    Sender,
    Version,
)
from ugly_mugs.service import Service
from ugly_mugs.vocabulary import Timing, Wording
from ugly_mugs.web import desk_words


@pytest.fixture
async def desk(sqlite_service: Service) -> AsyncIterator[Desk]:
    async with a_desk(sqlite_service) as made:
        yield made


async def test_the_form_starts_from_the_fields_and_not_from_the_story(desk: Desk) -> None:
    report_id = await in_guildford(desk.service)
    await desk.ada.get(f"/desk/reports/{report_id}")

    form = await desk.ada.submit({}, action=f"/desk/reports/{report_id}/warn")

    assert "SENTINEL" not in form.text
    fields = dict(form.form(form.url.path).form_values())
    assert fields["category"] == "rape"
    assert fields["place_words"] == "Guildford area"
    assert fields["text"].startswith("Reported to us, not proven: attempted rape, this week, Guildford area.")


async def test_the_preview_shows_text_people_and_pounds_as_they_will_be(desk: Desk) -> None:
    await makers.a_subscriber(desk.service)
    await makers.a_subscriber(desk.service, wording=Wording.DISCREET)
    await makers.a_subscriber(desk.service, email="outreach@example.org")
    await makers.a_subscriber(desk.service, area="AB10")
    report_id = await in_guildford(desk.service)
    await desk.ada.get(f"/desk/reports/{report_id}")
    await desk.ada.submit({}, action=f"/desk/reports/{report_id}/warn")

    seen = await press(desk.ada, "preview")

    assert "3 people" in seen.words
    assert "2 texts" in seen.words
    assert "1 email" in seen.words
    assert "2 segments" in seen.words
    assert "£0.08" in seen.words
    assert "Full, to 2 people" in seen.words
    assert "Discreet, to 1 person" in seen.words
    assert seen.words.count("1 segment,") == 2
    assert "postcode districts in" in seen.words
    assert len(list(seen.tree.iter("svg"))) == 2


async def test_changing_it_brings_the_form_back_as_it_was(desk: Desk) -> None:
    report_id = await in_guildford(desk.service)
    await desk.ada.get(f"/desk/reports/{report_id}")
    await desk.ada.submit({}, action=f"/desk/reports/{report_id}/warn")

    await press(desk.ada, "preview", vehicle="red van", advice="Do not open")
    form = await press(desk.ada, "change")

    fields = dict(form.form(form.url.path).form_values())
    assert (fields["vehicle"], fields["advice"]) == ("red van", "Do not open")
    assert "Red van" not in fields["text"]
    assert "red van" in fields["text"]
    assert fields["identifiers.0.value"] == "+447700900123"


async def test_mistakes_come_back_beside_their_fields_with_everything_else_kept(desk: Desk) -> None:
    report_id = await in_guildford(desk.service)
    await desk.ada.get(f"/desk/reports/{report_id}")
    await desk.ada.submit({}, action=f"/desk/reports/{report_id}/warn")

    seen = await press(
        desk.ada, "preview", district="ZZ99", **{"identifiers.1.value": "b", "identifiers.1.kind": "phone"}
    )
    wide = await press(desk.ada, "preview", district="GU1", range="national", text="He did it.", vehicle="red van")

    assert seen.status == wide.status == 422
    assert seen.tree.get_element_by_id("f-district-wrong") is not None
    assert wide.tree.get_element_by_id("f-widened-wrong") is not None
    assert wide.tree.get_element_by_id("f-text-wrong") is not None
    assert "red van" in wide.text


async def test_two_people_make_an_alert_and_one_does_not(desk: Desk) -> None:
    await makers.a_subscriber(desk.service)
    report_id = await in_guildford(desk.service)

    proposal = await proposed(desk, report_id)
    csrf = str(proposal.tree.xpath("//input[@name='csrf']/@value")[0])
    alone = await desk.ada.post(f"{proposal.url.path}/approve", {"csrf": csrf})
    theirs = await desk.bea.get(proposal.url.path)
    sent = await desk.bea.submit({}, action=f"{proposal.url.path}/approve")

    assert "Somebody else has to agree" in proposal.words
    assert f"{proposal.url.path}/approve" not in proposal.text
    assert alone.status == 403
    assert "Proposed by Ada" in theirs.words
    assert "Send to 1 person" in theirs.words
    assert sent.url.path.startswith("/desk/alerts/")
    async with desk.service.reading() as session:
        version = (await session.exec(select(Version))).one()
        report = await session.get(Report, report_id)
        assert report is not None
        assert (version.proposed_by, version.approved_by) == (desk.both[0].id, desk.both[1].id)
        assert (report.state, report.waited) == (ReportState.ALERTED, "15 minutes")
        assert list(await session.exec(select(ReportClock))) == []
    assert "alert.alert.issued" in await acts(desk.service)


async def test_of_two_who_agree_at_once_one_sends(postgresql_service: Service) -> None:
    async with a_desk(postgresql_service) as desk:
        await makers.a_subscriber(desk.service)
        proposal = await proposed(desk, await in_guildford(desk.service))
        await desk.bea.get(proposal.url.path)
        csrf = str(desk.bea.last.tree.xpath("//input[@name='csrf']/@value")[0]) if desk.bea.last else ""

        answers = await asyncio.gather(
            *(desk.bea.post(f"{proposal.url.path}/approve", {"csrf": csrf}, follow=False) for _ in range(4))
        )

        assert sorted(seen.status for seen in answers) == [303, 409, 409, 409]
        async with desk.service.reading() as session:
            assert len(list(await session.exec(select(Version)))) == 1


async def test_what_is_sent_back_says_why_and_is_written_anew(desk: Desk) -> None:
    proposal = await proposed(desk, await in_guildford(desk.service))
    await desk.bea.get(proposal.url.path)

    without = await desk.bea.submit({}, action=f"{proposal.url.path}/send-back")
    back = await desk.bea.submit({"reason": "Too exact: she is known there."}, action=f"{proposal.url.path}/send-back")
    hers = await desk.ada.get("/desk")
    why = await desk.ada.get(proposal.url.path)
    again = await desk.ada.get(str(why.tree.xpath("//div[@class='notice']//a/@href")[0]))

    assert without.status == 422
    assert back.url.path == "/desk"
    assert "Sent back 1" in hers.words
    assert "Too exact: she is known there." in why.words
    assert dict(again.form(again.url.path).form_values())["place_words"] == "Guildford area"


async def test_changing_a_proposal_makes_the_first_one_void(desk: Desk) -> None:
    first = await proposed(desk, await in_guildford(desk.service))
    await desk.bea.get(first.url.path)
    csrf = str(desk.bea.last.tree.xpath("//input[@name='csrf']/@value")[0]) if desk.bea.last else ""
    await desk.ada.get(str(first.tree.xpath("//div[@class='notice']//a/@href")[0]))
    await press(desk.ada, "preview", vehicle="red van")
    await press(desk.ada, "propose")

    late = await desk.bea.post(f"{first.url.path}/approve", {"csrf": csrf})
    seen = await desk.bea.get(first.url.path)

    assert late.status == 409
    assert "Another proposal has taken its place" in seen.words


async def test_a_warning_waits_until_she_says_so(desk: Desk) -> None:
    proposal = await proposed(desk, await in_guildford(desk.service, timing=Timing.WHEN_I_SAY))

    seen = await desk.bea.get(proposal.url.path)

    assert "wait until she says so" in seen.words
    assert f"{proposal.url.path}/approve" not in seen.text


async def test_she_changes_her_mind_while_it_is_looked_at_and_nothing_goes_out(desk: Desk) -> None:
    report_id = await in_guildford(desk.service)
    proposal = await proposed(desk, report_id)
    await desk.bea.get(proposal.url.path)
    async with desk.service.transaction() as session:
        await changing.time(session, report_id, Timing.WHEN_I_SAY, days=None, now=desk.service.now())

    seen = await desk.bea.submit({}, action=f"{proposal.url.path}/approve")

    assert seen.status == 409
    assert "It did not go out Its reporter wants it to wait." in seen.words
    assert "faster" not in seen.words, "nobody was: she changed her mind"


async def test_the_alerts_page_says_how_far_it_is_and_reloads_while_it_runs(desk: Desk) -> None:
    await makers.a_subscriber(desk.service)
    version = await makers.an_alert(desk.service)

    running = await desk.ada.get(f"/desk/alerts/{version.alert_id}")
    while await makers.expand_one(desk.service):
        pass
    written = await desk.ada.get(f"/desk/alerts/{version.alert_id}")

    assert 'http-equiv="refresh"' in running.text
    assert "0 of 1 · 1 waiting" in written.words


async def test_an_update_starts_from_what_was_said_and_takes_two(desk: Desk) -> None:
    version = await makers.an_alert(desk.service)
    await desk.ada.get(f"/desk/alerts/{version.alert_id}/write")

    await press(desk.ada, "preview", vehicle="red van", text="")
    proposal = await press(desk.ada, "propose")
    await desk.bea.get(proposal.url.path)
    sent = await desk.bea.submit({}, action=f"{proposal.url.path}/approve")

    assert "2, update" in sent.words
    assert "red van" in sent.words


async def test_cancelling_takes_one_person_and_the_number_of_people(desk: Desk) -> None:
    version = await makers.an_alert(desk.service)
    page = f"/desk/alerts/{version.alert_id}/cancel"
    await desk.ada.get(page)

    careless = await desk.ada.submit({"people": "7"}, action=page)
    done = await desk.ada.submit({"people": " 0 "}, action=page)
    late = await desk.ada.get(page)

    assert careless.status == 422
    assert "cancelled" in done.words
    assert late.status == 409
    async with desk.service.reading() as session:
        alert = await session.get(Alert, version.alert_id)
        assert alert is not None
        assert alert.state is AlertState.CANCELLED


async def test_a_withdrawn_report_asks_the_desk_to_tell_those_who_got_it(desk: Desk) -> None:
    report_id = await in_guildford(desk.service)
    proposal = await proposed(desk, report_id)
    await desk.bea.get(proposal.url.path)
    sent = await desk.bea.submit({}, action=f"{proposal.url.path}/approve")
    async with desk.service.transaction() as session:
        await changing.withdraw(session, report_id, now=desk.service.now())

    board = await desk.ada.get("/desk")
    alert = await desk.ada.get(sent.url.path)

    assert "tell those who got them" in board.words
    assert "Tell those who got it" in alert.words
    assert f"{sent.url.path}/write" not in alert.text


async def test_nothing_of_an_alert_is_shown_to_a_stranger(desk: Desk) -> None:
    version = await makers.an_alert(desk.service)

    for path in ("", "/write", "/cancel"):
        seen = await desk.stranger.get(f"/desk/alerts/{version.alert_id}{path}", follow=False)
        assert seen.status == 303


async def test_a_running_alert_says_how_far_it_is_and_what_went_wrong(desk: Desk) -> None:
    states = {
        DeliveryState.SENT: (None, "1 sent"),
        DeliveryState.DELIVERED: ("complaint", "1 delivered"),
        DeliveryState.UNKNOWN: ("twilio", "1 unknown, being found out"),
        DeliveryState.FAILED: ("twilio 21211", "1 not delivered"),
        DeliveryState.SUPPRESSED: ("stop", "1 stopped by the person"),
        DeliveryState.EXPIRED: (None, "1 too late"),
        DeliveryState.QUEUED: ("capped", "1 waiting"),
    }
    for _ in states:
        await makers.a_subscriber(desk.service)
    version = await makers.an_alert(desk.service)
    await makers.expand_one(desk.service)
    async with desk.service.transaction() as session:
        ids = list(await session.exec(select(Delivery.id)))
        for each, (state, (failure, _)) in zip(ids, states.items(), strict=True):
            await session.exec(
                update(Delivery)
                .where(col(Delivery.id) == each)
                .values(state=state, failure=failure, doubtful=state is DeliveryState.SENT)
            )

    seen = await desk.ada.get(f"/desk/alerts/{version.alert_id}")

    assert "5 of 7" in seen.words
    assert all(words in seen.words for _, words in states.values())
    assert "1 sent again although the first may have arrived" in seen.words
    rows = [" ".join(" ".join(row.itertext()).split()) for row in seen.tree.xpath("//*[@id='setbacks']//tbody/tr")]
    assert sorted(rows) == [
        "Called spam by the person Arrived 1",
        "No answer, or one that cannot be read Nobody knows yet whether it arrives · twilio 1",
        "Not a phone number Not sent · twilio 21211 1",
        "The money for today or this month is spent Will be tried again 1",
        "Wrote STOP Stopped by the person 1",
    ]


async def test_it_says_who_was_told_on_another_channel(desk: Desk) -> None:
    one, other = [await makers.a_subscriber(desk.service) for _ in range(2)]
    for recipient in (one, other):
        await makers.also_at(desk.service, recipient, email=f"jo{recipient}@example.org")
    version = await makers.an_alert(desk.service)
    await makers.expand_one(desk.service)
    async with desk.service.transaction() as session:
        await session.exec(update(Delivery).values(state=DeliveryState.FAILED, failure="twilio 30005"))
        failed = list(await session.exec(select(Delivery.id)))
        await fallback.fall_back(await session.connection(), failed, now=desk.service.now())
        mails = update(Delivery).where(col(Delivery.channel) == "email", col(Delivery.recipient_id) == one)
        await session.exec(mails.values(state=DeliveryState.SENT))

    seen = await desk.ada.get(f"/desk/alerts/{version.alert_id}")

    assert "3 of 4 · 1 waiting · 1 sent · 2 not delivered" in seen.words
    assert "1 person told on another channel, because the first did not work." in seen.words
    (row,) = seen.tree.xpath("//*[@id='setbacks']//tbody/tr")
    cells = [" ".join(" ".join(cell.itertext()).split()) for cell in row]
    assert cells == ["Number does not exist any more Not sent · twilio 30005", "2"]


async def test_what_is_wrong_with_sending_stands_on_top_with_what_to_do(desk: Desk) -> None:
    version = await makers.an_alert(desk.service)
    page = f"/desk/alerts/{version.alert_id}"
    quiet = [await desk.ada.get("/desk"), await desk.ada.get(page)]
    async with desk.service.transaction() as session:
        session.add(Sender(channel="sms", name="+447700900999", tokens=0, filled_at=0, opened=1, why="twilio 30002"))

    board, alert = await desk.ada.get("/desk"), await desk.ada.get(page)

    assert not any("Something is wrong" in seen.words for seen in quiet)
    assert "No texts are going out. Everything they leave from is refused (account is suspended)." in board.words
    assert "Tell whoever runs the service, now." in board.words
    assert "Something is wrong with sending: No texts are going out. What to do" in alert.words


async def test_an_alert_is_watched_until_nobody_is_unknown(desk: Desk) -> None:
    await makers.a_subscriber(desk.service)
    version = await makers.an_alert(desk.service)
    while await makers.expand_one(desk.service):
        pass

    async def is_watched(state: DeliveryState) -> bool:
        async with desk.service.transaction() as session:
            await session.exec(update(Delivery).values(state=state))
        return "/static/again.js" in (await desk.ada.get(f"/desk/alerts/{version.alert_id}")).text

    watched = [await is_watched(state) for state in DeliveryState]

    assert {state for state, yes in zip(DeliveryState, watched, strict=True) if yes} == {
        DeliveryState.QUEUED,
        DeliveryState.SENDING,
        DeliveryState.UNKNOWN,
    }


async def test_everything_that_can_become_of_a_message_has_a_word() -> None:
    in_progress = [state for each in desk_words.PROGRESS.values() for state in each]

    assert sorted(in_progress) == sorted(DeliveryState)
    assert set(desk_words.STANDS) == set(DeliveryState)


async def test_a_report_that_cannot_be_opened_leaves_the_form_and_says_what_is_in_the_way(
    sqlite_service: Service,
) -> None:
    async with a_desk(sqlite_service) as desk:
        report_id = await in_guildford(sqlite_service)
        await desk.ada.get(f"/desk/reports/{report_id}")
        written = await desk.ada.submit({}, action=f"/desk/reports/{report_id}/warn")
        async with sqlite_service.transaction() as session:
            report = await session.get(Report, report_id)
            assert report is not None
            report.body = b"cut"
            session.add(report)

        form = await desk.ada.get(written.url.path)
        fields = {"category": "rape", "severity": "4", "district": "GU1", "description": "Man 40s, bald, Leeds accent"}
        looked = await press(desk.ada, "preview", **fields)
        words = await desk.ada.get(f"/desk/reports/{report_id}/words")

    assert form.status == 200
    assert looked.status == 200, looked.words
    assert "A report behind it cannot be opened" in looked.words
    assert "can be taken back" in looked.words
    assert words.status == 500
    assert "It cannot be opened" in words.words
