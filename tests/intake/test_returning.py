"""What her code opens, and what a wrong one gets."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event

from tests.intake.stories import a_report, another, only_report, opened
from ugly_mugs.intake import changing, messages, return_code, returning
from ugly_mugs.intake.messages import CannotWrite
from ugly_mugs.intake.return_code import Code
from ugly_mugs.intake.returning import MOST_FAILURES_A_DAY
from ugly_mugs.intake.stretching import POOL
from ugly_mugs.models import ReportState
from ugly_mugs.service import Service
from ugly_mugs.vocabulary import Purpose, Timing


async def count(service: Service, code: Code, *, times: int = 1, days: int = 0) -> None:
    """Count wrong guesses against *code*."""
    for _ in range(times):
        async with service.transaction() as session:
            await returning.count_failure(session, service.vault, code, now=service.now() - timedelta(days=days))


@contextmanager
def counting(service: Service) -> Iterator[list[int]]:
    """How many statements ran, and how many codes were worked out."""
    statements: list[str] = []
    engines = {service.database.reader.sync_engine, service.database.writer.sync_engine}

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    before, work = POOL.done, [0, 0]
    yield work
    work[:] = [len(statements), POOL.done - before]
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)


async def test_unknown_wrong_worn_out_and_erased_are_the_same_work_and_the_same_answer(service: Service) -> None:
    unknown, wrong = another(await a_report(service), selector=True), another(await a_report(service), selector=False)
    worn_out, erased = return_code.read(await a_report(service)), await a_report(service)
    await count(service, worn_out, times=MOST_FAILURES_A_DAY)
    gone = await opened(service, erased)
    assert gone is not None
    async with service.transaction() as session:
        await changing.erase(session, gone.report_id, now=service.now())

    works = []
    for code in (unknown, wrong, worn_out, return_code.read(erased)):
        with counting(service) as work:
            assert await opened(service, code.shown) is None
            await count(service, code)
        works.append(tuple(work))

    assert len(set(works)) == 1
    assert works[0][1] == 1


async def test_ten_wrong_guesses_close_a_code_until_tomorrow(service: Service) -> None:
    code = await a_report(service)
    await count(service, another(code, selector=False), times=MOST_FAILURES_A_DAY - 1)
    assert await opened(service, code) is not None

    await count(service, another(code, selector=False))

    assert await opened(service, code) is None


async def test_yesterdays_wrong_guesses_are_forgotten(service: Service) -> None:
    code = await a_report(service)

    await count(service, return_code.read(code), times=MOST_FAILURES_A_DAY, days=1)

    assert await opened(service, code) is not None
    await count(service, return_code.read(code))
    assert await opened(service, code) is not None


async def test_she_reads_what_the_desk_wrote_and_the_desk_what_she_answers(service: Service) -> None:
    hers = await opened(service, await a_report(service, consents="alert_members", timing="now"))
    assert hers is not None
    today = service.now().date()

    async with service.transaction() as session:
        for text, from_desk in (("Was the car blue?", True), ("Yes, dark blue.", False)):
            await messages.add(session, hers.key, hers.report_id, text, from_desk=from_desk, on_day=today)
    async with service.reading() as session:
        standing = await returning.look(session, hers)

    assert [(said.from_desk, said.text) for said in standing.said] == [
        (True, "Was the car blue?"),
        (False, "Yes, dark blue."),
    ]
    assert standing.state is ReportState.RECEIVED
    assert standing.timing is Timing.NOW
    assert standing.consents == {Purpose.ALERT_MEMBERS}


async def test_her_code_is_refused_in_a_message(service: Service) -> None:
    code = await a_report(service)
    hers = await opened(service, code)
    assert hers is not None

    with pytest.raises(CannotWrite) as caught:
        async with service.transaction() as session:
            await messages.add(
                session, hers.key, hers.report_id, f"It is me, {code}", from_desk=False, on_day=service.now().date()
            )

    assert "Take it out" in str(caught.value.words)


async def test_messages_of_one_report_cannot_be_read_with_anothers_key(service: Service) -> None:
    hers, other = await opened(service, await a_report(service)), await opened(service, await a_report(service))
    assert hers is not None
    assert other is not None
    assert hers.key != other.key
    assert "DataKey()" in repr(hers.key)


async def test_a_report_says_how_it_stands(service: Service) -> None:
    hers = await opened(service, await a_report(service))
    assert hers is not None
    async with service.transaction() as session:
        report = await only_report(session)
        report.state = ReportState.ALERTED
        session.add(report)

    async with service.reading() as session:
        assert (await returning.look(session, hers)).state is ReportState.ALERTED
