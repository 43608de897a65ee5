"""One language for each request, found from anywhere below it."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from gettext import NullTranslations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ugly_mugs import languages
from ugly_mugs.languages import Language, _, choose, lazy, speaking

HAVE = ("en", "cy", "pt-BR")


class Shouting(NullTranslations):
    def gettext(self, message: str) -> str:
        return message.upper()


@pytest.mark.parametrize(
    ("asked", "accept", "tag", "picked"),
    [
        ("cy", "en", "cy", True),
        ("xx", "cy", "cy", False),
        (None, "cy;q=0.1, en;q=0.9", "en", False),
        (None, "cy-GB, en", "cy", False),
        (None, "pt-br", "pt-BR", False),
        (None, "de, fr", "en", False),
        (None, "", "en", False),
        (None, "*", "en", False),
        (None, ";;q=,=,cy;q=zero", "en", False),
    ],
)
def test_the_language_is_the_one_asked_for_or_the_best_we_have(
    asked: str | None, accept: str, tag: str, picked: bool
) -> None:
    assert choose(HAVE, asked=asked, accept=accept) == Language(tag, picked=picked)


@given(st.text())
def test_any_header_gives_a_language_that_we_have(accept: str) -> None:
    assert choose(HAVE, asked=accept, accept=accept).tag in HAVE


def test_lazy_words_are_translated_when_they_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(languages.CATALOGUES, "cy", Shouting())
    words = lazy("Leave this page")

    with speaking(Language("cy")):
        assert (str(words), _("Send")) == ("LEAVE THIS PAGE", "SEND")

    assert (str(words), _("Send")) == ("Leave this page", "Send")


async def test_two_requests_at_once_keep_their_own_language() -> None:
    async def speak(tag: str) -> str:
        with speaking(Language(tag)):
            await asyncio.sleep(0)
            return languages.spoken().tag

    assert tuple(await asyncio.gather(speak("cy"), speak("en"))) == ("cy", "en")


def test_direction_and_name_come_with_the_language() -> None:
    assert (Language("ar").direction, Language("cy").direction) == ("rtl", "ltr")
    assert (Language("en").name, Language("cy").name) == ("English", "Cymraeg")


def test_days_and_spans_are_said_in_words() -> None:
    now = datetime(2026, 11, 25, 12, tzinfo=UTC)

    assert languages.day(date(2026, 11, 24)) == "24 November"
    assert languages.ago(now - timedelta(minutes=12), now) == "12 minutes ago"


def test_an_empty_string_stays_empty() -> None:
    assert _("") == ""
