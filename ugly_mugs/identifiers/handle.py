"""Usernames and profile links: ``site:name`` where the site is known, else the name alone."""

import re
from typing import Final
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from . import numbers
from .kinds import Kind, NotAnIdentifier, _, clean, starred

_SITES: Final = {
    "adultwork.com": "adultwork",
    "bsky.app": "bluesky",
    "facebook.com": "facebook",
    "fansly.com": "fansly",
    "fb.com": "facebook",
    "instagram.com": "instagram",
    "kik.me": "kik",
    "onlyfans.com": "onlyfans",
    "reddit.com": "reddit",
    "snapchat.com": "snapchat",
    "vivastreet.co.uk": "vivastreet",
    "t.me": "telegram",
    "telegram.me": "telegram",
    "tiktok.com": "tiktok",
    "twitter.com": "x",
    "x.com": "x",
}
_SAID: Final = {site: site for site in _SITES.values()} | {
    "a.w.": "adultwork",
    "adult work": "adultwork",
    "aw": "adultwork",
    "face book": "facebook",
    "fb": "facebook",
    "ig": "instagram",
    "insta": "instagram",
    "of": "onlyfans",
    "only fans": "onlyfans",
    "snap": "snapchat",
    "snap chat": "snapchat",
    "tele": "telegram",
    "tg": "telegram",
    "tik tok": "tiktok",
    "twitter": "x",
    "viva": "vivastreet",
    "viva street": "vivastreet",
    "vs": "vivastreet",
}
# Parts of a profile's address that come before the name, and the field that holds it where the path does not.
_BEFORE: Final = {"add", "profile", "u", "user", "users"}
_FIELDS: Final = ("userid", "id", "username", "user")
_PREFIX: Final = re.compile(
    r"(a\.w\.|adult work|face book|only fans|snap chat|tik tok|viva street|[a-z]+)"
    r"(?: (?:user ?name|user|id|name|profile|handle|member|account|acc|ad|ref|no\.?|number))*"
    r"(: ?@?| - ?@?| ?# ?| @?)(?=\S)"
)
_NUMBERED: Final = re.compile(r"(aw|vs)[-.]?(?=\d{5,9}$)")
_LINKED: Final = re.compile(
    r"[ -]\(?(dot|full stop|slash|forward slash|colon|underscore|under score|dash|hyphen)\)?[ -]"
)
_SIGNS: Final = {"dot": ".", "full stop": ".", "colon": ":", "dash": "-", "hyphen": "-"}
_LINK: Final = re.compile(r"(?:https?://)?(?:[a-z0-9-]+\.)+[a-z]{2,24}(?::\d+)?(?:[/?#]\S*)?")
_NAME: Final = re.compile(r"[\w.*?+~-]+(?: [\w.*?+~-]+){0,2}(?:#\d{4})?")

_HELP: Final = _("Write the name as the site shows it, or paste the link to the profile.")


def read(text: str) -> str:
    """Read a username or the link to a profile, or what is known of one."""
    text = _written(text)
    if text.startswith(("http://", "https://", "www.")) or _is_link(text):
        return _link(text)
    site, name = "", text
    if found := _NUMBERED.match(text):
        return f"{_SAID[found[1]]}:{text[found.end() :]}"
    if re.match(r"/?u/\w", text):
        return f"reddit:{_name(text.partition('u/')[2])}"
    if (found := _PREFIX.match(text)) and found[1] in _SAID and _is_site(found, text):
        site, name = f"{_SAID[found[1]]}:", text[found.end() :]
        if _is_link(name):
            return _link(name)
    return site + _name(name)


def _written(text: str) -> str:
    """Write the signs and numbers that were said: "big underscore al underscore sixty"."""
    text = re.sub(r"^under ?score (?=\w+ under ?score )", "_", text)
    first, *rest = _LINKED.split(text)
    if not rest:
        return text
    read = [first]
    for sign, words in zip(rest[::2], rest[1::2], strict=True):
        read.append(_SIGNS.get(sign, "_" if sign.startswith("under") else "/"))
        read.append("".join(numbers.in_digits(words.split())) if numbers.is_number(words.split()) else words)
    return "".join(read)


def _is_link(text: str) -> bool:
    return "/" in text and _LINK.fullmatch(text) is not None


def _is_site(found: re.Match[str], text: str) -> bool:
    """Say whether the first word names a site: "x y" is as likely a name."""
    return ":" in found[2] or "@" in found[2] or len(found[1]) > 2 or text[found.end() :].isdecimal()


def _name(name: str) -> str:
    name = re.sub(r"\*{2,}", "*", starred(name).strip(" @.,;:!\"'()/~$"))
    if "@" in name and "." in name.rpartition("@")[2]:
        raise NotAnIdentifier(Kind.HANDLE, _("This looks like an email address."))
    if len(name.strip("*?")) < 2 or len(name) > 60 or not _NAME.fullmatch(name):
        raise NotAnIdentifier(Kind.HANDLE, _HELP)
    return name


def _link(text: str) -> str:
    if not text.isprintable() or " " in text:
        raise NotAnIdentifier(Kind.HANDLE, _HELP)
    try:
        url = urlsplit(text if "://" in text else f"https://{text}")
        host = url.hostname or ""
    except ValueError:
        raise NotAnIdentifier(Kind.HANDLE, _HELP) from None
    host = re.sub(r"^(?:(?:www|m|mobile|old|web)\.)+", "", host.rstrip("."))
    if not _LINK.fullmatch(host):
        raise NotAnIdentifier(Kind.HANDLE, _HELP)
    if site := _SITES.get(host):
        return f"{site}:{_name(_on_site(url))}"
    query = f"?{url.query}" if url.query else ""
    return f"{host}{url.path.rstrip('/') or '/'}{query}"


def _on_site(url: SplitResult) -> str:
    """Find the name in a known site's address: in its query, or in its path."""
    fields = dict(parse_qsl(url.query))
    for field in _FIELDS:
        if value := fields.get(field):
            return clean(Kind.HANDLE, value)
    parts = [part for part in unquote(url.path).split("/") if part]
    if numbers := [part for part in parts[1:] if part.isdecimal() and len(part) > 5]:
        return numbers[-1]  # an advertisement, below its town and its title
    while len(parts) > 1 and parts[0] in _BEFORE:
        parts.pop(0)
    return clean(Kind.HANDLE, parts[0]) if parts else ""
