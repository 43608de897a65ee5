"""What grows is measured in the same way for few people."""

import pytest

from bench import growth

FEW = 1_000


# The embedded PostgreSQL says so while it is imported.
@pytest.mark.filterwarnings("ignore:XDG_RUNTIME_DIR")
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_everybody_is_expanded_taken_and_sent_to(kind: str) -> None:
    found = {
        figure.figure.removeprefix(f"growth.{kind}.{FEW}."): figure for figure in await growth.of(kind, FEW, sample=1)
    }

    assert all(figure.value for figure in found.values())
    both = {"expansion.first", "expansion.second", "takes.start", "takes.middle", "takes.end"}
    its_own = {
        "sqlite": {"neighbour.first", "neighbour.second"},
        "postgresql": {"sending", "memory", "size"},
    }
    assert set(found) == both | its_own[kind]
