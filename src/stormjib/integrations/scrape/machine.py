"""This machine: processor, memory, disk and sockets from /proc and statvfs, under the names that node_exporter gives them."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from stormjib.evidence.metrics.sample import Sample

MODES = ("user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal")
_KIB = 1024


def machine(disks: Sequence[str] = ("/",), proc: Path = Path("/proc")) -> tuple[Sample, ...]:
    """The samples of now; what this system does not tell is left out."""
    return (*_cpu(proc), *_memory(proc), *_sockets(proc), *(sample for disk in disks for sample in _disk(disk)))


def _cpu(proc: Path) -> Iterator[Sample]:
    try:
        first = (proc / "stat").read_text("ascii").partition("\n")[0].split()
        ticks = [float(word) for word in first[1 : len(MODES) + 1]]
    except (OSError, ValueError):
        return
    per_second = os.sysconf("SC_CLK_TCK")
    for mode, value in zip(MODES, ticks, strict=False):
        yield Sample("node_cpu_seconds_total", (("mode", mode),), value / per_second, counter=True)


def _memory(proc: Path) -> Iterator[Sample]:
    try:
        lines = dict(line.split(":", 1) for line in (proc / "meminfo").read_text("ascii").splitlines() if ":" in line)
        for name in ("MemTotal", "MemAvailable"):
            yield Sample(f"node_memory_{name}_bytes", (), float(lines[name].split()[0]) * _KIB)
    except (OSError, ValueError, KeyError, IndexError):
        return


def _sockets(proc: Path) -> Iterator[Sample]:
    try:
        lines = (proc / "net" / "sockstat").read_text("ascii").splitlines()
        words = next(line.split() for line in lines if line.startswith("TCP:"))
        yield Sample("node_sockstat_TCP_inuse", (), float(words[words.index("inuse") + 1]))
    except (OSError, ValueError, StopIteration, IndexError):
        return


def _disk(path: str) -> Iterator[Sample]:
    try:
        found = os.statvfs(path)
    except OSError:
        return
    # As df counts: what is reserved for root is neither free nor part of what can be filled.
    size = (found.f_blocks - found.f_bfree + found.f_bavail) * found.f_frsize
    labels = (("mountpoint", path),)
    yield Sample("node_filesystem_size_bytes", labels, float(size))
    yield Sample("node_filesystem_avail_bytes", labels, float(found.f_bavail * found.f_frsize))
