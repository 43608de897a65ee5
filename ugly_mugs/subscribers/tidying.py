"""What of joining and texting runs out by the clock."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from .. import visits
from . import codes, preferences, replies


async def tidy(session: AsyncSession, *, now: datetime) -> None:
    """Forget old codes, answers, temporary areas and visits."""
    await codes.tidy(session, now=now)
    await replies.tidy(session, now=now)
    await preferences.tidy(session, now=now)
    await visits.tidy(session, now=now)
