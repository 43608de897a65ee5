"""`link`: lines in, lines out; whole or not at all."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests import offenders

ROOT = Path(__file__).parents[1]
TOLD = [
    {"id": "a", "phone": "07700 900123", "build": "stocky", "acc": "welsh"},
    {"id": 2, "phone": "+44 7700 900123", "vrm": "KX12 ABC", "build": "stocky", "acc": "welsh"},
    {"id": "c", "vrm": "KX12 ABG", "build": "stocky", "acc": "welsh"},
    {"id": "d", "phone": None, "age": 40},
]


def lines(*told: object) -> bytes:
    return b"".join(json.dumps(each).encode() + b"\n" for each in told)


def link(given: bytes, *options: str) -> subprocess.CompletedProcess[bytes]:
    # Neither a setting nor a key is there.
    env = {name: value for name, value in os.environ.items() if not name.startswith("UGLY_MUGS_")}
    return subprocess.run(
        [sys.executable, "-m", "ugly_mugs", "link", *options],
        cwd=ROOT,
        env=env,
        input=given,
        capture_output=True,
        timeout=60,
        check=False,
    )


def test_each_report_gets_its_cluster_in_the_order_in_which_it_came() -> None:
    done = link(lines(*TOLD))

    assert done.returncode == 0
    assert [json.loads(line) for line in done.stdout.splitlines()] == [
        {"id": "a", "cluster": "a"},
        {"id": 2, "cluster": "a"},
        {"id": "c", "cluster": "a"},
        {"id": "d", "cluster": "d"},
    ]
    assert done.stderr == b"4 reports in 2 clusters\n"


def test_what_is_known_of_the_answer_changes_nothing() -> None:
    """Files to practise on say how each line was made."""
    told = offenders.reports(60, seed=5)
    bare = [{name: value for name, value in each.items() if name != "offender"} for each in told]
    marked = [{**each, "phone_err": True, "vrm_kind": "misread"} for each in told]

    assert link(lines(*bare)).stdout == link(lines(*marked)).stdout


def test_every_link_is_written_with_its_reasons_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "why.jsonl"
    done = link(lines(*TOLD), "--reasons", str(file))

    first, second = (json.loads(line) for line in file.read_text().splitlines())
    assert done.returncode == 0
    assert first | {"bits": 0} == {
        "cluster": "a", "reports": ["a", 2], "bits": 0, "why": "same phone; same build and accent",
    }  # fmt: skip
    assert second["why"] == "plate differs by one character that is easily misread; same build and accent"
    assert second["reports"] == [2, "c"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (lines({"id": 1}, {"name": "Sentinel Smith"}), 'line 2 has no "id" that is a number or a text'),
        (lines({"id": 1}) + b"\n" + lines({"id": 1}), "line 3 has the id of line 1"),
        (lines({"id": 1}) + b'{"id": 2, "name": "Sentinel', "line 2 is not JSON: Unterminated string"),
        (lines({"id": 1, "phone": 7}), 'line 1 has a "phone" that is neither a text, a list'),
        (b'{"id": 1, "name": "\xff"}\n', "line 1 is not UTF-8"),
    ],
    ids=["no id", "twice", "cut", "a number", "latin"],
)
def test_one_wrong_line_is_named_and_nothing_is_written(given: bytes, says: str, tmp_path: Path) -> None:
    done = link(given, "--reasons", str(tmp_path / "why.jsonl"))

    assert (done.returncode, done.stdout) == (1, b"")
    assert says in done.stderr.decode()
    assert "Sentinel" not in done.stderr.decode()
    assert list(tmp_path.iterdir()) == []


def test_a_number_that_nobody_can_read_is_left_out_and_counted() -> None:
    done = link(lines({"id": 1, "phone": "withheld"}, {"id": 2, "phone": "withheld"}))

    assert done.returncode == 0
    assert len({json.loads(line)["cluster"] for line in done.stdout.splitlines()}) == 2
    assert "Left out, since it could not be read: 2 × phone" in done.stderr.decode()


def test_nothing_in_is_nothing_out() -> None:
    done = link(b"")

    assert (done.returncode, done.stdout) == (0, b"")


def test_a_mark_at_the_beginning_of_the_file_is_no_part_of_it() -> None:
    assert link(b"\xef\xbb\xbf" + lines({"id": 1})).returncode == 0


def test_where_the_reasons_cannot_be_written_nothing_is(tmp_path: Path) -> None:
    done = link(lines(*TOLD), "--reasons", str(tmp_path / "nowhere" / "why.jsonl"))

    assert (done.returncode, done.stdout) == (1, b"")
    assert b"cannot write all of it" in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full disk here")
def test_a_full_disk_is_no_success() -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "ugly_mugs", "link"],
            cwd=ROOT, input=lines(*TOLD), stdout=full, stderr=subprocess.PIPE, timeout=60, check=False,
        )  # fmt: skip

    assert done.returncode == 1
    assert b"what was written is not whole" in done.stderr
