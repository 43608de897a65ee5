"""The real program, started as somebody at a terminal starts it: what it says, and how it ends."""

import fcntl
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen
from uuid import uuid4

import pytest
from typer.testing import CliRunner

from tests import makers
from ugly_mugs import keys
from ugly_mugs.__main__ import app
from ugly_mugs.desk import accounts
from ugly_mugs.feed import tokens
from ugly_mugs.models import ModeratorState
from ugly_mugs.service import Service
from ugly_mugs.vault import WEB_KEYS, WORKER_KEYS

ROOT = Path(__file__).parents[1]
SECONDS = 40
COMMANDS = (
    ["run"], ["web"], ["worker"], ["migrate"], ["doctor"], ["bounce"], ["link"], ["keys", "new"],
    ["moderator", "add"], ["moderator", "list"], ["moderator", "close"],
    ["scheme", "add"], ["scheme", "token"], ["scheme", "list"], ["scheme", "revoke"],
    ["audit", "verify"],
)  # fmt: skip
TEXTS = {
    "UGLY_MUGS_TWILIO_ACCOUNT_SID": "AC" + "0123456789abcdef" * 2,
    "UGLY_MUGS_TWILIO_AUTH_TOKEN": "0123456789abcdef" * 2,
    "UGLY_MUGS_SENDERS": json.dumps([{"number": "+447400123456"}]),
}
MAIL = {"UGLY_MUGS_SMTP_URL": "smtps://mail.invalid", "UGLY_MUGS_EMAIL_FROM": "notes@a-real-name.org.uk"}


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("UGLY_MUGS_")}
    return {**kept, **settings}


def command(*words: str, settings: Mapping[str, str], typed: str = "") -> subprocess.CompletedProcess[str]:
    """Run one command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "ugly_mugs", *words],
        cwd=ROOT,
        env=environment(settings),
        input=typed,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


def a_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


@pytest.fixture
def settings(sqlite_url: str, key_folder: Path, tmp_path: Path) -> dict[str, str]:
    """A house on this computer with its tables and keys, and nobody in it."""
    return {
        "UGLY_MUGS_ENV": "demo",
        "UGLY_MUGS_DATABASE_URL": sqlite_url,
        "UGLY_MUGS_KEYS": str(key_folder),
        "UGLY_MUGS_VAR": str(tmp_path),
    }


@pytest.fixture
def in_production(sqlite_url: str, tmp_path: Path) -> dict[str, str]:
    """A house in production, with keys of its own."""
    made = {
        "UGLY_MUGS_DATABASE_URL": sqlite_url,
        "UGLY_MUGS_KEYS": str(tmp_path / "keys"),
        "UGLY_MUGS_VAR": str(tmp_path),
        "UGLY_MUGS_PUBLIC_URL": "https://notes.a-real-name.org.uk",
        "UGLY_MUGS_LISTEN": f"127.0.0.1:{a_port()}",
    }
    keys.make(tmp_path / "keys", host="notes.a-real-name.org.uk", now=datetime.now(UTC))
    return made


def with_keys_of(settings: dict[str, str], needed: Collection[str]) -> dict[str, str]:
    """The same house as one of its processes sees it: with these keys and no others."""
    here = Path(settings["UGLY_MUGS_KEYS"])
    there = here.with_name("keys of this process")
    there.mkdir()
    for name in needed:
        shutil.copy(here / name, there)
    return settings | {"UGLY_MUGS_KEYS": str(there)}


@pytest.fixture
def stays() -> Iterator[list[subprocess.Popen[str]]]:
    """Programs that stay until they are told to stop."""
    started: list[subprocess.Popen[str]] = []
    yield started
    for program in started:
        if program.poll() is None:
            program.kill()
        program.communicate()


def start(*words: str, settings: Mapping[str, str], stays: list[subprocess.Popen[str]]) -> dict[str, object]:
    """Start a program and wait for the line that says it is ready."""
    program = subprocess.Popen(
        [sys.executable, "-m", "ugly_mugs", *words],
        cwd=ROOT,
        env=environment(settings),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    stays.append(program)
    assert program.stderr is not None
    seen = []
    until = time.monotonic() + SECONDS
    while time.monotonic() < until and (line := program.stderr.readline()):
        seen.append(line)
        if '"service.ready"' in line:
            said: dict[str, object] = json.loads(line)
            return said
    raise AssertionError("".join(seen))


def stop(program: subprocess.Popen[str]) -> int:
    program.send_signal(signal.SIGTERM)
    return program.wait(timeout=SECONDS)


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_explains_itself_with_an_example(words: list[str]) -> None:
    said = CliRunner().invoke(app, [*words, "--help"])

    assert said.exit_code == 0
    assert f"python -m ugly_mugs {' '.join(words)}" in " ".join(said.stdout.partition("Example:")[2].split())


def test_the_program_alone_lists_its_commands() -> None:
    said = command(settings={})

    assert all(words[0] in said.stdout + said.stderr for words in COMMANDS)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("UGLY_MUGS_PUBLIC_URL", "http://notes.a-real-name.org.uk"),
        ("UGLY_MUGS_KEY_SESSION", "c2hvcnQ="),
        ("UGLY_MUGS_DATABASE_URL", "sqlite+aiosqlite:////proc/nothing.db"),
    ],
)
def test_a_bad_setting_ends_the_start_with_its_name(in_production: dict[str, str], name: str, value: str) -> None:
    said = command("web", "--serve", "desk", settings=with_keys_of(in_production, WEB_KEYS["desk"]) | {name: value})

    assert said.returncode == 2
    assert name in said.stderr
    assert "Traceback" not in said.stderr


def test_a_missing_setting_of_a_channel_ends_the_start_with_its_name(in_production: dict[str, str]) -> None:
    settings = with_keys_of(in_production, WORKER_KEYS["deliver"]) | TEXTS

    said = command("worker", "--do", "deliver", settings=settings)

    assert (said.returncode, said.stderr) == (2, "UGLY_MUGS_SMTP_URL: is not set\n")


def test_an_empty_database_is_refused_with_what_to_do(settings: dict[str, str], tmp_path: Path) -> None:
    empty = settings | {"UGLY_MUGS_DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path}/empty.db"}

    before = command("scheme", "list", settings=empty)
    moved = command("migrate", settings=empty)
    after = command("scheme", "list", settings=empty)

    assert (before.returncode, "run `migrate` first" in before.stderr) == (2, True)
    assert (moved.returncode, moved.stdout) == (0, "The database is up to date.\n")
    assert (after.returncode, after.stdout) == (0, "There is no scheme yet; `scheme add` makes one.\n")


def test_an_unknown_part_is_named_with_those_there_are(settings: dict[str, str]) -> None:
    said = command("web", "--serve", "desk,kitchen", settings=settings)

    assert said.returncode == 2
    assert "--serve" in said.stderr
    assert "hooks" in said.stderr


def test_missing_keys_are_made_and_the_others_stay(in_production: dict[str, str]) -> None:
    folder = Path(in_production["UGLY_MUGS_KEYS"])
    kept = (folder / "link").read_text()
    (folder / "session").unlink()

    said = command("keys", "new", settings=in_production)

    assert (said.returncode, said.stdout) == (0, f"Made session in {folder}.\n")
    assert (folder / "link").read_text() == kept


def test_a_moderator_is_added_listed_and_closed(settings: dict[str, str]) -> None:
    added = command("moderator", "add", "Robin", "--lead", settings=settings, typed="a made-up password\n" * 2)
    again = command("moderator", "add", "robin", settings=settings, typed="a made-up password\n" * 2)
    short = command("moderator", "add", "Kim", settings=settings, typed="short\n" * 2)
    there = command("moderator", "list", settings=settings)
    closed = command("moderator", "close", "ROBIN", settings=settings)
    nobody = command("moderator", "close", "Sam", settings=settings)
    gone = command("moderator", "list", settings=settings)

    assert (added.returncode, bool(re.search(r"type in [A-Z2-7]{32}\.", added.stdout))) == (0, True)
    assert (again.returncode, again.stderr.splitlines()[-1]) == (1, "somebody has this name already")
    assert (short.returncode, "12" in short.stderr) == (1, True)
    assert there.stdout.split() == ["active", "lead,moderator", "Robin"]
    assert closed.returncode == 0
    assert (nobody.returncode, nobody.stderr) == (1, "nobody has this name\n")
    assert gone.stdout.split()[0] == "closed"


async def test_closing_an_account_ends_its_sittings(sqlite_service: Service, settings: dict[str, str]) -> None:
    await makers.a_moderator(sqlite_service, "Robin")

    said = command("moderator", "close", "Robin", settings=settings)

    async with sqlite_service.reading() as session:
        found = await accounts.named(session, "Robin")
    assert said.returncode == 0
    assert found is not None
    assert found.state is ModeratorState.CLOSED


async def test_a_schemes_token_opens_the_feed_until_it_is_revoked(
    sqlite_service: Service, settings: dict[str, str]
) -> None:
    async def opens(token: str) -> bool:
        async with sqlite_service.reading() as session:
            return await tokens.find(session, token) is not None

    first = command("scheme", "add", "Northern", "district:DL1+15", "national", settings=settings).stdout.strip()
    second = command("scheme", "token", "Northern", "--reports", settings=settings).stdout.strip()
    third = command("scheme", "token", "Northern", settings=settings)
    listed = command("scheme", "list", settings=settings).stdout
    one = re.findall(r"[0-9a-f-]{36}", listed)[0]
    before = [await opens(first), await opens(second)]
    ended = command("scheme", "revoke", one, settings=settings)
    between = {await opens(first), await opens(second)}
    rest = command("scheme", "revoke", "Northern", settings=settings)

    assert (third.returncode, "scheme revoke" in third.stderr) == (1, True)
    assert listed.startswith("Northern: district:DL1+15, national\n")
    assert first not in listed
    assert before == [True, True]
    assert (ended.returncode, ended.stdout) == (0, "Revoked one token.\n")
    assert between == {True, False}
    assert rest.returncode == 0
    assert not await opens(first)
    assert not await opens(second)


def test_what_is_not_there_cannot_be_revoked(settings: dict[str, str]) -> None:
    by_name = command("scheme", "revoke", "Southern", settings=settings)
    by_id = command("scheme", "revoke", str(uuid4()), settings=settings)

    assert (by_name.returncode, by_name.stderr) == (1, "there is no scheme of this name\n")
    assert (by_id.returncode, by_id.stderr) == (1, "there is no such token, or it is revoked already\n")


@pytest.mark.parametrize("area", ["nowhere", "district:ZZ99"])
def test_a_scheme_for_an_area_that_is_none_is_refused(settings: dict[str, str], area: str) -> None:
    said = command("scheme", "add", "Somewhere", area, settings=settings)

    assert said.returncode == 1
    assert said.stderr
    assert "Traceback" not in said.stderr


def test_a_police_force_that_is_none_is_refused_or_it_would_see_reports_about_itself(settings: dict[str, str]) -> None:
    said = command("scheme", "add", "Ours", "national", "--police-force", "surey", settings=settings)

    assert (said.returncode, "surey" in said.stderr, "Traceback" in said.stderr) == (1, True, False)


@pytest.mark.parametrize("name", ["", "  ", "x" * 200, "Robin\x1b[31m"])
def test_a_name_that_cannot_be_read_or_kept_is_refused(settings: dict[str, str], name: str) -> None:
    moderator = command("moderator", "add", name, settings=settings, typed="a made-up password\n" * 2)
    scheme = command("scheme", "add", name, "national", settings=settings)

    assert (moderator.returncode, scheme.returncode) == (1, 1)
    assert "a name has" in moderator.stderr
    assert "a name has" in scheme.stderr


def test_an_address_that_is_taken_ends_the_start_with_its_name(settings: dict[str, str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        listen = {"UGLY_MUGS_LISTEN": f"127.0.0.1:{taken.getsockname()[1]}"}
        said = command("run", settings=settings | listen)

    assert (said.returncode, said.stderr.splitlines()[-1].startswith("UGLY_MUGS_LISTEN: ")) == (2, True), said.stderr
    assert "Traceback" not in said.stderr


def test_a_second_demo_in_the_same_folder_is_refused(settings: dict[str, str]) -> None:
    with (Path(settings["UGLY_MUGS_VAR"]) / "demo.lock").open("w") as first:
        fcntl.flock(first, fcntl.LOCK_EX)

        said = command("run", settings=settings)

    assert (said.returncode, said.stderr.splitlines()[-1].startswith("UGLY_MUGS_VAR: ")) == (2, True), said.stderr


@pytest.mark.parametrize(
    ("words", "name", "value"),
    [
        (["migrate"], "UGLY_MUGS_DATABASE_URL", "postgresql+psycopg://nobody@127.0.0.1:1/nowhere"),
        (["migrate"], "UGLY_MUGS_DATABASE_URL", "sqlite+aiosqlite:////dev/null/service.db"),
        (["run"], "UGLY_MUGS_DATABASE_URL", "postgresql+psycopg://nobody@127.0.0.1:1/nowhere"),
        (["keys", "new"], "UGLY_MUGS_KEYS", "/dev/null/keys"),
        (["run"], "UGLY_MUGS_KEYS", "/dev/null/keys"),
        (["run"], "UGLY_MUGS_VAR", "/dev/null/var"),
    ],
)
def test_what_cannot_be_reached_or_written_is_named(
    settings: dict[str, str], words: list[str], name: str, value: str
) -> None:
    listen = {"UGLY_MUGS_LISTEN": f"127.0.0.1:{a_port()}", "UGLY_MUGS_KEYS": settings["UGLY_MUGS_VAR"]}

    said = command(*words, settings=settings | listen | {name: value})

    assert (said.returncode, said.stderr.splitlines()[-1].startswith(f"{name}: ")) == (2, True), said.stderr
    assert "Traceback" not in said.stderr


def test_the_log_is_verified_from_the_terminal(settings: dict[str, str]) -> None:
    command("scheme", "add", "Northern", "national", settings=settings)

    said = command("audit", "verify", settings=settings)

    assert said.returncode == 0
    assert re.match(r"The log holds: 2 entries, head [0-9a-f]{64}\.", said.stdout)


def test_the_doctor_of_a_part_needs_only_its_keys_and_settings(in_production: dict[str, str]) -> None:
    settings = with_keys_of(in_production, WEB_KEYS["member"] | WEB_KEYS["hooks"]) | TEXTS

    member = command("doctor", "--serve", "member,hooks", settings=settings)
    everything = command("doctor", settings=settings)

    assert member.returncode == 0, member.stdout + member.stderr
    assert "ok   channels: sms\n" in member.stdout
    assert everything.returncode == 1
    assert "BAD  channels: UGLY_MUGS_SMTP_URL" in everything.stdout
    assert "BAD  keys: " in everything.stdout


def test_the_doctor_says_whether_anything_answers_where_messages_go(settings: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        there, nowhere = listening.getsockname()[1], a_port()
        ends = {
            **TEXTS,
            "UGLY_MUGS_TWILIO_API_URL": f"http://127.0.0.1:{there}",
            "UGLY_MUGS_SMTP_URL": f"smtp://127.0.0.1:{nowhere}",
            "UGLY_MUGS_EMAIL_FROM": "notes@notes.example",
        }
        said = command("doctor", "--do", "deliver", settings=settings | ends)

    assert said.returncode == 1
    assert f"ok   sms: 127.0.0.1:{there} answers\n" in said.stdout
    assert "ok   sms: +447400123456 carries alerts and others, 10 segments a second\n" in said.stdout
    assert "ok   email: smtp carries alerts and others, as fast as it can\n" in said.stdout
    assert f"BAD  email: 127.0.0.1:{nowhere} does not answer (ConnectionRefusedError)\n" in said.stdout


def test_what_serves_members_and_hooks_needs_no_mail_server(
    in_production: dict[str, str], stays: list[subprocess.Popen[str]]
) -> None:
    settings = with_keys_of(in_production, WEB_KEYS["member"] | WEB_KEYS["hooks"]) | TEXTS

    said = start("web", "--serve", "member,hooks", settings=settings, stays=stays)

    assert said["parts"] == ["hooks", "member"]
    assert stop(stays[0]) == 0


def test_one_process_is_enough_for_a_small_scheme_and_ends_when_told(
    in_production: dict[str, str], stays: list[subprocess.Popen[str]]
) -> None:
    said = start("run", settings=in_production | TEXTS | MAIL, stays=stays)
    with urlopen(f"http://{in_production['UGLY_MUGS_LISTEN']}/health", timeout=10) as answer:
        health = answer.status

    assert health == 200
    assert said["parts"] == ["deliver", "desk", "feed", "hooks", "intake", "member"]
    assert "dropped" not in said
    assert stop(stays[0]) == 0


def test_a_worker_answers_prometheus_where_it_is_told_to_and_nowhere_else(
    in_production: dict[str, str], stays: list[subprocess.Popen[str]]
) -> None:
    settings = with_keys_of(in_production, WORKER_KEYS["deliver"]) | TEXTS | MAIL
    where = f"127.0.0.1:{a_port()}"

    start("worker", "--do", "deliver", settings=settings, stays=stays)
    with pytest.raises(URLError):
        urlopen(f"http://{where}/metrics", timeout=10)
    start("worker", "--do", "deliver", settings=settings | {"UGLY_MUGS_METRICS_LISTEN": where}, stays=stays)
    with urlopen(f"http://{where}/metrics", timeout=10) as answer:
        said = answer.read().decode()

    assert "ugly_mugs_database_up 1.0\n" in said
    assert [stop(each) for each in stays] == [0, 0]
