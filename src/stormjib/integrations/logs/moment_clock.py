"""A clock that is exact to the second at one moment: what came before it in its minute, and what came since, stay apart."""

from typing import Final

from stormjib.evidence.loglines.counts import Counts
from stormjib.evidence.loglines.timestamp import Timestamp
from stormjib.integrations.logs.clock import Clock

SECONDS_BYTES: Final = 3
"""A separator and the two digits of a second."""
MINUTE: Final = 60


class MomentClock(Clock):
    """The moment has to be one that the counts keep."""

    quick = False

    def __init__(self, stamp: Timestamp | None, counts: Counts, now: float, moment: int | None) -> None:
        """``moment`` in seconds; None where there is none."""
        super().__init__(stamp, counts, now)
        self._moment = moment
        self._minute = None if moment is None else moment // MINUTE * MINUTE

    def bucket(self, line: bytes) -> int | None:
        """The moment itself is the bucket of the lines since it, in its minute."""
        found = super().bucket(line)
        if found is None or found != self._minute or self._moment is None or self.stamp is None:
            return found
        return self._since(found, self.stamp.behind(line))

    @property
    def cut_bytes(self) -> int:
        """With the seconds."""
        size = super().cut_bytes
        return size if self._moment is None or not size else size + SECONDS_BYTES

    def bucket_of_cut(self, cut: bytes) -> int | None:
        """The cut has the seconds behind it."""
        found = super().bucket_of_cut(cut[: super().cut_bytes])
        if found is None or found != self._minute or self._moment is None or self.stamp is None:
            return found
        return self._since(found, self.stamp.seconds_in(cut))

    def exact(self, line: bytes) -> int | None:
        """The second of a line that has a time."""
        if self.stamp is None:
            return None
        cut = self.stamp.cut(line, 0)
        second = self.second(cut) if cut is not None else None
        return None if second is None or self.stamp is None else second + self.stamp.behind(line)

    def _since(self, minute: int, behind: int) -> int:
        assert self._moment is not None
        return self._moment if minute + behind >= self._moment else minute
