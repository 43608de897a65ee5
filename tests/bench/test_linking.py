"""What linking costs is measured in the same way beside few reports."""

import pytest

from bench import linking


# The embedded PostgreSQL says so while it is imported.
@pytest.mark.filterwarnings("ignore:XDG_RUNTIME_DIR")
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_a_new_report_is_indexed_and_looked_at(kind: str) -> None:
    found = await linking.of(kind, 500, new=3)

    assert [figure.figure for figure in found] == [f"linking.{kind}.500.{what}" for what in ("index", "page")]
    assert all(figure.value for figure in found)
