"""JSON lines in, JSON lines out: for commands that need no database and no keys."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO, TextIO

from .acting import refused, say

EVERY = 200


def answer_each(
    source: BinaryIO, out: TextIO, answer: Callable[[str], str], *, wrong: type[ValueError], what: str
) -> None:
    """Answer each line of *source*; one for which *wrong* is raised is named and left out, and the exit code is 1."""
    done = left_out = 0
    with to_its_end(out):
        for number, raw in enumerate(source, 1):
            if not raw.strip():
                continue
            try:
                out.write(answer(raw.decode("utf-8-sig")) + "\n")
                done += 1
            except UnicodeDecodeError:
                left_out += 1
                _say(f"line {number:,} is not UTF-8; left out")
            except wrong as error:
                left_out += 1
                _say(f"line {number:,} {error}; left out")
            if number % EVERY == 0 and sys.stderr.isatty():
                say(f"\r{done:,} {what}\x1b[K", nl=False, err=True)
    _say(f"{done:,} {what} done, {left_out:,} lines left out")
    if left_out:
        raise refused("Put the lines named above right and run them again; the others are done.")


@contextmanager
def to_its_end(out: TextIO) -> Iterator[None]:
    """Write to *out*, and say so where it cannot be written to its end."""
    try:
        yield
        out.flush()
    except BrokenPipeError:
        # Whoever read us has gone; what is left in the buffer has nowhere to go either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise refused("nobody reads the output any more: it is not whole") from None
    except OSError as error:
        raise refused(f"cannot write all of it ({error.strerror}): what was written is not whole") from None


def _say(words: str) -> None:
    say(("\r\x1b[K" if sys.stderr.isatty() else "") + words, err=True)
