"""Redacting old reports: lines in, lines out, no database and no keys."""

import os
import sys
from typing import BinaryIO, TextIO

from ..redaction import Reader, lines
from ..redaction.lines import NotAReport
from .acting import refused, say

EVERY = 200


def redact(source: BinaryIO, out: TextIO, *, redacted: bool) -> None:
    """Answer each line of *source* with a line; one that is no report is named and left out, and the exit code is 1."""
    reader = Reader()
    done = wrong = 0
    try:
        for number, raw in enumerate(source, 1):
            if not raw.strip():
                continue
            try:
                out.write(lines.answer(raw.decode("utf-8-sig"), reader, redacted=redacted) + "\n")
                done += 1
            except UnicodeDecodeError:
                wrong += 1
                _say(f"line {number:,} is not UTF-8; left out")
            except NotAReport as error:
                wrong += 1
                _say(f"line {number:,} {error.why}; left out")
            if number % EVERY == 0 and sys.stderr.isatty():
                say(f"\r{done:,} reports\x1b[K", nl=False, err=True)
        out.flush()
    except BrokenPipeError:
        # Whoever read us has gone; what is left in the buffer has nowhere to go either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise refused("nobody reads the output any more: it is not whole") from None
    except OSError as error:
        raise refused(f"cannot write all of it ({error.strerror}): what was written is not whole") from None
    _say(f"{done:,} reports read, {wrong:,} lines left out")
    if wrong:
        raise refused("Put the lines named above right and read them again; the others are done.")


def _say(words: str) -> None:
    say(("\r\x1b[K" if sys.stderr.isatty() else "") + words, err=True)
