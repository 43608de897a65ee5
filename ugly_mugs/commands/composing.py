"""Drafting the texts of alerts from files: lines in, lines out, no database and no keys."""

import os
import sys
from datetime import UTC, datetime
from typing import BinaryIO, TextIO

from ..alerts import lines
from ..alerts.lines import NotAnAlert
from .acting import refused, say


def compose(source: BinaryIO, out: TextIO) -> None:
    """Answer each line of *source* with a line; one that is no alert is named and left out, and the exit code is 1."""
    today = datetime.now(UTC).date()
    done = wrong = 0
    try:
        for number, raw in enumerate(source, 1):
            if not raw.strip():
                continue
            try:
                out.write(lines.answer(raw.decode("utf-8-sig"), today=today) + "\n")
                done += 1
            except UnicodeDecodeError:
                wrong += 1
                say(f"line {number:,} is not UTF-8; left out", err=True)
            except NotAnAlert as error:
                wrong += 1
                say(f"line {number:,} {error.why}; left out", err=True)
        out.flush()
    except BrokenPipeError:
        # Whoever read us has gone; what is left in the buffer has nowhere to go either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise refused("nobody reads the output any more: it is not whole") from None
    except OSError as error:
        raise refused(f"cannot write all of it ({error.strerror}): what was written is not whole") from None
    say(f"{done:,} texts written, {wrong:,} lines left out", err=True)
    if wrong:
        raise refused("Put the lines named above right and compose them again; the others are done.")
