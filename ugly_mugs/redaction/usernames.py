"""Usernames: after an @, after words that say so, or by their form."""

import re
from collections.abc import Iterator
from typing import Final

from ..identifiers import Kind, NotAnIdentifier, normalise
from . import lexicon
from . import username_forms as forms
from .lexicon import listed
from .spans import Found, Label


def find(text: str) -> Iterator[Found]:
    """Find the usernames in *text*."""
    yield from _at_signs(text)
    yield from _after_cues(text)
    yield from _by_shape(text)
    yield from _said(text)


_SITES: Final = (
    r"snap(?:s|chat|chats)?|snap chat|sc|insta(?:s|gram)?|ig|tik\s?tok|tele(?:gram)?|tg|kik|twit+e?r|twitetr|onlyfans|"
    r"only fans|of|fansly|discord|reddit|skype|we\s?chat|line|viber|signal|whats\s?app|wa|fb|face\s?book|messenger|"
    r"bluesky|threads|fet\s?life|grindr|tinder|hinge|bumble|badoo|pof|fab(?:swingers)?|aw|adult\s?work|viva\s?street|viva|"
    r"cash\s?app|revtag|revolut|paypal|monzo|chaturbate|manyvids|twitch|youtube|xbox|psn|steam|wickr|"
    r"👻|📸|📷|🐦|x"
)
_NOUNS: Final = (
    r"user\s?names?|user|users|handle|handles|nick|nickname|screen\s?name|display name|profile name|profile|"
    r"account name|account|accounts|acc|member|login|pseudo|tag|gamertag|@(?=:|\s(?:is|was|name)\b)"
)
_WEAK: Final = (
    r"goes by|going by|go by|went by|goes under|under the name|by the name|under|named|called|calls? (?:him|her)self|"
    r"post(?:s|ed|ing)? as|cam(?:s|ming)? as|perform(?:s|ing)? as|content as|sign(?:s|ed) as|known as|aka|as|from|"
    r"by|using|uses|used|fake|real|on there|also|name|id|messaged|someone|him|he is|he's|hes|i am|i'm|im"
)
_CUE: Final = re.compile(
    rf"(?<![\w@.-])(?:(?P<site>{_SITES})(?:['’]s|s(?= ))?|(?P<noun>{_NOUNS})(?:['’]s)?|(?P<weak>{_WEAK}))(?!\w)",
    re.IGNORECASE,
)
_FILLER: Final = re.compile(
    r"(?:[ \t]{0,2}\n?[ \t]{0,2}(?P<sign>[:=–—→>(\"“”'‘~,@/]|-(?=\s)|\.(?=\s?:))|"
    r"\s(?:(?P<is>is|was|iz|its|it's|called|named|as|under|by|@)|"
    r"(?:id|name|user\s?name|user|handle|account|acc|profile|tag|number|nick|the|on|at|of|from|with|he gave us|he gave|"
    r"just|still|now|maybe|like|say|says|said|it says|my|his|her|hers|mine|him|again|new|a|one|forum|board|site|chat|"
    r"there|there as|app))(?!\w)){0,5}\s{0,2}",
    re.IGNORECASE,
)
_TOKEN: Final = re.compile(r"[$~@]?[ ]?(?P<name>[\w](?:[\w.-]{0,39}\w|_)?(?:#\d{4})?_{0,2})", re.IGNORECASE)
_MORE_NAMES: Final = re.compile(
    r"(?:\s?[,/;&(]|\s(?:and|or|then|also|n|plus|before that)(?!\w)){1,3}\s?@?", re.IGNORECASE
)
_WORDS_ALONE: Final = listed(
    "gone blocked deleted hacked private banned still down up off now full fake real called name which that this "
    "where who but and because when then there here what all any some out back only just not never always again "
    "too also messages message messaged me him her them us you it page profile pics photos number video videos "
    "story stories account accounts chat chats group channel user users username handle picture calls call link "
    "links app premium"
)


def _at_signs(text: str) -> Iterator[Found]:
    for found in re.finditer(r"(?<![\w@.＠/])[@＠](?P<gap>\s?)(?P<name>\w(?:[\w.-]{0,39}\w|_)?_{0,2})", text):
        name = found["name"]
        low = name.lower()
        if forms.is_none(name) or _MAIL_END.search(name) or (found["gap"] and not forms.is_shaped(name)):
            continue
        if low.isalpha() and (lexicon.ordinary().get(low, 0) >= 4 or low in _AT_PLACES):
            continue
        yield _handle(text, found.start(), found.end(), 0.95 if forms.is_shaped(name) else 0.9)


_MAIL_END: Final = re.compile(r"\.(?:com|org|net|co\.uk)$", re.IGNORECASE)
_AT_PLACES: Final = listed("home work night least once all first last mine his hers noon midnight premier travelodge")


def _after_cues(text: str) -> Iterator[Found]:
    for cue in _CUE.finditer(text):
        fill = _FILLER.match(text, cue.end())
        begin = fill.end() if fill else cue.end()
        token = _TOKEN.match(text, begin)
        if token is None or begin == cue.end():
            continue
        score = _sure(text, cue, fill[0] if fill else "", token)
        if not score:
            continue
        yield _handle(text, _sign_before(text, token), token.end(), score)
        at = token.end()
        for _other in range(4):
            between = _MORE_NAMES.match(text, at)
            another = _TOKEN.match(text, between.end()) if between else None
            if another is None or not forms.is_shaped(another["name"]):
                break
            yield _handle(text, another.start("name"), another.end(), 0.85)
            at = another.end()


def _sign_before(text: str, token: re.Match[str]) -> int:
    return token.start() if token[0][0] in "$~@" and token.start() + 1 == token.start("name") else token.start("name")


def _sure(text: str, cue: re.Match[str], fill: str, token: re.Match[str]) -> float:
    """How sure it is that what stands after a cue is a username: by the cue, by what joins them, by its form."""
    name = token["name"]
    site = (cue["site"] or "").lower()
    if name.lower() in _WORDS_ALONE or forms.is_none(name):
        return 0.0
    is_shaped = forms.is_shaped(name)
    if site in _SHORT_SITES and not _is_meant(site, cue[0], fill):
        return 0.8 if is_shaped and site in {"sc", "aw", "tg", "wa"} else 0.0
    if cue["weak"]:
        is_name = re.match(r"go|went|under the|by the|calls|known|aka|sign|post", cue[0], re.IGNORECASE)
        if _is_performer(cue[0], name):
            return 0.7
        is_number = is_name and re.fullmatch(r"[^\W\d_]{3,}\d{2,}", name)
        return 0.8 if is_number or (is_shaped and not forms.is_word_with_digits(name)) else 0.0
    if is_shaped:
        return 0.95
    return 0.0 if site in _WITH_REAL_NAMES or "," in fill else _sure_of_word(text, cue, fill, token)


def _is_performer(cue: str, name: str) -> bool:
    """ "cams as honeyharri": what is neither a word nor a name."""
    if not re.match(r"(?:post|cam|perform|content)", cue, re.IGNORECASE) or len(name) < 7 or not name.islower():
        return False
    return not (name in lexicon.ordinary() or name in lexicon.given() or name in lexicon.surnames())


def _sure_of_word(text: str, cue: re.Match[str], fill: str, token: re.Match[str]) -> float:
    """The same for a username that has the form of an ordinary word or name."""
    name = token["name"]
    low = name.lower()
    noun = cue["noun"] or ""
    is_joined = re.search(r"[:=–—→>(\"“”'‘]|-\s|\b(?:is|was|its|it's|called|named|as|under)\b", fill, re.IGNORECASE)
    is_name_of = re.match(r"user\s?name|handle|screen|nick$|display|pseudo|@", noun, re.IGNORECASE) is not None
    is_said = re.match(r"\s\w+\s(?:underscore|dot)\s", text[token.start("name") - 1 : token.end() + 14])
    if is_said or ("-" in name and not (is_joined or noun)):
        return 0.0
    if text[cue.end() : token.start("name")].rstrip().endswith(("@", "$")):
        return 0.9
    common = lexicon.ordinary().get(low, 0)
    if common or len(low) < 4:
        # "username: Desert" is one, "the username was deleted" is not.
        is_given = re.search(r"[:=\"“]\s*$", fill) and (is_name_of or cue["site"])
        return 0.6 if is_given and common < 3 and len(low) > 3 else 0.0
    if (low in lexicon.given() or low in lexicon.surnames()) and not is_name_of:
        return 0.0
    if is_joined or is_name_of or re.search(r"user|name|handle|account|tag", fill, re.IGNORECASE):
        return 0.85
    is_often = (cue["site"] or "").lower().startswith(("snap", "insta", "ig", "kik", "tele", "twit", "tik"))
    return 0.7 if is_often and len(low) >= 7 and name.islower() else 0.0


_SHORT_SITES: Final = frozenset({"x", "of", "line", "sc", "wa", "tg", "signal", "aw", "steam", "threads", "viva"})
_WITH_REAL_NAMES: Final = listed(
    "facebook fb messenger whatsapp paypal revolut monzo viber tinder hinge bumble badoo pof signal"
)
"""Where people go by ordinary names: only the form of the word says that it is a username."""


def _is_meant(site: str, cue: str, fill: str) -> bool:
    """Whether two letters that are also a word mean the site: "OF: lily", "X handle lily"."""
    if site == "of" and cue not in {"OF", "of"}:
        return False
    is_named = re.search(r"user|name|handle", fill, re.IGNORECASE) and site != "of"
    if ":" in fill or fill.rstrip().endswith("@") or is_named:
        return True
    return (cue.isupper() and site != "aw") or (site in {"line", "tg"} and re.search(r"\bid\b", fill) is not None)


_SHAPED: Final = re.compile(r"(?<![\w@＠./#-])(?P<name>\w(?:[\w.]{0,39}\w)?)(?P<after>(?:#\d{4})?_{0,2})(?![\w@＠/-])")
_ON_SITE: Final = re.compile(
    rf"[\"”')]?\s(?:\()?(?:on|via|from)\s(?:my |his |her |the )?(?:{_SITES})(?!\w)|\s\((?:{_SITES})\)", re.IGNORECASE
)


def _by_shape(text: str) -> Iterator[Found]:
    for found in _SHAPED.finditer(text):
        name = found["name"]
        # Most words are nothing of the kind.
        if name.isalpha() and not found["after"] and (name.islower() or name.isupper() or name.istitle()):
            continue
        if score := _sure_of_form(text, found):
            yield _handle(text, found.start(), found.end(), score)


def _sure_of_form(text: str, found: re.Match[str]) -> float:
    name = found["name"]
    if "_" in name or found["after"]:
        is_photo = name.lower().startswith(("img_", "dsc_", "vid_", "pxl_"))
        return 0.85 if forms.is_shaped(name + found["after"]) and not is_photo else 0.0
    if not forms.is_shaped(name):
        return 0.0
    if _ON_SITE.match(text, found.end()):
        return 0.85
    if "." in name:
        is_marked_off = name.islower() and _is_enclosed(text, found.start(), found.end())
        return 0.6 if is_marked_off or forms.is_dotted(name) else 0.0
    # A firm may be written so, too; but a name of hers left readable costs more.
    return 0.6 if forms.is_word_and_number(name) else 0.55 if forms.is_camel(name) else 0.0


def _is_enclosed(text: str, start: int, end: int) -> bool:
    return text[start - 1 : start] in {"(", '"', "“", "'"} and text[end : end + 1] in {")", '"', "”", "'"}


_SPOKEN: Final = re.compile(
    r"(?<![\w.@])(?P<name>(?:underscore )?[a-z0-9]{1,20}+"
    r"(?:(?: (?:underscore|under score|\(?dot\)?|dash|hyphen) |-underscore-|-)[a-z0-9]{1,20}+){1,5})"
    r"(?! (?:at|dot|slash)\b)(?!\w)",
    re.IGNORECASE,
)
_LEANS_ON: Final = re.compile(rf"(?:{_SITES}|{_NOUNS})\b[^.\n]{{0,24}}$", re.IGNORECASE)


_WORD_ON_SITE: Final = re.compile(
    rf"\b(?:add|follow|dm|message|msg|find|at|is|called|hes|he's|im|i'm)\s@?(?P<name>[a-z]{{5,30}}+)\s(?:on|via)\s(?:{_SITES})(?!\w)",
    re.IGNORECASE,
)


def _said(text: str) -> Iterator[Found]:
    for found in _WORD_ON_SITE.finditer(text):
        low = found["name"].lower()
        if low not in lexicon.ordinary() and low not in lexicon.given() and low not in lexicon.surnames():
            yield _handle(text, found.start("name"), found.end("name"), 0.7)
    for found in re.finditer(r"(?<![\w/.])/?u/[A-Za-z0-9][\w-]{2,30}", text):
        yield _handle(text, found.start(), found.end(), 0.95)
    for found in _SPOKEN.finditer(text):
        said = found["name"].lower()
        before = text[max(0, found.start() - 50) : found.start()]
        is_cued = _LEANS_ON.search(before) or _ON_SITE.match(text, found.end())
        if ("underscore" in said or "under score" in said) or (is_cued and re.search(r" \(?dot\)? ", said)):
            if re.search(r" dot (?:com|net|org|co|uk)$", said):
                continue
            yield _handle(text, found.start(), found.end(), 0.9)


def _handle(text: str, start: int, end: int, score: float) -> Found:
    written = text[start:end]
    try:
        norm = normalise(Kind.HANDLE, written).value.rpartition(":")[2]
    except NotAnIdentifier:
        norm = written.lower().lstrip("@＠ ")
    return Found(start, end, Label.HANDLE, norm, score)
