"""What a process uses, from /proc: CPU as a share of one core, resident memory, I/O."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
_STAT_FIELDS_BEFORE_STATE = 2
STOPPED = "T"


@dataclass(frozen=True)
class Usage:
    """One reading: ``cpu_seconds`` since the process began, ``memory_bytes`` resident, ``threads``, at ``at_seconds``."""

    cpu_seconds: float
    memory_bytes: int
    threads: int
    at_seconds: float


def read(pid: int) -> Usage | None:
    """Read the usage of ``pid``; None when there is no such process or no /proc."""
    fields = _fields(pid)
    if not fields:
        return None
    user, system, threads, pages = (int(fields[number - 1 - _STAT_FIELDS_BEFORE_STATE]) for number in (14, 15, 20, 24))
    return Usage((user + system) / _TICKS_PER_SECOND, pages * _PAGE_BYTES, threads, time.monotonic())


def state(pid: int) -> str:
    """Return the state letter of ``pid`` (R, S, T …); empty when there is no such process or no /proc."""
    fields = _fields(pid)
    return fields[0] if fields else ""


def _fields(pid: int) -> list[str]:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return []
    # The name in parentheses may itself hold spaces and parentheses: count from the last one (proc(5), fields 3…).
    return stat[stat.rindex(")") + 2 :].split()


def cpu_percent(before: Usage | None, after: Usage | None) -> float:
    """Return the CPU used between two readings in percent of one core; 0.0 when either is missing."""
    if before is None or after is None or after.at_seconds <= before.at_seconds:
        return 0.0
    return 100.0 * max(0.0, after.cpu_seconds - before.cpu_seconds) / (after.at_seconds - before.at_seconds)


def memory_total_bytes() -> int:
    """Return the machine's memory, which is the limit of a process without one."""
    return os.sysconf("SC_PHYS_PAGES") * _PAGE_BYTES
