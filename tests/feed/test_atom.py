from datetime import timedelta

import feedparser
from lxml import etree

from tests import makers
from tests.feed.chains import EVERYTHING, NOON, a_chain, no_longer_shared, stamped
from tests.feed.test_changes import URL, a_reader
from ugly_mugs.feed import atom, changes
from ugly_mugs.feed.readers import Reader
from ugly_mugs.service import Service


async def the_feed(service: Service, reader: Reader) -> bytes:
    """The Atom feed of *reader*."""
    async with service.reading() as session:
        log = await changes.ends(session)
        lines = await atom.newest(session, service.atlas, reader, until=log.newest)
    return atom.write(lines, service.atlas, url=URL, title="Notes")


async def test_a_feed_reader_finds_every_message_and_its_document(service: Service) -> None:
    versions = await a_chain(service)
    await stamped(service)

    read = feedparser.parse(await the_feed(service, await a_reader(service, EVERYTHING)))

    assert not read.bozo
    assert read.version == "atom10"
    assert read.feed.title == "Notes"
    assert [entry.id for entry in read.entries] == [f"{URL}/alerts/{each.id}.cap" for each in reversed(versions)]
    newest, oldest = read.entries[0], read.entries[-1]
    assert newest.title.endswith(" is withdrawn")
    assert oldest.title.endswith(": Rape, Surrey")
    assert oldest.updated == "2026-11-25T12:00:00Z"
    (link,) = oldest.links
    assert (link.rel, link.type, link.href) == ("alternate", "application/cap+xml", oldest.id)
    assert oldest.cap_severity == "Extreme"
    assert oldest.summary.startswith("Extreme. ")


async def test_nothing_personal_stands_in_an_index(service: Service) -> None:
    wording = makers.a_wording(
        service.atlas,
        headline="Rape by the driver of JK12 XOZ",
        text="Reported to us, not proven: phone 07700 900447, swallow tattoo.",
        description="swallow tattoo",
        identifiers=[{"kind": "phone", "value": "+447700900447"}],
        about_force="surrey",
    )
    await makers.an_alert(service, wording=wording, now=NOON)
    await stamped(service)

    feed = (await the_feed(service, await a_reader(service, EVERYTHING))).decode()

    assert not [word for word in ("JK12", "900447", "swallow", "driver", "proven") if word in feed]


async def test_an_erased_message_is_a_tombstone(service: Service) -> None:
    versions = await a_chain(service)
    await stamped(service)
    await no_longer_shared(service, versions[0].alert_id)
    await stamped(service, now=NOON + timedelta(hours=5))

    root = etree.fromstring(await the_feed(service, await a_reader(service, EVERYTHING)))

    tombstones = root.findall("{http://purl.org/atompub/tombstones/1.0}deleted-entry")
    assert [each.get("ref") for each in tombstones] == [f"{URL}/alerts/{each.id}.cap" for each in reversed(versions)]
    assert {each.get("when") for each in tombstones} == {"2026-11-25T00:00:00Z"}
    assert root.find("{http://www.w3.org/2005/Atom}entry") is None


async def test_an_empty_feed_is_a_feed(service: Service) -> None:
    read = feedparser.parse(await the_feed(service, await a_reader(service, EVERYTHING)))

    assert not read.bozo
    assert read.entries == []
    assert read.feed.updated
