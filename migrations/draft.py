"""Writes the migration that the models need: `make migration m="add what"`. Read it before committing it."""

import sys
import tempfile

from alembic import command
from alembic.script import ScriptDirectory

from ugly_mugs import schema


def draft(words: str) -> None:
    """Write the next migration, from what the models have and the migrations so far do not."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{folder}/empty.db"
        schema.upgrade(url)
        settings = schema.settings(url)
        number = len(list(ScriptDirectory.from_config(settings).walk_revisions())) + 1
        command.revision(settings, message=words, autogenerate=True, rev_id=f"{number:04}")


if __name__ == "__main__":
    draft(sys.argv[1])
