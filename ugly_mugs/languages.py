"""The language of the page being made: chosen once for a request, found by `_` from anywhere below.

    _("Leave this page")           now, in the language being spoken
    lazy("Leave this page")        in a table at module level; translated when it is shown

In templates: `{% trans %}…{% endtrans %}` or `{{ _("…") }}`.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from gettext import NullTranslations
from pathlib import Path

from babel import Locale, negotiate_locale
from babel.dates import format_date, format_timedelta
from babel.support import Translations

LOCALE = Path(__file__).parent / "locale"
CATALOGUES: dict[str, NullTranslations] = {}
"""What has been read from `LOCALE`, by tag; a language without a file speaks English."""


@dataclass(frozen=True, slots=True)
class Language:
    """One language; *picked* says that the person asked for it herself, so links carry it on."""

    tag: str
    picked: bool = False

    @property
    def locale(self) -> Locale:
        return Locale.parse(self.tag, sep="-")

    @property
    def direction(self) -> str:
        """``ltr`` or ``rtl``."""
        return "rtl" if self.locale.character_order == "right-to-left" else "ltr"

    @property
    def name(self) -> str:
        """Its name in itself: English, Cymraeg."""
        return (self.locale.get_display_name(self.locale) or self.tag).capitalize()


ENGLISH = Language("en")
_spoken: ContextVar[Language] = ContextVar("language", default=ENGLISH)


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Speak *language* inside the block."""
    before = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(before)


def spoken() -> Language:
    """The language being spoken."""
    return _spoken.get()


def choose(available: Sequence[str], *, asked: str | None, accept: str) -> Language:
    """The one *asked* for if we have it, else the best match for an Accept-Language header, else our first."""
    if asked in available:
        return Language(str(asked), picked=True)
    preferred = [tag for tag in _ranked(accept[:500]) if tag != "*"]
    best = (negotiate_locale(preferred, available, sep="-") or "").lower()
    return Language(next((tag for tag in available if tag.lower() == best), available[0]))


def _ranked(accept: str) -> list[str]:
    ranked: list[tuple[float, str]] = []
    for part in accept.split(","):
        tag, _, quality = part.strip().partition(";q=")
        try:
            weight = float(quality or "1")
        except ValueError:
            continue
        if tag and weight > 0:
            ranked.append((weight, tag))
    return [tag for _, tag in sorted(ranked, key=lambda pair: -pair[0])]


def gettext(words: str) -> str:
    """*words* in the language being spoken."""
    return _catalogue().gettext(words) if words else ""


def ngettext(one: str, many: str, number: int) -> str:
    """*one* or *many*, as the language being spoken has it for *number*."""
    return _catalogue().ngettext(one, many, number)


_ = gettext


@dataclass(frozen=True, slots=True)
class lazy:
    """Words that are translated when they are shown."""

    words: str

    def __str__(self) -> str:
        return gettext(self.words)


def day(when: date) -> str:
    """The day without its year: 25 November."""
    return format_date(when, "d MMMM", locale=spoken().locale)


def ago(when: datetime, now: datetime) -> str:
    """How long before *now*: 12 minutes ago."""
    return format_timedelta(min(when - now, timedelta(0)), add_direction=True, locale=spoken().locale)


def _catalogue() -> NullTranslations:
    tag = spoken().tag
    if tag not in CATALOGUES:
        CATALOGUES[tag] = Translations.load(str(LOCALE), [tag.replace("-", "_")])
    return CATALOGUES[tag]
