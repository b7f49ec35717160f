"""What the engine needs from outside, and what it answers with."""

from stormjib.ports.answers import Damaged, DeliveryError, NotFound, Overloaded, StoreFailed, Unavailable
from stormjib.ports.intake import Counted, Counts, Delivery
from stormjib.ports.log import Decide, DecideAlerts, Dispatch, Emitted, Keeper
from stormjib.ports.log_reader import LogReader
from stormjib.ports.log_store import LogStore
from stormjib.ports.notifier import Notifier
from stormjib.ports.records import (
    Accepted,
    AlertMark,
    AlertRow,
    AlertState,
    Appended,
    Broken,
    Checked,
    Course,
    Head,
    Outcome,
    RunbookRow,
)
from stormjib.ports.work import Clock, EngineDatabase, Executor, Heartbeats, Lane, Library, Performer, Timer, TimerRows

__all__ = [
    "Accepted",
    "AlertMark",
    "AlertRow",
    "AlertState",
    "Appended",
    "Broken",
    "Checked",
    "Clock",
    "Counted",
    "Counts",
    "Course",
    "Damaged",
    "Decide",
    "DecideAlerts",
    "Delivery",
    "DeliveryError",
    "Dispatch",
    "Emitted",
    "EngineDatabase",
    "Executor",
    "Head",
    "Heartbeats",
    "Keeper",
    "Lane",
    "Library",
    "LogReader",
    "LogStore",
    "NotFound",
    "Notifier",
    "Outcome",
    "Overloaded",
    "Performer",
    "RunbookRow",
    "StoreFailed",
    "Timer",
    "TimerRows",
    "Unavailable",
]
