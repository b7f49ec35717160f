"""The machine: what has to be known about it to read a result, and how busy it was with other things."""

import os
import platform
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Final, TypeVar

SYNCS: Final = 200
PAGE_BYTES: Final = 4_096
TMPFS: Final = "tmpfs"
OTHERS_MAX: Final = 0.2
"""Of all processors; beyond it a run is disturbed."""
ATTEMPTS_MAX: Final = 3
LOOK_SECONDS: Final = 0.1

T = TypeVar("T")


def describe(directory: Path) -> dict[str, object]:
    """The processor, the programs' versions, and what one ``fdatasync`` costs in the directory that is used."""
    return {
        "processors": os.cpu_count(),
        "processor": _processor(),
        "memory_mib": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20,
        "kernel": platform.release(),
        "python": platform.python_version(),
        "alertmanager": _first_line("prometheus-alertmanager", "--version"),
        "wrk": _first_line("wrk", "-v"),
        "filesystem": _filesystem(directory),
        "fdatasync_milliseconds": round(sync_seconds(directory) * 1_000, 3),
        "load_before": round(os.getloadavg()[0], 2),
    }


def sync_seconds(directory: Path) -> float:
    """The median time to make a page durable."""
    took = []
    with tempfile.TemporaryFile(dir=directory) as file:
        for _ in range(SYNCS):
            file.write(bytes(PAGE_BYTES))
            file.flush()
            began = time.perf_counter()
            os.fdatasync(file.fileno())
            took.append(time.perf_counter() - began)
    return median(took)


def in_memory(directory: Path) -> bool:
    """Whether the directory is no disk at all, so that "on disk" would cost nothing."""
    return _filesystem(directory).startswith(TMPFS)


@contextmanager
def busy_elsewhere(share: dict[str, float]) -> Iterator[None]:
    """Put into ``share["others"]`` how much of all processors was used by what this program did not start."""
    before, mine, began = _used(), _own_seconds(), time.monotonic()
    yield
    seconds = time.monotonic() - began
    others = max(0.0, _used() - before - (_own_seconds() - mine))
    share["others"] = round(others / (seconds * (os.cpu_count() or 1)), 3) if seconds else 0.0


def quietest(run: Callable[[], T], tell: Callable[[str], None], name: str) -> tuple[T, float]:
    """Run it, and again where others were busy: the run that was disturbed least, and by how much.

    Which run counts is decided by what others did, never by its result.
    """
    found: list[tuple[float, T]] = []
    for _ in range(ATTEMPTS_MAX):
        share: dict[str, float] = {}
        with busy_elsewhere(share):
            result = run()
        found.append((share["others"], result))
        if share["others"] <= OTHERS_MAX:
            break
        tell(f"  {name}: others used {share['others']:.0%} of the machine meanwhile")
    others, result = min(found, key=lambda pair: pair[0])
    return result, others


def wait_idle(at_most_seconds: float) -> bool:
    """Wait for a moment in which the whole machine does little; False where none came."""
    end = time.monotonic() + at_most_seconds
    while time.monotonic() < end:
        before = _used()
        time.sleep(LOOK_SECONDS)
        if _used() - before <= OTHERS_MAX * LOOK_SECONDS * (os.cpu_count() or 1):
            return True
    return False


def _used() -> float:
    """Processor seconds that anybody has used since the boot."""
    numbers = [int(word) for word in Path("/proc/stat").read_text().splitlines()[0].split()[1:8]]
    idle = numbers[3] + numbers[4]
    return (sum(numbers) - idle) / os.sysconf("SC_CLK_TCK")


def _own_seconds() -> float:
    """What this process and the children that have ended have used; the servers are stopped within a measurement."""
    return sum(os.times()[:4])


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def _filesystem(directory: Path) -> str:
    """Its type, of the longest mount point that the directory is below."""
    mounts = [line.split() for line in Path("/proc/mounts").read_text().splitlines()]
    path = str(directory.resolve())
    below = [(len(where), kind) for _, where, kind, *_ in mounts if path == where or path.startswith(where.rstrip("/") + "/")]
    return max(below)[1] if below else "unknown"


def _first_line(program: str, option: str) -> str:
    if shutil.which(program) is None:
        return "not installed"
    done = subprocess.run([program, option], capture_output=True, text=True, check=False, timeout=10)
    return re.split(r" [(\[]", (done.stdout + done.stderr).splitlines()[0])[0]
