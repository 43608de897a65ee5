"""I3 and I4: nothing that is kept says in which order reports came, or when."""

import sqlite3

import pytest

from tests.intake.stories import a_report
from ugly_mugs.models import TABLES
from ugly_mugs.service import Service

ABOUT_REPORTERS = sorted(
    table.name
    for table in TABLES.sorted_tables
    if table.name in {"report", "visit"} or any(key.column.table.name == "report" for key in table.foreign_keys)
)


@pytest.mark.parametrize("name", ABOUT_REPORTERS)
def test_sqlite_numbers_no_row_about_a_reporter(sqlite_url: str, name: str) -> None:
    with (
        sqlite3.connect(sqlite_url.partition("///")[2]) as connection,
        pytest.raises(sqlite3.OperationalError, match="rowid"),
    ):
        connection.execute(f"SELECT rowid FROM {name}")


async def test_a_dump_of_reports_is_not_in_the_order_in_which_they_came(sqlite_service: Service) -> None:
    came = []
    for number in range(8):
        await a_report(sqlite_service, district="GU1", happened_on=f"2026-01-{number + 10}")
        came.append(f"2026-01-{number + 10}")

    file = sqlite_service.config.database_url.partition("///")[2]
    with sqlite3.connect(file) as connection:
        rows = list(connection.execute("SELECT id, happened_on, body FROM report"))

    assert sorted(row[1] for row in rows) == came
    assert rows == sorted(rows), "by their random ids, and so by nothing"
