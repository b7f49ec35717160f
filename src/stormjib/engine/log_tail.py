"""The end of the log, read at a start: what has to be known of the last minutes."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Final

from stormjib.core.effects import WakeAt
from stormjib.core.log import Entry
from stormjib.engine.job import Job
from stormjib.engine.timers import STEP_SECONDS
from stormjib.ports import Damaged, LogReader

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


def not_further(
    log: LogReader, rows: Iterable[tuple[Job, float]], *, now: float, newest_at: float
) -> Iterator[tuple[Job, float]]:
    """Timers with their times by the wall clock, none of them further away than when it was set.

    Where the clock went back while the program was down, or is behind when the machine comes up, the log's newest entry is of
    the future, and an escalation would be as late as the clock is wrong.
    """
    if newest_at <= now + STEP_SECONDS:
        yield from rows
        return
    for job, at in rows:
        nearest = at
        with suppress(Damaged):
            asked = log.entries(job.incident, job.seq - 1, 1)
            if asked and isinstance(job.effect, WakeAt):
                nearest = min(at, now + job.effect.at - asked[0].at)
        yield job, nearest
