"""Which of many structured reports are about one man: lines in, lines out, no database and no keys."""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import BinaryIO, TextIO, cast

from ..matching import clustering, reading, words
from ..matching.clustering import Clusters
from ..matching.reading import Line, NotAReport
from .acting import refused, say
from .json_lines import to_its_end

EVERY = 5_000


def link(source: BinaryIO, out: TextIO, *, reasons: Path | None) -> None:
    """Read all of *source*, and only then write a line for each of its lines; refuse with the line that is wrong."""
    lines = list(_lines(source))
    found = clustering.cluster([line.report for line in lines], tell=_tell)
    _done()
    ids = {line.report.id: line.id for line in lines}
    with to_its_end(out):
        if reasons:
            with _whole(reasons) as file:
                _write_reasons(file, found, ids)
        for line in lines:
            out.write(json.dumps({"id": line.id, "cluster": ids[found.of[line.report.id]]}, ensure_ascii=False) + "\n")
    unread = Counter(name for line in lines for name in line.unread)
    left_out = ", ".join(f"{number:,} × {name}" for name, number in sorted(unread.items()))
    say(f"{len(lines):,} reports in {len(set(found.of.values())):,} clusters", err=True)
    if left_out:
        say(f"Left out, since it could not be read: {left_out}", err=True)


def _lines(source: BinaryIO) -> Iterator[Line]:
    first: dict[str, int] = {}
    for number, raw in enumerate(source, 1):
        if number % EVERY == 0:
            _tell("read", number, 0)
        try:
            text = raw.decode("utf-8-sig" if number == 1 else "utf-8").strip()
        except UnicodeDecodeError:
            raise _refused_line(number, "is not UTF-8") from None
        if not text:
            continue
        try:
            line = reading.read(text)
        except NotAReport as error:
            raise _refused_line(number, error.why) from None
        if (before := first.setdefault(line.report.id, number)) != number:
            raise _refused_line(number, f"has the id of line {before}")
        yield line


def _refused_line(number: int, why: str) -> Exception:
    _done()
    return refused(f"line {number:,} {why}. Nothing was written.")


def _write_reasons(file: TextIO, found: Clusters, ids: dict[str, str | int]) -> None:
    for each in found.links:
        told = {
            "cluster": ids[found.of[each.one]],
            "reports": [ids[each.one], ids[each.other]],
            "bits": round(each.verdict.bits, 1),
            "why": words.why(each.verdict),
        }
        file.write(json.dumps(told, ensure_ascii=False) + "\n")


@contextmanager
def _whole(path: Path) -> Iterator[TextIO]:
    """A file that is there when it is whole, for its owner alone."""
    with NamedTemporaryFile("w", dir=path.parent, prefix=f".{path.name}.", delete=False, encoding="utf-8") as file:
        try:
            yield cast(TextIO, file)
            file.flush()
            Path(file.name).replace(path)
        except BaseException:  # because half a file must not stay, whatever it was
            Path(file.name).unlink(missing_ok=True)
            raise


def _tell(what: str, done: int, of: int) -> None:
    if sys.stderr.isatty():
        say(f"\r{what}: {done:,}" + (f" of {of:,}" if of else "") + " reports\x1b[K", nl=False, err=True)


def _done() -> None:
    if sys.stderr.isatty():
        say("\r\x1b[K", nl=False, err=True)
