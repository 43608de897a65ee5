"""Words that cost one text and not two: what can be said with GSM characters is said with them."""

import re
import unicodedata

from anyascii import anyascii

from ..segments import Encoding, count, to_gsm

_NO_FACT = frozenset("⚠❗❕‼⁉❓🚨🙏✨❤🧡💛💚💙💜🖤🤍🤎💔💕💖💗😀😊😘😡😢😭😱🤬☎📞📱👉👇✅❌⛔🚫•●▪■→➡")
"""Signs that shout, comfort or point, and say nothing that somebody could be recognised by."""

_LAST_OF_OURS = 0x36F
"""Up to here the letters are Latin, with signs among them such as the micro sign."""


def in_one_line(text: str) -> str:
    """*text* with single spaces, and without what nobody sees."""
    seen = "".join(" " if char.isspace() else char for char in text if not _is_unseen(char))
    return " ".join(seen.split())


def plain(text: str) -> str:
    """Say *text* with GSM characters: accents go, ½ is 1/2, a butterfly is a butterfly in letters.

    Letters of other scripts stay, whatever they cost: spelt in ours, nobody would know them on his neck again.
    """
    text = to_gsm(in_one_line(text))
    if _fits(text):
        return text
    told = ""
    for char in text:
        told += char if _fits(char) else _alike(char, told)
    return re.sub(r" +([,.;)])", r"\1", in_one_line(told))


def _alike(char: str, before: str) -> str:
    category = unicodedata.category(char)
    if category[0] == "M":
        # The accent of a letter that has none of its own; elsewhere a mark is half the letter.
        return "" if not before or _fits(before[-1]) else char
    if char in _NO_FACT or category == "Sk":
        return ""
    if category[0] == "L" and ord(char) > _LAST_OF_OURS and "LATIN" not in unicodedata.name(char, ""):
        return char
    said = anyascii(char)
    if not said or not _fits(said):
        return char if category[0] in "LN" else ""
    if said.startswith(":"):
        return f" {said.strip(':').replace('_', ' ')} "
    # "9½" is not 91/2.
    return f" {said}" if category == "No" and before[-1:].isdecimal() and "/" in said else said


def _fits(text: str) -> bool:
    return count(text).encoding is Encoding.GSM7


def _is_unseen(char: str) -> bool:
    return unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Cn"} and not char.isspace()
