"""How much the inbox takes, and whether the disk has room for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from stormjib.core.text.units import size
from stormjib.ports import Clock, LogStore, Unavailable

SMALL_BYTES: Final = 1 << 20
"""With less than that nothing at all is written."""
MEASURE_SECONDS: Final = 1.0
"""Between two looks at how much room the disk has."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much the inbox takes."""

    waiting_alerts_max: int = 20_000
    """What may wait for the writer, in alerts; an append counts as one. Beyond it, ``Overloaded``."""
    free_bytes_min: int = 256 * 1024 * 1024
    """Below it, alerts and declarations are refused; what is kept for an incident, such as outputs, down to a quarter of it."""
    folds_max: int = 256
    """Incidents whose state is kept in memory."""

    def kept(self, blobs: Sequence[bytes] = ()) -> int:
        """What has to be free for what goes on in an incident. Facts without an output are small: a page, what is due, who has it.

        The reserve is there for them, so they go on until the disk is really full.
        """
        return self.free_bytes_min // 4 if blobs else min(self.free_bytes_min // 4, SMALL_BYTES)


LIMITS: Final = Limits()


class DiskRoom:
    """The disk that holds the log. Any thread may ask."""

    def __init__(self, disk: LogStore, clock: Clock) -> None:
        self._disk = disk
        self._clock = clock
        self._free_bytes, self._measured_at = disk.free_bytes(), clock()

    def check(self, bytes_min: int) -> None:
        """Whether so much is free; raises ``Unavailable``."""
        now = self._clock()
        # While this refuses, nothing is written that would fill the disk, and one look more costs nobody anything.
        if self._free_bytes < bytes_min or not 0 <= now - self._measured_at < MEASURE_SECONDS:
            self._free_bytes, self._measured_at = self._disk.free_bytes(), now
        if self._free_bytes < bytes_min:
            raise Unavailable(
                f"The disk that holds the log has {size(self._free_bytes)} left and stormjib takes nothing new below "
                f"{size(bytes_min)}. Free some space; then it goes on by itself."
            )
