"""The end of the log, read at a start: what has to be known of the last minutes."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Final

import msgspec

from stormjib.core.effects import Page, WakeAt
from stormjib.core.log import Entry
from stormjib.engine.alarm import Alarm
from stormjib.engine.circuits import Circuits
from stormjib.engine.job import Job, decode
from stormjib.engine.storm_brake import WINDOW_SECONDS, Brake
from stormjib.engine.timers import STEP_SECONDS
from stormjib.ports import Damaged, Executor, LogReader

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


def remember(log: LogReader, brake: Brake, alarm: Alarm, *, now: float, near_position: int) -> float:
    """Tell the storm brake and the alarm what they knew before: the pages of the last minutes; the log's newest time."""
    newest_at = 0.0
    for entry in entries_since(log, now - WINDOW_SECONDS, near_position):
        alarm.observe(entry)
        if entry.at >= now - WINDOW_SECONDS:
            brake.observe(entry, max(now - entry.at, 0.001))
        newest_at = max(newest_at, entry.at)
    return newest_at


def waiting(executor: Executor, brake: Brake, circuits: Circuits) -> Iterator[tuple[Job, float]]:
    """The rows that an earlier process left; one that this version can't read is its row's to tell."""
    for payload, at in executor.delayed():
        with suppress(msgspec.DecodeError):
            job = decode(payload)
            if isinstance(job.effect, Page) and job.attempt > 1:
                brake.tries(job.effect, job.incident, job.effect_id)
                circuits.waits(job, job.effect)
            yield job, at


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
