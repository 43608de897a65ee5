"""What we do when a text comes in: hardly anybody reads them, so each is acted on or answered by rule."""

import re
from datetime import datetime, timedelta
from typing import Final

from sqlmodel import col, delete
from sqlmodel.ext.asyncio.session import AsyncSession

from .. import languages
from ..contract import Reply
from ..delivery import emptying, recipients, suppression
from ..languages import Language, speaking
from ..models import Answered, Occasion, SeenReply, Subscriber, SubscriberState
from ..models.upsert import insert
from ..vault import Vault
from . import joining, keywords, leaving
from .keywords import Keyword, Word

AGAIN_AFTER: Final = timedelta(hours=1)
REMEMBERED: Final = timedelta(days=30)
_ANSWERABLE: Final = re.compile(r"\+447\d{9}|[^@\s]+@[^@\s]+")
"""British mobiles and mailboxes: an answer to a premium number abroad is what its owner wants."""


async def hear(session: AsyncSession, vault: Vault, channel: str, reply: Reply, *, now: datetime) -> Keyword | None:
    """Do what *reply* asks for and queue an answer; None for one that was heard before."""
    if not await _is_new(session, vault, channel, reply, now=now):
        return None
    await emptying.heard(session, channel=channel, reference=reply.reference, now=now)
    keyword = keywords.read(reply.text)
    tag = recipients.tag_of(vault, channel, reply.sender)
    known = await joining.find(session, channel=channel, tag=tag)
    subscriber = await session.get(Subscriber, known) if known else None
    occasion = await _act(session, keyword, subscriber, channel=channel, tag=tag, now=now)
    if occasion is not None and _ANSWERABLE.fullmatch(reply.sender):
        await _answer(session, vault, occasion, subscriber, channel=channel, reply=reply, tag=tag, now=now)
    return keyword


async def _act(
    session: AsyncSession, keyword: Keyword, subscriber: Subscriber | None, *, channel: str, tag: bytes, now: datetime
) -> Occasion | None:
    """Do what was asked; give back the answer that fits."""
    match keyword.word:
        case Word.STOP:
            await suppression.suppress(session, channel=channel, tag=tag, reason="stop", now=now)
            if subscriber:
                await leaving.stop(session, subscriber.recipient_id, now=now)
            return None  # Twilio says so itself, and a carrier refuses anything after it.
        case Word.START:
            await suppression.lift(session, channel=channel, tag=tag)
            if subscriber:
                await leaving.start(session, subscriber.recipient_id)
            return Occasion.STARTED
        case Word.YES if await suppression.is_suppressed(session, channel=channel, tag=tag):
            await suppression.lift(session, channel=channel, tag=tag)
            return None
        case Word.HELP:
            return Occasion.HELP
        case Word.PAUSE if subscriber and subscriber.state is not SubscriberState.STOPPED:
            until = now.date() + timedelta(days=keyword.days)
            await leaving.pause(session, subscriber.recipient_id, until=until, now=now)
            return Occasion.PAUSED
        case _:
            return Occasion.UNWATCHED


async def _answer(
    session: AsyncSession,
    vault: Vault,
    occasion: Occasion,
    subscriber: Subscriber | None,
    *,
    channel: str,
    reply: Reply,
    tag: bytes,
    now: datetime,
) -> None:
    if await suppression.is_suppressed(session, channel=channel, tag=tag):
        return
    if not await _may_answer(session, occasion, channel=channel, tag=tag, now=now):
        return
    language = subscriber.language if subscriber else "en"
    content: dict[str, str] = {}
    if subscriber and subscriber.paused_until:
        with speaking(Language(language)):
            content["until"] = languages.day(subscriber.paused_until)
    await recipients.send_once(
        session,
        vault,
        occasion=occasion,
        channel=channel,
        address=reply.sender,
        tag=tag,
        content=content,
        language=language,
        now=now,
    )


async def tidy(session: AsyncSession, *, now: datetime) -> None:
    """Forget what no longer keeps anything from happening twice."""
    await session.exec(delete(Answered).where(col(Answered.at) <= now - AGAIN_AFTER))
    await session.exec(delete(SeenReply).where(col(SeenReply.on_day) < (now - REMEMBERED).date()))


async def _is_new(session: AsyncSession, vault: Vault, channel: str, reply: Reply, *, now: datetime) -> bool:
    """Whether this text comes for the first time: a STOP brought again must not undo the START after it."""
    tag = vault.tag("index_subscriber", "reply", channel, reply.reference)
    made = await session.exec(
        insert(session, SeenReply)
        .values(tag=tag, on_day=now.date())
        .on_conflict_do_nothing()
        .returning(col(SeenReply.on_day))
    )
    return made.first() is not None


async def _may_answer(session: AsyncSession, occasion: Occasion, *, channel: str, tag: bytes, now: datetime) -> bool:
    """Whether this number was not told the same within the hour; another machine would answer back for ever."""
    wanted = insert(session, Answered).values(channel=channel, tag=tag, occasion=occasion, at=now)
    made = await session.exec(
        wanted.on_conflict_do_update(
            index_elements=["channel", "tag", "occasion"],
            set_={"at": now},
            where=col(Answered.at) <= now - AGAIN_AFTER,
        ).returning(col(Answered.at))
    )
    return made.first() is not None
