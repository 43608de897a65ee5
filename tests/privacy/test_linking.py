"""S4: nothing that is kept links a reporter with a subscriber, also where both are one person in one browser."""

import re
from itertools import combinations

from sqlalchemy import LargeBinary, text

from tests import makers
from tests.houses import House
from tests.web.site import a_browser
from ugly_mugs.models import TABLES
from ugly_mugs.service import Service
from ugly_mugs.workers import index

OF_REPORTERS = {
    table.name
    for table in TABLES.sorted_tables
    if table.name == "report" or any(key.column.table.name == "report" for key in table.foreign_keys)
}
HERS = "07700 900671"


async def values(service: Service) -> dict[str, list[tuple[str, object]]]:
    """Every value by table that could be recognised elsewhere: bytes, ids and longer words."""
    found: dict[str, list[tuple[str, object]]] = {}
    async with service.reading() as session:
        connection = await session.connection()
        for table in TABLES.sorted_tables:
            names = [c.name for c in table.columns if isinstance(c.type, LargeBinary) or "id" in c.name]
            if names:
                rows = await connection.execute(text(f"SELECT {', '.join(names)} FROM {table.name}"))
                found[table.name] = [
                    (f"{table.name}.{name}", bytes(value) if isinstance(value, bytes | memoryview) else str(value))
                    for row in rows
                    for name, value in zip(names, row, strict=True)
                    if value is not None
                ]
    return found


async def test_one_person_in_one_browser_with_one_number_leaves_nothing_in_common(house: House) -> None:
    service = house.service
    async with a_browser(house.url) as hers:
        await hers.get("/report")
        told = {"what_happened": f"My number is {HERS}.", "phones.0": HERS, "contact": HERS, "district": "GU1"}
        sent = await hers.submit(told, action="/report")
        code = " ".join(sent.tree.xpath('string(//p[@class="code"])').split())
        await hers.get("/join")
        wish = {"kind": "project", "working_name": "Kay", "phone": HERS, "district": "GU1"}
        await hers.submit(wish, action="/join")
        await house.texts(1)
        joined = await hers.submit({"code": makers.arrived(house.carrier)[-1].body.split()[0]}, action="/join/code")
        await hers.get("/return")
        opened = await hers.submit({"code": code}, action="/return")
    while await index.index_reports(service):
        pass

    assert joined.url.path == "/me/joined"
    assert opened.url.path == "/return/report"
    kept = await values(service)
    assert kept["report_identifier"]
    assert kept["subscriber"]
    reporters = {value: name for table in OF_REPORTERS for name, value in kept.get(table, [])}
    others = {
        value: name
        for table, pairs in kept.items()
        if table not in OF_REPORTERS
        for name, value in pairs
        if isinstance(value, bytes) or not re.fullmatch(r"\d{1,4}", str(value))
    }
    in_common = {(reporters[value], others[value]) for value in reporters.keys() & others.keys()}
    assert in_common <= {("alert_report.alert_id", "alert.id")}


async def test_visits_of_one_browser_end_at_quarters_of_an_hour_and_share_no_byte(house: House) -> None:
    async with a_browser(house.url) as hers:
        await hers.get("/report")
        sent = await hers.submit({"what_happened": "He came back."}, action="/report")
        code = " ".join(sent.tree.xpath('string(//p[@class="code"])').split())
        await hers.get("/return")
        await hers.submit({"code": code}, action="/return")
        await hers.get("/sign-in")
        await hers.submit({"phone": HERS}, action="/sign-in")

    async with house.service.reading() as session:
        rows = list(await (await session.connection()).execute(text("SELECT token, holds, kind FROM visit")))
    assert sorted(row.kind for row in rows) == ["joining", "reporter", "reporter"]
    for one, other in combinations(rows, 2):
        assert bytes(one.token) != bytes(other.token)
        assert not set(re.findall(rb"(?s).{8}", bytes(one.holds))) & set(re.findall(rb"(?s).{8}", bytes(other.holds)))
