"""What may belong together: links that were suggested, why, and what a moderator says of each.

Same man and same event are two answers: two reports of one event are one source, however much they agree.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlmodel import case, col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from .. import audit
from ..identifiers import Kind
from ..intake.new_report import Story
from ..matching import words
from ..matching.comparing import Profile, Verdict
from ..matching.weights import MANY
from ..models import Alert, AlertReport, LinkState, Report, ReportIdentifier, ReportLink, ReportState
from ..vault import Vault
from ..vocabulary import Category
from . import weighing
from .describing import described
from .suggesting import CONFIRMED, pair, touching
from .weighing import GONE

MOST_SHOWN: Final = 40
MOST_OF_A_MAN: Final = 100
"""Reports of one man that are followed; more are counted as these."""


class NoSuchLink(Exception):
    """Nothing links these two, or one of them was taken back."""


@dataclass(frozen=True, slots=True)
class Link:
    """Another report that may be about the same man."""

    report_id: UUID
    category: Category | None
    district: str | None
    received_on: date
    report_state: ReportState
    state: LinkState
    """What was said of it."""
    meets: tuple[str, ...]
    """What both name, in words; nothing where one cannot be opened any more."""
    agrees: str
    differs: str
    bits: float
    references: tuple[str, ...]
    """Alerts that it stands behind."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known beside one report."""

    links: tuple[Link, ...] = ()
    hubs: tuple[Kind, ...] = ()
    """Kinds of which it names one that very many reports name."""
    reports: int = 1
    """How many reports are of its man, as far as moderators confirmed it."""
    events: int = 1
    """Of how many events these are; only these count as sources."""


async def known(session: AsyncSession, vault: Vault, report_id: UUID, story: Story | None) -> Known:
    """What may belong to *report_id*: confirmed first, then what is suggested, the likeliest first."""
    states = await _states(session, report_id)
    reports = await session.exec(
        select(Report).where(col(Report.id).in_(states.keys()), col(Report.state).not_in(GONE))
    )
    others = {report.id: report for report in reports}
    verdicts = await _verdicts(session, vault, report_id, story, others)
    references = await _references(session, list(others))
    links = [
        Link(
            report_id=report.id,
            category=report.category,
            district=report.district,
            received_on=report.received_on,
            report_state=report.state,
            state=states[report.id],
            meets=tuple(words.meetings(verdict)) if verdict else (),
            agrees=words.agreements(verdict) if verdict else "",
            differs=words.disagreements(verdict) if verdict else "",
            bits=verdict.bits if verdict else 0.0,
            references=references.get(report.id, ()),
        )
        for report in others.values()
        for verdict in [verdicts.get(report.id)]
    ]
    of_man, events = await _sources(session, report_id)
    return Known(
        links=tuple(sorted(links, key=lambda link: (_ORDER[link.state], -link.bits, link.report_id))),
        hubs=await _hubs(session, report_id),
        reports=of_man,
        events=events,
    )


_ORDER: Final = {LinkState.SAME_EVENT: 0, LinkState.SAME_MAN: 1, LinkState.SUGGESTED: 2, LinkState.REFUSED: 3}


async def say(
    session: AsyncSession, report_id: UUID, other_id: UUID, state: LinkState, *, by: UUID, now: datetime
) -> None:
    """A moderator says what a link is, or takes that back; raise `NoSuchLink`."""
    one, other = pair(report_id, other_id)
    # The reports first and in one order: as whoever takes one back holds it.
    there = await session.exec(
        select(Report.id)
        .where(col(Report.id).in_((one, other)), col(Report.state).not_in(GONE))
        .order_by(col(Report.id))
        .with_for_update(read=True)
    )
    row = await session.get(ReportLink, (one, other), with_for_update=True)
    if row is None or len(list(there)) < len({one, other}):
        raise NoSuchLink
    if row.state is state:
        return
    row.state = state
    session.add(row)
    # Only this report's id: the log is never emptied, and would keep a link that an erased report must not leave.
    await audit.write(
        session,
        actor=f"moderator:{by}",
        act="report.link_said",
        subject=f"report:{report_id}",
        now=now,
        detail={"is": state.value},
    )


async def _states(session: AsyncSession, report_id: UUID) -> dict[UUID, LinkState]:
    # What a moderator said comes before what is only suggested: she must be able to take it back.
    said_first = case(_ORDER, value=col(ReportLink.state))
    asked = select(ReportLink).where(touching(report_id)).order_by(said_first).limit(MOST_SHOWN)
    found = await session.exec(asked)
    return {_beside(row, report_id): row.state for row in found}


def _beside(row: ReportLink, report_id: UUID) -> UUID:
    return row.other_id if row.one_id == report_id else row.one_id


async def _verdicts(
    session: AsyncSession, vault: Vault, report_id: UUID, story: Story | None, others: Mapping[UUID, Report]
) -> dict[UUID, Verdict]:
    if story is None or not others:
        return {}
    opened = await weighing.profiles(session, vault, others.keys())
    return weighing.weigh(Profile.of(described(report_id, story)), opened)


async def _hubs(session: AsyncSession, report_id: UUID) -> tuple[Kind, ...]:
    mine = list(await session.exec(select(ReportIdentifier).where(ReportIdentifier.report_id == report_id)))
    hubs = set()
    for each in mine:
        some = select(ReportIdentifier.report_id).where(
            ReportIdentifier.tag == each.tag, ReportIdentifier.version == each.version
        )
        counted = await session.exec(select(func.count()).select_from(some.limit(MANY + 1).subquery()))
        if counted.one() > MANY:
            hubs.add(Kind(each.kind))
    return tuple(sorted(hubs))


async def _sources(session: AsyncSession, report_id: UUID) -> tuple[int, int]:
    """How many reports of its man are confirmed, and of how many events."""
    reports, seen, rows = {report_id}, set[UUID](), dict[tuple[UUID, UUID], LinkState]()
    while (fresh := reports - seen) and len(reports) < MOST_OF_A_MAN:
        seen |= fresh
        found = await session.exec(select(ReportLink).where(touching(*fresh), col(ReportLink.state).in_(CONFIRMED)))
        for row in found:
            rows[row.one_id, row.other_id] = row.state
            reports |= {row.one_id, row.other_id}
    gone = set(await session.exec(select(Report.id).where(col(Report.id).in_(reports), col(Report.state).in_(GONE))))
    there = reports - gone
    return len(there), _events(there, (ids for ids, state in rows.items() if state is LinkState.SAME_EVENT))


def _events(reports: Iterable[UUID], same: Iterable[tuple[UUID, UUID]]) -> int:
    """How many events *reports* tell of, where each pair in *same* tells of one."""
    event = {id_: id_ for id_ in reports}

    def root(id_: UUID) -> UUID:
        while event[id_] != id_:
            id_ = event[id_]
        return id_

    for one, other in same:
        if one in event and other in event:
            event[root(one)] = root(other)
    return sum(root(id_) == id_ for id_ in event)


async def _references(session: AsyncSession, report_ids: list[UUID]) -> dict[UUID, tuple[str, ...]]:
    rows = await session.exec(
        select(AlertReport.report_id, Alert.reference)
        .join(Alert, col(Alert.id) == AlertReport.alert_id)
        .where(col(AlertReport.report_id).in_(report_ids))
        .order_by(col(Alert.reference))
    )
    found: dict[UUID, tuple[str, ...]] = {}
    for report_id, reference in rows:
        found[report_id] = (*found.get(report_id, ()), reference)
    return found
