"""I1–I4: whatever she or her browser sends is in no log, no table and no file, on any path."""

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex

import pytest
import structlog
from aiohttp import web
from sqlalchemy import text
from sqlmodel import SQLModel

from tests.web.site import Browser, a_site
from ugly_mugs import logs
from ugly_mugs.intake.new_report import NewReport, Person
from ugly_mugs.service import Service
from ugly_mugs.web import forms
from ugly_mugs.web.guard import Role, Routes
from ugly_mugs.web.report import FORM_LIMIT

MARK = "zq" + token_hex(6)
BROWSER = {
    "User-Agent": f"{MARK}-agent",
    "Referer": f"http://localhost/{MARK}-referrer",
    "X-Forwarded-For": "203.0.113.77",
    "Forwarded": "for=203.0.113.77",
    "X-Real-IP": "203.0.113.77",
    "Accept-Language": f"{MARK};q=0.5",
    "Cookie": f"other={MARK}-cookie",
}
NEVER = (MARK, "203.0.113.77", "127.0.0.1")
broken = Routes()


@broken.post("/broken", role=Role.ANYONE)
async def fails(request: web.Request) -> web.Response:
    """Fail with everything in hand, as a bug would."""
    data = await forms.body(request)
    raise RuntimeError(f"a bug, holding {data}")


def everything() -> dict[str, str]:
    """A mark of its own in every field that takes words, and in some that do not."""
    lines = [name for name, field in NewReport.model_fields.items() if field.annotation is str]
    people = [name for name, field in Person.model_fields.items() if field.annotation is str]
    return (
        {name: f"{MARK}-{name}" for name in lines}
        | {f"people.0.{name}": f"{MARK}-{name}" for name in people}
        | {
            "handles.0": f"{MARK}name",
            "emails.0": f"{MARK}@example.org",
            "vehicle.make": MARK,
            "vehicle.features": MARK,
        }
        | {"consents": "alert_members", "timing": "now", "wants": "warn"}
    )


@contextmanager
def listening() -> Iterator[io.StringIO]:
    """Everything that is logged, as the program logs it."""
    out, root = io.StringIO(), logging.getLogger()
    before, level, kept = root.handlers[:], root.level, structlog.get_config()
    logs.configure(out, level=logging.DEBUG)
    root.setLevel(logging.DEBUG)
    try:
        yield out
    finally:
        structlog.configure(**kept)
        root.handlers[:] = before
        root.setLevel(level)
        logging.captureWarnings(capture=False)


async def dump(service: Service) -> str:
    """Every value of every table."""
    values: list[str] = []
    async with service.reading() as session:
        connection = await session.connection()
        for table in SQLModel.metadata.sorted_tables:
            rows = await connection.execute(text(f'SELECT * FROM "{table.name}"'))
            values += [str(bytes(v) if isinstance(v, memoryview) else v) for row in rows for v in row]
    return "\n".join(values)


async def walk(browser: Browser) -> dict[str, int]:
    """Every way a report can go, well or badly; the statuses."""
    seen: dict[str, int] = {}
    sent = everything()

    async def note(name: str, status: int) -> None:
        seen[name] = status

    await browser.get(f"/?q={MARK}", headers=BROWSER)
    await browser.get(f"/report?lang={MARK}", headers=BROWSER)
    wrong = await browser.submit(sent | {"district": MARK, "people.0.age_from": MARK}, headers=BROWSER)
    seen["mistakes"] = wrong.status
    answer = await browser.submit(sent | {"district": "", "people.0.age_from": ""}, headers=BROWSER)
    seen["sent"] = answer.status
    code = " ".join(answer.tree.xpath('string(//p[@class="code"])').split())
    browser.last = wrong
    seen["stale"] = (await browser.post("/report", sent | {"csrf": MARK}, headers=BROWSER)).status
    seen["foreign"] = (await browser.post("/report", sent, headers=BROWSER | {"Origin": f"http://{MARK}"})).status
    seen["too large"] = (
        await browser.post("/report", {"what_happened": MARK * (FORM_LIMIT // 10)}, headers=BROWSER)
    ).status
    seen["nothing"] = (await browser.get(f"/{MARK}?{MARK}", headers=BROWSER)).status
    token = dict((await browser.get("/report", headers=BROWSER)).form().form_values())["csrf"]
    seen["broken"] = (await browser.post("/broken", sent | {"csrf": token}, headers=BROWSER)).status
    seen["not text"] = (await browser.post("/report", {"csrf": token, "what_happened": f"{MARK}\0"})).status
    await browser.get("/return", headers=BROWSER)
    seen["no code"] = (await browser.submit({"code": MARK}, headers=BROWSER)).status
    seen["opened"] = (await browser.submit({"code": code}, headers=BROWSER)).status
    await browser.submit({"text": f"{MARK}-message"}, action="/return/message", headers=BROWSER)
    seen["api"] = (await browser.post("/api/v1/reports", sent, headers=BROWSER | {"Authorization": MARK})).status
    return seen


async def test_nothing_of_her_is_left_in_logs_tables_or_files(service: Service, tmp_path: Path) -> None:
    with listening() as log:
        async with a_site(service, {"intake"}, routes=broken) as browser:
            statuses = await walk(browser)

    assert statuses == {
        "mistakes": 422,
        "sent": 200,
        "stale": 403,
        "foreign": 403,
        "too large": 413,
        "nothing": 404,
        "broken": 500,
        "not text": 400,
        "no code": 422,
        "opened": 200,
        "api": 401,
    }
    assert "web.failed" in log.getvalue(), "the log was listening"
    left = log.getvalue() + await dump(service) + files(tmp_path)
    assert [word for word in NEVER if word in left] == []


def files(folder: Path) -> str:
    """What every file in *folder* holds."""
    return "".join(file.read_bytes().decode("latin-1") for file in folder.rglob("*") if file.is_file())


async def test_the_log_has_no_line_for_a_report(sqlite_service: Service) -> None:
    with listening() as log:
        async with a_site(sqlite_service, {"intake"}) as browser:
            await browser.get("/report")
            assert (await browser.submit({"what_happened": MARK})).status == 200

    assert [line for line in log.getvalue().splitlines() if '"logger": "asyncio"' not in line] == []


@pytest.mark.parametrize("path", ["/", "/report", "/return", "/nothing", "/api/v1/reports"])
async def test_no_answer_asks_anybody_else_for_anything(sqlite_service: Service, path: str) -> None:
    async with a_site(sqlite_service, {"intake"}) as browser:
        seen = await browser.get(path)

    assert "default-src 'none'" in seen.headers["Content-Security-Policy"]
    assert "http:" not in seen.text
    assert "https:" not in seen.text
