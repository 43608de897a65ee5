"""Sealed values open where they belong and nowhere else; a process holds its own keys and no others."""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import TypedDict

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.encoding import Base64Encoder
from nacl.public import PrivateKey
from nacl.utils import random as random_bytes

from ugly_mugs import vault
from ugly_mugs.contract import MissingSetting
from ugly_mugs.vault import WEB_KEYS, WORKER_KEYS, CannotOpen, DataKey, KeyNotHere, Vault


class Cell(TypedDict):
    """Where a sealed value stands."""

    table: str
    column: str
    row: object


HERE = Cell(table="report", column="body", row=1)
ELSEWHERE = [
    Cell(table="alert", column="body", row=1),
    Cell(table="report", column="notes", row=1),
    Cell(table="report", column="body", row=2),
]
DESK = PrivateKey.generate()


def a_vault() -> Vault:
    return Vault(
        {
            "subscriber": (random_bytes(32),),
            "index_subscriber": (random_bytes(32),),
            "index_identifier": (random_bytes(32),),
            "desk_public": (bytes(DESK.public_key),),
            "desk_private": (bytes(DESK),),
        }
    )


def a_key() -> str:
    return Base64Encoder.encode(random_bytes(32)).decode()


@given(plain=st.binary(max_size=200))
def test_what_was_sealed_comes_back(plain: bytes) -> None:
    keys, data_key = a_vault(), DataKey.new()

    opened = {
        keys.open("subscriber", keys.seal("subscriber", plain, **HERE), **HERE),
        keys.open_at_desk(keys.seal_to_desk(plain, **HERE), **HERE),
        data_key.open(data_key.seal(plain, **HERE), **HERE),
    }

    assert opened == {plain}


@pytest.mark.parametrize("cell", ELSEWHERE)
def test_a_value_moved_to_another_cell_does_not_open(cell: Cell) -> None:
    keys, data_key = a_vault(), DataKey.new()

    with pytest.raises(CannotOpen):
        keys.open("subscriber", keys.seal("subscriber", b"hers", **HERE), **cell)
    with pytest.raises(CannotOpen):
        keys.open_at_desk(keys.seal_to_desk(b"hers", **HERE), **cell)
    with pytest.raises(CannotOpen):
        data_key.open(data_key.seal(b"hers", **HERE), **cell)


@pytest.mark.parametrize("length", [0, 10, 24, 40, -1])
def test_a_value_that_was_cut_does_not_open(length: int) -> None:
    keys, data_key = a_vault(), DataKey.new()

    with pytest.raises(CannotOpen):
        keys.open("subscriber", keys.seal("subscriber", b"hers", **HERE)[:length], **HERE)
    with pytest.raises(CannotOpen):
        keys.open_at_desk(keys.seal_to_desk(b"hers", **HERE)[:length], **HERE)
    with pytest.raises(CannotOpen):
        data_key.open(data_key.seal(b"hers", **HERE)[:length], **HERE)


def test_after_a_change_of_keys_old_values_still_open_and_new_ones_use_the_new_key() -> None:
    old, new = Vault({"subscriber": (random_bytes(32),)}), random_bytes(32)
    both = Vault({"subscriber": (new, old.raw("subscriber"))})
    only_new = Vault({"subscriber": (new,)})

    before = old.seal("subscriber", b"a number", **HERE)
    after = both.seal("subscriber", b"a number", **HERE)

    assert both.open("subscriber", before, **HERE) == b"a number"
    assert only_new.open("subscriber", after, **HERE) == b"a number"
    with pytest.raises(CannotOpen):
        only_new.open("subscriber", before, **HERE)


def test_the_desk_still_opens_what_was_sealed_to_its_old_half() -> None:
    old, new = a_vault(), PrivateKey.generate()
    desk = replace(old, keys={**old.keys, "desk_private": (bytes(new), bytes(DESK))})

    sealed = old.seal_to_desk(b"her story", **HERE)

    assert desk.open_at_desk(sealed, **HERE) == b"her story"


def test_the_same_number_sealed_twice_cannot_be_told_to_be_the_same() -> None:
    keys = a_vault()

    assert keys.seal("subscriber", b"a number", **HERE) != keys.seal("subscriber", b"a number", **HERE)


def test_equal_values_give_equal_tags_under_one_key_and_different_ones_under_two() -> None:
    keys = a_vault()

    tag = keys.tag("index_subscriber", "sms", "+447700900123")

    assert tag == keys.tag("index_subscriber", "sms", "+447700900123")
    assert tag != keys.tag("index_identifier", "sms", "+447700900123")
    assert tag != keys.tag("index_subscriber", "sms+447700900123", "")
    assert tag != a_vault().tag("index_subscriber", "sms", "+447700900123")


def test_no_key_shows_when_a_vault_is_printed() -> None:
    keys, data_key = a_vault(), DataKey.new()

    printed = repr(keys) + repr(data_key)

    assert repr(data_key.raw) not in printed
    assert not any(repr(raw) in printed for raws in keys.keys.values() for raw in raws)


def test_a_password_fits_its_own_hash_only() -> None:
    hashed = vault.hash_password("a long made-up password")

    assert vault.password_fits("a long made-up password", hashed)
    assert not vault.password_fits("another", hashed)
    assert not vault.password_fits("another", "-")
    assert "made-up" not in hashed


def load(folder: Path, wanted: set[str], *, production: bool = True, **env: str) -> Vault:
    return vault.load(folder, env, wanted, production=production)


@pytest.fixture
def folder(key_folder: Path, tmp_path: Path) -> Path:
    """A folder with only the intake's keys."""
    for name in WEB_KEYS["intake"]:
        shutil.copy(key_folder / name, tmp_path)
    return tmp_path


def test_intake_holds_nothing_that_opens_a_report(folder: Path) -> None:
    intake = load(folder, set(WEB_KEYS["intake"]))

    sealed = intake.seal_to_desk(b"her story", **HERE)

    with pytest.raises(KeyNotHere):
        intake.open_at_desk(sealed, **HERE)


def test_only_the_desk_and_its_worker_are_given_the_key_that_opens_reports() -> None:
    holders = {part for part, names in WEB_KEYS.items() if "desk_private" in names}
    workers = {part for part, names in WORKER_KEYS.items() if "desk_private" in names}

    assert (holders, workers) == ({"desk"}, {"desk"})


@pytest.mark.parametrize("name", sorted(WEB_KEYS["intake"]))
def test_a_missing_key_stops_the_start_with_its_name(folder: Path, name: str) -> None:
    (folder / name).unlink()

    with pytest.raises(MissingSetting, match=rf"^UGLY_MUGS_KEY_{name.upper()}: not set"):
        load(folder, set(WEB_KEYS["intake"]))


def test_a_key_that_this_process_must_not_hold_stops_the_start(folder: Path, key_folder: Path) -> None:
    shutil.copy(key_folder / "desk_private", folder)

    with pytest.raises(MissingSetting, match=r"^UGLY_MUGS_KEY_DESK_PRIVATE: this process must not hold it"):
        load(folder, set(WEB_KEYS["intake"]))


def test_so_does_one_in_the_environment(folder: Path) -> None:
    with pytest.raises(MissingSetting, match=r"^UGLY_MUGS_KEY_LINK: this process must not hold it"):
        load(folder, set(WEB_KEYS["intake"]), UGLY_MUGS_KEY_LINK=a_key())


@pytest.mark.parametrize(
    "text",
    [
        "c2hvcnQ=",
        Base64Encoder.encode(bytes(32)).decode(),
        Base64Encoder.encode(b"0123" * 8).decode(),
        "not base64 at all!",
        Base64Encoder.encode(random_bytes(33)).decode(),
    ],
    ids=["short", "zeros", "a pattern", "words", "long"],
)
def test_a_key_that_is_none_stops_the_start_with_its_name_and_is_not_repeated(folder: Path, text: str) -> None:
    (folder / "code_pepper").write_text(text)

    with pytest.raises(MissingSetting, match=r"^UGLY_MUGS_KEY_CODE_PEPPER: ") as raised:
        load(folder, set(WEB_KEYS["intake"]))

    assert text not in str(raised.value)


def test_the_same_key_twice_is_no_change_of_keys(folder: Path) -> None:
    key = a_key()
    (folder / "session").write_text(f"{key}\n{key}\n")

    with pytest.raises(MissingSetting, match=r"^UGLY_MUGS_KEY_SESSION: holds the same key twice"):
        load(folder, set(WEB_KEYS["intake"]))


def test_a_key_made_for_the_demo_opens_the_demo_and_no_production(folder: Path) -> None:
    (folder / "session").write_text(vault.DEMO_MARK + a_key())

    assert load(folder, set(WEB_KEYS["intake"]), production=False).has("session")
    with pytest.raises(MissingSetting, match=r"^UGLY_MUGS_KEY_SESSION: is a key made for the demo"):
        load(folder, set(WEB_KEYS["intake"]))


def test_the_environment_comes_before_the_file(folder: Path) -> None:
    key = a_key()

    loaded = load(folder, set(WEB_KEYS["intake"]), UGLY_MUGS_KEY_SESSION=key)

    assert loaded.raw("session") == Base64Encoder.decode(key.encode())


def test_a_feed_certificate_that_is_no_pem_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "feed_certificate").write_text(a_key())

    with pytest.raises(MissingSetting, match=r"^UGLY_MUGS_KEY_FEED_CERTIFICATE: is not PEM"):
        load(tmp_path, set(WEB_KEYS["feed"]))
