"""Email addresses in a text, also said aloud or written to get past a filter."""

import re
from collections.abc import Iterator
from typing import Final

from ..identifiers import Kind, NotAnIdentifier, normalise, numbers
from ..identifiers.email import PROVIDERS, TOP
from .lexicon import listed
from .spans import Found, Label

_FIELD: Final = 90
"""Characters before and after an "at" that are looked at."""

# Where an address may have its "@". The signs stand for themselves; a bare "at" needs more around it.
_AT: Final = re.compile(
    r"(?P<sign>\s?[@＠]{1,3}\s?|\s?[\[({<]\s?(?:at|a|@)\s?[\])}>]\s?|\s?(?<!\w)(?P<mark>[*_'\"|-])at(?P=mark)\s?|"
    r"(?<=\w)[_*-]at[_*-](?=\w))|(?P<said>\s(?:at sign|at symbol|arroba|malpa|małpa)\s)|(?P<bare>\s{1,3}at\s{1,3})",
    re.IGNORECASE,
)
_DOT: Final = (
    r"(?:\s?[\[({<]\s?(?:dot|punto|ponto|\.)\s?[\])}>]\s?|\s?[-*_'\"|]dot[-*_'\"|]\s?|"
    r"\s{1,3}(?:dot|full stop|punto|ponto|kropka|point)\s{1,3}|\.{1,2}|"
    r"\s\.\s?|,(?=[a-z]))"
)
_PART: Final = r"[a-z0-9*?](?:[a-z0-9*?-]{0,40}[a-z0-9*?])?"
_DOMAIN: Final = re.compile(rf"{_PART}(?:{_DOT}{_PART}){{1,4}}", re.IGNORECASE)
_TOP: Final = re.compile(
    r"(?:\s|\.\s)(?:com|net|org|co\s?\.?\s?uk|co dot uk|uk)(?![\w@-])|(?:\s|\.)co uk(?![\w@-])", re.IGNORECASE
)
_UK: Final = re.compile(r"\s?[., ]\s?uk(?![\w@-])", re.IGNORECASE)
_AFTER_WORD: Final = re.compile(r"\s(?:com|co uk|ru)\b", re.IGNORECASE)
_WORDS_TOO: Final = frozenset({"me", "mail", "live", "sky", "mac", "web", "abv", "proton"})
_IN_TWO_WORDS: Final = re.compile(
    rf"(?:(?:g|hot|proton) mail|i cloud|out look)(?:{_DOT}(?:com|co{_DOT}uk))?(?![\w@])", re.IGNORECASE
)
_ONE_PART: Final = re.compile(rf"{_PART}(?![\w@])", re.IGNORECASE)
_ENDS: Final = re.compile(r"[a-z]{2,13}|couk", re.IGNORECASE)
_TOPS: Final = TOP | listed(
    "con couk edu gov ac tv cc xyz online site live me ch at be se no dk fi gr hr rs lt lv ee ua in pk ng gh ke za "
    "cn jp hk th vn ph mx ar email app dev tech"
)

_LOCAL_END: Final = re.compile(r"[\w＿!#$%&'*+/=?^`{|}~.-]{1,64}$")
_JOINT: Final = re.compile(
    r"(?:\s?[\[({<]\s?(?:dot|\.)\s?[\])}>]\s?|"
    r"\s(?:dot|full stop|punto|ponto|kropka|point|underscore|under score|dash|hyphen|plus)\s"
    r"|\s?[-*_'\"|]dot[-*_'\"|]\s?|\s\.\s?|(?<=\w)\.\s)$",
    re.IGNORECASE,
)
_WORD_END: Final = re.compile(r"[\w+.*-]{1,40}$")
_GAP: Final = re.compile(r"[ \t]$")
_SAID_SO: Final = re.compile(
    r"\b(?:e-?mail(?:ed|s|ing)?|mail(?:ed|s|box)?|addy|paypal|inbox|gmail|hotmail)\b", re.IGNORECASE
)
_LABELLED: Final = re.compile(r"(?:mail|addy|address|paypal)\s?[:=(-]\s?$", re.IGNORECASE)
_CUES: Final = listed(
    "is was are its it's email emails e-mail mail address addy from on as by to contact me write off via says "
    "named called use uses using used with at"
)
# A word before a bare "at" that is no mailbox: "look at booking dot com".
_NO_LOCAL: Final = listed(
    "a about ad add adds ads advert adverts advertise advertised advertises advertising also am and anyone are "
    "arrived as at available back be been book booked booking books but by call called came clients come contact "
    "found find for from girl girls go got guys had has have he her here him his hotel house i im in is it its "
    "join joined just left listed live lives living look looked looking looks man me meet meets men met mine my "
    "name not of off on one ones only or our page people photo photos pics place posted posts profile punters "
    "read registered reviews saw search see seen she shop site sold stay stayed staying that the their them there "
    "these they this those to up us user view visit was watch we website went were what when where which who with "
    "work worked working works you your yours"
)
# Words before what is known of an address: "ended @example.net".
_PIECES: Final = frozenset({"ended", "ends", "ending", "begins", "starts", "emailed", "email", "mail"})
_GAPS: Final = frozenset({"something", "summat", "sumthing"})
# What is at these is a page, not a mailbox.
_PAGES: Final = listed(
    "adultwork vivastreet onlyfans facebook instagram twitter booking airbnb amazon ebay google backpage locanto "
    "sleepyboy rentmen fansly tiktok snapchat youtube reddit eventbrite justgiving change nhs hotels trivago"
)


def find(text: str) -> Iterator[Found]:
    """Find the email addresses in *text*, whole and in part."""
    last = 0
    for at in _AT.finditer(text):
        if at.start() < last:
            continue
        bare = at["bare"] is not None
        domain = _domain(text, at.end(), bare=bare or at["said"] is not None)
        if domain is None:
            continue
        if _is_username(text, at, domain):
            continue
        start = _local(text, at.start(), last, is_said=at["sign"] is None or text[at.start()].isspace())
        if (
            start is None
            or text[start : at.start()].lower() in _PIECES
            or (bare and not _is_likely(text, start, at.start(), at.end(), domain))
        ):
            continue
        written = text[start:domain]
        try:
            norm = normalise(Kind.EMAIL, written).value
        except NotAnIdentifier:
            continue
        if norm.split("@")[0].strip("*?._-"):
            yield Found(start, domain, Label.EMAIL, norm, 0.9 if bare else 0.98)
            last = domain


def _is_username(text: str, at: re.Match[str], end: int) -> bool:
    """Whether "on insta @jo.uk" is a username: a space before the sign, none after, and no mail near."""
    if at["sign"] is None or not text[at.start()].isspace() or text[at.end() - 1].isspace():
        return False
    written = re.sub(r"\s(?:dot|punto|point)\s", ".", text[at.end() : end].lower())
    host, _, top = written.rpartition(".")
    return top not in {"com", "org", "net", "ru"} and not host.endswith(".co") and host not in PROVIDERS


def _domain(text: str, start: int, *, bare: bool) -> int | None:
    """Where the domain that begins at *start* ends."""
    window = text[start : start + _FIELD]
    if provider := _IN_TWO_WORDS.match(window):
        return start + provider.end()
    end = _dotted(window, bare=bare) or _undotted(window)
    return start + end if end else None


def _dotted(window: str, *, bare: bool) -> int:
    found = _DOMAIN.match(window)
    if found is None:
        return 0
    end = found.end()
    parts = re.split(_DOT, found[0], flags=re.IGNORECASE)
    # "jo@example.org.He said": the last part that can be an end is the end.
    while len(parts) > 1 and not _is_end(parts[-1], window[end:]):
        end = len(window[: end - len(parts.pop())].rstrip(" .,-\t\n([{<"))
        if re.search(r"(?:\s|-)dot$|[\[({<]dot$", window[:end], re.IGNORECASE):
            end = len(window[: end - 3].rstrip(" -\t\n([{<"))
    if len(parts) < 2 or (bare and all(part.isdecimal() for part in parts[:-1])):
        return 0
    if parts[-1].lower() in {"co", "org", "me"} and (more := _UK.match(window, end)):
        return more.end()
    return len(window[:end].rstrip("?")) if parts[-1].rstrip("?").isalpha() else end


def _undotted(window: str) -> int:
    """ "example com", "hotmail", "exampledotcom"."""
    one = _ONE_PART.match(window)
    if one is None:
        return 0
    low = one[0].lower()
    if more := _TOP.match(window, one.end()):
        return more.end()
    if low.endswith(("dotcom", "dotcouk", "dotcodotuk")) or low in PROVIDERS - _WORDS_TOO:
        return one.end()
    more = _AFTER_WORD.match(window, one.end()) if low in {"live", "mail", "sky"} else None
    return more.end() if more else 0


def _is_end(part: str, after: str) -> bool:
    low = part.lower()
    if "*" in low or "?" in low:
        return True
    return low in _TOPS if after[:1] in {" ", "\n", ""} and len(low) < 3 else _ENDS.fullmatch(low) is not None


def _local(text: str, end: int, floor: int, *, is_said: bool) -> int | None:
    """Where the part before the "@" that ends at *end* begins."""
    floor = max(floor, end - _FIELD)
    window = text[floor:end]
    found = _LOCAL_END.search(window)
    if found is None:
        return None
    begin = floor + found.start()
    begin += len(found[0]) - len(found[0].lstrip(".,;:!?'`/|=*-" if "*" not in found[0].lstrip("*") else ".,;:!?'`/|="))
    if "mailto:" in text[max(0, begin - 8) : begin]:
        return begin
    begin = _joined(text, begin, floor)
    if not is_said:
        return begin if begin < end else None
    # "big kev 99 at …": numbers and single letters lean on the word before them, as far as the cue.
    while True:
        word = re.split(r"\s", text[begin:end], maxsplit=1)[0].lower()
        gap = _GAP.search(text, floor, begin)
        before = _WORD_END.search(text[floor : gap.start()]) if gap else None
        if before is None or before[0].lower() in _CUES or before[0].endswith("."):
            break
        if not (len(word) == 1 or word.isdecimal() or word in numbers.NUMBERS | _GAPS):
            break
        begin = _joined(text, floor + before.start(), floor)
    begin = _after_cue(text, begin, floor)
    return begin if begin < end else None


def _joined(text: str, begin: int, floor: int) -> int:
    """Go on to the left over "dot", "underscore" and what stands before them."""
    for _step in range(5):
        joint = _JOINT.search(text[floor:begin])
        before = _WORD_END.search(text[floor : floor + joint.start()]) if joint else None
        if joint is None or before is None:
            break
        # "He left. jo at example dot org": a full stop with a space is one.
        if joint[0].strip() == "." and joint[0][-1].isspace():
            break
        begin = floor + before.start()
    return begin


def _after_cue(text: str, begin: int, floor: int) -> int:
    """Take the words more that stand between a cue and what was found: "its lonely kev at …"."""
    taken = begin
    for _step in range(3):
        gap = _GAP.search(text, floor, taken)
        before = _WORD_END.search(text[floor : gap.start()]) if gap else None
        if before is None:
            return taken if _LABELLED.search(text[floor:taken]) else begin
        if before[0].lower() in _CUES:
            return taken
        if before[0].lower() in _NO_LOCAL or len(before[0]) > 15:
            return begin
        taken = floor + before.start()
    return begin


def _is_likely(text: str, start: int, at: int, after: int, end: int) -> bool:
    """Whether a bare "at" is the sign: by the mailbox before it, the provider after it, or what was said before."""
    local = text[start:at].strip().lower()
    domain = text[after:end].lower()
    host = re.split(r"[\s.\[({<,-]", domain, maxsplit=1)[0]
    if host in _PAGES or local in _NO_LOCAL or local.isdecimal():
        return False
    if host in PROVIDERS or _IN_TWO_WORDS.match(domain) or re.search(r"[\d_+*]|\w\.\w|\s", local):
        return True
    if _SAID_SO.search(text[max(0, start - 60) : start]):
        return True
    return "dot" in domain.split() or "dot" in re.split(r"\W", domain)
