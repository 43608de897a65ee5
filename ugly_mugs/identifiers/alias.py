"""One spelling for a name or an alias: "Mr. O’Brien", "obrien" and "O'BRIEN's" are one."""

import re
import unicodedata
from typing import Final

from .kinds import MOST, level

_TITLES: Final = re.compile(r"^(?:(?:mr|mrs|ms|miss|mx|dr|sir|madam) )+(?=\w)")
_OWNED: Final = re.compile(r"(?<=\w)['’`]s$")


def read(value: str) -> str | None:
    """Write a name in its one spelling; None if nothing of one is left."""
    if len(value) > MOST:
        return None
    text = _OWNED.sub("", level(value).strip(" .,;:!?\"“”'‘’()[]*~"))
    marked = unicodedata.normalize("NFKD", text)
    text = unicodedata.normalize("NFC", "".join(char for char in marked if not unicodedata.combining(char)))
    text = re.sub(r"['’`.]", "", text)
    words = " ".join(re.sub(r"[^\w\s]|_", " ", text).split())
    return _TITLES.sub("", words) or None
