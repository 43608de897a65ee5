"""One spelling for every phone, email, username and registration, wherever it is read.

    normalise(Kind.VRM, "tl i5 wzm")      ->  Normal(Kind.VRM, "TL15WZM", partial=False)
    normalise(Kind.PHONE, "ends 900447")  ->  Normal(Kind.PHONE, "*900447", partial=True)

In a partial value ``?`` is one unknown character and ``*`` is any number of them.
"""

from collections.abc import Callable
from typing import Final

from . import email, handle, phone, registration
from .kinds import UNREADABLE, Kind, Normal, NotAnIdentifier, clean
from .phone import mobile

__all__ = ["VERSION", "Kind", "Normal", "NotAnIdentifier", "fold", "mobile", "normalise"]

VERSION: Final = 2
"""Stored with every tag made from a normal value; goes up whenever one value would come out differently."""

_READERS: Final[dict[Kind, Callable[[str], str]]] = {
    Kind.PHONE: phone.read,
    Kind.EMAIL: email.read,
    Kind.HANDLE: handle.read,
    Kind.VRM: registration.read,
}

# Looks the same at night, in a mirror or in a hurry.
_MISREAD: Final = str.maketrans("OoIiSsZzBb", "0011552288")


def normalise(kind: Kind, value: str) -> Normal:
    """Read *value* as typed by a person; raise `NotAnIdentifier` with words for them."""
    read = _READERS[kind]
    normal = read(clean(kind, value))
    # A normal value is one that reads as itself; what keeps changing is no identifier.
    for _again in range(4):
        before, normal = normal, read(clean(kind, normal))
        if normal == before:
            break
    else:
        raise NotAnIdentifier(kind, UNREADABLE)
    # A link keeps the question mark before its query.
    link = kind is Kind.HANDLE and "/" in normal
    return Normal(kind, normal, partial="*" in normal or ("?" in normal and not link))


def fold(kind: Kind, normal: str) -> str:
    """Turn a normal value into the key under which misread twins meet."""
    if kind is Kind.HANDLE:
        # The same name on two sites, or on a site nobody wrote down, is worth a second look.
        normal = normal.rpartition(":")[2]
    return normal.translate(_MISREAD)
