"""Cries out while something is wrong: when an alarm begins to ring, once an hour while it does, and when it is over.

Every worker looks, so that one is enough; each says it for itself.
"""

from datetime import datetime, timedelta

import structlog

from ..delivery import alarms
from ..service import Service

log = structlog.get_logger()
AGAIN_AFTER = timedelta(hours=1)


class Watch:
    """What rang when this worker last looked, and since when it has said so."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._said: dict[tuple[str, str], datetime] = {}

    async def look(self) -> bool:
        """Look at the alarms, and say what is new; never busy: once a minute is enough."""
        now = self._service.now()
        async with self._service.reading() as session:
            found = {(each.kind.value, each.channel): each for each in await alarms.ringing(session, now=now)}
        for (kind, channel), alarm in found.items():
            said = self._said.get((kind, channel))
            if said is None or now - said >= AGAIN_AFTER:
                code = alarm.codes[0] if alarm.codes else None
                log.error("alarm.ringing", kind=kind, channel=channel or None, count=alarm.number, code=code)
                self._said[kind, channel] = now
        for kind, channel in self._said.keys() - found.keys():
            log.info("alarm.over", kind=kind, channel=channel or None)
            del self._said[kind, channel]
        return False
