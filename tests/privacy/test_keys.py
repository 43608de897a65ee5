"""Each part does the whole of what it is for with its own keys, and refuses to hold one more."""

import shutil
from pathlib import Path

import pytest

from tests import makers, test_story
from tests.privacy.parts import Part, in_parts, parts
from tests.web.site import a_browser
from ugly_mugs.contract import MissingSetting
from ugly_mugs.demo.carrier import Carrier
from ugly_mugs.demo.mailbox import Mailbox
from ugly_mugs.vault import NAMES

EVERY_PART = [pytest.param(part, id=part.name) for part in parts()]


async def test_the_whole_story_runs_with_each_part_holding_its_own_keys_only(
    postgresql_url: str, key_folder: Path, carrier: Carrier, mailbox: Mailbox, tmp_path: Path
) -> None:
    async with in_parts(postgresql_url, key_folder, carrier, mailbox, folder=tmp_path) as house:
        await test_story.test_a_report_becomes_a_text_an_email_and_a_feed_entry(house)


async def test_somebody_joins_where_only_the_members_keys_are(
    postgresql_url: str, key_folder: Path, carrier: Carrier, mailbox: Mailbox, tmp_path: Path
) -> None:
    async with (
        in_parts(postgresql_url, key_folder, carrier, mailbox, folder=tmp_path) as house,
        a_browser(house.url) as hers,
    ):
        await hers.get("/join")
        wish = {"kind": "project", "working_name": "Kay", "phone": "07700 900321", "district": "GU1"}
        asked = await hers.submit(wish, action="/join")
        assert asked.url.path == "/join/code", asked.words
        await house.texts(1)
        code = makers.arrived(carrier)[-1].body.split()[0]
        joined = await hers.submit({"code": code}, action="/join/code")
        pages = [(await hers.get(path)).status for path in ("/me", "/me/warnings", "/u/nothing", "/erased", "/sign-in")]

    assert joined.url.path == "/me/joined", joined.words
    assert pages == [200, 200, 404, 200, 200]


@pytest.mark.parametrize("part", EVERY_PART)
async def test_a_part_refuses_every_key_that_is_not_its_own(
    part: Part, sqlite_url: str, key_folder: Path, tmp_path: Path
) -> None:
    for extra in sorted(set(NAMES) - set(part.keys)):
        folder = tmp_path / extra
        folder.mkdir()
        for key in (*part.keys, extra):
            shutil.copy(key_folder / key, folder / key)

        with pytest.raises(MissingSetting, match=f"^UGLY_MUGS_KEY_{extra.upper()}: "):
            async with makers.a_service(sqlite_url, folder, var=tmp_path, web=part.web, work=part.work):
                pass


@pytest.mark.parametrize("part", EVERY_PART)
async def test_a_part_does_not_start_without_one_of_its_keys(
    part: Part, sqlite_url: str, key_folder: Path, tmp_path: Path
) -> None:
    for lost in part.keys:
        folder = tmp_path / lost
        folder.mkdir()
        for key in set(part.keys) - {lost}:
            shutil.copy(key_folder / key, folder / key)

        with pytest.raises(MissingSetting, match=f"^UGLY_MUGS_KEY_{lost.upper()}: "):
            async with makers.a_service(sqlite_url, folder, var=tmp_path, web=part.web, work=part.work):
                pass
