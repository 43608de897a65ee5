"""Email addresses, also as people write them to get past a filter."""

import re
from typing import Final

from .kinds import Kind, NotAnIdentifier, _, starred

_LABEL: Final = re.compile(r"^(?:mailto:|e-?mail(?: address)?[ :]+)+ ?")
_NAMED: Final = re.compile(r"[^<>]*<([^<>]+)>$")
_WORDS: Final = (
    (re.compile(r" ?[\[({] ?(?:at|@) ?[\])}] ?| ?@ ?| at "), "@"),
    (re.compile(r" ?[\[({] ?(?:dot|\.) ?[\])}] ?| dot "), "."),
    (re.compile(r" underscore "), "_"),
    (re.compile(r" (?:dash|hyphen) "), "-"),
)
_LOCAL: Final = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*")
_LABEL_OF_DOMAIN: Final = re.compile(r"[a-z0-9*?](?:[a-z0-9*?-]{0,61}[a-z0-9*?])?")

_HELP: Final = _("Write an email address such as name@example.org; put ? for each letter you do not know.")


def read(text: str) -> str:
    """Read an email address, or what is known of one."""
    text = starred(_LABEL.sub("", text))
    if found := _NAMED.match(text):
        text = found[1]
    for pattern, sign in _WORDS:
        text = pattern.sub(sign, text)
    text = re.sub(r"\*{2,}", "*", text.replace(" ", "").strip(".,;:!()<>\"'"))
    if "*" in text and "@" not in text:
        return _piece(text)
    local, at, domain = text.rpartition("@")
    if not at or len(local) > 64 or not _LOCAL.fullmatch(local):
        raise NotAnIdentifier(Kind.EMAIL, _HELP)
    return f"{local}@{_host(domain)}"


def _host(domain: str) -> str:
    if not domain.isascii():
        try:
            domain = domain.encode("idna").decode("ascii").lower()
        except UnicodeError:
            raise NotAnIdentifier(Kind.EMAIL, _HELP) from None
    labels = domain.split(".")
    known = len(labels) > 1 or "*" in domain
    if not known or len(domain) > 120 or not all(_LABEL_OF_DOMAIN.fullmatch(label) for label in labels):
        raise NotAnIdentifier(Kind.EMAIL, _HELP)
    return domain


def _piece(text: str) -> str:
    if len(text.strip("*?")) < 3 or not re.fullmatch(r"[\w.!#$%&'*+/=?^`{|}~-]+", text):
        raise NotAnIdentifier(Kind.EMAIL, _("At least three letters are needed."))
    return text
