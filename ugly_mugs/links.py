"""Tokens for links in messages: opaque, made for one purpose, and not to be made by anybody else."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error

from .vault import CannotOpen, Vault

LONGEST = 400


class BadLink(Exception):
    """Not a token of ours, or one for another purpose."""


def make(vault: Vault, purpose: str, value: str) -> str:
    """A token for *value* that only `read` with the same *purpose* opens."""
    sealed = vault.seal("link", value.encode(), table="link", column=purpose, row="")
    return urlsafe_b64encode(sealed).decode().rstrip("=")


def read(vault: Vault, purpose: str, token: str) -> str:
    """The value that *token* was made for; raise `BadLink`."""
    if len(token) > LONGEST or not token.isascii():
        raise BadLink
    try:
        sealed = urlsafe_b64decode(token + "=" * (-len(token) % 4))
        return vault.open("link", sealed, table="link", column=purpose, row="").decode()
    except (CannotOpen, Error, ValueError):
        raise BadLink from None
