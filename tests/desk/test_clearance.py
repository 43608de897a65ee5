"""What stands in a warning's way: of every report behind it, and in every form in which anybody would read it."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import select

from tests import makers
from tests.desk import people
from tests.desk.statements import counted
from tests.desk.stories import a_report
from ugly_mugs.alerts import drafts
from ugly_mugs.alerts.wording import Wording
from ugly_mugs.desk import clearance, redacting, stories
from ugly_mugs.desk.clearance import NotCleared, Outlook, Rendering
from ugly_mugs.intake import changing, messages
from ugly_mugs.models import Alert, Report
from ugly_mugs.service import Service

NOW = datetime(2026, 11, 25, 21, 30, tzinfo=UTC)
STORY = "I was with my friend Rosie when he came."
NOBODY = UUID(int=0)


async def begun(service: Service, *report_ids: UUID) -> UUID:
    """A warning begun on these reports."""
    ada, _ = await people.two_moderators(service, now=NOW)
    async with service.transaction() as session:
        return (await drafts.begin(session, report_ids, by=ada.id, now=NOW)).id


async def looked(service: Service, alert_id: UUID, wording: Wording, renderings: tuple[Rendering, ...] = ()) -> Outlook:
    """What stands in its way."""
    async with service.reading() as session:
        return await clearance.look(session, service.vault, alert_id, wording, renderings)


async def test_every_report_behind_it_counts(service: Service) -> None:
    one = await a_report(service, now=NOW, what_happened=STORY)
    other = await a_report(service, now=NOW, what_happened="My sister Katarzyna saw him.")
    alert_id = await begun(service, one, other)
    wording = makers.a_wording(service.atlas, description="bald, knows Katarzyna")

    outlook = await looked(service, alert_id, wording)

    assert outlook.undecided == {one: 1, other: 1}
    assert [(find.shown, find.report_id) for find in outlook.finds] == [("Katarzyna", other)]


async def test_a_withdrawn_report_asks_nobody_and_still_protects_her(service: Service) -> None:
    one = await a_report(service, now=NOW, what_happened=STORY)
    other = await a_report(service, now=NOW, what_happened="He took my money.")
    alert_id = await begun(service, one, other)
    async with service.transaction() as session:
        await changing.withdraw(session, one, now=NOW)

    outlook = await looked(service, alert_id, makers.a_wording(service.atlas, description="bald, knows Rosie"))

    assert outlook.undecided == {}
    assert [find.shown for find in outlook.finds] == ["Rosie"]


async def test_an_erased_report_stands_in_no_way(service: Service) -> None:
    one = await a_report(service, now=NOW, what_happened=STORY)
    alert_id = await begun(service, one)
    async with service.transaction() as session:
        await changing.erase(session, one, now=NOW)

    assert (await looked(service, alert_id, makers.a_wording(service.atlas, description="knows Rosie"))).is_clear


async def test_a_report_that_should_open_and_does_not_fails_closed(sqlite_service: Service) -> None:
    service = sqlite_service
    one = await a_report(service, now=NOW, what_happened="He took my money.")
    alert_id = await begun(service, one)
    async with service.transaction() as session:
        report = (await session.exec(select(Report))).one()
        report.body = b"cut"
        session.add(report)

    async with service.transaction() as session:
        with pytest.raises(NotCleared) as refused:
            await clearance.clear(
                session, service.vault, alert_id, makers.a_wording(service.atlas), (), by=NOBODY, now=NOW
            )

    assert refused.value.outlook.unreadable == (one,)


async def test_what_stands_in_a_rendering_whatever_was_written_is_nothing_of_hers(sqlite_service: Service) -> None:
    service = sqlite_service
    alert_id = await begun(service, await a_report(service, now=NOW, what_happened=STORY))
    always = Rendering("a page", "<p>Rosie's pages</p> nothing", "<p>Rosie's pages</p>")
    hers = Rendering("a page", "<p>Rosie's pages</p> asks for ROSIE", "<p>Rosie's pages</p>")
    wording = makers.a_wording(service.atlas)

    assert (await looked(service, alert_id, wording, (always,))).finds == ()
    # Once somebody wrote it, it counts in whichever spelling it was not there before.
    spelt = Rendering("a page", "<p>Rosie's pages</p> R-o-s-i-e", "<p>Rosie's pages</p>")
    assert [find.where for find in (await looked(service, alert_id, wording, (spelt,))).finds] == [("a page",)]
    in_text = makers.a_wording(service.atlas, description="asks for rosie")
    assert (await looked(service, alert_id, in_text, (hers,))).finds


async def test_a_name_that_nobody_said_is_his_is_asked_about(sqlite_service: Service) -> None:
    service = sqlite_service
    alert_id = await begun(service, await a_report(service, now=NOW, what_happened="He took my money."))
    text = "Reported to us, not proven: rape. My friend Katarzyna was with me. Avoid. Ref 7K2Q"

    outlook = await looked(service, alert_id, makers.a_wording(service.atlas, text=text))

    assert [(find.shown, find.hidden) for find in outlook.finds] == [("Katarzyna", "")]


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ({"text": "Her number is 07700 900123"}, "07700 900123"),
        ({"description": "he has her number, it is 07700 900123"}, "07700 900123"),
        ({"text": "My friend kasia nowak was with me"}, "kasia nowak"),
        ({"place_words": "Kasia Nowak flat", "text": "Ask for Kasia Nowak, she knows"}, "Kasia Nowak"),
        ({"place_words": "my friend Kasia's flat"}, "Kasia"),
        ({"vehicle": "van of my friend Kasia Nowak"}, "Kasia Nowak"),
        ({"when_words": "when my friend Katarzyna worked"}, "Katarzyna"),
        ({"headline": "Robbery of my friend Katarzyna"}, "Katarzyna"),
        ({"text": "She works at Lotus Spa in Leeds"}, "Lotus Spa"),
    ],
)
async def test_whoever_no_field_says_is_his_is_asked_about(
    sqlite_service: Service, said: dict[str, Any], asked: str
) -> None:
    service = sqlite_service
    alert_id = await begun(service, await a_report(service, now=NOW, what_happened="He took my money."))
    if "text" in said:
        said = {**said, "text": f"Reported to us, not proven: rape. {said['text']}. Avoid. Ref 7K2Q"}

    outlook = await looked(service, alert_id, makers.a_wording(service.atlas, **said))

    assert asked in {find.shown for find in outlook.finds}, outlook.finds


@pytest.mark.parametrize("place", ["Guildford area", "Brent", "Lincoln", "Angus", "Sutton"])
@pytest.mark.parametrize(
    ("vehicle", "description"),
    [
        ("silver Seat Leon", "Man 40s, bald, Hugo Boss aftershave, Scouse accent"),
        ("Skoda Octavia taxi", "Man 40s, Rolex, Stone Island jumper, Eastern European accent"),
        ("black Mini Cooper", "Man 40s, Adidas trainers, North Face jacket, says he is a builder"),
        ("Citroen Berlingo", "Man 40s, Liverpool tattoo, Geordie accent, walks with a limp"),
        ("Dacia Duster, dented", "Man 40s, Nike cap, tattoo of a rose on left hand"),
        ("", "Man 40s, drives a Renault Clio, smells of drink"),
    ],
)
async def test_cars_clothes_and_towns_are_asked_nobody_about(
    sqlite_service: Service, place: str, vehicle: str, description: str
) -> None:
    service = sqlite_service
    alert_id = await begun(service, await a_report(service, now=NOW, what_happened="He took my money."))
    fields: dict[str, Any] = {"place_words": place, "vehicle": vehicle, "description": description}
    seen = ", ".join(each for each in (description, vehicle) if each)
    text = f"Reported to us, not proven: rape, this week, {place}. {seen}. Avoid. Ref 7K2Q"

    outlook = await looked(
        service, alert_id, makers.a_wording(service.atlas, text=text, headline=f"Rape, {place}", **fields)
    )

    assert outlook.finds == ()


async def test_who_was_said_not_to_be_her_silences_nobody_else(sqlite_service: Service) -> None:
    service = sqlite_service
    alert_id = await begun(service, await a_report(service, now=NOW, what_happened="He asked for my friend Jo."))
    text = "Reported to us, not proven: rape. He calls himself Jo. My friend Joanna Smith saw him. Avoid. Ref 7K2Q"
    wording = makers.a_wording(service.atlas, text=text)

    before = await looked(service, alert_id, wording)

    assert {find.shown for find in before.finds} == {"Jo", "Joanna Smith"}


async def test_only_what_was_ticked_passes(sqlite_service: Service) -> None:
    service = sqlite_service
    alert_id = await begun(service, await a_report(service, now=NOW, what_happened="My sister Rosie saw him."))
    wording = makers.a_wording(service.atlas, description="rosie cheeks, likes r o s i e")
    async with service.transaction() as session:
        first = await clearance.look(session, service.vault, alert_id, wording, ())
    assert len(first.finds) > 1

    async with service.transaction() as session:
        with pytest.raises(NotCleared):
            await clearance.clear(
                session, service.vault, alert_id, wording, (), not_hers=[first.finds[0].key], by=NOBODY, now=NOW
            )

    async with service.reading() as session:
        assert (await session.exec(select(Alert))).one().id == alert_id
    assert (await looked(service, alert_id, wording)).overruled == (), "a refused proposal leaves nothing behind"


async def test_what_was_looked_at_holds_only_while_nothing_changes(sqlite_service: Service) -> None:
    service = sqlite_service
    one = await a_report(service, now=NOW, what_happened="He took my money.")
    alert_id = await begun(service, one)
    wording = makers.a_wording(service.atlas, description="bald, knows Katarzyna")
    unheld = await looked(service, alert_id, makers.a_wording(service.atlas))
    async with service.transaction() as session:
        key = await stories.key_of(session, service.vault, one)
        assert key is not None
        await messages.add(session, key, one, "My sister Katarzyna saw him.", from_desk=False, on_day=NOW.date())

    async with service.transaction() as session:
        with pytest.raises(NotCleared) as refused:
            await clearance.clear(session, service.vault, alert_id, wording, (), looked=unheld, by=NOBODY, now=NOW)

    assert unheld.is_clear
    assert refused.value.outlook.undecided == {one: 1}
    assert [find.shown for find in refused.value.outlook.finds] == ["Katarzyna"]


async def test_an_outlook_on_another_wording_clears_nothing(sqlite_service: Service) -> None:
    service = sqlite_service
    one = await a_report(service, now=NOW, what_happened="He took my money.")
    alert_id = await begun(service, one)
    other = await looked(service, alert_id, makers.a_wording(service.atlas))

    async with service.transaction() as session:
        with pytest.raises(NotCleared):
            await clearance.clear(
                session,
                service.vault,
                alert_id,
                makers.a_wording(service.atlas, description="bald, knows my friend Katarzyna"),
                (),
                looked=other,
                by=NOBODY,
                now=NOW,
            )


async def test_what_was_looked_at_is_not_opened_again(sqlite_service: Service) -> None:
    service = sqlite_service
    alert_id = await begun(service, await a_report(service, now=NOW, what_happened="He took my money."))
    wording = makers.a_wording(service.atlas)
    before = await looked(service, alert_id, wording)

    async with counted(service) as asked, service.transaction() as session:
        await clearance.clear(session, service.vault, alert_id, wording, (), looked=before, by=NOBODY, now=NOW)

    assert asked
    assert not any("report_key" in statement for statement, _ in asked), "no key, so nothing was opened"


async def test_more_than_can_be_read_stands_in_the_way_and_is_shown_to_nobody(sqlite_service: Service) -> None:
    service = sqlite_service
    one = await a_report(service, now=NOW, what_happened="He took my money.")
    alert_id = await begun(service, one)
    async with service.transaction() as session:
        key = await stories.key_of(session, service.vault, one)
        assert key is not None
        for _ in range(redacting.MOST_READ // messages.LONGEST + 1):
            text = "word " * (messages.LONGEST // 5)
            await messages.add(session, key, one, text, from_desk=False, on_day=NOW.date())

    outlook = await looked(service, alert_id, makers.a_wording(service.atlas))

    assert outlook.too_much == (one,)
    assert not outlook.is_clear
    async with service.reading() as session:
        words = await redacting.open_words(session, service.vault, one)
    assert words is not None
    assert len(words.redacted) == words.parts_read == len(words.parts) - 2


def test_a_find_shows_nothing_of_itself_where_it_is_printed() -> None:
    find = clearance.Find("Rosie", "rosie", ("the text",), ("for rosie",))

    assert "osie" not in repr(find)
    assert "osie" not in json.dumps(find.key)
