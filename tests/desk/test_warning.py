"""A warning starts from the structured fields, stays coarse, and widens only for a reason."""

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from tests.desk.stories import told
from ugly_mugs.areas import Atlas
from ugly_mugs.desk import first_words, warning
from ugly_mugs.desk.draft import Draft
from ugly_mugs.identifiers import Kind
from ugly_mugs.models import VersionKind
from ugly_mugs.segments import count
from ugly_mugs.vocabulary import Category, PlaceKind, Severity, Urgency

ATLAS = Atlas.load()
TODAY = date(2026, 11, 25)
ALERT = VersionKind.ALERT


def a_draft(**also: Any) -> Draft:
    """A draft about somebody in Guildford."""
    said: dict[str, Any] = {
        "category": "rape",
        "flags": "attempted",
        "district": "GU1",
        "place_words": "Guildford area",
        "when_words": "this week",
        "description": "Man 40s, bald, Leeds accent",
        "identifiers": [{"kind": "phone", "value": "07700 900 123"}],
    }
    return Draft.model_validate(said | also)


def made(**also: Any) -> warning.Ready:
    """What that draft becomes."""
    return warning.make(a_draft(**also), ATLAS, reference="7K2Q", kind=ALERT)


def refused(**also: Any) -> dict[str, str]:
    """What is wrong with that draft."""
    with pytest.raises(warning.NotReady) as caught:
        made(**also)
    return caught.value.errors


def test_it_starts_from_the_fields_and_never_from_the_story() -> None:
    story = told(
        "SENTINEL he came at eight to my flat",
        category="rape",
        district="GU1 3AB",
        happened_on="2026-11-24",
        others_should_know="SENTINEL always asks for an hour",
        people=[{"age_from": 40, "age_to": 49, "hair": "dark", "accent": "Leeds", "alias": "SENTINEL Dave"}],
        vehicle={"registration": "KX12 ABC", "make": "Vauxhall", "model": "Astra", "colour": "silver"},
        phones=["07700 900123"],
    )

    draft = warning.from_story(story, ATLAS, today=TODAY)

    assert "SENTINEL" not in draft.model_dump_json()
    assert (draft.when_words, draft.place_words, draft.district) == ("this week", "Guildford area", "GU1")
    assert draft.description == "40s, dark hair, Leeds accent"
    assert draft.vehicle == "silver Vauxhall Astra"
    assert [(each.kind, each.value) for each in draft.identifiers] == [
        (Kind.PHONE, "+447700900123"),
        (Kind.VRM, "KX12ABC"),
    ]
    assert draft.urgency is Urgency.IMMEDIATE


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2026-11-25", "this week"),
        ("2026-11-19", "this week"),
        ("2026-11-18", "last week"),
        ("2026-11-01", "in the last month"),
        ("2026-08-03", "in August"),
        ("2024-08-03", "in 2024"),
    ],
)
def test_the_day_is_made_coarse(day: str, words: str) -> None:
    assert first_words.when(date.fromisoformat(day), today=TODAY) == words


def test_the_text_is_written_from_the_fields_and_fits_one_segment() -> None:
    wording = made(vehicle="silver Astra", advice="").wording

    assert wording.text == (
        "Reported to us, not proven: attempted rape, this week, Guildford area. "
        "Man 40s, bald, Leeds accent, silver Astra, ph 07700900123. Avoid. Ref 7K2Q"
    )
    assert count(wording.text).segments == 1


def test_untouched_text_follows_the_fields_and_touched_text_stays() -> None:
    first = made()

    followed = made(text=first.wording.text, drafted=first.drafted, vehicle="red van").wording.text
    stayed = made(text=f"{first.wording.text} Twice.", drafted=first.drafted, vehicle="red van").wording.text

    assert "red van" in followed
    assert stayed.endswith("Ref 7K2Q Twice.")


def test_text_typed_on_a_phone_does_not_cost_more_for_its_quotes() -> None:
    wording = made(text="Reported to us, not proven: says “I’m police” … Ref 7K2Q").wording

    assert wording.text == 'Reported to us, not proven: says "I\'m police" ... Ref 7K2Q'


def test_text_must_say_that_nothing_is_proven_and_name_the_reference() -> None:
    assert "text" in refused(text="A rapist is in Guildford. Ref 7K2Q")
    assert "text" in refused(text="Reported to us, not proven: a rapist.")


def test_a_warning_by_which_nobody_could_be_recognised_is_none() -> None:
    assert "description" in refused(description="", identifiers=[])


def test_an_identifier_that_cannot_be_read_is_named_at_its_own_field() -> None:
    errors = refused(identifiers=[{"kind": "phone", "value": "07700 900123"}, {"kind": "phone", "value": "banana"}])

    assert list(errors) == ["identifiers.1.value"]


def test_severity_comes_from_the_category_unless_the_moderator_says_otherwise() -> None:
    assert made().wording.severity is Severity.CRITICAL
    assert made(category="robbery").wording.severity is Severity.SERIOUS
    assert made(category="robbery", flags=["weapon"]).wording.severity is Severity.CRITICAL
    assert made(category="robbery", severity="2").wording.severity is Severity.CAUTION


def test_a_child_is_never_in_a_warning() -> None:
    with pytest.raises(ValidationError):
        a_draft(category="child_concern")


def test_reach_is_by_severity_and_narrowing_is_free() -> None:
    usual = ATLAS.from_codes(made().wording.reach)
    narrow = made(range="10")

    assert usual == ATLAS.default_reach(4, "GU1")
    assert ATLAS.from_codes(narrow.wording.reach) == ATLAS.within("GU1", 10)
    assert not narrow.is_wider


def test_widening_needs_a_reason_and_keeps_it() -> None:
    assert "widened" in refused(category="robbery", range="national")

    wide = made(category="robbery", range="national", widened="travels")

    assert wide.is_wider
    assert wide.wording.widened == "travels"
    assert ATLAS.from_codes(wide.wording.reach) == ATLAS.everywhere()


def test_online_or_nowhere_the_moderator_chooses() -> None:
    assert "range" in refused(place_kind=PlaceKind.ONLINE)
    assert "range" in refused(district=None)
    assert "district" in refused(district=None, range="15")
    assert made(district=None, range="national").wording.district is None


def test_a_nuisance_reaches_nobody_by_itself() -> None:
    assert made(category="time_waster", flags=[]).wording.reach == []


def test_an_update_starts_from_what_was_said_and_its_own_words() -> None:
    said = made(range="10").wording

    draft = warning.from_wording(said, ATLAS, reference="7K2Q", kind=VersionKind.UPDATE)
    again = warning.make(draft, ATLAS, reference="7K2Q", kind=VersionKind.UPDATE).wording

    assert draft.range == "10"
    assert again.text.startswith("Reported to us, not proven, update: attempted rape")
    assert again.model_copy(update={"text": said.text}) == said


def test_text_written_by_hand_is_where_the_next_try_starts() -> None:
    said = made(text="Reported to us, not proven: do not open the door. Ref 7K2Q").wording

    draft = warning.from_wording(said, ATLAS, reference="7K2Q", kind=ALERT)

    assert draft.text == said.text
    assert warning.make(draft, ATLAS, reference="7K2Q", kind=ALERT).wording == said


def test_everything_a_reporter_may_write_makes_a_draft() -> None:
    long = "x" * 200
    fields = ("height", "build", "hair", "facial_hair", "eyes", "complexion", "accent", "marks", "clothing", "acting")
    people = [dict.fromkeys(fields, long) | {"number": 3}] * 5
    car = dict.fromkeys(("make", "model", "colour", "features"), long)
    phones = [f"07700 90010{n}" for n in range(5)]
    story = told(people=people, vehicle=car, phones=phones, emails=[f"a{n}@example.org" for n in range(5)])

    draft = warning.from_story(story, ATLAS, today=TODAY)

    assert len(draft.description) == first_words.LONGEST_DESCRIPTION
    assert len(draft.identifiers) == 10
    assert draft.category is Category.SUSPICIOUS
