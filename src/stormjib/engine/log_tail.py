"""The end of the log, read at a start: what has to be known of the last minutes."""

from collections.abc import Iterator
from typing import Final

from stormjib.core.log import Entry
from stormjib.ports import LogReader

ENTRIES_MIN: Final = 1_000
"""Read in any case; twice as many, and so on, where they do not reach back far enough."""


def entries_since(log: LogReader, at: float, near_position: int) -> Iterator[Entry]:
    """Every entry since ``at`` (seconds since the epoch), and some before; ``near_position`` is not far from the end."""
    length = ENTRIES_MIN
    begin = max(0, near_position - length)
    while begin and (first := log.entries_after(begin, 1)) and first[0][1].at >= at:
        length *= 2
        begin = max(0, near_position - length)
    while entries := log.entries_after(begin, ENTRIES_MIN):
        yield from (entry for _, entry in entries)
        begin = entries[-1][0]
