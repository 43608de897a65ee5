"""Where somebody can be told: a mobile number or an email address, in its one spelling."""

import re
from typing import Final

from .. import identifiers
from ..identifiers import Kind, NotAnIdentifier
from ..languages import lazy

TEXT: Final = "sms"
EMAIL: Final = "email"

_SENDABLE: Final = re.compile(r"[a-z0-9.!#$%&'+/=_-]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z][a-z0-9-]+")
_MADE_UP: Final = re.compile(r"(^|\.)(example(\.(com|net|org))?|test|invalid|localhost)$")


class BadAddress(ValueError):
    """Nothing can be sent there; *words* say why to the person, and never repeat what was typed."""

    def __init__(self, words: lazy) -> None:
        super().__init__()
        self.words = words


def read(channel: str, typed: str, *, is_demo: bool) -> str:
    """The number or address that *typed* means; made-up ones only in the demo. Raise `BadAddress`."""
    try:
        if channel == TEXT:
            return identifiers.mobile(typed, allow_drama=is_demo)
        found = identifiers.normalise(Kind.EMAIL, typed)
    except NotAnIdentifier as error:
        raise BadAddress(lazy(error.why) if channel == TEXT else NOT_EMAIL) from None
    if found.partial or not _SENDABLE.fullmatch(found.value):
        raise BadAddress(NOT_EMAIL)
    if not is_demo and _MADE_UP.search(found.value.rpartition("@")[2]):
        raise BadAddress(NOT_REAL)
    return found.value


NOT_EMAIL: Final = lazy("Write an email address, like name@example.org.")
NOT_REAL: Final = lazy("This address is made up, so nobody can get an email there.")
