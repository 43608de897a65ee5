"""What reading costs: a process of its own that loads and reads all.

python -m bench.redaction.costs < texts.jsonl
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # what reading needs is loaded while the clock runs
    from training.reports import Marked


def cost(reports: Iterable["Marked"]) -> dict[str, Any]:
    """Processor time and memory of a process that reads *reports*, with the models that are committed."""
    lines = "".join(json.dumps({"id": each.id, "text": each.text}) + "\n" for each in reports)
    ran = subprocess.run(
        [sys.executable, "-m", __spec__.name], input=lines, stdout=subprocess.PIPE, text=True, check=True
    )
    costs: dict[str, Any] = json.loads(ran.stdout)
    return costs


def cost_of_command(reports: Iterable["Marked"]) -> dict[str, Any]:
    """Processor time and memory of `python -m ugly_mugs redact` over *reports*, from its start to its end."""
    with tempfile.TemporaryFile("w+") as lines:
        number = sum(lines.write(json.dumps({"id": each.id, "text": each.text}) + "\n") > 0 for each in reports)
        lines.seek(0)
        command = [sys.executable, "-m", "ugly_mugs", "redact"]
        running = subprocess.Popen(command, stdin=lines, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, used = os.wait4(running.pid, 0)
        running.returncode = os.waitstatus_to_exitcode(status)
    if running.returncode:
        raise subprocess.CalledProcessError(running.returncode, command)
    return {"seconds": used.ru_utime + used.ru_stime, "reports": number, "peak_mb": used.ru_maxrss / 1024}


def main() -> None:
    """Read all of standard input, write what it took."""
    began = time.process_time()
    from ugly_mugs.redaction import Reader

    reader = Reader()
    reader.read("Jo rang from 07700 900417.")
    loaded = time.process_time() - began
    took = []
    for line in sys.stdin:
        text = json.loads(line)["text"]
        began = time.process_time()
        reader.read(text)
        took.append(time.process_time() - began)
    took.sort()
    costs = {
        "load_s": loaded,
        "p50_ms": took[len(took) // 2] * 1000,
        "p95_ms": took[int(len(took) * 0.95)] * 1000,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    sys.stdout.write(json.dumps(costs) + "\n")


if __name__ == "__main__":
    main()
