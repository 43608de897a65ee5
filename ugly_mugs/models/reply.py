"""What we remember of texts that people sent to us: that they came, never what they said."""

from datetime import date, datetime

from sqlmodel import SQLModel

from .columns import Utc, clear, indexed, word
from .delivery import Occasion


class SeenReply(SQLModel, table=True):
    """A text that was dealt with: the provider may bring it again, even after START undid its STOP."""

    __tablename__ = "seen_reply"

    tag: bytes = indexed(primary_key=True)
    on_day: date = clear(index=True)


class Answered(SQLModel, table=True):
    """When a number was last answered, so that two machines do not talk to each other all night."""

    channel: str = clear(primary_key=True, max_length=20)
    tag: bytes = indexed(primary_key=True)
    occasion: Occasion = clear(primary_key=True, sa_type=word(Occasion))
    at: datetime = clear(sa_type=Utc, index=True)
