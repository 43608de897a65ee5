"""Every rule that finds something, in one call."""

from collections.abc import Callable, Iterable
from typing import Final

from . import addresses, figures, introduced, mailboxes, nations, phones, plates, postcodes, profiles, towns, usernames
from .spans import Found, settled

_RULES: Final[tuple[Callable[[str], Iterable[Found]], ...]] = (
    figures.find,
    introduced.find,
    phones.find,
    plates.find,
    mailboxes.find,
    profiles.find,
    usernames.find,
    postcodes.find,
    addresses.find,
    towns.find,
    nations.find,
)


def find(text: str) -> list[Found]:
    """What the rules find in *text*; of two that overlap, the surer."""
    return settled(found for rule in _RULES for found in rule(text))
