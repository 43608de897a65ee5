from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from tests import makers
from tests.feed.chains import NOON, all_said, pairs, said, valid
from ugly_mugs.alerts.wording import Wording
from ugly_mugs.areas import Atlas
from ugly_mugs.feed import cap
from ugly_mugs.models import Version, VersionKind
from ugly_mugs.vocabulary import Category, Certainty, Flag, PlaceKind, Severity, Urgency

ATLAS = Atlas.load()
SENDER = "feed@notes.example"
MESSAGE = UUID("7d6a1c5e-6a5c-4f0e-9a43-3f1c2f3a0b11")


def a_version(
    wording: Wording, *, kind: VersionKind = VersionKind.ALERT, place_kind: PlaceKind | None = None
) -> Version:
    """A version that says *wording*."""
    return Version(
        id=MESSAGE,
        alert_id=uuid4(),
        number=1,
        kind=kind,
        issued_at=datetime(2026, 11, 24, 21, 5, 0, 987_654, tzinfo=UTC),
        expires_at=NOON + timedelta(days=wording.lasts_days),
        category=wording.category,
        severity=wording.severity,
        urgency=wording.urgency,
        certainty=wording.certainty,
        source=wording.source,
        text=wording.text,
        place_kind=place_kind,
        reach=ATLAS.to_bytes(ATLAS.from_codes(wording.reach)),
    )


def a_document(
    wording: Wording, *, kind: VersionKind = VersionKind.ALERT, earlier: Sequence[cap.Earlier] = ()
) -> etree._Element:
    """The document of *wording*, having passed both schemas."""
    root = cap.build(
        a_version(wording, kind=kind), wording, reference="7K2Q", earlier=earlier, atlas=ATLAS, sender=SENDER
    )
    return valid(etree.tostring(root))


def test_a_document_says_whose_it_is_when_it_was_sent_and_for_whom() -> None:
    root = a_document(makers.a_wording(ATLAS))

    assert said(root, "identifier") == f"urn:uuid:{MESSAGE}"
    assert said(root, "sender") == SENDER
    assert said(root, "sent") == "2026-11-24T21:05:00-00:00"
    assert (said(root, "status"), said(root, "msgType"), said(root, "scope")) == ("Actual", "Alert", "Restricted")
    assert all_said(root, "code") == ["profile:ugly-mugs-1.0", "TLP:AMBER"]
    assert said(root, "language") == "en-GB"


@pytest.mark.parametrize(
    ("severity", "certainty", "urgency", "words"),
    [
        (Severity.CRITICAL, Certainty.A, Urgency.IMMEDIATE, ("Extreme", "Observed", "Immediate", "Avoid")),
        (Severity.SERIOUS, Certainty.B, Urgency.EXPECTED, ("Severe", "Likely", "Expected", "Avoid")),
        (Severity.CAUTION, Certainty.C, Urgency.PAST, ("Moderate", "Possible", "Past", "Monitor")),
        (Severity.NUISANCE, Certainty.D, Urgency.UNKNOWN, ("Minor", "Unknown", "Unknown", "Monitor")),
    ],
)
def test_severity_certainty_and_urgency_are_three_questions(
    severity: Severity, certainty: Certainty, urgency: Urgency, words: tuple[str, ...]
) -> None:
    root = a_document(makers.a_wording(ATLAS, severity=severity, certainty=certainty, urgency=urgency))

    names = ("severity", "certainty", "urgency", "responseType")
    assert tuple(said(root, name) for name in names) == words


@pytest.mark.parametrize("category", Category)
def test_every_category_has_a_name_and_a_cap_category(category: Category) -> None:
    root = a_document(makers.a_wording(ATLAS, category=category))

    assert "Security" in all_said(root, "category")
    assert said(root, "event")
    assert pairs(root, "eventCode") == [("ugly-mugs:category", category.value)]


def test_identifiers_are_named_parameters_and_a_partial_one_says_so() -> None:
    identifiers = [
        {"kind": "phone", "value": "+447700900447"},
        {"kind": "vrm", "value": "KX*", "partial": True},
    ]

    root = a_document(makers.a_wording(ATLAS, identifiers=identifiers, flags=[Flag.WEAPON]))

    parameters = pairs(root, "parameter")
    assert ("phone", "+447700900447") in parameters
    assert ("vrm-partial", "KX*") in parameters
    assert ("flag", "weapon") in parameters


def test_an_area_has_forces_districts_and_a_coarse_circle_and_no_point() -> None:
    root = a_document(makers.a_wording(ATLAS, miles=5))

    codes = pairs(root, "geocode")
    assert ("ONS-GSS", "E23000031") in codes  # Surrey
    assert ("postcode-district", "GU1") in codes
    assert said(root, "areaDesc") == "8 postcode districts in Surrey"
    assert said(root, "polygon") is None
    centre, radius = (said(root, "circle") or "").split()
    assert all(len(part.partition(".")[2]) == 1 for part in centre.split(","))
    assert int(radius) % 5 == 0


def test_a_national_alert_names_the_country_instead_of_every_district() -> None:
    root = a_document(makers.a_wording(ATLAS, reach=ATLAS.codes(ATLAS.everywhere())))

    names = {name for name, _ in pairs(root, "geocode")}
    assert ("ONS-GSS", "K02000001") in pairs(root, "geocode")
    assert names == {"ONS-GSS"}


def test_an_alert_for_nowhere_has_no_area() -> None:
    root = a_document(makers.a_wording(ATLAS, reach=[]))

    assert said(root, "areaDesc") is None


def test_what_was_left_out_is_left_out_and_never_an_empty_value() -> None:
    root = a_document(makers.a_wording(ATLAS, advice="", vehicle="", when_words=" \n", place_words="\x00"))

    names = {name for name, _ in pairs(root, "parameter")}
    assert said(root, "instruction") is None
    assert names == {"reference", "person", "source"}


def test_references_are_copied_and_a_cancel_asks_for_nothing() -> None:
    earlier = [
        cap.Earlier(UUID(int=1), "2026-11-20T10:00:00+00:00"),
        cap.Earlier(UUID(int=2), "2026-11-21T10:00:00-00:00"),
    ]

    root = a_document(makers.a_wording(ATLAS), kind=VersionKind.CANCEL, earlier=earlier)

    assert said(root, "references") == (
        f"{SENDER},urn:uuid:{UUID(int=1)},2026-11-20T10:00:00+00:00 "
        f"{SENDER},urn:uuid:{UUID(int=2)},2026-11-21T10:00:00-00:00"
    )
    assert said(root, "responseType") is None


hostile = st.text(
    st.characters(codec="utf-8")
    | st.sampled_from("\x00\x01\x0b\x1b\x7f\x85\u202e\ufeff\ufffe\uffff<&>]'\"\r\n\t\U0001f600"),
    min_size=1,
    max_size=80,
)


@settings(max_examples=80, deadline=None)
@given(words=hostile, value=hostile)
def test_whatever_was_typed_is_inert(words: str, value: str) -> None:
    plain = a_document(makers.a_wording(ATLAS, miles=0, vehicle="x", identifiers=[{"kind": "email", "value": "x"}]))
    text = f"Reported to us, not proven: ]]><x/>&amp;{words}."

    root = a_document(
        makers.a_wording(
            ATLAS,
            miles=0,
            text=text,
            headline=f"]]><!--{words}",
            vehicle=f"<v>{words}",
            identifiers=[{"kind": "email", "value": f"&#0;{value}"}],
        )
    )

    assert [each.tag for each in root.iter()] == [each.tag for each in plain.iter()]
    assert said(root, "description") == cap.clean(text)
    assert all(
        letter.isprintable() or letter in "\n\t" or letter.isspace()
        for letter in cap.clean(words)
        if ord(letter) < 0xA0
    )


def test_line_ends_of_any_kind_are_newlines_and_what_nobody_sees_is_gone() -> None:
    text = "Reported to us, not proven: a\r\nb\rc\x00\x1b\u202ed\ufeff"

    root = a_document(makers.a_wording(ATLAS, text=text))

    assert said(root, "description") == "Reported to us, not proven: a\nb\ncd"


def test_emoji_accents_and_brackets_come_through_as_they_were_typed() -> None:
    text = "Reported to us, not proven: <b>café</b> ]]> & 😀 Ystâd. Ref 7K2Q"

    root = a_document(makers.a_wording(ATLAS, text=text))

    assert said(root, "description") == text


NAMED = 'xmlns="urn:oasis:names:tc:emergency:cap:1.2"'


@pytest.mark.parametrize(
    "document",
    [
        "",
        "not xml",
        "<alert/>",
        '<alert xmlns="urn:oasis:names:tc:emergency:cap:1.1"/>',
        f'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><alert {NAMED}>&x;</alert>',
        f'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><alert {NAMED}>&b;</alert>',
    ],
)
def test_what_is_no_plain_cap_document_is_not_read(document: str) -> None:
    with pytest.raises(cap.NotCap):
        cap.read(document.encode())
