"""Workers as processes of their own: killed without warning, and started again."""

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Coroutine, Mapping, Sequence
from pathlib import Path

from ugly_mugs import vault

PAUSE_SECONDS = 0.5
WORK = ("worker", "--do", "deliver")


class EndedByItself(Exception):
    """A worker that nobody killed; with the last words of all of them."""


class Mortals:
    """So many workers, the one that is killed started again at once; with little *patience* for mail servers."""

    def __init__(
        self,
        env: Mapping[str, str],
        log: Path,
        *,
        ahead: Sequence[int],
        patience: float = 0,
        supervised: bool = False,
    ) -> None:
        self._env = {**os.environ, **env}
        self._log = log
        self._ahead = ahead
        self._patience = patience
        self._alive: dict[int, asyncio.subprocess.Process] = {}
        self._next = 0
        self._births: set[asyncio.Task[None]] = set()
        self._minders: set[asyncio.Task[None]] = set()
        self._supervised, self._stopping = supervised, False
        self.deaths: list[float] = []

    async def start(self) -> None:
        """Start all, each with its clock so many seconds ahead."""
        for place in range(len(self._ahead)):
            await self._bear(place)

    async def _bear(self, place: int) -> None:
        ahead = self._ahead[place]
        hasty = ahead or self._patience
        how = ("-m", "bench.hasty", str(ahead), str(self._patience)) if hasty else ("-m", "ugly_mugs")
        with self._log.open("ab") as log:
            self._alive[place] = await asyncio.create_subprocess_exec(
                sys.executable, *how, *WORK, env=self._env, stdout=subprocess.DEVNULL, stderr=log
            )
        if self._supervised:
            self._keep(self._mind(self._alive[place], place), self._minders)

    async def _mind(self, process: asyncio.subprocess.Process, place: int) -> None:
        """Start one again that ended by itself, as a supervisor would: it does when it starts without a database."""
        await process.wait()
        if self._alive.get(place) is process and not self._stopping:
            await asyncio.sleep(PAUSE_SECONDS)
            if not self._stopping:
                await self._bear(place)

    def _keep(self, what: Coroutine[None, None, None], among: set[asyncio.Task[None]]) -> None:
        task = asyncio.get_running_loop().create_task(what)
        among.add(task)
        task.add_done_callback(among.discard)

    def kill(self) -> bool:
        """Kill one with -9 and start another in its place; say whether there was one."""
        if not self._alive:
            return False
        place = self._next % len(self._ahead)
        process = self._alive.get(place)
        if process is None or process.returncode is not None:
            return False
        del self._alive[place]
        self._next += 1
        process.send_signal(signal.SIGKILL)
        self.deaths.append(time.monotonic())
        self._keep(self._after(process, place), self._births)
        return True

    async def _after(self, process: asyncio.subprocess.Process, place: int) -> None:
        await process.wait()
        await self._bear(place)

    async def stop(self) -> None:
        """Ask all to stop, and wait."""
        await asyncio.gather(*self._births)
        self._stopping = True
        ended = [process.returncode for process in self._alive.values() if process.returncode is not None]
        for process in self._alive.values():
            if process.returncode is None:
                process.terminate()
        for process in self._alive.values():
            try:
                await asyncio.wait_for(process.wait(), 5)
            except TimeoutError:
                process.kill()
                await process.wait()
        await asyncio.gather(*self._minders)
        if ended:
            raise EndedByItself(self._log.read_text()[-2000:])

    def said(self) -> defaultdict[str, Counter[str]]:
        """What they logged, counted: by event, with and without its channel, then by kind."""
        found: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for line in self._log.read_text().splitlines():
            try:
                said = json.loads(line)
            except ValueError:
                found["unreadable"][line[:200]] += 1
                continue
            kind = str(said.get("kind") or said.get("error") or said.get("worker") or "")
            event = str(said.get("event", ""))
            found[event][kind] += int(said.get("count", 1))
            if channel := said.get("channel"):
                found[f"{event} {channel}"][kind] += int(said.get("count", 1))
        return found


def keys_to_deliver(key_folder: Path, folder: Path) -> Path:
    """A new folder with the keys a worker may hold: with any other beside them it would not start."""
    folder.mkdir()
    for name in vault.WORKER_KEYS["deliver"]:
        shutil.copy(key_folder / name, folder / name)
    return folder
