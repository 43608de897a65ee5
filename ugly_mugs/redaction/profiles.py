"""Links to profiles and pages, and the numbers of profiles and advertisements."""

import re
from collections.abc import Iterator
from typing import Final

from .lexicon import listed
from .spans import Found, Label


def find(text: str) -> Iterator[Found]:
    """Find the links and the numbers of profiles in *text*."""
    yield from _links(text)
    yield from _numbers(text)


_LINK: Final = re.compile(
    r"(?<![\w@＠./-])(?P<scheme>https?://)?(?P<host>(?:[a-z0-9-]{1,50}+\.){1,4}[a-z]{2,13})(?![\w@＠-])(?::\d{2,5})?"
    r"(?P<path>[/?#][^\s<>\"“”{}|\\^`\[\]]{0,300}+)?",
    re.IGNORECASE,
)
_SAID_LINK: Final = re.compile(
    r"(?<![\w.])(?:[a-z0-9-]{2,40} dot ){1,3}(?:com|co dot uk|net|org|me|ee|uk)"
    r"(?: (?:forward )?slash [\w.-]{2,40}+){1,3}",
    re.IGNORECASE,
)
_FIRM: Final = listed("com net org info biz ru xxx eu ie fr de es pl ro hu bg it nl pt br ua tv cc")
_WITH_PATH: Final = _FIRM | listed(
    "ee me ly gg io to bio link page live club cam cams vip online site app fans store shop be us ca co uk sx su "
    "in is tel chat dating escort sexy porn adult webcam fm am gl cx one top xyz pro im"
)
_SITES_ONLY: Final = listed(
    "site online club vip shop store app xyz cam cams fans chat dating escort sexy porn adult webcam"
)
_SHORT_OF: Final = listed("it in is to be me us am im one top no so at")
"""Ends that are words too: "left.Me and her"."""
_SITE_CUE: Final = re.compile(r"\b(?:web|site|website|page|link|url|address)\b[^.!?\n]{0,20}$", re.IGNORECASE)
_PUBLIC: Final = listed(
    "adultwork.com vivastreet.co.uk vivastreet.com onlyfans.com facebook.com fb.com instagram.com twitter.com "
    "x.com snapchat.com tiktok.com fansly.com reddit.com youtube.com google.com google.co.uk gmail.com "
    "hotmail.com hotmail.co.uk outlook.com yahoo.com yahoo.co.uk icloud.com booking.com airbnb.com airbnb.co.uk "
    "amazon.co.uk amazon.com ebay.co.uk ebay.com paypal.com whatsapp.com telegram.org t.me wa.me linktr.ee "
    "seeking.com locanto.co.uk locanto.com gumtree.com craigslist.org backpage.com sleepyboy.com rentmen.com "
    "eurogirlsescort.com escort-ireland.com just-eat.co.uk nationalugglymugs.org uglymugs.org "
    "nationaluglymugs.org uknswp.org.uk gov.uk nhs.uk police.uk hotels.com trivago.co.uk companieshouse.gov.uk "
    "ukpunting.com punternet.com fabswingers.com grindr.com tinder.com badoo.com pof.com"
)
_NUMBERED_SITES: Final = re.compile(r"(?:^|\.)(?:adultwork|vivastreet)\.")


def _links(text: str) -> Iterator[Found]:
    for link in _LINK.finditer(text):
        written = link[0].rstrip(".,;:!?'’\")*…")
        host = link["host"].lower()
        path = (link["path"] or "").strip("/.,;:!?'’\")*")
        site = host.removeprefix("www.").removeprefix("m.")
        if not path and site in _PUBLIC:
            continue
        if score := _is_link(text, link, host, path):
            yield Found(link.start(), link.start() + len(written), Label.PROFILE, _norm_of_link(written, host), score)
    for said in _SAID_LINK.finditer(text):
        norm = re.sub(r" (?:forward )?slash ", "/", re.sub(r" dot ", ".", said[0].lower()))
        yield Found(said.start(), said.end(), Label.PROFILE, norm, 0.95)


def _is_link(text: str, link: re.Match[str], host: str, path: str) -> float:
    top = host.rpartition(".")[2]
    if link["scheme"] or host.startswith("www."):
        return 0.97
    if path and top in _WITH_PATH and not (top in _SHORT_OF and host.count(".") == 1 and top not in {"me", "ee"}):
        return 0.95
    if (top in _FIRM and top not in _SHORT_OF) or host.endswith((".co.uk", ".org.uk", ".me.uk")):
        return 0.9
    if top in _SITES_ONLY and len(host) > 12:
        return 0.75
    if top in _WITH_PATH and top not in _SHORT_OF and _SITE_CUE.search(text[max(0, link.start() - 30) : link.start()]):
        return 0.8
    return 0.0


def _norm_of_link(written: str, host: str) -> str:
    low = written.lower()
    if _NUMBERED_SITES.search(host):
        rest = low.partition(host)[2]
        if numbers := re.findall(r"(?:userid=|[/=-])(\d{5,10})(?!\d)", rest):
            return str(numbers[0] if "userid=" in rest else numbers[-1])
    return low


_NUMBER: Final = re.compile(
    r"(?<![\w@/.-])(?:"
    r"(?P<site>a\.?\s?w\.?|adult\s?works?|viva\s?street|viva|vs|sleepy\s?boy|seeking(?: arrangements?)?|sa|locanto|"
    r"rentmen|fabswingers|escort\s?news|(?:aw|vs|viva|vivastreet|adultwork)(?=\d))"
    r"|(?P<word>(?:user|profile|member|membership|ad|advert|account|listing)(?:\s(?:id|no\.?|number|num|ref))?|id))"
    r"(?P<between>(?:[\s:#=–.-]|"
    r"\b(?:member|membership|profile|user|account|ad|advert|listing|no|number|num|nr|ref|id|is|was)\b){0,7})"
    r"(?<![\w])(?P<number>\d{5,10}|\d{3}[ -]\d{4}|\d{4}[ -]\d{3,4})(?![\w-]|\.\d)",
    re.IGNORECASE,
)
_JOINED: Final = re.compile(
    r"(?<![\w@/.-])(?P<site>aw|vs|adultwork|vivastreet|viva)(?P<number>\d{6,9})(?![\w-])", re.IGNORECASE
)
_MORE: Final = re.compile(r"\s?(?:,|/|&|\band\b|\bor\b)\s?(?P<number>\d{6,9})(?![\w-]|\.\d)", re.IGNORECASE)
_OTHER_NUMBER: Final = re.compile(
    r"\b(?:crime|sort code|bank|card|police|log|incident|order|booking|case|flight|invoice|tracking|cad)"
    r"\W{0,3}[\w-]{0,8}\W{0,2}$",
    re.IGNORECASE,
)


def _numbers(text: str) -> Iterator[Found]:
    for found in _NUMBER.finditer(text):
        digits = re.sub(r"\D", "", found["number"])
        if not _is_number(text, found, digits):
            continue
        # "my adultwork profile ID 4606535": from "ID" on.
        own = re.search(r"\bid\b\W{0,3}$", found["between"], re.IGNORECASE)
        start = found.start("between") + own.start() if own and len(found["between"]) > 6 else found.start()
        yield Found(start, found.end(), Label.PROFILE, digits, 0.95 if found["site"] else 0.85)
        at = found.end()
        while more := _MORE.match(text, at):
            yield Found(more.start("number"), more.end(), Label.PROFILE, more["number"], 0.7)
            at = more.end()
    for found in _JOINED.finditer(text):
        yield Found(found.start(), found.end(), Label.PROFILE, found["number"], 0.95)


def _is_number(text: str, found: re.Match[str], digits: str) -> bool:
    """Whether it is long enough, and no phone's, crime's or order's."""
    if found["site"]:
        return len(digits) > 5 or found["site"].lower() not in {"sa", "vs", "viva", "seeking"}
    least = 5 if re.match("ad|listing", found["word"], re.IGNORECASE) else 6
    is_long = least <= len(digits) <= 10 and digits[0] != "0" and len(digits) == len(found["number"])
    return is_long and not _OTHER_NUMBER.search(text[max(0, found.start() - 30) : found.start()])
