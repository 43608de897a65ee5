"""What a text to us means. Twilio acts on some of these words by itself; we read them all the same."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Word(StrEnum):
    STOP = "stop"
    START = "start"
    YES = "yes"
    """Undoes a STOP at Twilio; it never means consent."""
    HELP = "help"
    PAUSE = "pause"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Keyword:
    """A word we act on, and for how many days a pause is asked."""

    word: Word
    days: int = 0


LONGEST_PAUSE: Final = 90
USUAL_PAUSE: Final = 7
_WORDS: Final = {
    # CANCEL and END opt a frightened person out without meaning to, but Twilio decides that, not we.
    **dict.fromkeys(("stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"), Word.STOP),
    **dict.fromkeys(("start", "unstop"), Word.START),
    "yes": Word.YES,
    **dict.fromkeys(("help", "info"), Word.HELP),
}
_JOINED: Final = {"stop all": "stopall", "opt out": "optout", "un stop": "unstop"}
_PAUSE: Final = re.compile(r"pause(?: (?:for )?(\d{1,3}))?(?: days?)?")
_LONGEST: Final = 100


def read(text: str) -> Keyword:
    """The keyword that *text* is, whatever its case, spaces, quotes and full stops; a sentence is none."""
    if len(text) > _LONGEST:
        return Keyword(Word.OTHER)
    words = _words(text)
    if found := _WORDS.get(_JOINED.get(words, words)):
        return Keyword(found)
    if pause := _PAUSE.fullmatch(words):
        days = int(pause[1]) if pause[1] else USUAL_PAUSE
        return Keyword(Word.PAUSE, min(days, LONGEST_PAUSE)) if days else Keyword(Word.OTHER)
    return Keyword(Word.OTHER)


def _words(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).casefold()
    kept = (letter if letter.isalnum() else " " for letter in plain if unicodedata.category(letter) != "Cf")
    return " ".join("".join(kept).split())
