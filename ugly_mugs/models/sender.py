"""How each of our own senders stands, shared by all workers, and how many messages ended how, hour by hour."""

from datetime import datetime

from sqlmodel import SQLModel

from .columns import Utc, clear


class Sender(SQLModel, table=True):
    """One number (or mail server) that messages leave from: how much may go now, and whether it works.

    Times are seconds since 1970 by the database's clock, so that workers' own do not matter.
    """

    channel: str = clear(primary_key=True, max_length=20)
    name: str = clear(primary_key=True, max_length=40)
    tokens: float = clear()
    """Segments that may go at `filled_at`; below 0 after one message longer than the bucket."""
    filled_at: float = clear()
    shut_until: float | None = clear(None)
    """Nothing goes before: it was refused, or asked us to wait."""
    probe_at: float | None = clear(None)
    """When the one message was let go that is to show whether it works again."""
    failures: int = clear(0)
    """How many in a row were put off or never answered."""
    opened: int = clear(0)
    """How often in a row it was shut for a fault; each time for twice as long."""
    recovering_since: float | None = clear(None)
    """It works again, and gets its share of messages back little by little."""
    why: str | None = clear(None, max_length=80)
    """The provider's code that shut it."""


class Tally(SQLModel, table=True):
    """How many messages of a channel ended in one way within an hour; kept so that alarms can speak of rates."""

    channel: str = clear(primary_key=True, max_length=20)
    hour: datetime = clear(primary_key=True, sa_type=Utc)
    kind: str = clear(primary_key=True, max_length=40)
    number: int = clear(0)
