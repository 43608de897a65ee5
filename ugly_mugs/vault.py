"""Keys and sealing. Sealed values are bound to their table, column and row: swapped or cut, they fail.

One library (PyNaCl): XChaCha20-Poly1305 for what we open ourselves, sealed boxes for what only the
desk opens, keyed BLAKE2b for blind indexes, Argon2id for what people remember or carry.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from nacl import pwhash
from nacl.bindings import (
    crypto_aead_xchacha20poly1305_ietf_decrypt,
    crypto_aead_xchacha20poly1305_ietf_encrypt,
)
from nacl.encoding import Base64Encoder, RawEncoder
from nacl.exceptions import CryptoError, InvalidkeyError
from nacl.hash import blake2b
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.utils import random as random_bytes

from .contract import MissingSetting

KEY_SIZE = 32
NONCE_SIZE = 24
DEMO_MARK = "demo:"
SYMMETRIC = ("code_pepper", "index_identifier", "index_subscriber", "subscriber", "link", "session")
NAMES = ("desk_public", "desk_private", *SYMMETRIC, "feed_key", "feed_certificate")

WEB_KEYS: Mapping[str, frozenset[str]] = {
    "intake": frozenset({"desk_public", "code_pepper", "session"}),
    "desk": frozenset({"desk_public", "desk_private", "session"}),
    "member": frozenset({"index_subscriber", "subscriber", "link", "session"}),
    "hooks": frozenset({"index_subscriber", "subscriber", "link"}),
    "feed": frozenset({"feed_certificate"}),
}
WORKER_KEYS: Mapping[str, frozenset[str]] = {
    "deliver": frozenset({"subscriber", "link"}),
    "desk": frozenset({"desk_public", "desk_private", "index_identifier"}),
    "feed": frozenset({"feed_key", "feed_certificate"}),
}


class KeyNotHere(Exception):
    """This process does not hold the key that was asked for."""


class CannotOpen(Exception):
    """A sealed value was swapped, cut, or sealed under a key we do not have."""


@dataclass(frozen=True, slots=True)
class DataKey:
    """A key of one report's own; who deletes it has forgotten the report."""

    raw: bytes = field(repr=False)

    @classmethod
    def new(cls) -> "DataKey":
        """Make a fresh one."""
        return cls(random_bytes(KEY_SIZE))

    def seal(self, plain: bytes, *, table: str, column: str, row: object) -> bytes:
        """Seal *plain* for one cell."""
        return _seal(self.raw, plain, _cell(table, column, row))

    def open(self, sealed: bytes, *, table: str, column: str, row: object) -> bytes:
        """Open what was sealed for one cell; raise `CannotOpen` for any other."""
        return _open(self.raw, sealed, _cell(table, column, row))


@dataclass(frozen=True, slots=True)
class Vault:
    """The keys this process holds, by name; for each the current one first, then old ones."""

    keys: Mapping[str, tuple[bytes, ...]] = field(default_factory=dict, repr=False)

    def raw(self, name: str) -> bytes:
        """The current key called *name*."""
        return self._all(name)[0]

    def has(self, name: str) -> bool:
        """Whether this process holds *name*."""
        return name in self.keys

    def seal(self, name: str, plain: bytes, *, table: str, column: str, row: object) -> bytes:
        """Seal *plain* for one cell under the key *name*."""
        return _seal(self.raw(name), plain, _cell(table, column, row))

    def open(self, name: str, sealed: bytes, *, table: str, column: str, row: object) -> bytes:
        """Open what `seal` made for this cell, also under an older key; raise `CannotOpen`."""
        for key in self._all(name):
            try:
                return _open(key, sealed, _cell(table, column, row))
            except CannotOpen:
                continue
        raise CannotOpen(f"{table}.{column}")

    def seal_to_desk(self, plain: bytes, *, table: str, column: str, row: object) -> bytes:
        """Seal *plain* so that only the desk's private half opens it."""
        box = SealedBox(PublicKey(self.raw("desk_public")))
        return bytes(box.encrypt(_digest(_cell(table, column, row)) + plain))

    def open_at_desk(self, sealed: bytes, *, table: str, column: str, row: object) -> bytes:
        """Open what `seal_to_desk` made for this cell; raise `CannotOpen`."""
        for key in self._all("desk_private"):
            try:
                plain = bytes(SealedBox(PrivateKey(key)).decrypt(sealed))
            except (CryptoError, ValueError, TypeError):
                continue
            mark, rest = plain[:16], plain[16:]
            if mark == _digest(_cell(table, column, row)):
                return rest
        raise CannotOpen(f"{table}.{column}")

    def tag(self, name: str, *parts: str) -> bytes:
        """A blind index of *parts* under the key *name*: equal parts, equal 32 bytes."""
        return keyed_hash(self.raw(name), "\x1f".join(parts).encode())

    def _all(self, name: str) -> tuple[bytes, ...]:
        try:
            return self.keys[name]
        except KeyError:
            raise KeyNotHere(name) from None


def keyed_hash(key: bytes, data: bytes) -> bytes:
    """Keyed BLAKE2b of *data*: 32 bytes."""
    return blake2b(data, digest_size=32, key=key, encoder=RawEncoder)


def stretch(secret: bytes, *, salt: bytes, size: int) -> bytes:
    """Argon2id of *secret* (19 MiB, two passes, about 12 ms): *size* bytes; *salt* is 16 bytes."""
    return pwhash.argon2id.kdf(size, secret, salt, opslimit=2, memlimit=19 * 1024 * 1024)


def hash_password(password: str) -> str:
    """Argon2id of *password*, with its salt and cost, as one string."""
    return pwhash.argon2id.str(password.encode(), opslimit=2, memlimit=19 * 1024 * 1024).decode()


def password_fits(password: str, hashed: str) -> bool:
    """Whether *password* is the one that was hashed."""
    try:
        return pwhash.argon2id.verify(hashed.encode(), password.encode())
    except (InvalidkeyError, CryptoError):
        return False


def load(folder: Path, env: Mapping[str, str], wanted: Iterable[str], *, production: bool) -> Vault:
    """The keys *wanted*, for a process that stays: it refuses to be anywhere near others.

    Raises `MissingSetting` for a key that is missing, short, made for the demo, or not ours to have.
    """
    wanted = frozenset(wanted)
    for name in NAMES:
        if name not in wanted and _found(folder, env, name):
            raise MissingSetting(f"{_setting(name)}: this process must not hold it (it was asked to serve other parts)")
    return take(folder, env, wanted, production=production)


def take(folder: Path, env: Mapping[str, str], wanted: Iterable[str], *, production: bool) -> Vault:
    """The keys *wanted*, from files in *folder* or `UGLY_MUGS_KEY_…`; others are left where they are.

    For a command that somebody types where all of them lie. Raises `MissingSetting`.
    """
    keys: dict[str, tuple[bytes, ...]] = {}
    for name in sorted(wanted):
        setting = _setting(name)
        text = _found(folder, env, name)
        if not text:
            raise MissingSetting(f"{setting}: not set, and no file {name} in UGLY_MUGS_KEYS; `keys new` makes one")
        keys[name] = _parse(text, name, setting, production=production)
    return Vault(keys)


def _setting(name: str) -> str:
    return f"UGLY_MUGS_KEY_{name.upper()}"


def _found(folder: Path, env: Mapping[str, str], name: str) -> str:
    return env.get(_setting(name)) or _read(folder / name)


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise MissingSetting(f"UGLY_MUGS_KEYS: cannot read {path.name}: {error.strerror}") from None


def _parse(text: str, name: str, setting: str, *, production: bool) -> tuple[bytes, ...]:
    if production and text.startswith(DEMO_MARK):
        raise MissingSetting(f"{setting}: is a key made for the demo; make one with `keys new`")
    if name.startswith("feed_"):
        pem = text.removeprefix(DEMO_MARK).strip()
        if not pem.startswith("-----BEGIN "):
            raise MissingSetting(f"{setting}: is not PEM")
        return (pem.encode() + b"\n",)
    found = tuple(_decode(line.strip().removeprefix(DEMO_MARK), setting) for line in text.split())
    if len(set(found)) != len(found):
        raise MissingSetting(f"{setting}: holds the same key twice")
    return found


def _decode(line: str, setting: str) -> bytes:
    try:
        raw = Base64Encoder.decode(line.encode())
    except ValueError:
        raise MissingSetting(f"{setting}: is not base64") from None
    if len(raw) != KEY_SIZE or len(set(raw)) < 8:
        raise MissingSetting(f"{setting}: must be {KEY_SIZE} random bytes in base64")
    return raw


def _cell(table: str, column: str, row: object) -> bytes:
    return f"{table}\x1f{column}\x1f{row}".encode()


def _digest(cell: bytes) -> bytes:
    return blake2b(cell, digest_size=16, encoder=RawEncoder)


def _seal(key: bytes, plain: bytes, cell: bytes) -> bytes:
    nonce = random_bytes(NONCE_SIZE)
    return nonce + crypto_aead_xchacha20poly1305_ietf_encrypt(plain, cell, nonce, key)


def _open(key: bytes, sealed: bytes, cell: bytes) -> bytes:
    try:
        return crypto_aead_xchacha20poly1305_ietf_decrypt(sealed[NONCE_SIZE:], cell, sealed[:NONCE_SIZE], key)
    except (CryptoError, ValueError):
        raise CannotOpen from None
