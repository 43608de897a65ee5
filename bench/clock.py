"""The program on a machine whose clock is wrong: `python -m bench.clock SECONDS worker --do deliver`."""

import sys
from datetime import UTC, datetime, timedelta

from ugly_mugs import __main__ as program
from ugly_mugs.service import Service

if __name__ == "__main__":
    ahead = timedelta(seconds=int(sys.argv.pop(1)))
    setattr(Service, "now", lambda _: datetime.now(UTC) + ahead)  # noqa: B010 -- frozen, and this is the wrong clock
    program.main()
