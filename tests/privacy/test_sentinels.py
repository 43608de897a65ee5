"""A mark in everything that anybody types, sends or is given: it comes back out of nothing that is kept.

Searched are the log, every value of every table, every file (of PostgreSQL's own too: its pages, free or not, and its
log of writes), and the bytes that went out to phones, mailboxes and schemes.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from secrets import token_hex

from sqlalchemy import text

from tests import makers
from tests.houses import House
from tests.web.desk_site import log_in, press
from tests.web.site import Browser, a_browser, a_site
from tests.web.test_no_trace import dump, files, listening
from ugly_mugs.service import Service, open_database

MARK = "zq" + token_hex(6)
NETWORK, HER_PHONE, JOINS, WRITES = "203.0.113.77", "07700900612", "07700900613", "07700900614"
HIS_PHONE, HIS_PLATE = "01134960618", "KX61SNT"
HEADERS = {
    "User-Agent": f"{MARK}-agent",
    "Referer": f"http://localhost/{MARK}-referrer",
    "X-Forwarded-For": NETWORK,
    "Forwarded": f"for={NETWORK}",
    "X-Real-IP": NETWORK,
    "Accept-Language": f"{MARK};q=0.5",
}
EVERYWHERE = (
    "/", "/report", "/return", "/return/message", "/join", "/join/code", "/sign-in", "/me", "/me/choices", "/desk",
    "/desk/login", f"/desk/reports/{MARK}", "/hooks/sms/inbound", f"/hooks/sms/status/{MARK}", "/feed/v1/changes",
    f"/feed/v1/alerts/{MARK}.cap", "/feed/v1/atom", "/api/v1/reports", f"/u/{MARK}", f"/{MARK}", f"/static/{MARK}",
)  # fmt: skip


def spellings(number: str) -> Iterator[str]:
    yield from (number, "+44" + number[1:], "44" + number[1:], f"{number[:5]} {number[5:]}")


async def knocks_on_every_door(browser: Browser) -> set[int]:
    """Every address in every wrong way; the statuses."""
    seen = set()
    for path in EVERYWHERE:
        asked = f"{path}?q={MARK}&lang={MARK}"
        for method in ("GET", "PUT", "DELETE", MARK.upper()):
            seen.add((await browser._ask(method, asked, headers=HEADERS, allow_redirects=False)).status)
        for kind, body in (
            ("application/x-www-form-urlencoded", f"code={MARK}&name={MARK}&phone={MARK}&{MARK}={MARK}"),
            ("application/json", f'{{"what_happened": "{MARK}", "{MARK}": 1}}'),
            ("application/json", f'{{"{MARK}'),
            ("text/plain", MARK),
            ("application/x-www-form-urlencoded", "a=" + MARK * 30_000),
        ):
            sent = HEADERS | {"Content-Type": kind, "Authorization": f"Bearer feed_{MARK}", "X-Twilio-Signature": MARK}
            seen.add((await browser._ask("POST", asked, data=body, headers=sent, allow_redirects=False)).status)
    return seen


async def she_reports(browser: Browser) -> str:
    """With a mark in every field; comes back, mistypes her number, writes. Gives the number."""
    await browser.get(f"/report?from={MARK}", headers=HEADERS)
    assert browser.last is not None
    lines = [name for name in browser.last.form("/report").fields if re.search(r"words|know|marks|contact|safe", name)]
    wrong = {"district": MARK, "what_happened": f"{MARK}-story"}
    assert (await browser.submit(wrong, action="/report", headers=HEADERS)).status == 422
    told = {name: f"{MARK}-{name}" for name in lines if "would" not in name} | {
        "what_happened": f"{MARK}-story {HER_PHONE}",
        "category": "assault",
        "district": "GU1",
        "phones.0": HIS_PHONE,
        "vehicle.registration": HIS_PLATE,
        "contact": HER_PHONE,
        "consents": "alert_members",
        "timing": "now",
    }
    sent = await browser.submit(told, action="/report", headers=HEADERS)
    assert sent.status == 200, sent.words
    code = " ".join(sent.tree.xpath('string(//p[@class="code"])').split())
    await browser.get("/return", headers=HEADERS)
    await browser.submit({"code": code.replace("1", "2").replace("3", "4")}, action="/return", headers=HEADERS)
    await browser.submit({"code": code}, action="/return", headers=HEADERS)
    written = await browser.submit({"text": f"{MARK}-message"}, action="/return/message", headers=HEADERS)
    assert f"{MARK}-message" in written.text
    return code


async def another_joins(house: House, browser: Browser) -> str:
    """By phone, under a marked name. Gives the code."""
    await browser.get("/join", headers=HEADERS)
    wish = {"kind": "project", "working_name": f"{MARK}-name", "phone": JOINS, "district": "AB10"}
    await browser.submit(wish, action="/join", headers=HEADERS)
    await house.texts(1)
    code = makers.arrived(house.carrier)[-1].body.split()[0]
    await browser.submit({"code": f"{MARK}"}, action="/join/code", headers=HEADERS)
    joined = await browser.submit({"code": code}, action="/join/code", headers=HEADERS)
    assert f"{MARK}-name" in (await browser.get("/me", headers=HEADERS)).text, joined.words
    return code


async def the_desk_works(house: House, robin: Browser, sasha: Browser) -> None:
    """Opens it, asks her, hides what is hers, writes a warning that the other sends back."""
    await log_in(robin, house.robin, now=house.service.now(), password=f"{MARK}-password")
    await log_in(robin, house.robin, now=house.service.now())
    await log_in(sasha, house.sasha, now=house.service.now())
    desk = await robin.get("/desk")
    case = await robin.get(str(desk.tree.xpath('//a[starts-with(@href, "/desk/reports/")]/@href')[0]))
    assert f"{MARK}-story" in case.text, "the desk reads what she wrote"
    await robin.submit({"text": f"{MARK}-question"}, action=f"{case.url.path}/ask")
    hers = await robin.get(f"{case.url.path}/words")
    choices = {f"choice.{key}": "hide" for key in hers.tree.xpath("//fieldset[@data-open]/@data-key")}
    marked = await robin.submit(choices | {"missed": f"{MARK}-missed", "act": "save"}, action=hers.url.path)
    assert f"{MARK}-missed" in marked.text
    await robin.get(case.url.path)
    await robin.submit({}, action=f"{case.url.path}/warn")
    seen = await press(robin, "preview", description=f"{MARK}-draft {MARK}-missed")
    looks_like_hers = [str(key) for key in seen.tree.xpath('//input[@name="not_hers"]/@value')]
    assert looks_like_hers, "what was marked is found"
    proposal = await robin.submit({"not_hers": looks_like_hers, "act": "propose"}, action=seen.url.path)
    assert f"{MARK}-draft" in proposal.text, proposal.words
    await sasha.get(proposal.url.path)
    await sasha.submit({"reason": f"{MARK}-reason"}, action=f"{proposal.url.path}/send-back")


async def with_the_database_away(service: Service, fields: dict[str, str]) -> int:
    away = replace(service, database=open_database("postgresql+psycopg://nobody@127.0.0.1:1/nowhere"))
    async with a_site(away, {"intake"}) as browser:
        await browser.get("/report")
        seen = await browser.submit(fields, action="/report", headers=HEADERS)
        assert f"{MARK}-away" in seen.text
    await away.database.close()
    return seen.status


async def postgresqls_files(service: Service) -> str:
    """Every file of the server, where it is on this computer; nothing where it is not."""
    if not service.config.database_url.startswith("postgresql"):
        return ""
    async with service.reading() as session:
        connection = await session.connection()
        folder = Path(str((await connection.execute(text("SHOW data_directory"))).scalar_one()))
        await connection.execute(text("CHECKPOINT"))
    found = files(folder)
    assert not found or "GU1" in found, "the search finds what is in the clear"
    return found


async def test_no_mark_is_in_a_log_a_table_or_a_file_and_none_of_hers_goes_out(house: House, tmp_path: Path) -> None:
    with listening() as log:
        async with (
            a_browser(house.url) as stranger,
            a_browser(house.url) as hers,
            a_browser(house.url) as joins,
            a_browser(house.url) as robin,
            a_browser(house.url) as sasha,
        ):
            statuses = await knocks_on_every_door(stranger)
            statuses.add(await with_the_database_away(house.service, {"what_happened": f"{MARK}-away"}))
            join_code = await another_joins(house, joins)
            code = await she_reports(hers)
            await the_desk_works(house, robin, sasha)
            await house.carrier.text("+44" + WRITES[1:], makers.OUR_NUMBER, f"{MARK}-reply")
            await house.texts(2)
            cookies = [each.value for one in (hers, joins, robin) for each in one.session.cookie_jar]
        feed = b"".join([(await house.feed(path))[1] for path in ("changes", "atom")]).decode()
        kept = await dump(house.service)

    assert {400, 401, 403, 404, 405, 413, 415, 503} <= statuses, statuses
    assert 500 not in statuses
    assert "GU1" in kept, "the search finds what is in the clear"
    assert '"web.failed"' in log.getvalue(), "the log was listening"
    secrets = {
        "mark": [MARK],
        "network": [NETWORK],
        "her phone": [*spellings(HER_PHONE)],
        "his phone": [*spellings(HIS_PHONE), HIS_PHONE[1:]],
        "his plate": [HIS_PLATE, "KX61 SNT"],
        "who joins": [*spellings(JOINS)],
        "who writes": [*spellings(WRITES)],
        "return code": [code, code.replace(" ", "")],
        "feed token": [house.token],
        "password": [house.robin.password],
        "totp": [house.robin.secret],
        "cookies": cookies,
    }
    places = {
        "log": log.getvalue(),
        "tables": kept,
        "files": files(tmp_path),
        "postgresql's files": await postgresqls_files(house.service),
        "feed": feed,
    }
    assert cookies
    assert [
        (what, where)
        for what, values in secrets.items()
        for where, found in places.items()
        if any(value in found for value in values)
    ] == []
    assert "127.0.0.1" not in log.getvalue() + kept
    assert not re.search(rf"(?<!\d){join_code}(?!\d)", log.getvalue() + kept)

    sent = "".join(each.to + each.body for each in makers.arrived(house.carrier))
    sent += "".join(mail.raw.decode() for mail in house.mailbox.mails)
    hers_only = [MARK, NETWORK, HIS_PLATE, *spellings(HER_PHONE), *spellings(HIS_PHONE), code, *cookies]
    assert [value for value in hers_only if value in sent] == []


async def test_an_issued_alert_is_in_the_clear(service: Service) -> None:
    words = f"Reported to us, not proven: {MARK}-issued. Ref 7K2Q"
    version = await makers.an_alert(service, wording=makers.a_wording(service.atlas, text=words))

    kept = await dump(service)

    assert f"{MARK}-issued" in kept
    assert version.text == words
