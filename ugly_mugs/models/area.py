"""Interned areas, and who subscribes to them."""

from datetime import date

from sqlalchemy import LargeBinary, UniqueConstraint
from sqlmodel import SQLModel

from .columns import clear


class Area(SQLModel, table=True):
    """A district with miles around it, a police force, a region or the nation; never changed."""

    __table_args__ = (UniqueConstraint("kind", "code", "miles"),)

    id: int | None = clear(None, primary_key=True)
    kind: str = clear(max_length=10)
    code: str = clear(max_length=40)
    miles: int = clear(0)
    districts: bytes = clear(sa_type=LargeBinary)


class Subscription(SQLModel, table=True):
    """Somebody wants warnings for an area, perhaps until a day."""

    area_id: int = clear(primary_key=True, foreign_key="area.id")
    recipient_id: int = clear(primary_key=True, foreign_key="recipient.id", index=True)
    until: date | None = clear(None)


class SchemeArea(SQLModel, table=True):
    """A scheme reads the feed for an area."""

    __tablename__ = "scheme_area"

    recipient_id: int = clear(primary_key=True, foreign_key="scheme.recipient_id")
    area_id: int = clear(primary_key=True, foreign_key="area.id")
