"""A text is made from fields: every fact by which he could be recognised is in it, and no word more."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ugly_mugs.alerts import features, lines
from ugly_mugs.alerts.lines import NotAnAlert, when
from ugly_mugs.alerts.plain import plain
from ugly_mugs.alerts.wording import OPENING
from ugly_mugs.segments import count
from ugly_mugs.vocabulary import Category, PlaceKind

ALERTS = Path(__file__).parents[1] / "data" / "alerts"
TODAY = date(2026, 11, 25)


def alerts(name: str) -> Iterator[dict[str, Any]]:
    """The alerts of one file."""
    for line in (ALERTS / f"{name}.jsonl").read_text("utf-8").splitlines():
        yield json.loads(line)


def composed(alert: dict[str, Any]) -> dict[str, Any]:
    """What comes back for *alert*."""
    told: dict[str, Any] = json.loads(lines.answer(json.dumps(alert), today=TODAY))
    return told


def text_of(**fields: Any) -> str:
    """The text of an alert with these fields."""
    return str(composed({"id": 1, "category": "robbery", "reference": "7K2Q"} | fields)["text"])


def squashed(text: str) -> str:
    """Letters and digits alone."""
    return "".join(char for char in text.casefold() if char.isalnum())


def is_kept(fact: dict[str, Any], text: str) -> bool:
    """Whether *text* says *fact* in one of its ways."""
    if fact.get("squashed"):
        return any(squashed(each) in squashed(text) for each in fact["any_of"])
    return any(re.search(rf"(?<!\w){re.escape(each)}(?!\w)", text, re.I) for each in fact["any_of"])


@pytest.mark.parametrize("name", ["dev", "made", "set_aside"])
def test_every_fact_that_must_be_kept_is_kept_with_the_opening_and_the_reference(name: str) -> None:
    for alert in alerts(name):
        text = composed(alert)["text"]
        assert text.startswith(OPENING)
        assert text.endswith(f"Ref {alert['reference']}")
        assert [fact for fact in alert["must_keep"] if not is_kept(fact, text)] == [], text


def test_the_made_up_alerts_hold_every_category() -> None:
    told = {alert["category"] for name in ("made", "set_aside") for alert in alerts(name)}
    assert told >= set(Category)


def test_it_takes_fewer_texts_than_the_design_allows_and_less_than_half_of_an_unpractised_writer() -> None:
    told = [(composed(alert)["segments"], count(alert["naive"]).segments) for alert in alerts("dev")]
    ours, naive = map(sum, zip(*told, strict=True))
    assert ours / len(told) <= 1.9
    assert ours < naive / 2


def test_a_whole_alert_reads_like_this() -> None:
    first = next(alerts("dev"))
    assert composed(first) == {
        "id": "sms-01",
        "text": "Reported to us, not proven: rape, 21 Nov 23:30, GU1 incall. Age 40-50, 5ft10, stocky, bald, "
        "Leeds accent, swallow tattoo on neck, very polite at first, silver Vauxhall Astra, reg JK12 XOZ, "
        "ph 07700900412. Do not see him. Ref 4HXD",
        "segments": 2,
        "encoding": "GSM-7",
    }


def test_nothing_but_the_kind_is_still_a_text() -> None:
    assert text_of(people=None, vehicle=None, identifiers=None, when=None, district=None, advice=None) == (
        "Reported to us, not proven: robbery. Avoid. Ref 7K2Q"
    )


def test_a_kind_nobody_knows_is_said_in_its_own_words() -> None:
    assert "not proven: attempted dog theft." in text_of(category="dog_theft", attempted=True)


@pytest.mark.parametrize("category", [*Category])
def test_every_kind_can_be_attempted(category: str) -> None:
    assert re.search(r"\battempt(ed)?\b", text_of(category=category, attempted=True))


def test_several_people_are_numbered_and_one_whom_nobody_saw_counts() -> None:
    text = text_of(people=[{"build": "slim"}, {}, {"marks": "gold tooth"}], vehicle={"model": "moped"})
    assert "1) slim; 2) not described; 3) gold tooth. Moped." in text
    assert "2 people." in text_of(people=[{}, {}])


@pytest.mark.parametrize(
    ("kind", "value", "is_partial", "said"),
    [
        ("phone", "+44 7700 900871", False, "ph 07700900871"),
        ("phone", "+44 (0)7700 900871", False, "ph 07700900871"),
        ("phone", "0044 7700 900871", False, "ph 07700900871"),
        ("phone", "+1 202 555 0143", False, "ph +12025550143"),
        ("phone", "07700 900871 (texts only)", False, "ph 07700 900871 (texts only)"),
        ("phone", "07700 900871 / 07700 900872", False, "ph 07700 900871 / 07700 900872"),
        ("phone", "*417", True, "ph ends 417"),
        ("phone", "…417", True, "ph ends 417"),
        ("phone", "????417", True, "ph ends 417"),
        ("phone", "ends 417", True, "ph ends 417"),
        ("phone", "417", True, "ph part 417"),
        ("phone", "07700 9*", True, "ph starts 077009"),
        ("phone", "07700 9??417", True, "ph 077009??417"),
        ("vrm", "TJ08???", True, "reg TJ08???"),
        ("vrm", "TJ*", True, "reg starts TJ"),
        ("vrm", "*", True, "reg *"),
        ("email", "A.b@example.org", False, "A.b@example.org"),
        ("handle", "night_", False, "user night_"),
        ("only_link", "example.com/u", False, "only link example.com/u"),
    ],
)
def test_an_identifier_is_said_as_it_is_dialled_or_read(kind: str, value: str, is_partial: bool, said: str) -> None:
    text = text_of(identifiers=[{"kind": kind, "value": value, "partial": is_partial}])
    assert f". {said}. Avoid" in text or f". {said[0].upper()}{said[1:]}. Avoid" in text


def test_two_numbers_take_one_label_and_a_plate_named_twice_stands_once() -> None:
    numbers = [{"kind": "phone", "value": f"07700 90002{each}"} for each in (0, 1)]
    text = text_of(vehicle={"vrm": "JK12 XOZ"}, identifiers=[*numbers, {"kind": "vrm", "value": "JK12XOZ"}])
    assert "reg JK12 XOZ, ph 07700900020, 07700900021." in text
    assert "JK12XOZ" not in text


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("2026-11-21 23:30", "21 Nov 23:30"),
        ("2026-11-21T23:30:00Z", "21 Nov 23:30"),
        ("2026-11-05 night", "5 Nov night"),
        ("2026-11", "Nov"),
        ("2026-11-18 to 2026-11-20", "18 Nov to 20 Nov"),
        ("2025-11-30", "30 Nov 2025"),
        ("0000-11-30", "30 Nov 0000"),
        ("2026-13-40", "2026-13-40"),
        ("last week", "last week"),
        ("unknown", ""),
    ],
)
def test_a_date_is_short_and_has_its_year_when_it_is_long_ago(given: str, said: str) -> None:
    assert when(given, today=TODAY) == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("½ of it", "1/2 of it"),
        ("9½ inches", "9 1/2 inches"),
        ("Zoë, Siân, Škoda, Łódź", "Zoe, Sian, Skoda, Lodz"),
        ("José", "José"),
        ("“I’m police” – he says…", '"I\'m police" - he says...'),
        ("🦋 tattoo", "butterfly tattoo"),
        ("stay in ⚠️ pairs 💜", "stay in pairs"),
        ("two\r\nlines\x00\u202e", "two lines"),
        ("tattoo 愛", "tattoo 愛"),
        ("tattoo Мама", "tattoo Мама"),
    ],
)
def test_words_are_said_with_gsm_characters_unless_the_fact_would_go(written: str, said: str) -> None:
    assert plain(written) == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("short, dark", "short dark hair"),
        ("grey, receding", "grey receding hair"),
        ("grey, tied back", "grey hair, tied back"),
        ("dark, beard", "dark hair, beard"),
        ("blond, man bun", "blond, man bun"),
        ("white beard", "white beard"),
        ("shaved", "shaved head"),
        ("none", "no hair"),
        ("unknown", ""),
    ],
)
def test_hair_is_called_hair_where_it_does_not_say_so(written: str, said: str) -> None:
    assert features.hair(written) == said


@pytest.mark.parametrize(
    ("youngest", "oldest", "said"),
    [(40, 49, "40s"), (40, 50, "age 40-50"), (71, 71, "about 71"), (60, None, "age 60+"), (None, 30, "age up to 30")],
)
def test_an_age_is_short(youngest: int | None, oldest: int | None, said: str) -> None:
    assert features.age(youngest, oldest) == said


@pytest.mark.parametrize("written", ["5ft 10", "5'10\"", "5’10”", "5′10″", "5 foot 10 inches", "5ft10in"])
def test_a_height_is_written_one_way(written: str) -> None:
    assert features.height(written) == "5ft10"


def test_advice_loses_please_and_nothing_else() -> None:
    assert "Wait and ring us. Stay safe at home." in text_of(
        advice="Please wait and please ring us. Stay safe at home."
    )
    text = text_of(advice="Please do not go with him under any circumstances. He strangles! ")
    assert text.endswith("Do not go with him. He strangles! Ref 7K2Q")


def test_letters_are_saved_only_where_that_saves_a_text() -> None:
    def with_mark(length: int) -> dict[str, Any]:
        person = {"age_min": 40, "age_max": 50, "marks": "m" * length}
        fields = {"id": 1, "category": "robbery", "reference": "7K2Q", "people": [person], "advice": "Do not go in"}
        return composed(fields)

    easy, tight = with_mark(88), with_mark(89)

    assert len(easy["text"]) == 160
    assert "Age 40-50" in easy["text"]
    assert ". 40-50, " in tight["text"]
    assert "Don't go in" in tight["text"]
    assert (easy["segments"], tight["segments"]) == (1, 1)


ANYTHING = st.text(max_size=60) | st.sampled_from(["none", "½", "🦋", "5’10”", "2026-11-21 night", "JK12 XOZ", "*417"])
MAYBE = st.none() | ANYTHING
PEOPLE = st.fixed_dictionaries(
    dict.fromkeys(("height", "build", "hair", "accent", "marks", "clothing", "way"), MAYBE)
    | dict.fromkeys(("age_min", "age_max"), st.none() | st.integers(0, 120))
)
PHONES = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["phone", "email", "handle", "vrm", "other"]),
        "value": st.text(alphabet="ABZ0123456789 @.", min_size=1, max_size=20).filter(
            lambda each: bool(squashed(each))
        ),
        "partial": st.booleans(),
    }
)
LINES = st.fixed_dictionaries(
    {
        "id": st.integers() | ANYTHING,
        "category": st.sampled_from([*Category, "weapon", "Ἄτη"]) | st.text(min_size=1, max_size=20),
        "attempted": st.none() | st.booleans(),
        "when": MAYBE,
        "district": MAYBE,
        "place_kind": st.none() | st.sampled_from([*PlaceKind, "boat"]),
        "people": st.none() | st.lists(PEOPLE, max_size=4),
        "vehicle": st.none() | st.fixed_dictionaries(dict.fromkeys(("make", "model", "colour", "features"), MAYBE)),
        "identifiers": st.none() | st.lists(PHONES, max_size=3),
        "advice": MAYBE,
        "reference": st.text(alphabet="ABCDEFGHJKLMNPQRSTUVWXYZ23456789", min_size=4, max_size=4),
    }
)


@settings(deadline=None)
@given(LINES)
def test_whatever_is_given_the_text_begins_and_ends_as_it_must_and_names_what_can_be_traced(
    alert: dict[str, Any],
) -> None:
    told = composed(alert)
    text = told["text"]
    assert text.startswith(f"{OPENING}: ")
    assert text.endswith(f"Ref {alert['reference']}")
    assert (told["segments"], told["encoding"]) == (count(text).segments, count(text).encoding)
    assert "\n" not in text
    for each in alert["identifiers"] or []:
        value = squashed(each["value"])
        # The country's own code is dialled as 0.
        assert value.removeprefix("0044").removeprefix("0") in squashed(text)


@settings(deadline=None)
@given(
    st.text(
        alphabet=st.characters(max_codepoint=0x17F, exclude_categories=["Cs"]) | st.sampled_from("–—“”’…½¾×≈🦋💜⚠"),
        max_size=80,
    )
)
def test_nothing_in_our_letters_costs_more_than_it_must(words: str) -> None:
    assert count(plain(words)).encoding == "GSM-7"


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("{", "is not JSON"),
        ("[]", "at its top"),
        ('{"id": 1, "category": "rape"}', "at reference"),
        ('{"id": 1, "category": "rape", "reference": ""}', "at reference"),
        ('{"id": 1, "category": "rape", "reference": "A", "people": [{"age_min": "old"}]}', "at people.0.age_min"),
        ('{"id": 1, "category": "rape", "reference": "A", "when": 20261121}', "at when"),
        ("[" * 100_000, "nested too deep"),
        ('{"id": ' + "1" * 5_000 + "}", "a number that is too long"),
    ],
)
def test_a_wrong_line_is_told_what_is_wrong_and_where(line: str, why: str) -> None:
    with pytest.raises(NotAnAlert) as error:
        lines.answer(line, today=TODAY)
    assert why in error.value.why


def run(given: bytes, *options: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "ugly_mugs", "compose", *options]
    return subprocess.run(command, input=given, capture_output=True, timeout=120, check=False)


def test_the_command_leaves_wrong_lines_out_names_them_and_does_the_others() -> None:
    done = run(
        b'\xef\xbb\xbf{"id": 1, "category": "rape", "reference": "7K2Q"}\n\nnonsense\n\xff\n'
        b'{"id": "\\ud800", "category": "rape", "reference": "7K2R", "advice": "\\ud800"}\n'
    )
    assert done.returncode == 1
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == [1, "\ud800"]
    assert b"line 3 is not JSON" in done.stderr
    assert b"line 4 is not UTF-8" in done.stderr


def test_the_command_does_a_whole_file_and_says_how_many() -> None:
    done = run((ALERTS / "dev.jsonl").read_bytes())
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) == 8
    assert b"8 texts done" in done.stderr
