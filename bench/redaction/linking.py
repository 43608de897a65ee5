"""The command `link` over structured reports whose offender is known, beside joining whatever is equal."""

import json
import random
import resource
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .chance import DRAWS, SEED, Share
from .texts import data

KEYS = ("phone", "vrm", "email", "handle")


@dataclass(frozen=True, slots=True)
class Linked:
    """Pairs of reports in one cluster: how many are of one man, how many of one man's pairs are in one cluster."""

    precision: Share
    recall: Share
    seconds: float
    reports: int


def reports() -> list[dict[str, Any]]:
    """The structured reports, if they are there."""
    file = data() / "link" / "link_dev.jsonl"
    if not file.is_file():
        return []
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def ours(rows: Sequence[Mapping[str, Any]]) -> Linked | None:
    """As `python -m ugly_mugs link` does it; None where there is no such command."""
    lines = "".join(json.dumps({key: value for key, value in row.items() if key != "offender"}) + "\n" for row in rows)
    before = _childrens()
    command = [sys.executable, "-m", "ugly_mugs", "link"]
    ran = subprocess.run(command, input=lines, capture_output=True, text=True, check=False)
    took = _childrens() - before
    if ran.returncode:
        sys.stderr.write(f"The command `link` said: {ran.stderr.strip()[-300:]}\n")
        return None
    cluster = {each["id"]: each["cluster"] for each in map(json.loads, ran.stdout.splitlines())}
    return pairs([(row["offender"], cluster[row["id"]]) for row in rows], took)


def equal(rows: Sequence[Mapping[str, Any]]) -> Linked:
    """As joining does that knows only equal values."""
    began = time.process_time()
    parent = list(range(len(rows)))

    def root(at: int) -> int:
        while parent[at] != at:
            parent[at] = parent[parent[at]]
            at = parent[at]
        return at

    first: dict[tuple[str, str], int] = {}
    for at, row in enumerate(rows):
        for key in KEYS:
            if value := row[key]:
                parent[root(at)] = root(first.setdefault((key, value), at))
    clusters = [root(at) for at in range(len(rows))]
    return pairs(list(zip((row["offender"] for row in rows), clusters, strict=True)), time.process_time() - began)


def pairs(rows: Sequence[tuple[Hashable, Hashable]], seconds: float = 0.0) -> Linked:
    """Score *rows* of (offender, cluster); intervals by drawing offenders again."""
    clusters: dict[Hashable, Counter[Hashable]] = defaultdict(Counter)
    offenders: dict[Hashable, Counter[Hashable]] = defaultdict(Counter)
    for offender, cluster in rows:
        clusters[cluster][offender] += 1
        offenders[offender][cluster] += 1
    true = {who: sum(_two(n) for n in parts.values()) for who, parts in offenders.items()}
    there = {who: _two(sum(parts.values())) for who, parts in offenders.items()}
    mixed = [
        (one, other, parts[one] * parts[other])
        for parts in clusters.values()
        if len(parts) > 1
        for at, one in enumerate(parts)
        for other in list(parts)[at + 1 :]
    ]
    names = sorted(offenders, key=str)
    chance = random.Random(SEED)
    precisions, recalls = [], []
    for _ in range(DRAWS):
        times = Counter(chance.choices(names, k=len(names)))
        right = sum(true[who] * n for who, n in times.items())
        wrong = sum(times[one] * times[other] * n for one, other, n in mixed)
        could = sum(there[who] * n for who, n in times.items())
        precisions.append(right / (right + wrong) if right + wrong else 1.0)
        recalls.append(right / could if could else 1.0)
    right, wrong = sum(true.values()), sum(n for _, _, n in mixed)
    return Linked(
        precision=_share(right, right + wrong, precisions),
        recall=_share(right, sum(there.values()), recalls),
        seconds=seconds,
        reports=len(rows),
    )


def _childrens() -> float:
    """The processor's time that processes started here have used."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _two(number: int) -> int:
    return number * (number - 1) // 2


def _share(hit: int, of: int, drawn: list[float]) -> Share:
    drawn.sort()
    return Share(hit, of, drawn[int(0.025 * len(drawn))], drawn[int(0.975 * len(drawn)) - 1])
