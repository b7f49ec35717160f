"""The end of the log, read at a start: what has to be known of the last minutes."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Final

import msgspec
from msgspec.structs import replace

from stormjib.core.effects import Page, WakeAt
from stormjib.core.log import Entry
from stormjib.engine.alarm import Alarm
from stormjib.engine.circuits import Circuits
from stormjib.engine.job import Job, decode
from stormjib.engine.storm_brake import WINDOW_SECONDS, Brake
from stormjib.engine.timers import Timers
from stormjib.ports import Executor, LogReader

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


def take(executor: Executor, brake: Brake, circuits: Circuits, timers: Timers, newest_at: float) -> None:
    """The rows that an earlier process left: pages that are tried again, and what an older version of this program knew as timers.

    One that this version can't read is its row's to tell. A log whose newest entry is of the future says that the clock went back.
    """
    old: list[Job] = []
    for payload, at in executor.delayed():
        with suppress(msgspec.DecodeError):
            job = decode(payload)
            if isinstance(job.effect, Page) and job.attempt > 1:
                brake.tries(job.effect, job.incident, job.effect_id)
                circuits.waits(job, job.effect)
            elif isinstance(job.effect, WakeAt):
                old.append(replace(job, effect=replace(job.effect, at=at)))
    timers.put((job, newest_at) for job in old)
    executor.forget([job.execution_id for job in old])
