"""Measures the suggestions and writes docs/redaction.md's figures: `make redaction-report`."""

import argparse
import pickle
import sys
from pathlib import Path

from . import page
from .measure import Measured, measure, say

KEPT, ERRORS = Path("var/redaction-report.pickle"), Path("var/redaction-errors.txt")


def main() -> int:
    """Measure, or with --again write the page from what was measured last."""
    parser = argparse.ArgumentParser(prog="python -m bench.redaction", description=__doc__)
    parser.add_argument("--presidio", type=Path, metavar="PYTHON", help="a Python that has Presidio")
    parser.add_argument("--only", metavar="FOLD", help="one author or part, printed and not written")
    parser.add_argument("--again", action="store_true", help="write the page from what was measured last")
    asked = parser.parse_args()
    if asked.again:
        measured: Measured = pickle.loads(KEPT.read_bytes())
    else:
        measured = measure(asked.presidio, asked.only)
        KEPT.parent.mkdir(exist_ok=True)
        KEPT.write_bytes(pickle.dumps(measured))
        ERRORS.write_text(page.all_errors(measured), encoding="utf-8")
    if asked.only:
        sys.stdout.write(page.figures(measured))
        return 0
    page.write(measured)
    say(f"Written: {page.PAGE.name} and {page.PICTURE.name}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
