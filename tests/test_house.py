"""Promises about the house as a whole: what every column is, what no table keeps, how things are called."""

import re
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Column, DateTime, LargeBinary, Table

from ugly_mugs.models import TABLES
from ugly_mugs.models.columns import KINDS, PRIVACY, Utc

ROOT = Path(__file__).parents[1]
COLUMNS = [column for table in TABLES.sorted_tables for column in table.columns]
SOURCES = [file for folder in ("ugly_mugs", "channels") for file in (ROOT / folder).rglob("*.py")]
ABOUT_A_REPORTER = (
    "report", "report_key", "return_code", "consent", "report_message", "report_identifier", "report_piece",
    "report_link",
)  # fmt: skip


def has_a_time(table: Table) -> bool:
    return any(isinstance(column.type, Utc | DateTime) for column in table.columns)


def name_of(column: Column[object]) -> str:
    return f"{column.table.name}.{column.name}"


@pytest.mark.parametrize("column", COLUMNS, ids=name_of)
def test_every_column_says_whether_it_is_clear_sealed_or_indexed(column: Column[object]) -> None:
    assert column.info.get(PRIVACY) in KINDS


@pytest.mark.parametrize("column", [c for c in COLUMNS if c.info.get(PRIVACY) != "clear"], ids=name_of)
def test_what_is_not_clear_is_bytes(column: Column[object]) -> None:
    if name_of(column) == "moderator.password":
        return  # Argon2id writes its own salt and cost, as text.
    assert isinstance(column.type, LargeBinary)


@pytest.mark.parametrize("table", ABOUT_A_REPORTER)
def test_nothing_about_a_report_has_a_time_of_day(table: str) -> None:
    assert not has_a_time(TABLES.tables[table])


def test_only_the_clock_of_an_undecided_report_has_one() -> None:
    about_reports = {
        table.name
        for table in TABLES.sorted_tables
        if any(key.column.table.name == "report" for key in table.foreign_keys)
    }

    assert {name for name in about_reports if has_a_time(TABLES.tables[name])} == {"report_clock"}


def test_no_table_about_a_report_points_to_a_subscriber_or_the_other_way_round() -> None:
    people = {"recipient", "subscriber", "address", "subscription", "delivery"}
    for table in TABLES.sorted_tables:
        pointed_to = {key.column.table.name for key in table.foreign_keys}

        assert not (table.name in ABOUT_A_REPORTER and pointed_to & people)
        assert not (table.name in people and pointed_to & set(ABOUT_A_REPORTER))


def test_ids_of_reports_are_random_and_so_count_nothing() -> None:
    assert TABLES.tables["report"].c.id.type.python_type.__name__ == "UUID"
    assert TABLES.tables["report"].c.received_on.type.python_type is date


def test_modules_are_called_by_words_of_the_story() -> None:
    empty_words = {"utils", "util", "helpers", "services", "managers", "common", "misc", "core"}

    assert not empty_words & {file.stem for file in SOURCES}


def test_modules_begin_with_their_promise() -> None:
    assert not [file for file in SOURCES if file.stat().st_size and not file.read_text().startswith('"""')]


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_names_no_address_and_has_a_hash_for_everything(name: str) -> None:
    lock = (ROOT / name).read_text()

    assert "://" not in lock
    entries = re.split(r"^(?=[a-z0-9])", lock, flags=re.MULTILINE)[1:]
    assert entries
    assert all("--hash=sha256:" in entry for entry in entries)
