"""Runs the figures and writes each as one JSON object a line, here and in `var/bench.json`."""

import argparse
import asyncio
import os
import signal
import sys
from importlib import import_module
from pathlib import Path

from ugly_mugs import logs

from .figure import FIGURES

MODULES = ("start", "page", "telling", "sending", "against", "emails", "workers", "pace", "waits", "growth", "linking")
OUT = Path("var/bench.json")


def main() -> int:
    """Run all figures or one; 0 even when a bar is missed, since a figure is reported as it is."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    only, named = os.environ.get("ONLY") or None, bool(os.environ.get("LIST"))
    parser.add_argument("--only", metavar="NAME", default=only, help="run one figure (or ONLY=NAME)")
    parser.add_argument("--list", action="store_true", default=named, help="name the figures and end (or LIST=1)")
    asked = parser.parse_args()
    for name in MODULES:
        import_module(f"{__package__}.{name}")
    if asked.list:
        sys.stdout.write("\n".join(FIGURES) + "\n")
        return 0
    if asked.only and asked.only not in FIGURES:
        parser.error(f"no figure called {asked.only}; --list names them")
    logs.configure(level=40)
    # As on Ctrl-C: everything that was started ends with us.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    OUT.parent.mkdir(exist_ok=True)
    with OUT.open("a" if asked.only else "w") as out:
        for name in [asked.only] if asked.only else list(FIGURES):
            for figure in asyncio.run(FIGURES[name]()):
                for place in (sys.stdout, out):
                    place.write(figure.line() + "\n")
                    place.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
