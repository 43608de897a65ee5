"""What a text costs is known before it is sent."""

import gsm0338  # noqa: F401 -- registers the codec
from hypothesis import given
from hypothesis import strategies as st

from ugly_mugs.segments import Encoding, Segments, count, to_gsm

EXTENDED = "^{}[]~|\\€"
GSM_TEXT = st.text(alphabet="abcdefgæøåÉ£@ \n1234567890" + EXTENDED, max_size=700)


def test_a_text_of_160_letters_is_one_segment_and_161_are_two() -> None:
    assert count("a" * 160) == Segments(Encoding.GSM7, 160, 1)
    assert count("a" * 161) == Segments(Encoding.GSM7, 161, 2)
    assert count("a" * 306).segments == 2
    assert count("a" * 307).segments == 3


def test_one_letter_from_outside_the_alphabet_turns_the_whole_text() -> None:
    assert count("a" * 69 + "ŵ") == Segments(Encoding.UCS2, 70, 1)
    assert count("a" * 70 + "ŵ") == Segments(Encoding.UCS2, 71, 2)
    assert count("ŷ" * 134).segments == 2
    assert count("ŷ" * 135).segments == 3


def test_a_euro_counts_two_and_is_not_torn_apart() -> None:
    assert count("€") == Segments(Encoding.GSM7, 2, 1)
    assert count("€" * 80).segments == 1

    torn = "a" * 152 + "€" + "a" * 152

    assert count(torn) == Segments(Encoding.GSM7, 306, 3)


def test_an_emoji_counts_two_and_is_not_torn_apart() -> None:
    assert count("😀") == Segments(Encoding.UCS2, 2, 1)
    assert count("ŵ" * 66 + "😀" + "ŵ" * 66) == Segments(Encoding.UCS2, 134, 3)


def test_no_text_costs_nothing() -> None:
    assert count("") == Segments(Encoding.GSM7, 0, 0)


def test_a_curly_quote_does_not_raise_the_price() -> None:
    typed = "“He’s in a white van – don’t get in…”\u00a0Call\u200b us"

    sent = to_gsm(typed)

    assert sent == "\"He's in a white van - don't get in...\" Call us"
    assert count(typed).encoding is Encoding.UCS2
    assert count(sent).encoding is Encoding.GSM7


def test_letters_stay_what_they_are() -> None:
    assert to_gsm("Dŵr, tŷ, Łódź, café") == "Dŵr, tŷ, Łódź, café"
    assert to_gsm("cafe\u0301") == "café"


@given(GSM_TEXT)
def test_units_are_the_bytes_of_the_codec(text: str) -> None:
    assert count(text).units == len(text.encode("gsm03.38"))


@given(st.text(max_size=400))
def test_segments_hold_their_units_whole(text: str) -> None:
    counted = count(text)
    one, each = (160, 153) if counted.encoding is Encoding.GSM7 else (70, 67)

    if counted.units <= one:
        assert counted.segments == min(counted.units, 1)
    else:
        # A segment gives up one unit at most, to keep a pair together.
        assert -(-counted.units // each) <= counted.segments <= -(-counted.units // (each - 1))


@given(GSM_TEXT, st.text(alphabet="ab€", max_size=20))
def test_a_longer_text_never_costs_less(text: str, more: str) -> None:
    assert count(text + more).segments >= count(text).segments


@given(st.text(max_size=300))
def test_replacing_is_done_once(text: str) -> None:
    once = to_gsm(text)

    assert to_gsm(once) == once
