"""Mail that came back, from the mail server's hands."""

import os
from typing import BinaryIO

import structlog
from sqlalchemy.exc import SQLAlchemyError

from .. import boot, logs
from ..contract import Heard, MissingSetting
from ..delivery import learning
from ..service import Service
from .acting import say, with_service

log = structlog.get_logger()
LONGEST = 256 * 1024


def bounce(mail: BinaryIO) -> int:
    """Learn what *mail* says about one of ours; the exit code tells a mail server whether to keep it."""
    heard = boot.read_bounce(mail.read(LONGEST))
    while mail.read(LONGEST):
        pass  # to its end, or the mail server sees a broken pipe
    if heard is None:
        log.info("bounce.ignored")
        return os.EX_OK
    try:
        was_news = with_service(lambda service: _learn(service, heard))
    except MissingSetting as error:
        say(str(error), err=True)
        return os.EX_TEMPFAIL
    except (SQLAlchemyError, OSError) as error:
        log.error("bounce.failed", **logs.told(error))
        return os.EX_TEMPFAIL
    # A kind and no delivery: beside the mail server's log a name would say whose it is.
    kind = heard.failure.code.split()[0] if heard.failure else heard.progress
    log.info("bounce.heard", kind=kind, count=int(was_news))
    return os.EX_OK


async def _learn(service: Service, heard: Heard) -> bool:
    return await service.again_if_locked(lambda session: learning.learn(session, heard, now=service.now()))
