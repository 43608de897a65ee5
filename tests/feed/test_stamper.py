import asyncio
from datetime import timedelta

from tests import makers
from tests.feed.chains import (
    NOON,
    a_chain,
    also_shared,
    cancelled,
    document,
    log,
    no_longer_shared,
    pairs,
    said,
    stamped,
    updated,
)
from ugly_mugs.feed import signature, stamper
from ugly_mugs.models import Op
from ugly_mugs.service import Service
from ugly_mugs.vocabulary import Purpose
from ugly_mugs.workers.stamp import stamp


async def test_an_approved_alert_gets_a_place_in_the_feed_and_a_signed_document(service: Service) -> None:
    alert = await makers.an_alert(service, now=NOON)

    number = await stamped(service)

    (entry,) = await log(service)
    assert number == 1
    assert (entry.position, entry.op, entry.msg_type, entry.message_id) == (1, Op.PUBLISH, "Alert", alert.id)
    assert entry.document is not None
    signature.verify(entry.document, service.vault.raw("feed_certificate"), at=NOON)


async def test_nothing_is_stamped_twice(service: Service) -> None:
    await makers.an_alert(service, now=NOON)
    await stamped(service)

    again = await stamped(service)

    assert again == 0
    assert len(await log(service)) == 1


async def test_an_alert_that_may_not_be_shared_stays_out(service: Service) -> None:
    report = await makers.a_report(service, consents=[Purpose.ALERT_MEMBERS])
    await makers.an_alert(service, report=report, now=NOON)

    assert await stamped(service) == 0
    assert await log(service) == []


async def test_an_alert_whose_consent_went_before_it_was_stamped_never_appears(service: Service) -> None:
    alert = await makers.an_alert(service, now=NOON)
    await no_longer_shared(service, alert.alert_id)

    assert await stamped(service) == 0
    assert await log(service) == []


async def test_every_message_of_a_chain_refers_to_all_before_it_letter_by_letter(service: Service) -> None:
    first, second, third = await a_chain(service)

    await stamped(service)

    one, two, three = [await document(service, each.id) for each in (first, second, third)]
    assert [said(each, "msgType") for each in (one, two, three)] == ["Alert", "Update", "Cancel"]
    triples = [",".join(said(each, name) or "" for name in ("sender", "identifier", "sent")) for each in (one, two)]
    assert said(two, "references") == triples[0]
    assert said(three, "references") == " ".join(triples)


async def test_a_chain_stamped_in_pieces_is_the_same_chain(service: Service) -> None:
    first, second, third = await a_chain(service)

    for _ in range(3):
        await stamped(service, limit=1)

    entries = await log(service)
    assert [each.message_id for each in entries] == [first.id, second.id, third.id]
    assert [each.position for each in entries] == [1, 2, 3]
    assert len((said(await document(service, third.id), "references") or "").split()) == 2


async def test_an_update_of_what_schemes_never_saw_is_an_alert_to_them(service: Service) -> None:
    report = await makers.a_report(service, consents=[Purpose.ALERT_MEMBERS])
    first = await makers.an_alert(service, report=report, now=NOON)
    await also_shared(service, report)
    second = await updated(service, first, makers.a_wording(service.atlas), now=NOON + timedelta(hours=1))

    await stamped(service)

    (entry,) = await log(service)
    assert (entry.message_id, entry.msg_type) == (second.id, "Alert")


async def test_a_cancel_repeats_nothing_of_what_it_takes_back(service: Service) -> None:
    wording = makers.a_wording(
        service.atlas, identifiers=[{"kind": "vrm", "value": "JK12XOZ"}], vehicle="silver Astra", advice="Avoid him."
    )
    alert = await makers.an_alert(service, wording=wording, now=NOON)
    withdrawn = await cancelled(service, alert, now=NOON + timedelta(hours=1))

    await stamped(service)

    root = await document(service, withdrawn.id)
    everything = " ".join(str(text) for text in root.itertext())
    assert "JK12XOZ" not in everything
    assert "Astra" not in everything
    assert said(root, "responseType") is None
    assert "This does not mean safe" in (said(root, "description") or "")
    assert pairs(root, "parameter") == [("reference", said(root, "incidents") or "")]


async def test_an_erased_alert_leaves_a_tombstone_for_every_message_and_no_document(service: Service) -> None:
    versions = await a_chain(service)
    await stamped(service)
    await no_longer_shared(service, versions[0].alert_id)

    number = await stamped(service, now=NOON + timedelta(hours=5))

    entries = await log(service)
    assert number == 3
    assert [each.op for each in entries] == [Op.PUBLISH] * 3 + [Op.ERASE] * 3
    assert [each.message_id for each in entries[3:]] == [each.id for each in versions]
    assert all(each.document is None and each.headline == "" for each in entries)
    assert await stamped(service) == 0


async def test_a_report_taken_back_takes_its_alert_out_of_the_feed(service: Service) -> None:
    report = await makers.a_report(service)
    alert = await makers.an_alert(service, report=report, now=NOON)
    await stamped(service)
    await makers.withdraw(service, report)

    await stamped(service)

    published, erased = await log(service)
    assert published.document is None
    assert (erased.op, erased.message_id) == (Op.ERASE, alert.id)


async def test_a_tombstone_says_the_day_and_not_when_she_changed_her_mind(service: Service) -> None:
    alert = await makers.an_alert(service, now=NOON)
    await stamped(service)
    await no_longer_shared(service, alert.alert_id)

    await stamped(service, now=NOON + timedelta(hours=3, minutes=7))

    assert (await log(service))[-1].stamped_at == NOON.replace(hour=0)


async def test_a_narrowing_is_for_those_it_leaves_out_too(service: Service) -> None:
    first = await makers.an_alert(service, wording=makers.a_wording(service.atlas, miles=30), now=NOON)
    await updated(service, first, makers.a_wording(service.atlas, miles=0), now=NOON + timedelta(hours=1))

    await stamped(service)

    before, after = await log(service)
    assert after.districts == before.districts


async def test_the_title_in_an_index_is_made_of_codes_and_not_of_what_a_moderator_typed(service: Service) -> None:
    wording = makers.a_wording(service.atlas, headline="Rape by JK12 XOZ", place_words="12 Acacia Avenue", miles=0)
    await makers.an_alert(service, wording=wording, now=NOON)

    await stamped(service)

    (entry,) = await log(service)
    assert "JK12" not in entry.headline
    assert "Acacia" not in entry.headline
    assert entry.headline.endswith(": Rape, Surrey")


async def test_an_alert_about_an_officer_stays_about_one_and_its_cancel_goes_where_the_alert_went(
    service: Service,
) -> None:
    first = await makers.an_alert(service, now=NOON)
    about = makers.a_wording(service.atlas, about_force="surrey")
    second = await updated(service, first, about, now=NOON + timedelta(hours=1))
    third = await updated(service, second, makers.a_wording(service.atlas), now=NOON + timedelta(hours=2))
    await cancelled(service, third, now=NOON + timedelta(hours=3))

    await stamped(service)

    assert [each.about_force for each in await log(service)] == [None, "surrey", "surrey", None]


async def test_two_stampers_at_once_leave_no_gap_and_lose_nothing(postgresql_service: Service) -> None:
    service = postgresql_service
    for minute in range(4):
        await makers.an_alert(service, now=NOON + timedelta(minutes=minute))
    first_has_stamped, may_commit = asyncio.Event(), asyncio.Event()

    async def slow() -> int:
        async with service.transaction() as session:
            number = await stamper.stamp(
                session, service.vault, service.atlas, service.config, limit=2, now=NOON + timedelta(hours=1)
            )
            first_has_stamped.set()
            await may_commit.wait()
        return number

    async def quick() -> int:
        async with service.transaction() as session:
            return await stamper.stamp(
                session, service.vault, service.atlas, service.config, limit=2, now=NOON + timedelta(hours=1)
            )

    one = asyncio.create_task(slow())
    await asyncio.wait_for(first_has_stamped.wait(), 10)
    other = asyncio.create_task(quick())
    done, _ = await asyncio.wait({other}, timeout=0.5)
    seen_meanwhile = await log(service)
    may_commit.set()
    numbers = await asyncio.wait_for(asyncio.gather(one, other), 10)

    assert not done, "the second one did not wait for the first"
    assert seen_meanwhile == []
    assert tuple(numbers) == (2, 2)
    entries = await log(service)
    assert [each.position for each in entries] == [1, 2, 3, 4]
    assert len({each.message_id for each in entries}) == 4


async def test_a_version_that_commits_late_is_not_lost_behind_newer_ones(service: Service) -> None:
    newer = await makers.an_alert(service, now=NOON + timedelta(hours=20))
    await stamped(service)
    late = await makers.an_alert(service, now=NOON)

    await stamped(service)

    assert [each.message_id for each in await log(service)] == [newer.id, late.id]


async def test_the_worker_says_whether_it_was_busy(sqlite_service: Service) -> None:
    await makers.an_alert(sqlite_service, now=NOON)

    busy = [await stamp(sqlite_service), await stamp(sqlite_service)]

    assert busy == [True, False]
