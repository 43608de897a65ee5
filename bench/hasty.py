"""The program on a machine whose clock is wrong, and with little patience for mail servers.

`python -m bench.hasty AHEAD PATIENCE worker --do deliver`, both in seconds; with no patience (0) it has its usual one.
A mail server cannot be asked what it took: the program waits for ten minutes before it sends such a mail again.
"""

import sys
from datetime import UTC, datetime, timedelta
from functools import partial

from channels import email, smtp_pool
from ugly_mugs import __main__ as program
from ugly_mugs.delivery import unknown
from ugly_mugs.delivery.ledger import Job
from ugly_mugs.service import Service


def be_ahead(seconds: int) -> None:
    """Have a clock that is fast."""
    ahead = timedelta(seconds=seconds)
    setattr(Service, "now", lambda _: datetime.now(UTC) + ahead)  # noqa: B010 -- frozen, and this is the wrong clock


def hurry(seconds: float) -> None:
    """Wait for a mail server's answer no longer than this, nor then for evidence."""
    usual = unknown.patience

    def patience(job: Job) -> timedelta:
        return timedelta(seconds=seconds) if job.channel == "email" else usual(job)

    setattr(email, "Server", partial(smtp_pool.Server, timeout=seconds, patience=seconds))  # noqa: B010
    unknown.patience = patience


if __name__ == "__main__":
    if ahead := int(sys.argv.pop(1)):
        be_ahead(ahead)
    if impatience := float(sys.argv.pop(1)):
        hurry(impatience)
    program.main()
