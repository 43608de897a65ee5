"""JSON lines on standard error: ids, kinds and numbers, never words and never people.

    log.info("delivery.sent", delivery=str(row.id), seconds=0.2)

Only the keys in `KNOWN` come through, and of them only values that look like an id, a kind or a number:
what was passed by accident is dropped and counted. An error is its type and where it happened, because
its message and its local variables may hold somebody's words.
"""

import json
import logging
import re
import sys
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import TextIO

import structlog
from structlog.typing import EventDict

# No report and no person is ever named: a report's id beside a time is an exact time.
_NAMES = """
alert attempts bytes channel code count delivery error failed fanout first host job kind last level limit logger
message_id moderator ok op outcome part parts peer pence places port processed reason reference role scheme seconds
segments sender severity state status step suppressed table template total unit version where worker
"""
KNOWN = frozenset(_NAMES.split())
SENDER = "sender"
"""What a message left from: of a number, its last four digits tell which of ours it is."""
FRAMES = 12
LARGEST = 10**9
"""A larger number may be somebody's."""
ROOT = Path(__file__).parents[1]
_EVENT = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*")
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?=[0-9]*[a-f])[0-9a-f]{16,64}")
_KIND = re.compile(r"[A-Za-z0-9_./:-]{1,80}( \d{1,6})?")  # twilio 21211
_NUMBER_OF_SOMEBODY = re.compile(r"\d[\d ./-]{5,}\d")


def configure(stream: TextIO | None = None, *, level: int = logging.INFO) -> None:
    """Send our log lines, and warnings of the libraries, to *stream* (standard error)."""
    out = stream or sys.stderr
    structlog.configure(
        processors=[structlog.processors.add_log_level, _stamp, tell_error, keep_known, _as_json],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(out),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    root.handlers[:] = [_Libraries(out)]
    root.setLevel(logging.WARNING)
    logging.captureWarnings(capture=True)
    # It prints address, user agent and referrer; nobody may switch it on by a level.
    logging.getLogger("aiohttp.access").disabled = True


def keep_known(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Drop every key and value that is not known to be harmless; count what was dropped."""
    told = {key: _end_of_a_number(value) if key == SENDER else value for key, value in event.items()}
    kept: EventDict = {key: _harmless(value) for key, value in told.items() if key in KNOWN and _fits(value)}
    for key in ("at", "dropped"):
        if key in event:
            kept[key] = event[key]
    name = event.get("event")
    kept["event"] = name if isinstance(name, str) and _EVENT.fullmatch(name) else "unnamed"
    if lost := len(event) - len(kept):
        kept["dropped"] = lost
    return kept


def tell_error(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Turn ``exc_info`` into the type of the error and the places it passed, and nothing else."""
    info = event.pop("exc_info", None)
    error = sys.exc_info()[1] if info is True else info[1] if isinstance(info, tuple) else info
    if isinstance(error, BaseException):
        event.update(told(error))
    return event


def told(error: BaseException) -> dict[str, object]:
    """What a line may say about *error*: ``log.error("worker.failed", **logs.told(error))``."""
    return {"error": name_of(error), "places": places(error)}


def name_of(error: BaseException) -> str:
    """The types of *error* and of what caused it, without their messages."""
    names = [f"{type(each).__module__}.{type(each).__qualname__}".removeprefix("builtins.") for each in _chain(error)]
    return "/".join(names[:3])[:80]


def places(error: BaseException) -> list[str]:
    """Where *error* passed through, as file and line; the last is where it happened."""
    frames = [frame for each in _chain(error) for frame in traceback.extract_tb(each.__traceback__)]
    return [f"{_short(frame.filename)}:{frame.lineno}" for frame in frames[-FRAMES:]]


class _Libraries(logging.Handler):
    """What libraries have to say, without saying it: their messages are made of their arguments."""

    def __init__(self, out: TextIO) -> None:
        super().__init__(logging.WARNING)
        self.out = out

    def emit(self, record: logging.LogRecord) -> None:
        event: EventDict = {
            "event": "library",
            "level": record.levelname.lower(),
            "logger": record.name,
            "where": f"{_short(record.pathname)}:{record.lineno}",
            "exc_info": record.exc_info,
        }
        for step in (_stamp, tell_error, keep_known):
            event = step(None, "", event)
        self.out.write(_as_json(None, "", event) + "\n")


def _stamp(_logger: object, _method: str, event: EventDict) -> EventDict:
    event["at"] = datetime.now(UTC).isoformat(timespec="milliseconds")
    return event


def _as_json(_logger: object, _method: str, event: EventDict) -> str:
    return json.dumps(event, sort_keys=True)


def _fits(value: object) -> bool:
    if isinstance(value, list | tuple):
        return all(_fits(each) for each in value)
    if value is None or isinstance(value, int | float):
        return value is None or abs(value) < LARGEST
    words = str(value.value) if isinstance(value, Enum) else value
    if not isinstance(words, str):
        return False
    if _ID.fullmatch(words):
        return True
    return bool(_KIND.fullmatch(words)) and not _NUMBER_OF_SOMEBODY.search(words)


def _end_of_a_number(value: object) -> object:
    return value[-4:] if isinstance(value, str) and _NUMBER_OF_SOMEBODY.search(value) else value


def _harmless(value: object) -> object:
    return value.value if isinstance(value, Enum) else value


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    following: BaseException | None = error
    while following is not None and id(following) not in seen:
        seen.add(id(following))
        yield following
        following = following.__cause__ or (None if following.__suppress_context__ else following.__context__)


def _short(path: str) -> str:
    file = Path(path)
    if file.is_relative_to(ROOT) and ".venv" not in file.parts:
        return str(file.relative_to(ROOT))
    return "/".join(file.parts[-2:])
