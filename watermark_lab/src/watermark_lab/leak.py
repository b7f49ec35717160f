"""A leak for drills: memory that the process keeps although nobody needs it, until whoever limits it kills it."""

import asyncio
import mmap
from typing import Final

from watermark_lab.faults import FaultFile

STEP_SECONDS: Final = 0.1


class Leak:
    """Grows as fast as the fault file says, and lets everything go when it says so no more."""

    def __init__(self, faults: FaultFile) -> None:
        """Keep nothing yet."""
        self._faults = faults
        self._kept: list[mmap.mmap] = []

    async def run(self) -> None:
        """Grow until cancelled."""
        while True:
            await asyncio.sleep(STEP_SECONDS)
            count = round(self._faults.current().leak_bytes_per_second * STEP_SECONDS)
            if count:
                # Mapped, so that closing it gives it back at once; written, since only what is written takes memory.
                room = mmap.mmap(-1, count)
                room.write(b"\x5a" * count)
                self._kept.append(room)
            while self._kept and not count:
                self._kept.pop().close()
