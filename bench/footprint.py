"""What it costs to have it: the command line's start, the server at rest, the space on disk."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Final

from bench.figure import Figure, Part
from bench.machine import quietest
from bench.server import memory_mib, stormjib

HELP_TIMES: Final = 20
HELP_BAR_MILLISECONDS: Final = 100.0
MEMORY_BAR_MIB: Final = 120.0
IDLE_SECONDS: Final = 10.0
SIZE_BAR_MIB: Final = 150.0
INSTALL_TIMEOUT_SECONDS: Final = 300.0
ROOT: Final = Path(__file__).parents[1]
PERCENT: Final = 100


def command_line(_: Path, *, tell: Callable[[str], None]) -> Part:
    """From the start of `stormjib --help` to its end."""
    took, others = quietest(_help, tell, "help")
    tell(f"  stormjib --help: {median(took):.0f} ms (others {others:.0%})")
    figure = Figure("stormjib --help", "ms", median(took), bar=HELP_BAR_MILLISECONDS)
    return Part([figure], {"milliseconds": took, "others": others})


def _help() -> list[float]:
    program = str(Path(sys.executable).with_name("stormjib"))
    took = []
    for _ in range(HELP_TIMES + 1):
        began = time.perf_counter()
        subprocess.run([program, "--help"], stdout=subprocess.DEVNULL, check=True, timeout=30)
        took.append(round((time.perf_counter() - began) * 1_000, 1))
    # The first one may have to write the byte code.
    return took[1:]


def at_rest(where: Path, *, tell: Callable[[str], None]) -> Part:
    """The server on its first start, which also creates its database, and on a later one: the usual state."""
    raw: dict[str, object] = {}
    figures: list[Figure] = []
    data_dir = where / "at-rest"
    shutil.rmtree(data_dir, ignore_errors=True)
    for name in ("first start", "later start"):
        with stormjib(where, data_dir=str(data_dir)) as server:
            memory, share = rest(server.process.pid)
        figures.append(Figure(f"memory at rest, {name}", "MiB", memory, bar=MEMORY_BAR_MIB))
        figures.append(Figure(f"processor at rest, {name}", "% of a core", share))
        raw[name] = {"memory_mib": memory, "processor_percent": share}
        tell(f"  at rest, {name}: {memory:.0f} MiB, {share:.1f} % of a core")
    return Part(figures, raw)


def rest(pid: int, seconds: float = IDLE_SECONDS) -> tuple[float, float]:
    """Resident MiB of the whole process, and percent of one core over so many seconds."""
    time.sleep(2)
    before = _cpu_seconds(pid)
    time.sleep(seconds)
    share = (_cpu_seconds(pid) - before) / seconds * PERCENT
    return round(memory_mib(pid), 1), round(share, 2)


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/schedstat").read_text().split()
    tasks = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return max(int(fields[0]), sum(int(task.read_text().split()[0]) for task in tasks)) / 1e9


def installed(where: Path, *, tell: Callable[[str], None]) -> Part:
    """A fresh environment with the run-time dependencies of the lock file and nothing else, byte code included."""
    uv = shutil.which("uv") or str(ROOT / ".venv-tools" / "bin" / "uv")
    environment = where / "installed"
    shutil.rmtree(environment, ignore_errors=True)
    settings = {"UV_PROJECT_ENVIRONMENT": str(environment), "UV_COMPILE_BYTECODE": "1", "UV_LINK_MODE": "copy"}
    argv = [uv, "sync", "--frozen", "--no-dev", "--no-editable", "--quiet", "--python", sys.executable, "--project", str(ROOT)]
    try:
        done = subprocess.run(
            argv, env=os.environ | settings, capture_output=True, text=True, check=False, timeout=INSTALL_TIMEOUT_SECONDS
        )
    except (FileNotFoundError, subprocess.TimeoutExpired) as error:
        return Part([], missing=f"The environment could not be made: {error}")
    if done.returncode:
        return Part([], missing=f"The environment could not be made: {done.stderr.strip()[-300:]}")
    sizes = {path.name: _bytes(path) for path in next(environment.glob("lib/python*/site-packages")).iterdir()}
    total = sum(sizes.values()) / 2**20
    largest = sorted(sizes.items(), key=lambda item: -item[1])[:12]
    tell(f"  installed: {total:.0f} MiB")
    raw: dict[str, object] = {"largest_mib": {name: round(size / 2**20, 1) for name, size in largest}}
    return Part([Figure("installed size", "MiB", round(total, 1), bar=SIZE_BAR_MIB)], raw)


def _bytes(path: Path) -> int:
    """What it takes on the disk."""
    files = [path] if path.is_file() else [found for found in path.rglob("*") if found.is_file()]
    return sum(file.lstat().st_blocks * 512 for file in files)
