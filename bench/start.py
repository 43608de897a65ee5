"""From `git clone` to the form, and the second time; and the memory of the processes with many subscribers."""

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import aiohttp

from tests import makers
from ugly_mugs.vault import WEB_KEYS, WORKER_KEYS

from .figure import Figure, below, measures
from .houses import a_house

LONGEST = 180
MANY = 100_000


@measures("make_run")
async def make_run() -> list[Figure]:
    """Seconds of `make run` in a fresh clone until the form answers: with a cold pip cache, and the second time."""
    folder = Path(tempfile.mkdtemp(prefix="clone"))
    try:
        clone = folder / "here"
        await _finished("git", "clone", "--quiet", str(Path.cwd()), str(clone))
        first = await _until_the_form_answers(clone, {"PIP_NO_CACHE_DIR": "1"})
        second = await _until_the_form_answers(clone, {})
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return [
        below("make_run.cold", first, unit="s", bar=60, note="fresh clone, no pip cache, registry by network"),
        below("make_run.again", second, unit="s", bar=3),
    ]


async def _finished(*command: str) -> None:
    process = await asyncio.create_subprocess_exec(*command)
    assert await process.wait() == 0, command


async def _until_the_form_answers(clone: Path, extra: dict[str, str]) -> float:
    port = _free_port()
    env = (
        os.environ
        | extra
        | {"UGLY_MUGS_LISTEN": f"127.0.0.1:{port}", "UGLY_MUGS_PUBLIC_URL": f"http://localhost:{port}"}
    )
    started = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        "make", "run", cwd=clone, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        async with aiohttp.ClientSession() as session:
            while time.perf_counter() - started < LONGEST:
                try:
                    async with session.get(f"http://127.0.0.1:{port}/report") as answer:
                        if answer.status == 200:
                            return time.perf_counter() - started
                except aiohttp.ClientConnectionError:
                    await asyncio.sleep(0.02)
        raise TimeoutError
    finally:
        # A session of its own, so that make's children end with it.
        os.killpg(process.pid, signal.SIGTERM)
        await process.wait()


def _free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port: int = trial.getsockname()[1]
        return port


def _only(folder: Path, name: str, needed: frozenset[str]) -> Path:
    """A folder with the keys of one process: it refuses to hold others."""
    place = folder / f"keys of {name}"
    place.mkdir()
    for key in needed:
        shutil.copy(folder / "keys" / key, place)
    return place


def _resident(pid: int) -> float:
    """Megabytes of a process that are in memory (Linux)."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0


@measures("memory")
async def memory() -> list[Figure]:
    """Resident megabytes of the web and the worker processes while an alert to many is being sent."""
    async with a_house("sqlite", subscribers=MANY) as house:
        env = (
            os.environ
            | makers.channel_settings(house.carrier, house.mailbox)
            | {
                "UGLY_MUGS_ENV": "demo",
                "UGLY_MUGS_DATABASE_URL": house.database_url,
                "UGLY_MUGS_LISTEN": f"127.0.0.1:{_free_port()}",
                "UGLY_MUGS_POUNDS_A_DAY": str(10**9),
                "UGLY_MUGS_POUNDS_A_MONTH": str(10**9),
            }
        )
        everywhere = house.service.atlas.codes(house.service.atlas.everywhere())
        await makers.an_alert(house.service, wording=makers.a_wording(house.service.atlas, reach=everywhere))
        most: dict[str, float] = {}
        commands = {"web": ("web",), "worker": ("worker",)}
        needed = {"web": frozenset().union(*WEB_KEYS.values()), "worker": frozenset().union(*WORKER_KEYS.values())}
        running = {
            name: await asyncio.create_subprocess_exec(
                ".venv/bin/python",
                "-m",
                "ugly_mugs",
                *words,
                env=env | {"UGLY_MUGS_KEYS": str(_only(house.folder, name, needed[name]))},
                stderr=subprocess.DEVNULL,
            )
            for name, words in commands.items()
        }
        try:
            for _ in range(40):
                await asyncio.sleep(0.5)
                for name, process in running.items():
                    size = _resident(process.pid)
                    most[name] = max(most.get(name, 0), size)
        finally:
            for process in running.values():
                process.terminate()
                await process.wait()
        sent = house.carrier.attempts
    note = f"the most in 20 s, {MANY} subscribers on SQLite, {sent} texts sent meanwhile"
    return [below(f"memory.{name}", size, unit="MB", bar=200, note=note) for name, size in most.items()]
