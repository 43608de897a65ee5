"""A desk on a machine of its own does its work with its own keys and no others."""

import shutil
from pathlib import Path

from tests import makers
from tests.web.desk_site import a_desk, in_guildford, proposed
from ugly_mugs.vault import WEB_KEYS


async def test_the_desk_needs_its_own_keys_only(sqlite_url: str, key_folder: Path, tmp_path: Path) -> None:
    few = tmp_path / "few"
    few.mkdir()
    for name in WEB_KEYS["desk"]:
        shutil.copy(key_folder / name, few / name)
    async with makers.a_service(sqlite_url, key_folder, var=tmp_path) as everything:
        await makers.a_subscriber(everything)
        report_id = await in_guildford(everything)

    only_desk, nothing = frozenset({"desk"}), frozenset[str]()
    async with (
        makers.a_service(sqlite_url, few, var=tmp_path, web=only_desk, work=nothing) as service,
        a_desk(service) as desk,
    ):
        proposal = await proposed(desk, report_id)
        await desk.bea.get(proposal.url.path)
        sent = await desk.bea.submit({}, action=f"{proposal.url.path}/approve")

    assert sent.url.path.startswith("/desk/alerts/")
    assert "1 person will be told" in sent.words
