"""What is asked of the database, as it is asked."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import event

from ugly_mugs.service import Service


@asynccontextmanager
async def counted(service: Service) -> AsyncIterator[list[tuple[str, Any]]]:
    """The statements that are sent meanwhile."""
    found: list[tuple[str, Any]] = []

    def note(_c: object, _cursor: object, statement: str, parameters: object, *_: object) -> None:
        if statement != "BEGIN":
            found.append((statement, parameters))

    engines = {service.database.writer.sync_engine, service.database.reader.sync_engine}
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)
