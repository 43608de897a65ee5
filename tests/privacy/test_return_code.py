"""I15: the code that opens a report reaches nobody's screen but hers, and no address, log or table."""

from collections.abc import Callable

import pytest

from tests.intake.stories import a_report
from tests.web.site import a_site
from tests.web.test_no_trace import dump, files, listening
from ugly_mugs.service import Service

WRITTEN: list[Callable[[str], dict[str, str]]] = [
    lambda code: {"what_happened": f"It belongs to {code}."},
    lambda code: {"what_happened": "He again.", "others_should_know": f"see {code.replace(' ', '')}"},
    lambda code: {"what_happened": "He again.", "injuries": code.replace(" ", "-")},
    lambda code: {"what_happened": "He again.", "people.0.marks": code},
    lambda code: {"what_happened": "He again.", "vehicle.features": f"{code}!"},
    lambda code: {"what_happened": "He again.", "if_someone_else": code},
]


@pytest.mark.parametrize("fields", WRITTEN)
async def test_a_code_in_a_story_is_sent_back_to_her(
    sqlite_service: Service, fields: Callable[[str], dict[str, str]]
) -> None:
    code = await a_report(sqlite_service)

    async with a_site(sqlite_service, {"intake"}) as browser:
        await browser.get("/report")
        seen = await browser.submit(fields(code))

    assert seen.status == 422
    assert "Take it out" in seen.words


async def test_two_phone_numbers_and_a_date_are_no_code(sqlite_service: Service) -> None:
    async with a_site(sqlite_service, {"intake"}) as browser:
        await browser.get("/report")
        seen = await browser.submit({"what_happened": "07700 900123, then 07700 900456 on 12.11."})

    assert seen.status == 200


async def test_her_code_is_in_no_address_log_table_or_file(service: Service) -> None:
    addresses = []
    with listening() as log:
        async with a_site(service, {"intake", "desk", "member", "hooks", "feed"}) as browser:
            await browser.get("/report")
            sent = await browser.submit({"what_happened": "He came back.", "consents": "alert_members"})
            code = " ".join(sent.tree.xpath('string(//p[@class="code"])').split())
            await browser.get("/return")
            for typed in (code.replace(" ", ""), code[:-1] + str((int(code[-1]) + 1) % 10), code):
                seen = await browser.submit({"code": typed}, action="/return")
                addresses.append(str(seen.url))
                if seen.url.path == "/return/report":
                    await browser.get("/return")
            await browser.get("/return/report")
            refused = await browser.submit({"text": f"my number is {code}"}, action="/return/message")

    assert len(code) == 29
    assert refused.status == 422
    left = " ".join(addresses) + log.getvalue() + await dump(service) + files(service.config.var)
    for spelling in (code, code.replace(" ", ""), code.replace(" ", "-"), code.replace(" ", "%20")):
        assert spelling not in left


async def test_the_page_with_the_code_shows_nothing_of_her_story(sqlite_service: Service) -> None:
    words = {"what_happened": "sentinel-story", "contact": "sentinel-contact", "vehicle.make": "sentinel-car"}

    async with a_site(sqlite_service, {"intake"}) as browser:
        await browser.get("/report")
        seen = await browser.submit(words)

    assert seen.tree.xpath('//p[@class="code"]')
    assert "sentinel" not in seen.text
    assert "no-store" in seen.headers["Cache-Control"]
