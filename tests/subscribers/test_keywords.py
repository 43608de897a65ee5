"""A frightened person types as it comes, and is understood; a sentence is never taken for a command."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ugly_mugs.subscribers.keywords import LONGEST_PAUSE, Word, read

STOPS = ("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT")


@pytest.mark.parametrize("word", STOPS)
def test_every_word_that_twilio_takes_for_stop_stops(word: str) -> None:
    assert read(word).word is Word.STOP
    assert read(f"  {word.lower()}. ").word is Word.STOP
    assert read(f"“{word.title()}!”").word is Word.STOP


@pytest.mark.parametrize(
    "text", ["stop all", "OPT-OUT", "opt out", "ＳＴＯＰ", "stop\n", "'stop'", "s\u200btop", "STOP!!! 🙏"]
)
def test_however_stop_is_typed(text: str) -> None:
    assert read(text).word is Word.STOP


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Start", Word.START),
        ("UNSTOP", Word.START),
        ("yes", Word.YES),
        ("HELP", Word.HELP),
        ("Info?", Word.HELP),
    ],
)
def test_the_other_words(text: str, word: Word) -> None:
    assert read(text).word is word


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("PAUSE", 7),
        ("pause 3 days", 3),
        ("Pause 1 day.", 1),
        ("pause for 14 days", 14),
        ("PAUSE 5", 5),
        ("pause 999", 90),
    ],
)
def test_a_pause_says_for_how_long(text: str, days: int) -> None:
    keyword = read(text)

    assert keyword.word is Word.PAUSE
    assert keyword.days == days


@pytest.mark.parametrize(
    "text",
    [
        "please stop him",
        "he would not stop",
        "help me",
        "pause 0 days",
        "pause tomorrow",
        "yes please",
        "",
        "   ",
        "ends 900447",
        "stop" * 50,
        "no",
    ],
)
def test_anything_else_is_no_command(text: str) -> None:
    assert read(text).word is Word.OTHER


@given(st.text(max_size=300))
def test_any_text_is_read(text: str) -> None:
    keyword = read(text)

    assert 0 <= keyword.days <= LONGEST_PAUSE
    assert (keyword.word is Word.PAUSE) == (keyword.days > 0)


@given(st.sampled_from(STOPS), st.text(alphabet=" \t\n.,!?\"'()-", max_size=6), st.text(alphabet=" .!\"'", max_size=6))
def test_what_stands_around_a_word_does_not_hide_it(word: str, before: str, after: str) -> None:
    assert read(before + word + after).word is Word.STOP
