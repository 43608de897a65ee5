"""What may be told, and how mistakes are answered."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from tests.intake.stories import a_new_report
from ugly_mugs.identifiers import Kind
from ugly_mugs.intake import sealed
from ugly_mugs.intake.new_report import NewReport, Person, Story, Vehicle
from ugly_mugs.vault import DataKey
from ugly_mugs.vocabulary import Purpose, Timing
from ugly_mugs.web import forms

SOME = uuid4()


def wrong(**fields: object) -> dict[str, str]:
    """What the form says to *fields*."""
    new, errors = forms.read(NewReport, {"what_happened": "It happened."} | fields)
    assert (new is None) == bool(errors)
    return errors


def test_only_what_happened_must_be_said() -> None:
    assert wrong(what_happened=" ") == {"what_happened": "This is needed."}
    assert wrong() == {}


def test_nothing_is_consented_to_unless_ticked() -> None:
    new = a_new_report()

    assert new.consents == ()
    assert new.timing is Timing.WHEN_I_SAY


def test_one_ticked_box_and_several_are_read_alike() -> None:
    assert a_new_report(consents="alert_members").consents == (Purpose.ALERT_MEMBERS,)
    assert len(a_new_report(consents=["alert_members", "checker_index", "alert_members"]).consents) == 2


@pytest.mark.parametrize("typed", ["gu1", "GU1 3AB", "gu13ab", " Gu1-3aB "])
def test_a_whole_postcode_is_cut_to_its_district_and_never_kept(typed: str) -> None:
    new = a_new_report(district=typed)

    assert new.district == "GU1"
    assert "3A" not in new.model_dump_json().upper()


def test_a_postcode_that_is_none_is_said_so_beside_the_field() -> None:
    assert "no such postcode" in wrong(district="ZZ9")["district"]
    assert "does not look like" in wrong(district="Guildford")["district"]


def test_a_phone_number_that_is_none_is_said_so_without_repeating_it() -> None:
    errors = wrong(phones=["07700 900123", "call me"], vehicle={"registration": "!!!"}, emails=["nobody"])

    assert set(errors) == {"phones.1", "vehicle.registration", "emails.0"}
    assert "call me" not in str(errors)


def test_identifiers_may_be_partial_and_have_one_spelling() -> None:
    new = a_new_report(phones=["ends 900447", "07700 900 123"], vehicle={"registration": "starts KX"})

    found = {(each.kind, each.value, each.partial) for each in new.identifiers}

    assert found == {
        (Kind.PHONE, "*900447", True),
        (Kind.PHONE, "+447700900123", False),
        (Kind.VRM, "KX*", True),
    }


def test_what_she_wrote_is_kept_as_she_wrote_it() -> None:
    assert a_new_report(phones="ends 900447").phones == ("ends 900447",)


def test_tomorrows_incident_has_not_happened() -> None:
    ahead = datetime.now(UTC).date() + timedelta(days=3)

    assert wrong(happened_on=ahead.isoformat()) == {"happened_on": "This day has not come yet."}
    assert "year" in wrong(happened_on="1026-11-25")["happened_on"]


def test_after_some_days_needs_how_many() -> None:
    assert "1 to 90" in wrong(timing="after_days")["days"]
    assert "days" in wrong(timing="after_days", days="91")
    assert a_new_report(timing="after_days", days="14").days == 14


def test_a_number_of_days_left_over_from_another_choice_does_not_count() -> None:
    assert a_new_report(timing="now", days="14").days is None


def test_a_call_back_needs_somewhere_to_call_and_her_yes() -> None:
    assert set(wrong(wants="call_back")) == {"contact", "consents"}
    assert wrong(wants="call_back", contact="07700 900123", consents="contact_back") == {}


def test_ages_come_in_order() -> None:
    assert set(wrong(people=[{"age_from": "40", "age_to": "30"}])) == {"people.0.age_to"}
    assert a_new_report(people=[{"age_from": 30, "age_to": 40}]).people[0].age_to == 40


def test_too_many_people_and_too_long_stories_are_refused() -> None:
    assert "people" in wrong(people=[{"hair": "dark"}] * 6)
    assert "what_happened" in wrong(what_happened="a" * 20_001)


@pytest.mark.parametrize("model", [NewReport, Person, Vehicle])
def test_every_field_has_a_bound(model: type[BaseModel]) -> None:
    schema = model.model_json_schema()

    loose = [name for name, field in schema["properties"].items() if _is_loose(field, schema)]

    assert loose == (["district"] if model is NewReport else []), "the atlas bounds a district; nothing else is free"


def _is_loose(field: dict[str, object], schema: dict[str, object]) -> bool:
    for each in field.get("anyOf", [field]):  # type: ignore[attr-defined]  # JSON schema
        if each.get("type") == "string" and "maxLength" not in each and each.get("format") != "date":
            return "enum" not in each
        if each.get("type") == "integer" and "maximum" not in each:
            return True
        if each.get("type") == "array" and "maxItems" not in each:
            return True
    return False


def test_no_field_asks_for_nationality_or_ethnicity() -> None:
    names = {*NewReport.model_fields, *Person.model_fields, *Vehicle.model_fields}

    assert not [name for name in names if any(word in name for word in ("nation", "ethnic", "country", "skin"))]


def test_a_story_does_not_print_itself() -> None:
    new = a_new_report(what_happened="unspeakable", people=[{"alias": "unspeakable"}])

    assert "unspeakable" not in repr(new) + str(new) + repr(new.people)


def test_her_decisions_are_no_part_of_what_is_sealed() -> None:
    story = a_new_report(consents="alert_members", timing="now").story

    assert "consents" not in story.model_dump()
    assert type(story) is Story


words = st.text(min_size=1, max_size=60).filter(lambda text: bool(text.strip()))


@settings(deadline=None, max_examples=60)
@given(what=words, hair=words, partial=st.booleans())
def test_a_sealed_story_comes_back_as_it_was(what: str, hair: str, partial: bool) -> None:
    new = a_new_report(
        what_happened=what, people=[{"hair": hair}], phones=["ends 900447" if partial else "0113 496 0123"]
    )
    key = DataKey.new()

    body = sealed.seal(new.story, key, report_id=SOME)

    assert sealed.unseal(body, key, report_id=SOME) == new.story


def test_stories_of_similar_length_are_sealed_to_the_same_length() -> None:
    key = DataKey.new()

    lengths = {len(sealed.seal(a_new_report(what_happened="a" * size).story, key, report_id=SOME)) for size in (1, 900)}

    assert len(lengths) == 1
