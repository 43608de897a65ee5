"""Which reports may be about one man: suggested as they come, with reasons; a moderator says, and may undo."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlmodel import col, select

from tests import makers
from tests.desk.statements import counted
from tests.desk.stories import a_report
from ugly_mugs.desk import candidates, case, indexing, linking
from ugly_mugs.desk.linking import MOST_SHOWN, Known, NoSuchLink
from ugly_mugs.desk.suggesting import pair
from ugly_mugs.identifiers import Kind, normalise
from ugly_mugs.intake import changing
from ugly_mugs.matching import keys
from ugly_mugs.matching.weights import MANY
from ugly_mugs.models import (
    AuditEntry,
    LinkState,
    Report,
    ReportIdentifier,
    ReportLink,
    ReportPiece,
    ReportState,
)
from ugly_mugs.service import Service
from ugly_mugs.workers.index import index_reports

NOW = datetime(2026, 11, 25, 21, 30, tzinfo=UTC)
HIM = {"alias": "Kev", "age_from": 40, "age_to": 45, "height": "5ft 10", "build": "stocky", "accent": "Welsh"}
ANOTHER = {"alias": "Lars", "age_from": 20, "age_to": 22, "height": "6ft 4", "build": "skinny", "accent": "scouse"}


def plate(registration: str) -> dict[str, str]:
    return {"registration": registration}


async def told(service: Service, *people: dict[str, object], **also: Any) -> UUID:
    """A report, indexed at once."""
    report_id = await a_report(service, now=NOW, people=people, **also)
    await index_reports(service)
    return report_id


async def known(service: Service, report_id: UUID) -> Known:
    """What a moderator sees beside it."""
    async with service.transaction() as session:
        by = await makers.a_moderator(service) if session.get_bind().dialect.name != "sqlite" else uuid4()
        return (await case.open_case(session, service.vault, report_id, by=by, now=NOW)).known


async def say(service: Service, one: UUID, other: UUID, state: LinkState) -> None:
    async with service.transaction() as session:
        await linking.say(session, one, other, state, by=uuid4(), now=NOW)


async def linked(service: Service, report_id: UUID) -> dict[UUID, LinkState]:
    return {link.report_id: link.state for link in (await known(service, report_id)).links}


async def test_one_phone_however_it_is_written_is_a_suggestion_for_both(service: Service) -> None:
    first = await told(service, phones=["07700 900123"], district="GU1")
    second = await told(service, phones=["+44 (0)7700 900 123"])
    await told(service, phones=["07700 900999"])

    (link,) = (await known(service, second)).links

    assert (link.report_id, link.state, link.district) == (first, LinkState.SUGGESTED, "GU1")
    assert (link.meets, link.agrees, link.differs) == (("same phone",), "", "")
    assert await linked(service, first) == {second: LinkState.SUGGESTED}


async def test_a_plate_misread_is_suggested_where_the_description_agrees_and_says_why(service: Service) -> None:
    first = await told(service, HIM, vehicle=plate("KX12 ABM"))
    second = await told(service, HIM, vehicle=plate("KX12 ABN"))

    (link,) = (await known(service, second)).links

    assert link.report_id == first
    assert link.meets == ("plate differs by one character that is easily misread",)
    assert link.agrees == "same name, build and accent, about the same age"


async def test_a_plate_misread_is_nothing_where_no_description_agrees(service: Service) -> None:
    await told(service, vehicle=plate("KX12 ABM"))

    assert await linked(service, await told(service, vehicle=plate("KX12 ABN"))) == {}
    assert await linked(service, await told(service, ANOTHER, vehicle=plate("KX12 ABM"))) != {}


@pytest.mark.parametrize("first_is_partial", [True, False])
@pytest.mark.parametrize(
    ("part", "whole"),
    [
        ({"phones": ["ends 900447"]}, {"phones": ["07700 900447"]}),
        ({"vehicle": plate("KX12 ???")}, {"vehicle": plate("KX12 ABC")}),
        ({"vehicle": plate("?? 12 ABC")}, {"vehicle": plate("KX12 ABC")}),
        ({"vehicle": plate("KX1? ABC")}, {"vehicle": plate("KX12 ABC")}),
        ({"phones": ["07700 9004?7"]}, {"phones": ["07700 900447"]}),
        ({"handles": ["aw: kevin_1984"]}, {"emails": ["kevin_1984@example.org"]}),
        ({"handles": ["aw: kevin_1984"]}, {"handles": ["telegram: kevin_1984"]}),
    ],
    ids=["last digits", "first of a plate", "last of a plate", "a gap", "a digit", "mailbox", "another site"],
)
async def test_a_part_and_the_whole_find_each_other_whichever_came_first(
    sqlite_service: Service, part: dict[str, object], whole: dict[str, object], first_is_partial: bool
) -> None:
    service = sqlite_service
    one, other = (part, whole) if first_is_partial else (whole, part)
    first = await told(service, HIM, district="GU1", **one)

    second = await told(service, HIM, district="GU2", **other)

    assert await linked(service, second) == {first: LinkState.SUGGESTED}


async def test_two_described_alike_to_the_last_are_not_linked_by_that(service: Service) -> None:
    await told(service, HIM, phones=["07700 900123"], district="GU1")

    assert await linked(service, await told(service, HIM, phones=["07700 900777"], district="GU1")) == {}


async def test_a_phone_that_was_handed_on_links_no_two_men(service: Service) -> None:
    await told(service, HIM, phones=["07700 900123"])

    assert await linked(service, await told(service, ANOTHER, phones=["07700 900123"])) == {}


async def test_a_number_shared_by_very_many_links_nothing_by_itself_and_the_desk_says_so(service: Service) -> None:
    await _a_switchboard(service, "020 7946 0999")

    last = await known(service, await told(service, HIM, phones=["020 7946 0999"]))

    assert last.links == ()
    assert last.hubs == (Kind.PHONE,)


async def test_beside_a_hub_what_else_they_share_still_counts(service: Service) -> None:
    await _a_switchboard(service, "020 7946 0999")
    first = await told(service, HIM, phones=["020 7946 0999"], vehicle=plate("KX12 ABC"))

    second = await known(service, await told(service, HIM, phones=["020 7946 0999"], vehicle=plate("KX12 ABC")))

    assert [(link.report_id, set(link.meets)) for link in second.links] == [(first, {"same plate", "same phone"})]


async def test_a_candidate_is_held_against_all_that_is_known_of_its_man(service: Service) -> None:
    """The one in the middle says nothing of his looks, so that alone it would go with anybody."""
    first = await told(service, HIM, phones=["07700 900123"])
    middle = await told(service, phones=["07700 900123"], vehicle=plate("KX12 ABC"))
    await say(service, first, middle, LinkState.SAME_MAN)

    assert await linked(service, await told(service, ANOTHER, vehicle=plate("KX12 ABC"))) == {}
    assert await linked(service, await told(service, HIM, vehicle=plate("KX12 ABC"))) != {}


async def test_of_several_people_nobody_can_say_whose_looks_are_whose(service: Service) -> None:
    first = await told(service, HIM, phones=["07700 900123"])

    (link,) = (await known(service, await told(service, ANOTHER, HIM, phones=["07700 900123"]))).links

    assert (link.report_id, link.agrees, link.differs) == (first, "", "")


async def test_what_a_moderator_says_stays_and_can_be_undone(service: Service) -> None:
    first = await told(service, phones=["07700 900123"])
    second = await told(service, phones=["07700 900123"])

    for state in (LinkState.SAME_MAN, LinkState.SAME_EVENT, LinkState.REFUSED, LinkState.SUGGESTED):
        await say(service, first, second, state)

        assert await linked(service, second) == {first: state}


async def test_what_was_confirmed_is_shown_however_much_is_suggested_beside_it(service: Service) -> None:
    mine = await told(service, phones=["07700 900123"])
    others = [await a_report(service, now=NOW) for _ in range(MOST_SHOWN + 2)]
    confirmed = others[-1]
    async with service.transaction() as session:
        for other in others:
            one, two = pair(mine, other)
            state = LinkState.SAME_MAN if other == confirmed else LinkState.SUGGESTED
            session.add(ReportLink(one_id=one, other_id=two, state=state))

    shown = (await known(service, mine)).links

    assert len(shown) == MOST_SHOWN
    assert shown[0].report_id == confirmed


async def test_indexing_anew_suggests_anew_and_leaves_what_was_said(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, third = [await told(service, phones=["07700 900123"]) for _ in range(3)]
    await say(service, first, second, LinkState.REFUSED)
    monkeypatch.setattr(keys, "VERSION", keys.VERSION + 1)

    while await index_reports(service):
        pass

    assert await linked(service, first) == {second: LinkState.REFUSED, third: LinkState.SUGGESTED}


async def test_two_reports_of_one_event_are_one_source(service: Service) -> None:
    first, second, third = [await told(service, phones=["07700 900123"]) for _ in range(3)]
    await say(service, first, second, LinkState.SAME_EVENT)
    await say(service, second, third, LinkState.SAME_MAN)

    for each in (first, second, third):
        seen = await known(service, each)
        assert (seen.reports, seen.events) == (3, 2)


async def test_what_is_only_suggested_or_refused_counts_as_nothing(service: Service) -> None:
    first, second, _ = [await told(service, phones=["07700 900123"]) for _ in range(3)]
    await say(service, first, second, LinkState.REFUSED)

    seen = await known(service, first)

    assert (seen.reports, seen.events) == (1, 1)


@pytest.mark.parametrize("take_back", [changing.withdraw, changing.erase])
async def test_a_report_that_is_taken_back_leaves_no_link_behind(service: Service, take_back: object) -> None:
    stays = await told(service, phones=["07700 900123"])
    gone = await told(service, phones=["07700 900123"], vehicle=plate("KX12 ABC"))
    await say(service, stays, gone, LinkState.SAME_MAN)

    async with service.transaction() as session:
        await take_back(session, gone, now=NOW)  # type: ignore[operator]  # one of two functions

    seen = await known(service, stays)
    assert (seen.links, seen.reports, seen.events) == ((), 1, 1)
    async with service.reading() as session:
        assert list(await session.exec(select(ReportLink))) == []
        for table in (ReportIdentifier, ReportPiece):
            assert set(await session.exec(select(table.report_id))) == {stays}
        assert str(gone) not in str([entry.model_dump() for entry in await session.exec(select(AuditEntry))])
    with pytest.raises(NoSuchLink):
        await say(service, stays, gone, LinkState.SAME_MAN)


async def test_only_what_was_suggested_can_be_confirmed(service: Service) -> None:
    first = await told(service, phones=["07700 900123"])
    other = await told(service, HIM, phones=["07700 900777"])

    for one in (other, first, uuid4()):
        with pytest.raises(NoSuchLink):
            await say(service, first, one, LinkState.SAME_MAN)


async def test_what_is_said_is_in_the_audit_log_once_and_names_one_report_alone(service: Service) -> None:
    first = await told(service, phones=["07700 900123"])
    second = await told(service, phones=["07700 900123"])

    await say(service, first, second, LinkState.SAME_EVENT)
    await say(service, first, second, LinkState.SAME_EVENT)

    async with service.reading() as session:
        (entry,) = await session.exec(select(AuditEntry).where(AuditEntry.act == "report.link_said"))
    assert (entry.subject, entry.detail) == (f"report:{first}", {"is": "same_event"})


async def test_a_report_that_cannot_be_opened_is_shown_without_reasons(service: Service) -> None:
    first = await told(service, phones=["07700 900123"])
    second = await told(service, phones=["07700 900123"])
    async with service.transaction() as session:
        report = await session.get_one(Report, first)
        report.body = b"\0" * 80
        session.add(report)

    (link,) = (await known(service, second)).links

    assert (link.report_id, link.meets, link.agrees, link.differs) == (first, (), "", "")


async def test_a_new_report_costs_as_many_questions_beside_many_as_beside_none(service: Service) -> None:
    async def asked() -> int:
        report_id = await a_report(service, now=NOW, phones=["07700 900123", "ends 0447"], vehicle=plate("KX12 ABC"))
        async with counted(service) as statements:
            await index_reports(service)
        assert report_id
        return len(statements)

    await asked()
    beside_one = await asked()
    for number in range(30):
        await a_report(service, now=NOW, people=[HIM], phones=[f"07700 9001{number:02}"], vehicle=plate("KX12 ABD"))
    await index_reports(service)

    assert await asked() == beside_one


async def test_each_question_to_the_index_uses_an_index(service: Service) -> None:
    """A table of so few rows is read from end to end more quickly, so PostgreSQL is told not to."""
    await _a_switchboard(service, "020 7946 0999", many=300)
    named = [normalise(Kind.PHONE, "07700 900123"), normalise(Kind.VRM, "KX12 ABC"), normalise(Kind.VRM, "KX9?")]

    async with service.reading() as session, counted(service) as statements:
        await candidates.find(session, service.vault, uuid4(), named, version=indexing.version())
    assert len(statements) == 1

    async with service.transaction() as session:
        connection = await session.connection()
        is_postgresql = connection.dialect.name == "postgresql"
        if is_postgresql:
            await connection.execute(text("SET LOCAL enable_seqscan = off"))
        for statement, parameters in statements:
            explain = f"EXPLAIN {'' if is_postgresql else 'QUERY PLAN'} {statement}"
            rows = await connection.exec_driver_sql(explain, parameters)
            plan = "\n".join(str(row) for row in rows)
            for table in ("report_identifier", "report_piece"):
                assert f"Seq Scan on {table}" not in plan
                assert "SCAN kept" not in plan


async def _a_switchboard(service: Service, number: str, *, many: int = MANY) -> None:
    """Reports of which the index says that they name *number*."""
    key = keys.exact(normalise(Kind.PHONE, number))
    tag = candidates.tag(service.vault, key)
    async with service.transaction() as session:
        for _ in range(many + 1):
            report = Report(received_on=NOW.date(), state=ReportState.CLOSED, indexed_with=indexing.version())
            session.add(report)
            await session.flush()
            session.add(
                ReportIdentifier(report_id=report.id, tag=tag, folded=tag, kind="phone", version=indexing.version())
            )
    async with service.reading() as session:
        assert len(list(await session.exec(select(Report.id).where(col(Report.indexed_with).is_not(None))))) > many
