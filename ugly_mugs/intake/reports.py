"""Takes a report: sealed for the desk, opened again only with the number she gets."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.exc import IntegrityError
from sqlmodel.ext.asyncio.session import AsyncSession

from .. import bell, consents
from ..models import Report, ReportClock, ReportKey, ReportState, ReturnCode
from ..vault import DataKey, Vault
from . import changing, messages, return_code, sealed
from .new_report import NewReport, Story
from .questions import WORDS_VERSION
from .return_code import Made

MOST_ATTEMPTS = 20


class NoCode(Exception):
    """No free number was found: there are far too many reports for seven digits."""


async def submit(
    session: AsyncSession,
    vault: Vault,
    new: NewReport,
    *,
    draft: bytes,
    now: datetime,
    handed_in_by: UUID | None = None,
) -> str:
    """Keep *new* for the desk and give the code that opens it again; nobody is told yet.

    The same *draft* gives the same code and stays one report; what was changed in it counts.
    """
    for attempt in range(MOST_ATTEMPTS):
        # Before the first statement, so that no transaction waits for it.
        made = await return_code.make(vault, draft, attempt=attempt)
        tag = return_code.selector_tag(vault, made.code)
        known = await session.get(ReturnCode, tag)
        if known is None and await _keep(session, vault, new, made, now=now, handed_in_by=handed_in_by):
            return made.code.shown
        known = known or await session.get(ReturnCode, tag)
        if known is not None and known.verifier == made.verifier:
            await _sent_again(session, known.report_id, new, made, now=now)
            return made.code.shown
        # Another report has these seven digits.
    raise NoCode


async def _keep(
    session: AsyncSession, vault: Vault, new: NewReport, made: Made, *, now: datetime, handed_in_by: UUID | None
) -> bool:
    """Whether the report is kept now; not if its code was taken in this very moment."""
    report, key = Report(id=uuid4(), received_on=now.date(), handed_in_by=handed_in_by), DataKey.new()
    _write(report, new, key, now=now)
    code = ReturnCode(
        selector=return_code.selector_tag(vault, made.code),
        report_id=report.id,
        salt=made.salt,
        verifier=made.verifier,
    )
    try:
        async with session.begin_nested():
            session.add(report)
            await session.flush()
            session.add(code)
            await session.flush()
    except IntegrityError:
        return False
    session.add(sealed.keys_for(vault, key, by_code=made.by_code, report_id=report.id))
    session.add(ReportClock(report_id=report.id, received_at=now))
    if new.consents:
        given = dict.fromkeys(new.consents, True)
        await consents.record(session, report.id, given, words=WORDS_VERSION, on_day=now.date())
    await session.flush()
    await bell.ask(session, "desk")
    return True


async def _sent_again(session: AsyncSession, report_id: UUID, new: NewReport, made: Made, *, now: datetime) -> None:
    """Somebody went back, perhaps changed a word, and sent the form once more."""
    report = await messages.hold(session, report_id)
    row = await session.get(ReportKey, report_id)
    if report.state in changing.OVER or report.body is None or row is None:
        return
    key = sealed.key_by_code(row, made.by_code)
    if sealed.unseal(report.body, key, report_id=report_id) != new.story:
        if report.state is ReportState.RECEIVED:
            _write(report, new, key, now=now)
            session.add(report)
        else:
            # A moderator is reading the first one: what she changed stands below it, however often it is sent.
            known = {said.text for said in await messages.read(session, key, report_id)}
            text = _changed(sealed.unseal(report.body, key, report_id=report_id), new.story)
            for start in range(0, len(text), messages.LONGEST):
                part = text[start : start + messages.LONGEST]
                if part not in known:
                    await messages.add(session, key, report_id, part, from_desk=False, on_day=now.date())
    await changing.consent(session, report_id, new.consents, now=now)
    await changing.time(session, report_id, new.timing, days=new.days, now=now)


def _changed(before: Story, after: Story) -> str:
    """What *after* says otherwise than *before*, a line for each answer; her story without a name before it."""
    old, new = (dict(_answers(each.model_dump(mode="json"), "")) for each in (before, after))
    names = [name for name in {**new, **old} if new.get(name) != old.get(name)]
    return "\n".join((f"{name}: " if name != "what happened" else "") + new.get(name, "–") for name in names)


def _answers(value: object, name: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _answers(each, f"{name} {key}".replace("_", " ").strip())
    elif isinstance(value, list):
        for number, each in enumerate(value, start=1):
            yield from _answers(each, f"{name} {number}")
    elif value:
        yield name, str(value)


def _write(report: Report, new: NewReport, key: DataKey, *, now: datetime) -> None:
    """Put *new* into *report*: what the queue is sorted by in the clear, everything sealed."""
    report.category = new.category
    report.flags = [flag.value for flag in new.flags]
    report.district = new.district
    report.place_kind = new.place_kind
    report.happened_on = new.happened_on
    report.part_of_day = new.part_of_day
    report.timing = new.timing
    report.go_on = changing.goes_on(new.timing, new.days, from_day=now.date())
    report.indexed_with = None
    report.body = sealed.seal(new.story, key, report_id=report.id)
