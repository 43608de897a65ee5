"""X1: production does not start with anything that is unsafe, made for the demo, or that would out a reader."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests import makers
from ugly_mugs import boot, config, keys
from ugly_mugs.contract import MissingSetting
from ugly_mugs.models import DEMO_MARK, House
from ugly_mugs.vault import DEMO_MARK as DEMO_KEY
from ugly_mugs.vault import NAMES

SENDER = {"number": "+447911123456", "pence": "4.0"}
SAFE = {
    "UGLY_MUGS_PUBLIC_URL": "https://notes.org.uk",
    "UGLY_MUGS_LISTEN": "127.0.0.1:1",
    "UGLY_MUGS_TWILIO_ACCOUNT_SID": "AC" + "0123456789abcdef" * 2,
    "UGLY_MUGS_TWILIO_AUTH_TOKEN": "0123456789abcdef" * 2,
    "UGLY_MUGS_SENDERS": json.dumps([SENDER]),
    "UGLY_MUGS_SMTP_URL": "smtps://mail.notes.org.uk",
    "UGLY_MUGS_EMAIL_FROM": "Notes <post@notes.org.uk>",
}
UNSAFE = {
    "address without TLS": {"UGLY_MUGS_PUBLIC_URL": "http://notes.org.uk"},
    "address that outs": {"UGLY_MUGS_PUBLIC_URL": "https://uglymugs.org.uk"},
    "title that outs": {"UGLY_MUGS_TITLE": "Mugs"},
    "sender that outs": {"UGLY_MUGS_SENDERS": json.dumps([SENDER | {"number": "SEXWORK"}])},
    "sender that is blocked": {"UGLY_MUGS_SENDERS": json.dumps([SENDER | {"number": "SafeAlert"}])},
    "sender of the demo": {"UGLY_MUGS_SENDERS": json.dumps([SENDER | {"number": "+447700900001"}])},
    "mail that outs": {"UGLY_MUGS_EMAIL_FROM": "Ugly Mugs <post@notes.org.uk>"},
    "mail of the demo": {"UGLY_MUGS_EMAIL_FROM": "post@example.org"},
    "mail in clear": {"UGLY_MUGS_SMTP_URL": "smtp://mail.notes.org.uk"},
    "number of the demo": {"UGLY_MUGS_OWN_NUMBER": "07700 900999"},
    "carrier without TLS": {"UGLY_MUGS_TWILIO_API_URL": "http://127.0.0.1:8090/carrier"},
    "account of the demo": {"UGLY_MUGS_TWILIO_ACCOUNT_SID": "AC123"},
    "token of the demo": {"UGLY_MUGS_TWILIO_AUTH_TOKEN": "0" * 32},
    "short key": {"UGLY_MUGS_KEY_SESSION": "c2hvcnQ="},
    "key of one letter": {"UGLY_MUGS_KEY_SESSION": "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE="},
    "no such mode": {"UGLY_MUGS_ENV": "debug"},
}


def start(env: dict[str, str], *command: str) -> subprocess.CompletedProcess[str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("UGLY_MUGS_")}
    return subprocess.run(
        [sys.executable, "-m", "ugly_mugs", *command],
        env=own | env,
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def settings(sqlite_url: str, folder: Path) -> dict[str, str]:
    return SAFE | {"UGLY_MUGS_DATABASE_URL": sqlite_url, "UGLY_MUGS_KEYS": str(folder), "UGLY_MUGS_VAR": str(folder)}


@pytest.mark.parametrize("what", UNSAFE)
def test_it_does_not_start_with_a(what: str, sqlite_url: str, key_folder: Path) -> None:
    wrong = UNSAFE[what]

    ended = start(settings(sqlite_url, key_folder) | wrong, "run")

    (name,) = wrong
    value = wrong[name]
    assert ended.returncode == 2, ended.stderr
    assert ended.stderr.startswith(f"{name}: ")
    assert ended.stderr.count("\n") == 1
    assert name.startswith(("UGLY_MUGS_SENDERS",)) or value not in ended.stderr


@pytest.mark.parametrize("name", NAMES)
def test_it_does_not_start_with_a_key_made_for_the_demo(name: str, sqlite_url: str, tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    keys.make(folder, host="notes.org.uk", now=datetime.now(UTC))
    (folder / name).write_text(DEMO_KEY + (folder / name).read_text())

    with pytest.raises(MissingSetting, match=f"^UGLY_MUGS_KEY_{name.upper()}: is a key made for the demo"):
        boot.open_service(
            config.read(env="production", public_url="https://notes.org.uk", database_url=sqlite_url, keys=folder),
            env={},
            web=makers.ALL_WEB,
            work=makers.ALL_WORK,
            channels={},
        )


async def test_it_does_not_start_on_a_database_of_the_demo(sqlite_url: str, key_folder: Path, tmp_path: Path) -> None:
    there: dict[str, Any] = {"env": "production", "public_url": "https://notes.org.uk"}
    async with makers.a_service(sqlite_url, key_folder, var=tmp_path, **there) as service:
        await boot.check_database(service)
        async with service.transaction() as session:
            session.add(House(name=DEMO_MARK, value="yes"))

        with pytest.raises(MissingSetting, match=r"^UGLY_MUGS_DATABASE_URL: is a database of the demo"):
            await boot.check_database(service)
