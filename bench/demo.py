"""The demo again and again, some of it beside busy processes: `python -m bench.demo --times 100 --busy 30`. Every one has to end with 0."""

import argparse
import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

BUSY_PROCESSES = 2
DEMO_SECONDS_MAX = 1_200
_BUSY = "import os; parent = os.getppid()\nwhile os.getppid() == parent: pass"
"""It ends with whoever started it, however that ends."""


@contextlib.contextmanager
def busy(processes: int) -> Iterator[None]:
    """So many processes that do nothing but take the processor."""
    started = [subprocess.Popen([sys.executable, "-c", _BUSY]) for _ in range(processes)]
    try:
        yield
    finally:
        for process in started:
            process.kill()
            process.wait()


def play(words: list[str], where: Path) -> tuple[int, float]:
    """One demo: its exit code and its seconds; what it wrote is removed unless it failed."""
    began = time.monotonic()
    where.mkdir(parents=True)
    with (where / "output.txt").open("wb") as output:
        done = subprocess.run(
            [sys.executable, "-m", "stormjib", *words], stdin=subprocess.DEVNULL, stdout=output, stderr=output, check=False,
            timeout=DEMO_SECONDS_MAX, env={**os.environ, "TMPDIR": str(where)},
        )  # fmt: skip
    if done.returncode == 0:
        shutil.rmtree(where)
    return done.returncode, time.monotonic() - began


def main() -> int:
    """Run them one after the other, print each and the tally; 1 where one did not end with 0."""
    parser = argparse.ArgumentParser(prog="python -m bench.demo", description=__doc__)
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--busy", type=int, default=30, help=f"so many of them beside {BUSY_PROCESSES} busy processes")
    parser.add_argument("command", nargs="*", default=["demo"], help="another command, such as: drill start redis-stopped")
    given, more = parser.parse_known_args()
    root = Path(tempfile.mkdtemp(prefix="stormjib-bench-demo-"))
    codes: list[int] = []
    seconds: list[float] = []
    for number in range(1, given.times + 1):
        beside = number <= given.busy
        with busy(BUSY_PROCESSES if beside else 0):
            code, took = play([*given.command, *more], root / str(number))
        codes.append(code)
        seconds.append(took)
        print(f"{number}/{given.times} {'busy' if beside else 'quiet'} ended {code} after {took:.0f} s", flush=True)
    failed = [str(root / str(number)) for number, code in enumerate(codes, 1) if code]
    ordered = sorted(seconds)
    tally = {
        "times": len(codes),
        "busy": min(given.busy, given.times),
        "ended_0": codes.count(0),
        "seconds_median": round(ordered[len(ordered) // 2], 1),
        "seconds_max": round(ordered[-1], 1),
        "failed": failed,
    }
    print(json.dumps(tally))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
