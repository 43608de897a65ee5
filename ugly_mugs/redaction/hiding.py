"""A text without what is to be hidden: a word for what it was stands in its place, never as long as it was."""

from collections.abc import Iterable
from typing import Final

from .spans import Label, Role, Span

_WORDS: Final = {
    Label.PERSON: "name",
    Label.PHONE: "phone",
    Label.VRM: "registration",
    Label.EMAIL: "email",
    Label.HANDLE: "username",
    Label.PROFILE: "profile",
    Label.ADDRESS: "address",
    Label.POSTCODE: "postcode",
    Label.ORG: "place",
    Label.AGE: "age",
    Label.NATIONALITY: "nationality",
    Label.DOB: "date of birth",
    Label.NINO: "insurance number",
    Label.DATE: "date",
    Label.TIME: "time",
    Label.LOC: "place",
    Label.PRICE: "price",
}


def hide(text: str, spans: Iterable[Span]) -> str:
    """Put "[her name]" or "[their phone]" where *spans* of hers and of others on her side stand."""
    written, before = [], 0
    for span in sorted(spans, key=lambda each: each.start):
        if span.role.is_hidden:
            whose = "her" if span.role is Role.REPORTER else "their"
            written += [text[before : span.start], f"[{whose} {_WORDS[span.label]}]"]
            before = span.end
    return "".join([*written, text[before:]])
