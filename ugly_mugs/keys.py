"""Makes the key files of a new installation."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from nacl.encoding import Base64Encoder
from nacl.public import PrivateKey
from nacl.utils import random as random_bytes

from .config import make_folder
from .vault import KEY_SIZE, NAMES, SYMMETRIC

CERTIFICATE_YEARS = 5


def make(folder: Path, *, host: str, now: datetime, mark: str = "") -> list[str]:
    """Write the keys that *folder* does not have yet, readable by the owner alone; say which.

    *mark* is `vault.DEMO_MARK` for keys that production must refuse.
    """
    make_folder(folder, setting="KEYS")
    folder.chmod(0o700)
    missing = [name for name in NAMES if not (folder / name).exists()]
    _keep_pairs_whole(missing)
    for name, text in _fresh(missing, host=host, now=now):
        path = folder / name
        path.touch(mode=0o600)
        path.write_text(mark + text + "\n")
    return missing


def _keep_pairs_whole(missing: Iterable[str]) -> None:
    for pair in (("desk_public", "desk_private"), ("feed_key", "feed_certificate")):
        lost = [name for name in pair if name in missing]
        if len(lost) == 1:
            raise FileExistsError(f"{lost[0]} is missing but its other half is there: put it back from a backup")


def _fresh(names: Iterable[str], *, host: str, now: datetime) -> list[tuple[str, str]]:
    made: dict[str, str] = {name: _encode(random_bytes(KEY_SIZE)) for name in SYMMETRIC}
    pair = PrivateKey.generate()
    made["desk_private"], made["desk_public"] = _encode(bytes(pair)), _encode(bytes(pair.public_key))
    made["feed_key"], made["feed_certificate"] = _feed_pair(host, now=now)
    return [(name, made[name]) for name in names]


def _encode(raw: bytes) -> str:
    return Base64Encoder.encode(raw).decode()


def _feed_pair(host: str, *, now: datetime) -> tuple[str, str]:
    """An EC P-256 key and its own certificate, to be pinned by those who read the feed."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365 * CERTIFICATE_YEARS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=True,
                content_commitment=True,
                key_encipherment=False,
                data_encipherment=False,
                key_agreement=False,
                key_cert_sign=False,
                crl_sign=False,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private.decode().strip(), certificate.public_bytes(serialization.Encoding.PEM).decode().strip()
