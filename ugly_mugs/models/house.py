"""What the installation knows about itself."""

from sqlmodel import SQLModel

from .columns import clear

DEMO_MARK = "demo"
"""The fact that the demo filled this database: production refuses it."""


class House(SQLModel, table=True):
    """A fact about this database, such as that it is a demonstration."""

    name: str = clear(primary_key=True, max_length=40)
    value: str = clear(max_length=200)
