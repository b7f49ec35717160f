"""What the engine needs from outside, and what it answers with."""

from stormjib.ports.answers import Damaged, DeliveryError, NotFound, Overloaded, StoreFailed, Unavailable
from stormjib.ports.intake import Counted, Counts, Delivery
from stormjib.ports.log import Decide, DecideAlerts, Dispatch, Emitted, Inbox, Keeper, LogReader, LogStore
from stormjib.ports.records import Accepted, AlertMark, AlertRow, Appended, Broken, Course, Head, Outcome, TokenRow
from stormjib.ports.work import Clock, Executor, Heartbeats, Ids, Lane, Performer

__all__ = [
    "Accepted",
    "AlertMark",
    "AlertRow",
    "Appended",
    "Broken",
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
    "Executor",
    "Head",
    "Heartbeats",
    "Ids",
    "Inbox",
    "Keeper",
    "Lane",
    "LogReader",
    "LogStore",
    "NotFound",
    "Outcome",
    "Overloaded",
    "Performer",
    "StoreFailed",
    "TokenRow",
    "Unavailable",
]
