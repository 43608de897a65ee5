"""She chooses where, how bad, how much is said and when it is quiet."""

import asyncio
from datetime import date, timedelta

import pytest
from pydantic import ValidationError

from tests.subscribers.made import NOW, a_subscriber
from ugly_mugs.areas import Area, UnknownDistrict
from ugly_mugs.models import SubscriberKind
from ugly_mugs.service import Service
from ugly_mugs.subscribers import preferences
from ugly_mugs.subscribers.preferences import Change, Preferences, TooManyAreas
from ugly_mugs.vocabulary import Severity, Wording


async def hers(service: Service, recipient_id: int) -> Preferences:
    async with service.reading() as session:
        found = await preferences.load(session, service.vault, recipient_id, now=NOW)
    assert found is not None
    return found


async def add(service: Service, recipient_id: int, code: str, *, miles: int = 5, until: date | None = None) -> None:
    async with service.transaction() as session:
        await preferences.add_area(session, service.atlas, recipient_id, Area("district", code, miles), until=until)


async def test_what_she_chooses_is_kept(service: Service) -> None:
    her = await a_subscriber(service, wording=Wording.DISCREET, kind=SubscriberKind.VENUE)
    new = Change(
        wording=Wording.FULL,
        least_severity=Severity.CRITICAL,
        quiet_from=23,
        quiet_until=8,
        critical_breaks_quiet=True,
    )

    async with service.transaction() as session:
        await preferences.change(session, her, new)

    found = await hers(service, her)
    assert found.working_name == "Roxy"
    assert found.kind is SubscriberKind.VENUE
    assert (found.wording, found.least_severity) == (Wording.FULL, Severity.CRITICAL)
    assert (found.quiet_from, found.quiet_until, found.critical_breaks_quiet) == (23, 8, True)


async def test_quiet_from_and_until_the_same_hour_is_no_quiet(service: Service) -> None:
    her = await a_subscriber(service)

    async with service.transaction() as session:
        same = Change(wording=Wording.FULL, least_severity=Severity.CAUTION, quiet_from=8, quiet_until=8)
        await preferences.change(session, her, same)

    found = await hers(service, her)
    assert (found.quiet_from, found.quiet_until) == (None, None)


@pytest.mark.parametrize("hours", [{"quiet_from": 22}, {"quiet_until": 7}, {"quiet_from": 24, "quiet_until": 7}])
def test_quiet_hours_need_both_ends(hours: dict[str, int]) -> None:
    with pytest.raises(ValidationError):
        Change.model_validate({"wording": "full", "least_severity": 2, **hours})


async def test_a_temporary_area_lasts_through_its_day(service: Service) -> None:
    her = await a_subscriber(service, areas=())
    await add(service, her, "LS1", until=NOW.date())
    await add(service, her, "ls2", until=NOW.date() - timedelta(days=1))

    assert [(area.district, area.until) for area in (await hers(service, her)).areas] == [("LS1", NOW.date())]
    async with service.transaction() as session:
        await preferences.tidy(session, now=NOW + timedelta(days=1))
    assert (await hers(service, her)).areas == ()


async def test_asking_for_an_area_again_changes_its_day(service: Service) -> None:
    her = await a_subscriber(service, areas=())
    await add(service, her, "LS1", until=NOW.date())

    await add(service, her, "LS1")

    [area] = (await hers(service, her)).areas
    assert area.until is None


async def test_a_removed_area_is_gone_and_nobody_elses(service: Service) -> None:
    her, other = await a_subscriber(service), await a_subscriber(service, "+447700900322")
    [area] = (await hers(service, her)).areas

    async with service.transaction() as session:
        await preferences.drop_area(session, her, area.area_id)

    assert (await hers(service, her)).areas == ()
    assert len((await hers(service, other)).areas) == 1


async def test_a_place_that_is_none_is_refused(sqlite_service: Service) -> None:
    her = await a_subscriber(sqlite_service)

    with pytest.raises(UnknownDistrict):
        await add(sqlite_service, her, "ZZ99")


async def test_there_are_only_so_many_areas_even_for_two_forms_at_once(
    postgresql_service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preferences, "MOST_AREAS", 2)
    her = await a_subscriber(postgresql_service)

    answers = await asyncio.gather(
        *(add(postgresql_service, her, code) for code in ("LS1", "LS2", "LS3")), return_exceptions=True
    )

    assert [answer for answer in answers if answer is None] == [None]
    assert sum(isinstance(answer, TooManyAreas) for answer in answers) == 2
