"""A new report's links, suggested as it is indexed: a few others are opened, weighed, and the best written down."""

from collections.abc import Iterable, Mapping
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, or_
from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..intake.new_report import Story
from ..matching.comparing import Profile
from ..models import LinkState, ReportLink
from ..models.upsert import insert
from ..vault import Vault
from . import candidates, weighing
from .describing import described

MOST_OPENED: Final = 12
MOST_OF_GROUPS: Final = 8
"""So many more are opened to see what is known of those men."""
MOST: Final = 10
CONFIRMED: Final = (LinkState.SAME_MAN, LinkState.SAME_EVENT)


async def suggest(session: AsyncSession, vault: Vault, report_id: UUID, story: Story, *, version: int) -> int:
    """Write down which reports may be about the man in *story*; what a moderator said of any stays. Say how many."""
    found = await candidates.find(session, vault, report_id, story.identifiers, version=version)
    ids = found.best(MOST_OPENED)
    if not ids:
        return 0
    # Held, so that none of them is taken back before the link to it is there to be deleted.
    others = await weighing.profiles(session, vault, ids, hold=True)
    mine = Profile.of(described(report_id, story))
    verdicts = weighing.weigh(mine, others, hubs=found.hubs)
    groups = await _groups(session, vault, others)
    fitting = [
        id_ for id_, verdict in verdicts.items() if verdict.is_link and weighing.fits_all(mine, verdict, groups[id_])
    ]
    best = sorted(fitting, key=lambda id_: (-verdicts[id_].bits, id_))[:MOST]
    if best:
        rows = [dict(zip(("one_id", "other_id"), pair(report_id, id_), strict=True)) for id_ in best]
        await session.exec(
            insert(session, ReportLink)
            .values([{**row, "state": LinkState.SUGGESTED} for row in rows])
            .on_conflict_do_nothing()
        )
    return len(best)


async def forget(session: AsyncSession, report_id: UUID) -> None:
    """Delete what was suggested and nobody has said anything of, before it is suggested anew."""
    await session.exec(delete(ReportLink).where(touching(report_id), col(ReportLink.state) == LinkState.SUGGESTED))


def pair(one: UUID, other: UUID) -> tuple[UUID, UUID]:
    """The ids of two reports as their one row has them."""
    return (one, other) if one < other else (other, one)


def touching(*report_ids: UUID) -> ColumnElement[bool]:
    """Links of any of *report_ids*."""
    return or_(col(ReportLink.one_id).in_(report_ids), col(ReportLink.other_id).in_(report_ids))


async def _groups(session: AsyncSession, vault: Vault, opened: Mapping[UUID, Profile]) -> dict[UUID, list[Profile]]:
    """For each report what is known of its man: it, and those that a moderator confirmed to be about him."""
    rows = await session.exec(
        select(ReportLink.one_id, ReportLink.other_id).where(touching(*opened), col(ReportLink.state).in_(CONFIRMED))
    )
    together: dict[UUID, set[UUID]] = {id_: {id_} for id_ in opened}
    for one, other in rows:
        for a, b in ((one, other), (other, one)):
            if a in together:
                together[a].add(b)
    missing = sorted(set().union(*together.values()) - opened.keys())[:MOST_OF_GROUPS]
    known = {**opened, **(await weighing.profiles(session, vault, missing) if missing else {})}
    return {id_: _those(known, group) for id_, group in together.items()}


def _those(known: Mapping[UUID, Profile], group: Iterable[UUID]) -> list[Profile]:
    return [known[id_] for id_ in sorted(group) if id_ in known]
