"""Her words at the desk: what could identify her is decided one by one, and a warning waits for it."""

import re
from pathlib import Path
from uuid import UUID

import pytest
from sqlmodel import select

from tests.web.desk_site import Desk, a_desk, acts, an_hour_passes, in_guildford, press, proposed
from tests.web.site import Browser, Seen
from ugly_mugs.desk import clearance, stories
from ugly_mugs.desk.clearance import Outlook
from ugly_mugs.intake import changing, messages
from ugly_mugs.models import Alert, AlertState, AuditEntry, Proposal, ReportRedaction
from ugly_mugs.service import Service
from ugly_mugs.web import desk_redaction

STORY = (
    "I'm Mei and I work at Sunny Spa with my friend Rosie. He calls himself Dave. He came to my flat at "
    "12 Rosebery Avenue and would not stop. Rosie heard it."
)


async def hers(service: Service, **said: object) -> UUID:
    """A report in which she names herself, her friend, her workplace and her street."""
    usual: dict[str, object] = {"what_happened": STORY, "people": [{"alias": "Dave", "hair": "bald"}]}
    return await in_guildford(service, **(usual | said))


async def words(browser: Browser, report_id: UUID) -> Seen:
    """Her words, as the desk shows them."""
    return await browser.get(f"/desk/reports/{report_id}/words")


def key(seen: Seen, name: str) -> str:
    """The key of the thing called *name*."""
    found = seen.tree.xpath(f'//fieldset[legend/b="{name}"]/@data-key')
    assert found, f"{name} is not marked: {seen.words}"
    return str(found[0])


async def choose(browser: Browser, act: str = "save", **choices: str) -> Seen:
    """Choose by name on the page that is open, and save."""
    assert browser.last is not None
    fields = {f"choice.{key(browser.last, name.replace('_', ' '))}": choice for name, choice in choices.items()}
    return await browser.submit({**fields, "act": act}, action=browser.last.url.path)


async def all_hidden(browser: Browser, report_id: UUID) -> Seen:
    """Hide everything that is suggested."""
    seen = await words(browser, report_id)
    keys = [str(each) for each in seen.tree.xpath("//fieldset[@data-open]/@data-key")]
    return await browser.submit({f"choice.{each}": "hide" for each in keys} | {"act": "save"}, action=seen.url.path)


async def test_each_thing_of_hers_is_marked_with_whose_it_is_and_why(sqlite_service: Service) -> None:
    async with a_desk(sqlite_service) as desk:
        seen = await words(desk.ada, await hers(sqlite_service))

    legends = {" ".join(each.text_content().split()[1:]) for each in seen.tree.xpath("//legend")}
    assert any(each.startswith("Mei Name") for each in legends)
    assert any(each.startswith("Rosie Name") for each in legends)
    assert "12 Rosebery Avenue Address, hers" in legends
    assert "Dave Name, his" in legends
    assert "The words around it" in seen.words
    assert "It stands in the form, as his" in seen.words
    marked = {each.text_content() for each in seen.tree.xpath("//mark")}
    assert any(re.fullmatch(r"Mei \d+ (hers|her side)", each) for each in marked), "a label beside the colour"


async def test_the_case_says_how_much_is_to_decide_and_leads_there(sqlite_service: Service) -> None:
    async with a_desk(sqlite_service) as desk:
        report_id = await hers(sqlite_service)

        case = await desk.ada.get(f"/desk/reports/{report_id}")
        assert "things in her words may identify her" in case.words
        assert f"/desk/reports/{report_id}/words" in case.text
        back = await all_hidden(desk.ada, report_id)

        assert back.url.path == f"/desk/reports/{report_id}", "one page, one save"
        assert "may identify her" not in back.words


async def test_a_warning_waits_until_everything_is_decided(service: Service) -> None:
    async with a_desk(service) as desk:
        report_id = await hers(service)

        refused = await proposed_anyway(desk, report_id)
        assert refused.status == 422
        assert "in her words are not decided" in refused.words
        async with service.reading() as session:
            assert (await session.exec(select(Proposal))).first() is None

        await all_hidden(desk.ada, report_id)
        assert (await proposed(desk, report_id)).url.path.startswith("/desk/proposals/")


async def proposed_anyway(desk: Desk, report_id: UUID) -> Seen:
    """As somebody would who does not use our button."""
    await desk.ada.get(f"/desk/reports/{report_id}")
    written = await desk.ada.submit({}, action=f"/desk/reports/{report_id}/warn")
    seen = await press(desk.ada, "preview")
    form = seen.form(written.url.path)
    pairs = [(name, value) for name, value in form.form_values() if name != "act"]
    return await desk.ada.post(written.url.path, [*pairs, ("act", "propose")], headers={"Origin": "null"})


async def test_a_report_in_which_nothing_identifies_her_needs_no_decision(sqlite_service: Service) -> None:
    async with a_desk(sqlite_service) as desk:
        report_id = await hers(sqlite_service, what_happened="He would not stop and took the money.")

        seen = await proposed(desk, report_id)

    assert seen.url.path.startswith("/desk/proposals/")


async def test_what_is_sure_is_hidden_at_once_and_can_be_taken_back(sqlite_service: Service) -> None:
    async with a_desk(sqlite_service) as desk:
        report_id = await hers(sqlite_service)
        await words(desk.ada, report_id)

        after = await choose(desk.ada, "sure")
        sure = after.tree.xpath('//input[@value="hide"][@checked]')
        assert sure
        back = await choose(desk.ada, "undo")

    assert back.tree.xpath('//input[@value="hide"][@checked]') == []
    assert not back.tree.xpath('//button[@value="undo"]')


async def test_what_was_missed_is_hidden_wherever_it_stands(sqlite_service: Service) -> None:
    async with a_desk(sqlite_service) as desk:
        report_id = await hers(
            sqlite_service, what_happened="He saw the blue door and took a picture, blue_door.jpg it was."
        )
        seen = await words(desk.ada, report_id)

        after = await desk.ada.submit({"missed": "blue door", "act": "save"}, action=seen.url.path)

        assert after.url.path == seen.url.path
        assert len(after.tree.xpath("//mark")) == 2
        assert "Marked by you" in after.words
        without = str(after.tree.xpath("string(//details[not(@id)])"))
        assert "door" not in without
        assert "He saw the [hidden] and" in without


async def test_one_letter_is_too_little_to_hide(sqlite_service: Service) -> None:
    async with a_desk(sqlite_service) as desk:
        seen = await words(desk.ada, await hers(sqlite_service))

        refused = await desk.ada.submit({"missed": "x", "act": "save"}, action=seen.url.path)

    assert refused.status == 422
    assert "too short" in refused.words


async def test_what_was_chosen_beside_something_wrong_comes_back(sqlite_service: Service) -> None:
    async with a_desk(sqlite_service) as desk:
        report_id = await hers(sqlite_service)
        seen = await words(desk.ada, report_id)
        await words(desk.bea, report_id)
        await choose(desk.bea, Sunny_Spa="hide")

        fields = {f"choice.{key(seen, 'Mei')}": "keep", "missed": "x", "act": "save"}
        refused = await desk.ada.submit(fields, action=seen.url.path)
        assert refused.status == 422
        assert chosen(refused, "Mei") == "keep"

        saved = await desk.ada.submit({"missed": "", f"choice.{key(seen, 'Sunny Spa')}": "keep"}, action=seen.url.path)

    assert chosen(saved, "Mei") == "keep"
    assert "You two differ: you chose keep, Bea chose hide" in saved.words, "she looked before Bea hid it"


async def test_nothing_made_of_her_words_stands_in_an_address(sqlite_service: Service) -> None:
    async with a_desk(sqlite_service) as desk:
        report_id = await hers(sqlite_service)
        seen = await words(desk.ada, report_id)

        for missed in ("would not stop", ""):
            chosen_one = {f"choice.{key(seen, 'Mei')}": "hide"} if not missed else {}
            fields = {**chosen_one, "missed": missed, "act": "leave"}
            sent = await desk.ada.submit(fields, action=seen.url.path, follow=False)
            where = re.fullmatch(r"[^#]+#(thing-\d+)", sent.headers["Location"])
            assert where
            after = await words(desk.ada, report_id)
            (here,) = after.tree.xpath(f'//*[@id="{where[1]}"]')
            if missed:
                assert here.xpath("string(legend/b)") == missed
            else:
                assert here.xpath("boolean(@data-open)")


async def test_a_page_older_than_an_undo_does_not_repeat_what_was_undone(sqlite_service: Service) -> None:
    async with a_desk(sqlite_service) as desk:
        report_id = await hers(sqlite_service)
        await words(desk.ada, report_id)
        await choose(desk.ada, Mei="keep", Rosie="keep")
        await words(desk.ada, report_id)
        stale = await words(desk.bea, report_id)
        assert chosen(stale, "Mei") == "keep"
        undone = await choose(desk.ada, "undo")
        assert chosen(undone, "Mei") == ""

        after = await choose(desk.bea, Sunny_Spa="hide")

    assert [chosen(after, name) for name in ("Mei", "Rosie", "Sunny Spa")] == ["", "", "hide"]


async def test_two_who_differ_are_told_so_and_nothing_goes_out_until_they_agree(sqlite_service: Service) -> None:
    async with a_desk(sqlite_service) as desk:
        report_id = await hers(sqlite_service)
        await words(desk.ada, report_id)
        await words(desk.bea, report_id)
        await choose(desk.ada, Rosie="hide", Mei="hide")

        seen = await choose(desk.bea, Rosie="keep", Sunny_Spa="hide")

        assert "You two differ: you chose keep, Ada chose hide" in seen.words
        assert chosen(seen, "Mei") == "hide", "what Ada decided meanwhile stands"
        assert chosen(seen, "Sunny Spa") == "hide"
        assert chosen(seen, "Rosie") == ""


def chosen(seen: Seen, name: str) -> str:
    """What is chosen for the thing called *name*."""
    return str(seen.tree.xpath(f'string(//input[@name="choice.{key(seen, name)}"][@checked]/@value)'))


async def test_a_script_that_leaves_saves_and_is_answered_in_json(sqlite_service: Service) -> None:
    async with a_desk(sqlite_service) as desk:
        report_id = await hers(sqlite_service)
        seen = await words(desk.ada, report_id)
        form = dict(seen.form(seen.url.path).form_values())
        fields = {**form, f"choice.{key(seen, 'Mei')}": "hide", "act": "leave"}

        answer = await desk.ada.post(seen.url.path, fields, headers={"Origin": "null", "Accept": "application/json"})

        assert answer.status == 200
        assert '"seen": 1' in answer.text
        assert chosen(await words(desk.ada, report_id), "Mei") == "hide"


async def test_decisions_are_not_lost_when_she_was_away_too_long(sqlite_service: Service) -> None:
    async with a_desk(sqlite_service) as desk:
        report_id = await hers(sqlite_service)
        seen = await words(desk.ada, report_id)
        await an_hour_passes(sqlite_service, seen=False)

        kept = await desk.ada.submit({f"choice.{key(seen, 'Mei')}": "hide", "act": "save"}, action=seen.url.path)

    assert kept.status == 403
    assert "What you chose is kept in this page, and not saved yet" in kept.words
    assert kept.tree.xpath(f'//input[@type="hidden"][@name="choice.{key(seen, "Mei")}"][@value="hide"]')


@pytest.mark.parametrize("act", ["sure", "undo"])
async def test_what_she_pressed_is_pressed_again_after_she_was_away_too_long(sqlite_service: Service, act: str) -> None:
    async with a_desk(sqlite_service) as desk:
        report_id = await hers(sqlite_service)
        seen = await words(desk.ada, report_id)
        await an_hour_passes(sqlite_service, seen=False)

        kept = await desk.ada.submit({"act": act}, action=seen.url.path)

    assert kept.tree.xpath('//form//button[@name="act"]/@value') == [act]


async def test_only_moderators_read_her_words_and_each_opening_is_noted(sqlite_service: Service) -> None:
    async with a_desk(sqlite_service) as desk:
        report_id = await hers(sqlite_service)

        assert (await words(desk.stranger, report_id)).url.path == "/desk/login"
        await words(desk.ada, report_id)

        assert (await acts(sqlite_service))[-1] == "report.opened"


async def test_a_report_that_was_erased_reads_like_none(sqlite_service: Service) -> None:
    async with a_desk(sqlite_service) as desk:
        report_id = await hers(sqlite_service)
        async with sqlite_service.transaction() as session:
            await changing.erase(session, report_id, now=sqlite_service.now())

        assert (await words(desk.ada, report_id)).status == 404


async def test_nothing_that_was_decided_lies_in_the_database_in_clear(sqlite_service: Service, tmp_path: Path) -> None:
    async with a_desk(sqlite_service) as desk:
        report_id = await hers(sqlite_service, what_happened="They call me SENTINELLA here.")
        seen = await words(desk.ada, report_id)
        await desk.ada.submit({"missed": "SENTINELLA", "act": "save"}, action=seen.url.path)
        assert "SENTINELLA" in (await words(desk.ada, report_id)).text

    files = _contents(tmp_path)
    assert files
    assert not any(b"SENTINELLA" in each for each in files)


def _contents(folder: Path) -> list[bytes]:
    return [each.read_bytes() for each in folder.iterdir() if each.is_file()]


# The warning itself.


async def previewed(desk: Desk, report_id: UUID, **written: str) -> Seen:
    """Ada looks at a warning about a report in which everything is decided."""
    await all_hidden(desk.ada, report_id)
    await desk.ada.get(f"/desk/reports/{report_id}")
    await desk.ada.submit({}, action=f"/desk/reports/{report_id}/warn")
    return await press(desk.ada, "preview", **written)


WAYS = [
    ("description", "asks for Rosie"),
    ("description", "asks for R o s i e"),
    ("advice", "Tell rosie's flatmate"),
    ("vehicle", "IMG_rosie_2.jpg van"),
    ("place_words", "near Rosebery Ave"),
    ("when_words", "when Mei was there"),
    ("text", "Reported to us, not proven: rape. It was Мei at sunnyspa. Ref {}"),
]


@pytest.mark.parametrize(("field", "words"), WAYS)
async def test_nothing_of_hers_gets_into_a_warning(sqlite_service: Service, field: str, words: str) -> None:
    async with a_desk(sqlite_service) as desk:
        report_id = await hers(sqlite_service)
        seen = await previewed(desk, report_id)
        reference = re.search(r"Ref (\w{4})", seen.words)
        assert reference
        await press(desk.ada, "change")
        seen = await press(desk.ada, "preview", **{field: words.format(reference[1])})
        assert "This could tell who reported it" in seen.words

        refused = await press(desk.ada, "propose")

        assert refused.status == 422
        assert "is hidden in her report" in refused.words
        async with sqlite_service.reading() as session:
            assert (await session.exec(select(Proposal))).first() is None


async def test_where_it_shows_is_said(sqlite_service: Service) -> None:
    async with a_desk(sqlite_service) as desk:
        seen = await previewed(desk, await hers(sqlite_service), description="bald, asks for Rosie")

    for where in ("the text", "“Looks, voice, ways”", "the full text message", "the full email"):
        assert where in seen.words


async def test_what_only_looks_like_hers_goes_out_when_somebody_says_so_and_the_other_sees_it(
    service: Service,
) -> None:
    async with a_desk(service) as desk:
        report_id = await hers(service)
        seen = await previewed(desk, report_id, description="bald, rose tattoo, asks for rosie lee tea")
        keys = [str(each) for each in seen.tree.xpath('//input[@name="not_hers"]/@value')]
        assert keys

        proposal = await desk.ada.submit({"not_hers": keys, "act": "propose"}, action=seen.url.path)
        assert proposal.url.path.startswith("/desk/proposals/"), proposal.words
        theirs = await desk.bea.get(proposal.url.path)

        assert "Ada says that “rosie” is not her" in theirs.words
        sent = await desk.bea.submit({}, action=f"{proposal.url.path}/approve")
        assert sent.url.path.startswith("/desk/alerts/"), sent.words
        async with service.reading() as session:
            noted = (await session.exec(select(AuditEntry).where(AuditEntry.act == "alert.not_hers"))).one()
        assert noted.detail == {"number": len(keys)}


async def test_what_was_said_of_one_sentence_is_asked_again_of_another(sqlite_service: Service) -> None:
    async with a_desk(sqlite_service) as desk:
        report_id = await hers(sqlite_service)
        seen = await previewed(desk, report_id, description="bald, asks for rosie lee tea")
        keys = [str(each) for each in seen.tree.xpath('//input[@name="not_hers"]/@value')]
        proposal = await desk.ada.submit({"not_hers": keys, "act": "propose"}, action=seen.url.path)
        assert proposal.status == 200
        alert = str(proposal.tree.xpath('string(//a[contains(@href, "/write")]/@href)'))

        await desk.ada.get(alert)
        same = await press(desk.ada, "preview")
        assert "This could tell who reported it" not in same.words
        await press(desk.ada, "change")
        other = await press(desk.ada, "preview", description="bald, met rosie there")

    assert "This could tell who reported it" in other.words


async def test_what_she_adds_after_the_proposal_stops_it(service: Service) -> None:
    async with a_desk(service) as desk:
        report_id = await hers(service)
        await all_hidden(desk.ada, report_id)
        proposal = await proposed(desk, report_id)
        await desk.bea.get(proposal.url.path)
        async with service.transaction() as session:
            key = await stories.key_of(session, service.vault, report_id)
            assert key is not None
            text = "My sister Katarzyna was there too."
            await messages.add(session, key, report_id, text, from_desk=False, on_day=service.now().date())

        refused = await desk.bea.submit({}, action=f"{proposal.url.path}/approve")
        assert refused.status == 409
        assert "in her words is not decided" in refused.words
        async with service.reading() as session:
            assert (await session.exec(select(Alert.state))).one() is AlertState.DRAFT

        await all_hidden(desk.bea, report_id)
        await desk.bea.get(proposal.url.path)
        sent = await desk.bea.submit({}, action=f"{proposal.url.path}/approve")
        assert sent.url.path.startswith("/desk/alerts/"), sent.words


async def test_what_is_marked_after_the_proposal_and_shows_in_it_stops_it(sqlite_service: Service) -> None:
    async with a_desk(sqlite_service) as desk:
        report_id = await hers(sqlite_service)
        await all_hidden(desk.ada, report_id)
        proposal = await proposed(desk, report_id, description="bald, likes a blue door")
        page = await words(desk.bea, report_id)
        await desk.bea.submit({"missed": "blue door", "act": "save"}, action=page.url.path)

        seen = await desk.bea.get(proposal.url.path)

    assert "“blue door” is hidden in her report" in seen.words
    assert not seen.tree.xpath('//form[contains(@action, "/approve")]')
    assert seen.tree.xpath('//form[contains(@action, "/send-back")]')


async def test_her_contact_is_kept_out_although_it_stands_nowhere_in_her_story(sqlite_service: Service) -> None:
    async with a_desk(sqlite_service) as desk:
        report_id = await hers(
            sqlite_service,
            wants="call_back",
            contact="07700 900888",
            consents=["alert_members", "share_with_schemes", "contact_back"],
        )

        seen = await previewed(desk, report_id, advice="Call 0 7 7 0 0 900 888")

    assert "This could tell who reported it" in seen.words


async def test_his_number_in_her_words_is_offered_and_goes_out_only_if_it_is_ticked(sqlite_service: Service) -> None:
    story = "He rang me from 07700 900417 the day after. He drives a van, reg KX12 ABC."
    async with a_desk(sqlite_service) as desk:
        report_id = await hers(sqlite_service, what_happened=story)
        await all_hidden(desk.ada, report_id)
        await desk.ada.get(f"/desk/reports/{report_id}")
        written = await desk.ada.submit({}, action=f"/desk/reports/{report_id}/warn")
        offered = [str(each) for each in written.tree.xpath('//input[@name="found"]/@value')]
        assert offered == ["phone +447700900417"], "what the form has is not offered again"

        without = await press(desk.ada, "preview")
        assert "07700900417" not in without.words
        await press(desk.ada, "change")
        ticked = await press(desk.ada, "preview", found=offered[0])
        assert "07700900417" in ticked.words
        proposal = await press(desk.ada, "propose")

    assert proposal.url.path.startswith("/desk/proposals/"), proposal.words
    assert "07700900417" in proposal.words


async def test_what_is_hidden_is_not_offered_as_his(sqlite_service: Service) -> None:
    async with a_desk(sqlite_service) as desk:
        report_id = await hers(sqlite_service, what_happened="He rang me from 07700 900417 the day after.")
        seen = await words(desk.ada, report_id)
        await desk.ada.submit({f"choice.{key(seen, '07700 900417')}": "hide", "act": "save"}, action=seen.url.path)

        await desk.ada.get(f"/desk/reports/{report_id}")
        written = await desk.ada.submit({}, action=f"/desk/reports/{report_id}/warn")
        assert written.tree.xpath('//input[@name="found"]') == []
        refused = await press(desk.ada, "preview", advice="Do not answer 07700 900417")

    assert "This could tell who reported it" in refused.words


async def test_the_page_says_how_many_more_are_open_than_it_shows(
    sqlite_service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk_redaction, "MOST_SHOWN", 2)
    async with a_desk(sqlite_service) as desk:
        report_id = await hers(sqlite_service)
        seen = await words(desk.ada, report_id)
        shown = [str(each) for each in seen.tree.xpath("//fieldset[@data-open]/@data-key")]
        number = int(seen.tree.xpath("string(//*[@id='count']/strong)").split()[0])

        assert len(shown) == 2
        assert f"{number - 2} more follow" in seen.words
        assert seen.tree.xpath("string(//form/@data-more)") == str(number - 2)


async def test_what_was_answered_is_shown_without_looking_through_everything_again(
    sqlite_service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def looked(*_: object) -> Outlook:
        raise AssertionError("nothing can stand in its way any more")

    async with a_desk(sqlite_service) as desk:
        report_id = await hers(sqlite_service)
        await all_hidden(desk.ada, report_id)
        proposal = await proposed(desk, report_id)
        await desk.bea.get(proposal.url.path)
        await desk.bea.submit({"reason": "too long"}, action=f"{proposal.url.path}/send-back")
        monkeypatch.setattr(clearance, "look", looked)

        seen = await desk.bea.get(proposal.url.path)

    assert seen.status == 200
    assert "too long" in seen.words


async def test_a_report_whose_decisions_cannot_be_opened_can_still_be_seen(sqlite_service: Service) -> None:
    async with a_desk(sqlite_service) as desk:
        report_id = await hers(sqlite_service)
        await words(desk.ada, report_id)
        await choose(desk.ada, Mei="hide")
        async with sqlite_service.transaction() as session:
            row = await session.get(ReportRedaction, report_id)
            assert row is not None
            row.body = b"cut"
            session.add(row)

        case = await desk.ada.get(f"/desk/reports/{report_id}")

    assert case.status == 200
    assert "He calls himself Dave" in case.words
