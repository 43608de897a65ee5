"""Email addresses, also as people say them, or write them to get past a filter."""

import re
from typing import Final

from . import numbers
from .kinds import Kind, NotAnIdentifier, _, listed, starred

_LABEL: Final = re.compile(r"^(?:mailto:|e-?mail(?: (?:address|addy))?(?: is|:| -|,)+ ?|e-?mail )+ ?")
_NAMED: Final = re.compile(r"[^<>]*<([^<>]+)>$")
_REMARK: Final = re.compile(r",? ?[\[(]?\b(?:all (?:one word|lower ?case|small letters|together)|no spaces)[\])]?")
_AT: Final = re.compile(
    r" ?[\[({<] ?(?:at|a|@) ?[\])}>] ?| ?(?<!\w)([*_'\"|-])at\1(?!\w) ?| ?@+ ?|"
    r" (?:at sign|at symbol|at|arroba|malpa|małpa) "
    r"|(?<=\w)([*_-])at\2(?=\w)"
)
_DOT: Final = re.compile(
    r" ?[\[({<] ?(?:dot|punto|ponto|\.) ?[\])}>] ?| ?([*_'\"|-])dot\1 ?|"
    r" (?:dot|full stop|punto|ponto|kropka|point) | ?\. ?"
)
_SIGNS: Final = (
    (re.compile(r"[ -]?\bunder ?score\b[ -]?"), "_"),
    (re.compile(r"\b(?:(g|hot|proton) ?mail|(i) ?cloud|(out) ?look)\b"), lambda found: found[0].replace(" ", "")),
    (re.compile(r" (?:dash|hyphen|minus) "), "-"),
    (re.compile(r" plus "), "+"),
)
_LOCAL: Final = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*")
_LABEL_OF_DOMAIN: Final = re.compile(r"[a-z0-9*?](?:[a-z0-9*?-]{0,61}[a-z0-9*?])?")

TOP: Final = frozenset(
    listed("com net org uk eu ie fr de es it nl pl ro ru bg hu pt br info biz me io co us ca au cz sk")
)
"""The ends of mailboxes' addresses that somebody may write with a space before them."""
ONE_HOST: Final = {"gmail": "com", "googlemail": "com", "icloud": "com", "protonmail": "com", "aol": "com"}
"""Providers everybody has the same end of: who writes "at gmail" has said it all."""
PROVIDERS: Final = frozenset(
    {*ONE_HOST, *listed(
    "hotmail outlook yahoo ymail live msn btinternet sky talktalk virginmedia gmx yandex mail proton tutanota me "
    "mac wp onet o2 seznam abv web rediffmail zoho"
)}
)  # fmt: skip

_HELP: Final = _("Write an email address such as name@example.org; put ? for each letter you do not know.")


def read(text: str) -> str:
    """Read an email address, or what is known of one."""
    # A slip of the finger is no gap in what is known.
    text = re.sub(r"(?<=\w)@@?([^@.\s]+)\.\.(?=[a-z]{2,})", r"@\1.", _LABEL.sub("", text))
    text = starred(re.sub(r" (?:something|summat|sumthing)(?= at |@)", "*", text))
    if found := _NAMED.match(text):
        text = found[1]
    text = _AT.sub("@", _REMARK.sub("", text))
    text = _DOT.sub(".", text)
    for pattern, sign in _SIGNS:
        text = pattern.sub(sign, text)
    local, at, domain = text.strip(" .,;:!()<>\"'").rpartition("@")
    if not at:
        text = re.sub(r"\*{2,}", "*", text.replace(" ", "").strip(".,;:!()<>\"'"))
        if "*" in text and text:
            return _piece(text)
        raise NotAnIdentifier(Kind.EMAIL, _HELP)
    local = "".join(numbers.in_digits(local.split())) if " " in local else local
    local = re.sub(r"\*{2,}", "*", re.sub(r"\.{2,}", "*", local)).strip(",;:!()<>\"'")
    if len(local) > 64 or not _LOCAL.fullmatch(local):
        raise NotAnIdentifier(Kind.EMAIL, _HELP)
    return f"{local}@{_host(_mended(domain))}"


def _mended(domain: str) -> str:
    """Put the dots where somebody left them out or hit the key beside."""
    domain = re.sub(r"(?<=\w),(?=[a-z])", ".", domain.strip()).strip(".,;:!()<>\"'")
    *labels, last = domain.split() or [""]
    if labels and last in TOP:
        joined = "".join(labels)
        domain = f"{joined}.{last}"
        if joined.endswith(("co", "org", "me", "ac", "gov")) and last == "uk" and len(labels) > 1:
            domain = f"{''.join(labels[:-1])}.{labels[-1]}.uk"
    domain = domain.replace(" ", "")
    domain = re.sub(r"(?<=\w)dotcom$", ".com", re.sub(r"(?<=\w)dotco(?:dot|\.)uk$", ".co.uk", domain))
    domain = re.sub(r"\.{2,}", ".", re.sub(r"\.con$", ".com", re.sub(r"\.couk$", ".co.uk", domain)))
    if domain in PROVIDERS:
        return f"{domain}.{ONE_HOST.get(domain, '*')}"
    return domain


def _host(domain: str) -> str:
    if not domain.isascii():
        try:
            domain = domain.encode("idna").decode("ascii").lower()
        except UnicodeError:
            raise NotAnIdentifier(Kind.EMAIL, _HELP) from None
    domain = re.sub(r"\*{2,}", "*", domain)
    labels = domain.split(".")
    known = len(labels) > 1 or "*" in domain
    if not known or len(domain) > 120 or not all(_LABEL_OF_DOMAIN.fullmatch(label) for label in labels):
        raise NotAnIdentifier(Kind.EMAIL, _HELP)
    return domain


def _piece(text: str) -> str:
    if len(text.strip("*?")) < 3 or not re.fullmatch(r"[\w.!#$%&'*+/=?^`{|}~-]+", text):
        raise NotAnIdentifier(Kind.EMAIL, _("At least three letters are needed."))
    return text
