"""Who is vouched for is told phones and plates; the log says that it happened, and never for whom."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from .. import audit
from ..models import Subscriber


async def vouch(session: AsyncSession, recipient_id: int, *, by: str, now: datetime) -> None:
    """Trust her from now on; *by* is a moderator or a project's scheme, never a member."""
    subscriber = await session.get_one(Subscriber, recipient_id)
    subscriber.vouched = True
    await session.flush()
    # The log is for ever, and who knows whom must not be: no id.
    await audit.write(session, actor=by, act="subscriber.vouched", subject="subscriber", now=now)
