"""What is decided about her words lies under her report's own key, grows with her words, and goes with them."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from sqlmodel import col, select

from tests.desk import people
from tests.desk.stories import a_report
from ugly_mugs.desk import decisions, redacting, stories
from ugly_mugs.desk.case import NotThere
from ugly_mugs.desk.decisions import Choice, Decided, Save
from ugly_mugs.desk.redacting import Words
from ugly_mugs.desk.suggestions import Suggestion
from ugly_mugs.identifiers import Kind
from ugly_mugs.intake import changing, messages
from ugly_mugs.models import AuditEntry, Report, ReportRedaction, ReportState
from ugly_mugs.redaction import Label, Role, Why
from ugly_mugs.service import Service
from ugly_mugs.vault import CannotOpen, DataKey
from ugly_mugs.vocabulary import Purpose

NOW = datetime(2026, 11, 25, 21, 30, tzinfo=UTC)
STORY = "I was with my friend Rosie at Sunny Spa. He calls himself Dave."


async def words(service: Service, report_id: UUID) -> Words:
    """Her words, and what is decided about them."""
    async with service.reading() as session:
        found = await redacting.open_words(session, service.vault, report_id)
    assert found is not None
    return found


def hide_all(words: Words, save: Save) -> Decided:
    """Hide everything that is suggested."""
    return decisions.decide(words.decided, words.suggestions, {each.key: Choice.HIDE for each in words.undecided}, save)


async def decided(service: Service, report_id: UUID, *, by: UUID, seen: int = 0, marks: tuple[str, ...] = ()) -> Words:
    """Everything is hidden, and *marks* as well."""

    def step(words: Words, save: Save) -> Decided:
        after = hide_all(words, save)
        for mark in marks:
            after = decisions.mark(after, words.suggestions, mark, save)
        return after

    async with service.transaction() as session:
        return await redacting.change(session, service.vault, report_id, step, seen=seen, by=by, now=NOW)


async def test_what_is_decided_is_sealed_and_padded(service: Service) -> None:
    ada, _ = await people.two_moderators(service, now=NOW)
    report_id = await a_report(service, now=NOW, what_happened=STORY)
    assert {"Rosie", "Sunny Spa"} <= {each.words for each in (await words(service, report_id)).undecided}

    after = await decided(service, report_id, by=ada.id, marks=("SENTINEL",))

    assert after.undecided == ()
    assert {"Rosie", "Sunny Spa", "SENTINEL"} <= set(after.hidden)
    async with service.reading() as session:
        row = await session.get(ReportRedaction, report_id)
        assert row is not None
        key = await stories.key_of(session, service.vault, report_id)
        assert key is not None
    assert b"SENTINEL" not in row.body
    assert len(key.open(row.body, table="report_redaction", column="body", row=report_id)) % redacting.PAGE == 0
    with pytest.raises(CannotOpen):
        DataKey.new().open(row.body, table="report_redaction", column="body", row=report_id)


async def test_the_audit_says_that_something_was_decided_and_not_what(sqlite_service: Service) -> None:
    service = sqlite_service
    ada, _ = await people.two_moderators(service, now=NOW)
    report_id = await a_report(service, now=NOW, what_happened=STORY)

    await decided(service, report_id, by=ada.id, marks=("SENTINEL",))

    async with service.reading() as session:
        entry = (await session.exec(select(AuditEntry).order_by(col(AuditEntry.number).desc()).limit(1))).one()
    assert (entry.actor, entry.act, entry.subject) == (f"moderator:{ada.id}", "report.redacted", f"report:{report_id}")
    assert set(entry.detail) == {"decided"}
    assert "SENTINEL" not in str(entry.detail)


async def test_saving_what_changes_nothing_leaves_no_trace(sqlite_service: Service) -> None:
    service = sqlite_service
    ada, _ = await people.two_moderators(service, now=NOW)
    report_id = await a_report(service, now=NOW, what_happened=STORY)
    first = await decided(service, report_id, by=ada.id)

    second = await decided(service, report_id, by=ada.id, seen=first.saves)

    assert second.saves == first.saves
    async with service.reading() as session:
        acts = list(await session.exec(select(AuditEntry.act).where(AuditEntry.act == "report.redacted")))
    assert len(acts) == 1


async def test_what_she_adds_is_open_and_what_was_decided_stays(service: Service) -> None:
    ada, _ = await people.two_moderators(service, now=NOW)
    report_id = await a_report(service, now=NOW, what_happened=STORY)
    await decided(service, report_id, by=ada.id)

    async with service.transaction() as session:
        key = await stories.key_of(session, service.vault, report_id)
        assert key is not None
        text = "My sister Katarzyna was there too, and Rosie."
        await messages.add(session, key, report_id, text, from_desk=False, on_day=NOW.date())

    after = await words(service, report_id)
    assert [each.words for each in after.undecided] == ["Katarzyna"]
    assert "Rosie" in after.hidden


async def test_what_the_desk_asks_is_not_her_words(sqlite_service: Service) -> None:
    service = sqlite_service
    report_id = await a_report(service, now=NOW, what_happened="He took my money.")
    async with service.transaction() as session:
        key = await stories.key_of(session, service.vault, report_id)
        assert key is not None
        await messages.add(session, key, report_id, "Was my friend Rosie there?", from_desk=True, on_day=NOW.date())

    assert (await words(service, report_id)).suggestions == ()


async def test_it_goes_when_the_report_is_erased(service: Service) -> None:
    ada, _ = await people.two_moderators(service, now=NOW)
    report_id = await a_report(service, now=NOW, what_happened=STORY)
    await decided(service, report_id, by=ada.id)

    async with service.transaction() as session:
        await changing.erase(session, report_id, now=NOW)

    async with service.reading() as session:
        assert await session.get(ReportRedaction, report_id) is None
        assert await redacting.open_words(session, service.vault, report_id) is None
    with pytest.raises(NotThere):
        await decided(service, report_id, by=ada.id)


async def test_no_report_cannot_be_decided_about(sqlite_service: Service) -> None:
    with pytest.raises(NotThere):
        await decided(sqlite_service, uuid4(), by=uuid4())


async def test_of_two_who_save_at_once_neither_is_lost(postgresql_service: Service) -> None:
    service = postgresql_service
    ada, bea = await people.two_moderators(service, now=NOW)
    report_id = await a_report(service, now=NOW, what_happened=STORY)
    keys = {each.words: each.key for each in (await words(service, report_id)).undecided}

    async def choose(name: str, by: UUID) -> None:
        def step(words: Words, save: Save) -> Decided:
            return decisions.decide(words.decided, words.suggestions, {keys[name]: Choice.HIDE}, save)

        async with service.transaction() as session:
            await redacting.change(session, service.vault, report_id, step, seen=0, by=by, now=NOW)

    await asyncio.gather(choose("Rosie", ada.id), choose("Sunny Spa", bea.id))

    after = await words(service, report_id)
    assert {after.decided.decisions[keys[name]].by for name in ("Rosie", "Sunny Spa")} == {ada.id, bea.id}
    assert after.saves == 2


async def test_where_she_is_reached_is_hidden_without_asking_and_not_kept_a_second_time(
    sqlite_service: Service,
) -> None:
    service = sqlite_service
    ada, _ = await people.two_moderators(service, now=NOW)
    report_id = await a_report(
        service,
        now=NOW,
        what_happened=STORY,
        wants="call_back",
        contact="roxy@example.org",
        if_someone_else="Say that you are my friend Ioana",
        consents=[Purpose.CONTACT_BACK, Purpose.ALERT_MEMBERS],
    )

    after = await decided(service, report_id, by=ada.id)

    assert "roxy@example.org" in after.hidden
    assert "Ioana" in after.hidden
    assert not any("roxy" in word for each in after.decided.decisions.values() for word in each.words)


def test_his_number_in_her_words_is_offered_unless_the_form_has_it_or_it_is_hers() -> None:
    def a_phone(number: str, role: Role) -> Suggestion:
        return Suggestion(number, number, (), Label.PHONE, role, Why.WORDS, 1.0, number, (number,))

    in_form, his, hers = "+447700900123", "+447700900417", "+447700900111"
    found = (a_phone(in_form, Role.SUSPECT), a_phone(his, Role.SUSPECT), a_phone(hers, Role.REPORTER))
    of_form = frozenset({(Kind.PHONE, in_form)})

    read = Words(uuid4(), ReportState.ON_DESK, (), found, Decided(), 0, (), of_form)
    refused = replace(read, decided=decisions.decide(Decided(), found, {his: Choice.HIDE}, Save(uuid4(), 1, 0)))

    assert read.his == ((Kind.PHONE, his),)
    assert refused.his == ()


def test_nothing_that_shows_what_is_hidden_is_offered_as_his() -> None:
    def a_thing(label: Label, words: str, role: Role) -> Suggestion:
        return Suggestion(words, words, (), label, role, Why.WORDS, 1.0, words, (words,))

    found = (
        a_thing(Label.PHONE, "+447700900417", Role.SUSPECT),
        a_thing(Label.EMAIL, "beata.k@mail.example", Role.SUSPECT),
        a_thing(Label.EMAIL, "dave@mail.example", Role.SUSPECT),
        a_thing(Label.PERSON, "Beata", Role.REPORTER),
    )
    marked = decisions.mark(Decided(), found, "07700 900 417", Save(uuid4(), 1, 0))

    read = Words(uuid4(), ReportState.ON_DESK, (), found, marked, 1, (), frozenset())

    assert read.his == ((Kind.EMAIL, "dave@mail.example"),)


async def test_her_words_without_what_is_hidden_keep_everything_else(sqlite_service: Service) -> None:
    service = sqlite_service
    ada, _ = await people.two_moderators(service, now=NOW)
    report_id = await a_report(service, now=NOW, what_happened=STORY, people=[{"alias": "Dave"}])

    after = await decided(service, report_id, by=ada.id)

    (part,) = after.redacted
    assert "Rosie" not in part.text
    assert "Sunny Spa" not in part.text
    assert part.text.startswith("I was with my friend [")
    assert part.text.endswith("He calls himself Dave.")


async def test_a_report_whose_words_cannot_be_opened_says_so(sqlite_service: Service) -> None:
    service = sqlite_service
    report_id = await a_report(service, now=NOW, what_happened=STORY)
    async with service.transaction() as session:
        report = await session.get(Report, report_id)
        assert report is not None
        report.body = b"cut"
        session.add(report)

    async with service.reading() as session:
        with pytest.raises(CannotOpen):
            await redacting.open_words(session, service.vault, report_id)
