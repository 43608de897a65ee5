"""Keys are made once, for their owner's eyes, and never half."""

import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from ugly_mugs import keys, vault
from ugly_mugs.contract import MissingSetting

NOW = datetime(2026, 11, 25, tzinfo=UTC)


def make(folder: Path, mark: str = "") -> list[str]:
    return keys.make(folder, host="notes.example", now=NOW, mark=mark)


def contents(folder: Path) -> dict[str, str]:
    return {file.name: file.read_text() for file in folder.iterdir()}


def test_every_key_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "keys"

    made = make(folder)

    assert sorted(made) == sorted(vault.NAMES) == sorted(contents(folder))
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}


def test_every_part_can_start_with_the_keys_that_were_made(tmp_path: Path) -> None:
    make(tmp_path)

    loaded = vault.load(tmp_path, {}, vault.NAMES, production=True)

    assert all(loaded.has(name) for name in vault.NAMES)
    assert loaded.open_at_desk(loaded.seal_to_desk(b"x", table="t", column="c", row=1), table="t", column="c", row=1)


def test_making_keys_again_changes_none(tmp_path: Path) -> None:
    make(tmp_path)
    before = contents(tmp_path)

    made = make(tmp_path)

    assert made == []
    assert contents(tmp_path) == before


def test_a_lost_key_is_made_anew_and_the_others_stay(tmp_path: Path) -> None:
    make(tmp_path)
    before = contents(tmp_path)
    (tmp_path / "session").unlink()

    made = make(tmp_path)

    after = contents(tmp_path)
    assert made == ["session"]
    assert after.pop("session") != before.pop("session")
    assert after == before


@pytest.mark.parametrize("lost", ["desk_public", "desk_private", "feed_key", "feed_certificate"])
def test_half_a_pair_is_never_replaced_since_what_it_sealed_would_be_lost(tmp_path: Path, lost: str) -> None:
    make(tmp_path)
    (tmp_path / lost).unlink()
    before = contents(tmp_path)

    with pytest.raises(FileExistsError, match=lost):
        make(tmp_path)

    assert contents(tmp_path) == before


def test_no_two_installations_have_a_key_in_common(tmp_path: Path) -> None:
    make(tmp_path / "one")
    make(tmp_path / "other")

    assert not set(contents(tmp_path / "one").values()) & set(contents(tmp_path / "other").values())


def test_keys_of_the_demo_say_so_and_production_refuses_each(tmp_path: Path) -> None:
    make(tmp_path, vault.DEMO_MARK)

    vault.load(tmp_path, {}, vault.NAMES, production=False)
    for name in vault.NAMES:
        text = (tmp_path / name).read_text()
        with pytest.raises(MissingSetting, match=f"^UGLY_MUGS_KEY_{name.upper()}: is a key made for the demo"):
            vault.load(tmp_path / "none", {f"UGLY_MUGS_KEY_{name.upper()}": text}, {name}, production=True)


def test_the_feeds_certificate_is_of_its_key_and_for_signing_only(tmp_path: Path) -> None:
    make(tmp_path)

    certificate = x509.load_pem_x509_certificate((tmp_path / "feed_certificate").read_bytes())
    key = serialization.load_pem_private_key((tmp_path / "feed_key").read_bytes(), password=None)

    assert certificate.public_key() == key.public_key()
    usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    assert (usage.digital_signature, usage.key_cert_sign) == (True, False)
    assert certificate.not_valid_before_utc < NOW < certificate.not_valid_after_utc
