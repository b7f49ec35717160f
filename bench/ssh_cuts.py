"""The way to a target over ssh is cut at random moments of a change: nothing runs twice, and what nobody can know is said to be unknown.

    python -m bench.ssh_cuts --cuts 50

A real server, a real OpenSSH server. Each command leaves a line when it begins and one when it has done its work; in between, the
processes that serve the connection there, or those of ssh here, are killed. What the log says of each run is compared with its lines.
"""

import argparse
import contextlib
import json
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from bench.ssh_server import ssh_server
from stormjib.drill import processes
from stormjib.drill.client import Responder
from stormjib.offline import create_tokens

RUNBOOK = """# Cuts

## Mitigation (0-60 minutes)

### 1. Fix
```bash
# Change something
printf '%s begun\\n' "$STORMJIB_RUN" >> {trace}; sleep 1; printf '%s done\\n' "$STORMJIB_RUN" >> {trace}
```
"""
MOMENTS_SECONDS = 1.6
"""A command takes 1 s, and a connection its time before."""
BEGUN_SHARE = 0.6
"""Of the cuts: they wait until the command has begun, for a start takes its time, and most others come before it."""
ENDS_SECONDS = 60.0
ENDED = {"finished", "unknown"}
MUST_BE_ZERO = ("ran_twice", "said_done_and_was_not", "said_not_run_and_was", "without_an_outcome", "not_asked_about")


def run(cuts: int, seed: int, where: Path, tell: Any = print) -> dict[str, int]:
    """Cut this often and compare; the counts, of which those in MUST_BE_ZERO must be 0."""
    chance = random.Random(seed)
    port, trace = processes.free_port(), where / "trace"
    trace.touch()
    (where / "runbook.md").write_text(RUNBOOK.format(trace=trace))
    tokens = create_tokens(where / "data", {"ana": ("read", "respond", "alert")})
    with ssh_server(where / "sshd") as there:
        values = {
            "data_dir": where / "data", "port": port, "runbook": where / "runbook.md", "target": there.target, "ssh_config": there.config,
        }  # fmt: skip
        lines = [f"{name} = {json.dumps(value if isinstance(value, int) else str(value))}" for name, value in values.items()]
        processes.write_secret(where / "stormjib.toml", "\n".join(lines) + "\nfree_bytes_min = 1048576\n")
        url = f"http://127.0.0.1:{port}"
        server = processes.start_server(where / "stormjib.toml", url, where / "server.log")
        ana = Responder("ana", url, tokens["ana"])
        counts: Counter[str] = Counter(dict.fromkeys(MUST_BE_ZERO, 0))
        try:
            for number in range(1, cuts + 1):
                incident = ana.post("/alerts", name="Down", service=f"service-{number}", severity="P1")["incidents"][0]
                _begin(ana, incident)
                if chance.random() < BEGUN_SHARE:
                    _wait(trace, number)
                time.sleep(chance.random() * MOMENTS_SECONDS)
                cut = there.sessions() if chance.random() < 0.5 else _own(where / "data" / "targets")
                for pid in cut:
                    _kill(pid)
                counts[_compare(_end(ana, incident), trace, counts)] += 1
                if number % 10 == 0:
                    tell(f"{number}/{cuts} cuts: {dict(counts)}")
        finally:
            processes.stop(server)
            for pid in _own(where / "data" / "targets"):
                _kill(pid)
    # What went on there although the way was cut would be seen only now.
    written = Counter(trace.read_text().split("\n"))
    counts["ran_twice"] = sum(count > 1 for line, count in written.items() if line)
    return {"cuts": cuts, **counts}


def _begin(ana: Responder, incident: str) -> None:
    steps = ana.get(f"/incidents/{incident}")["incident"]["steps"]
    (command,) = [option["command_id"] for step in steps for group in step["groups"] for option in group["options"]]
    ana.post(f"/incidents/{incident}/runs", command_id=command, reason="cut", approve=True)


def _wait(trace: Path, number: int) -> None:
    end = time.monotonic() + ENDS_SECONDS
    while f"INC-{number}-R1 begun" not in trace.read_text() and time.monotonic() < end:
        time.sleep(0.01)


def _end(ana: Responder, incident: str) -> dict[str, Any]:
    end = time.monotonic() + ENDS_SECONDS
    while True:
        (found,) = ana.get(f"/incidents/{incident}")["incident"]["runs"]
        if found["state"] in ENDED or time.monotonic() > end:
            return dict(found)
        time.sleep(0.05)


def _compare(said: dict[str, Any], trace: Path, counts: "Counter[str]") -> str:
    """What the run was said to be, in a word; what is wrong with that is counted."""
    lines = trace.read_text().splitlines()
    begun, done = (f"{said['run_id']} {word}" in lines for word in ("begun", "done"))
    if said["state"] not in ENDED:
        counts["without_an_outcome"] += 1
        return "none"
    if said["state"] == "unknown":
        return "unknown"
    if said["ok"]:
        counts["said_done_and_was_not"] += not done
        return "done"
    if said["conclusion"].startswith("It was not run"):
        counts["said_not_run_and_was"] += begun
        return "not_run"
    counts["not_asked_about"] += 1
    return "failed"


def _own(directory: Path) -> list[int]:
    """The processes of ssh on this side: the shared connection, and who uses it."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = file.read_bytes().split(b"\0")
        except OSError:
            continue
        if words[0].startswith(b"ssh") and str(directory).encode() in b" ".join(words):
            found.append(int(file.parent.name))
    return found


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def main() -> int:
    """Run it and print the counts; 1 where one that must be 0 is not."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cuts", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="stormjib-cuts-") as where:
        found = run(given.cuts, given.seed, Path(where))
    print(json.dumps(found, indent=1))
    return 1 if any(found[name] for name in MUST_BE_ZERO) else 0


if __name__ == "__main__":
    sys.exit(main())
