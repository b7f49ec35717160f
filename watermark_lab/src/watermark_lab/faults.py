"""Faults for drills: errors, delays and a leak that a file asks for; without the setting there is no such file."""

import logging
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from watermark_lab import logs
from watermark_lab.json_file import JsonFile

DELAY_SECONDS_MAX: Final = 30.0
LEAK_BYTES_PER_SECOND_MAX: Final = 1024.0**3


@dataclass(frozen=True, slots=True)
class Fault:
    """What to do to requests of users: answer 500 on a share of them, and wait before each; and how fast to lose memory."""

    error_share: float = 0.0
    delay_seconds: float = 0.0
    leak_bytes_per_second: float = 0.0


class FaultFile:
    """The file that switches faults on and off while the service runs."""

    def __init__(self, path: Path | None) -> None:
        """Watch `path`; None means that there are never faults."""
        self._file = JsonFile(path) if path is not None else None

    def current(self) -> Fault:
        """Give the fault of this moment; a file that cannot be understood is logged once and means none."""
        if self._file is None:
            return Fault()
        try:
            content = self._file.read()
            return Fault(
                error_share=_number(content, "error_share", 1.0),
                delay_seconds=_number(content, "delay_seconds", DELAY_SECONDS_MAX),
                leak_bytes_per_second=_number(content, "leak_bytes_per_second", LEAK_BYTES_PER_SECOND_MAX),
            )
        except (OSError, ValueError) as error:
            logs.line(logging.ERROR, f"Cannot use the fault file ({error}); no fault is injected.")
            return Fault()


def _number(content: dict[str, object], name: str, most: float) -> float:
    value = content.get(name, 0.0)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or not 0 <= value <= most:
        message = f"{name} is {value!r} and must be a number from 0 to {most:g}"
        raise ValueError(message)
    return float(value)
