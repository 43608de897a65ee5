"""Where a reader stands in the change log: opaque to it, checked by us."""

import base64
import re
from dataclasses import dataclass

_WRITTEN = re.compile(rb"1\.(\d{1,18})\.(\d{1,9})")
LONGEST = 60


class Resync(Exception):
    """The cursor is damaged, too old, from the future, or from before the scheme's areas changed: start again."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last position read, and the epoch of the scheme's areas when it was read."""

    position: int
    epoch: int

    def __str__(self) -> str:
        return base64.urlsafe_b64encode(f"1.{self.position}.{self.epoch}".encode()).decode().rstrip("=")


def parse(written: str) -> Cursor:
    """Read a cursor back; raise `Resync` if it is none of ours."""
    try:
        if len(written) > LONGEST:
            raise ValueError
        raw = base64.b64decode(written.encode("ascii") + b"=" * (-len(written) % 4), altchars=b"-_", validate=True)
    except ValueError:
        raise Resync from None
    found = _WRITTEN.fullmatch(raw)
    if found is None:
        raise Resync
    return Cursor(int(found[1]), int(found[2]))
