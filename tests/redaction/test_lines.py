"""A scheme hands its old reports over, a line each."""

import json
import subprocess
import sys

import pytest

from ugly_mugs.redaction import Reader
from ugly_mugs.redaction.lines import NotAReport, answer


def run(given: bytes, *options: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "ugly_mugs", "redact", *options]
    return subprocess.run(command, input=given, capture_output=True, timeout=120, check=False)


def test_every_report_comes_back_with_its_id_and_its_spans() -> None:
    text = "My name is Magda. He calls himself Terry."
    line = {"id": "old-1", "text": text, "about_them": {"name": ["Terry"]}}
    told = json.loads(answer(json.dumps(line), Reader()))
    assert told["id"] == "old-1"
    assert [(text[each["start"] : each["end"]], each["role"]) for each in told["spans"]] == [
        ("Magda", "R"),
        ("Terry", "S"),
    ]


def test_fields_that_are_null_are_empty() -> None:
    line = {"id": 1, "text": "My name is Magda.", "about_them": {"phone": None}, "reporter": None}
    assert json.loads(answer(json.dumps(line), Reader()))["spans"]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("{", "is not JSON"),
        ("[]", "at its top"),
        ('{"id": 1}', "at text"),
        ('{"id": 1, "text": 5}', "at text"),
        ('{"id": 1, "text": "a", "about_them": {"phone": [7]}}', "at about_them.phone.0"),
        ("[" * 100_000, "nested too deep"),
    ],
)
def test_a_wrong_line_is_told_what_is_wrong_and_where(line: str, why: str) -> None:
    with pytest.raises(NotAReport) as error:
        answer(line, Reader())
    assert why in error.value.why


def test_a_wrong_line_does_not_say_what_stands_in_it() -> None:
    with pytest.raises(NotAReport) as error:
        answer('{"id": 1, "text": ["my name is Magda"]}', Reader())
    assert "Magda" not in error.value.why


def test_the_command_leaves_wrong_lines_out_names_them_and_does_the_others() -> None:
    done = run(b'{"id": 1, "text": "My name is Magda."}\nnonsense\n\xff\n{"id": 2, "text": ""}\n')
    assert done.returncode == 1
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == [1, 2]
    assert b"line 2 is not JSON" in done.stderr
    assert b"line 3 is not UTF-8" in done.stderr


def test_the_command_gives_the_text_without_what_is_hers() -> None:
    done = run(b'{"id": 1, "text": "My name is Magda."}\n', "--text")
    assert done.returncode == 0
    assert json.loads(done.stdout)["redacted"] == "My name is [her name]."
