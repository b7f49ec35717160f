"""The host the check runs on: its disk and its memory."""

import shutil
from pathlib import Path
from typing import Final

from stormjib.core.text.units import size
from stormjib.integrations.health.probe import Finding, UnhealthyError
from stormjib.integrations.health.report import Limits

_KIB: Final = 1024


def disk(limits: Limits) -> Finding:
    """Compare the used share of the disk with its limit; raises UnhealthyError. Counts as df does: reserved blocks are not free."""
    try:
        usage = shutil.disk_usage(limits.disk_path)
    except OSError as error:
        raise UnhealthyError(f"Cannot read the disk usage of {limits.disk_path} ({error.strerror or error}).") from error
    usable = usage.used + usage.free
    share = usage.used / usable if usable else 0.0
    detail = f"{size(usage.free)} free on {limits.disk_path} of this machine."
    return _judged(
        share,
        limits.disk_used_share_max,
        detail,
        "Free some space; logs and images are the usual place to look.",
    )


def memory(limits: Limits, meminfo: Path = Path("/proc/meminfo")) -> Finding:
    """Compare the used share of the memory (1 - MemAvailable / MemTotal) with its limit; raises UnhealthyError."""
    try:
        numbers = _meminfo(meminfo.read_text("ascii"))
        total, available = numbers["MemTotal"], numbers["MemAvailable"]
        share = 1 - available / total
    except (OSError, ValueError, KeyError, ZeroDivisionError) as error:
        raise UnhealthyError(f"Cannot read the memory of this machine from {meminfo}; only Linux tells it there.") from error
    detail = f"{size(available * _KIB)} of memory available on this machine."
    return _judged(share, limits.memory_used_share_max, detail, "Look for the process that grew.")


def _judged(share: float, limit: float, detail: str, advice: str) -> Finding:
    share = round(share, 4)
    if share > limit:
        raise UnhealthyError(f"{detail} {advice}", value=share, limit=limit, unit="share")
    return Finding(detail=detail, value=share, limit=limit, unit="share")


def _meminfo(text: str) -> dict[str, int]:
    numbers = {}
    for line in text.splitlines():
        name, _, rest = line.partition(":")
        numbers[name] = int(rest.removesuffix("kB"))
    return numbers
