"""However it is typed, one phone, email, username or registration is one value."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ugly_mugs.identifiers import Kind, NotAnIdentifier, fold, mobile, normalise

PHONES = """
07700 900447 | 07700900447 | 07700-900-447 | 07700.900.447 | 0 7 7 0 0 9 0 0 4 4 7 | (07700) 900447 | 7700900447
+447700900447 | +44 7700 900447 | +44 (0)7700 900447 | 0044 7700 900447 | 0044(0)7700900447 | 447700900447
O77OO 9OO447 | o77oo9oo447 | 07700 9OO 447 | 0770o9oo44 7 | tel: 07700 900447 | 07700\u2013900\u2013447
oh seven seven oh oh nine oh oh four four seven | zero double seven double oh nine double oh double four seven
07700 nine hundred four four seven | oh seventy-seven hundred, nine hundred, four forty seven
07seven00nine00447
07700 900 four hundred and forty seven | zerosevensevenzerozeroninezerozerofourfourseven | 07700 900 space 4 4 seven
07700*900*447 | 07700~900~447 | 0️⃣7️⃣7️⃣0️⃣0️⃣9️⃣0️⃣0️⃣4️⃣4️⃣7️⃣
plus four four seven seven double oh nine double oh double four seven
ends 07700900447 | ０７７００９００４４７ | 07700\u00a0900\u200b447 | 07700 900447 ext 3
"""
PLATES = {
    "TL15WZM": "tango lima one five whiskey zulu mike | T for tea L for lion fifteen W Z M | "
    "tee ell 15 double-u zed em | TL15 WZM | tl15wzm | TLI5 WZM | TL-15-WZM | reg: tl15 wzm | t l 1 5 w z m | TLl5 WZM",
    "JO24KZW": "J024 KZW | jo24 kzw",
    "ILZ2207": "I L zed 2 2 0 7 | IL zed then 2207",
    "S409KUY": "s4o9 kuy | S409 KUY",
    "APS613D": "aps 613d | APS 6I3 D",
    "GEZ6084": "GEZ 6084 | gez-6084",
    "BZ8223": "BZ 8223",
    "HJE656": "hje656",
    "C770": "c77o | C 770",
    "1ABC": "1 ABC",
    "Q123ABC": "q123 abc",
    "12345": "12345",
    "101D234": "101 D 234",
    "12D34567": "12-D-34567",
}
EMAILS = """
jo.b@example.org | JO.B@EXAMPLE.ORG | jo.b at example dot org | jo.b(at)example.org | jo.b [at] example [dot] org
jo.b @ example.org | mailto:jo.b@example.org | Jo <jo.b@example.org> | jo dot b at example dot org | jo.b@example.org.
"""
HANDLES = {
    "angus_15": "@angus_15 | Angus_15 | ＠angus_15",
    "instagram:foo": "instagram.com/foo | https://www.instagram.com/Foo/?hl=en | insta: @foo | insta foo | IG: foo",
    "x:foo": "x.com/foo | https://twitter.com/foo | twitter @foo | https://mobile.twitter.com/foo?s=20",
    "adultwork:1369875": "AW 1369875 | adultwork.com/ViewProfile.asp?UserID=1369875 | https://www.adultwork.com/1369875",
    "onlyfans:lily.xx": "onlyfans.com/lily.xx | OnlyFans lily.xx",
    "facebook:123": "https://www.facebook.com/profile.php?id=123",
    "reddit:foo": "reddit.com/u/foo | https://old.reddit.com/user/foo/",
    "classified.example/ad/77": "https://www.classified.example/ad/77/ | classified.example/ad/77#photos",
}
PARTIALS = [
    (Kind.PHONE, "ends 900447", "*900447"),
    (Kind.PHONE, "ending in 900 447", "*900447"),
    (Kind.PHONE, "last 6 digits 900447", "*900447"),
    (Kind.PHONE, "...0447", "*0447"),
    (Kind.PHONE, "900447", "*900447*"),
    (Kind.PHONE, "starts 07700", "+447700*"),
    (Kind.PHONE, "begins with +44 7700", "+447700*"),
    (Kind.PHONE, "07700 9??447", "+4477009??447"),
    (Kind.PHONE, "07700 900xxx", "+447700900???"),
    (Kind.PHONE, "07700******", "+447700??????"),
    (Kind.PHONE, "07700 something 447", "+447700*447"),
    (Kind.PHONE, "ends double four seven", "*447"),
    (Kind.VRM, "TJ08", "TJ08???"),
    (Kind.VRM, "TJ08 something", "TJ08???"),
    (Kind.VRM, "starts TJ19", "TJ19???"),
    (Kind.VRM, "ends 7KLB", "???7KLB"),
    (Kind.VRM, "T something 07 KLB", "T?07KLB"),
    (Kind.VRM, "TJ07 one letter then LB", "TJ07?LB"),
    (Kind.VRM, "starts KX", "KX*"),
    (Kind.VRM, "ends ABC", "*ABC"),
    (Kind.VRM, "KX?? ABC", "KX??ABC"),
    (Kind.VRM, "KX** ABC", "KX??ABC"),
    (Kind.VRM, "kx * abc", "KX??ABC"),
    (Kind.EMAIL, "starts john", "john*"),
    (Kind.EMAIL, "john*@example.org", "john*@example.org"),
    (Kind.HANDLE, "ends _74", "*_74"),
]
NEITHER = [
    (Kind.PHONE, "hello"),
    (Kind.PHONE, "12"),
    (Kind.PHONE, "0770090044"),
    (Kind.PHONE, "077009001234567"),
    (Kind.PHONE, "starts 0"),
    (Kind.EMAIL, "jo"),
    (Kind.EMAIL, "jo@home"),
    (Kind.EMAIL, "@"),
    (Kind.VRM, "blue"),
    (Kind.VRM, "hello12"),
    (Kind.VRM, "?"),
    (Kind.HANDLE, "@"),
    (Kind.HANDLE, "i do not know him"),
    (Kind.HANDLE, "jo@example.org"),
    (Kind.HANDLE, "https://x.com/"),
]
ANYTHING = st.text(max_size=60) | st.text(alphabet="0123456789 +()-.?*oOlIsSzZ@/:x", max_size=24)
WORDS = st.lists(
    st.sampled_from(
        [
            "starts",
            "ends",
            "with",
            "first",
            "last",
            "contains",
            "...",
            "at",
            "dot",
            "@",
            ".",
            "/",
            "x.com",
            "insta:",
            "http://",
            "?",
            "*",
            "07700",
            "AB12",
            "foo",
            "9",
        ]
    ),
    max_size=8,
).map(" ".join)


def spellings(text: str) -> list[str]:
    return [part.strip(" \n") for line in text.strip().splitlines() for part in line.split("|")]


@pytest.mark.parametrize("typed", spellings(PHONES))
def test_every_way_to_write_a_phone_number_is_one_value(typed: str) -> None:
    assert normalise(Kind.PHONE, typed).value == "+447700900447"


@pytest.mark.parametrize(
    ("plate", "typed"), [(plate, one) for plate, all_ in PLATES.items() for one in spellings(all_)]
)
def test_every_way_to_write_or_misread_a_plate_is_one_value(plate: str, typed: str) -> None:
    normal = normalise(Kind.VRM, typed)

    assert normal.value == plate
    assert not normal.partial


@pytest.mark.parametrize("typed", spellings(EMAILS))
def test_every_way_to_write_an_email_is_one_value(typed: str) -> None:
    assert normalise(Kind.EMAIL, typed).value == "jo.b@example.org"


@pytest.mark.parametrize(
    ("handle", "typed"), [(handle, one) for handle, all_ in HANDLES.items() for one in spellings(all_)]
)
def test_every_way_to_name_a_profile_is_one_value(handle: str, typed: str) -> None:
    normal = normalise(Kind.HANDLE, typed)

    assert normal.value == handle
    assert not normal.partial


@pytest.mark.parametrize(("kind", "typed", "value"), PARTIALS)
def test_what_is_half_known_is_kept_as_a_pattern(kind: Kind, typed: str, value: str) -> None:
    normal = normalise(kind, typed)

    assert normal.value == value
    assert normal.partial


@pytest.mark.parametrize(("kind", "typed"), NEITHER)
def test_what_is_none_is_refused_in_words_that_do_not_repeat_it(kind: Kind, typed: str) -> None:
    with pytest.raises(NotAnIdentifier) as refused:
        normalise(kind, typed)

    assert refused.value.kind is kind
    assert refused.value.why.endswith(".")
    assert typed not in str(refused.value) or len(typed) < 3


def test_a_number_from_abroad_keeps_its_country() -> None:
    assert normalise(Kind.PHONE, "00353 87 123 4567").value == "+353871234567"


def test_a_number_is_not_shown_when_printed() -> None:
    assert "900447" not in repr(normalise(Kind.PHONE, "07700 900447"))


def test_numbers_that_differ_stay_apart() -> None:
    numbers = {normalise(Kind.PHONE, f"07700 900{last:03}").value for last in range(1000)}

    assert len(numbers) == 1000


def test_misread_twins_meet_under_the_folded_key() -> None:
    assert fold(Kind.VRM, "AB12CDO") == fold(Kind.VRM, "A812CD0")
    assert fold(Kind.HANDLE, "instagram:b1gsteve") == fold(Kind.HANDLE, "bigsteve")
    assert fold(Kind.PHONE, "+447700900447") == "+447700900447"


def test_a_mobile_number_can_join() -> None:
    assert mobile("07911 123456") == "+447911123456"


@pytest.mark.parametrize(
    "typed", ["0113 496 0000", "020 7946 0123", "07000 123456", "ends 900447", "+353 87 123 4567", "x"]
)
def test_a_number_that_gets_no_texts_cannot_join(typed: str) -> None:
    with pytest.raises(NotAnIdentifier):
        mobile(typed)


def test_a_number_from_a_film_can_join_in_the_demo_only() -> None:
    assert mobile("07700 900123", allow_drama=True) == "+447700900123"

    with pytest.raises(NotAnIdentifier):
        mobile("07700 900123")


@given(st.sampled_from(Kind), ANYTHING | WORDS)
def test_a_normal_value_reads_as_itself_and_nothing_else_is_raised(kind: Kind, typed: str) -> None:
    try:
        normal = normalise(kind, typed)
    except NotAnIdentifier:
        return

    assert normalise(kind, normal.value) == normal
    assert fold(kind, fold(kind, normal.value)) == fold(kind, normal.value)


@given(st.integers(0, 999), st.lists(st.sampled_from(["", " ", "-", ".", "  "]), min_size=11, max_size=11))
def test_separators_do_not_matter(last: int, between: list[str]) -> None:
    digits = f"07700900{last:03}"

    typed = "".join(digit + mark for digit, mark in zip(digits, between, strict=True))

    assert normalise(Kind.PHONE, typed).value == f"+44{digits[1:]}"


@given(
    st.from_regex(r"[A-HJ-PR-Y]{2}(0[2-9]|[1-2][0-9]|5[1-9]|6[0-9]|7[0-9])[A-HJ-PR-Z]{3}", fullmatch=True), st.data()
)
def test_a_plate_survives_two_misreadings(plate: str, data: st.DataObject) -> None:
    swaps = {"0": "O", "1": "I", "5": "S", "2": "Z", "8": "B"}
    where = data.draw(st.sets(st.sampled_from([2, 3]), max_size=2))

    misread = "".join(swaps.get(char, char) if at in where else char for at, char in enumerate(plate))

    if any(char.isdigit() for char in misread):
        assert normalise(Kind.VRM, misread).value == plate


@pytest.mark.parametrize("kind", Kind)
def test_what_is_far_too_long_is_not_read(kind: Kind) -> None:
    with pytest.raises(NotAnIdentifier, match="too long"):
        normalise(kind, "0" * 100_000)

    with pytest.raises(NotAnIdentifier, match="too long"):
        normalise(kind, "ﷺ" * 200)
