"""The event loop and the collector that everything which is measured runs with."""

import asyncio
import gc
from collections.abc import Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")
SELDOM = 10**9
"""How many collections of the middle generation before one of the oldest: never, in a bench."""


def run(main: Coroutine[Any, Any, Result]) -> Result:
    """Run *main* on uvloop where it is installed."""
    try:
        import uvloop
    except ImportError:
        return asyncio.run(main)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(main)


def quieten() -> None:
    """Collect once, look at what is there now no more, and leave the oldest generation alone."""
    gc.collect()
    gc.freeze()
    young, middle, _ = gc.get_threshold()
    gc.set_threshold(young, middle, SELDOM)
