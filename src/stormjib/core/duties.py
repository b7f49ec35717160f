"""Duties: what has to be done in an incident of this severity, by when, and whether it is done."""

from functools import lru_cache

from stormjib.core.incident import Incident, Tick
from stormjib.core.kinds import Clock, Demand
from stormjib.core.policy import Policy
from stormjib.core.runbook import Item, Runbook, Task, item_text
from stormjib.core.severity import Severity, duty
from stormjib.core.text.same import Same

ACKNOWLEDGE = "acknowledge"
_DAY_MINUTES = 24 * 60.0


def items(incident: Incident, runbook: Runbook) -> tuple[Item | Task, ...]:
    """Everything that can be ticked in this incident: its severity's checklist and the tasks that hold for it, never what is forbidden."""
    return _items(Same(runbook), incident.severity.value)


@lru_cache(maxsize=64)
def _items(book: Same[Runbook], severity: str) -> tuple[Item | Task, ...]:
    checklist = book.thing.checklist(severity)
    boxes: tuple[Item | Task, ...] = checklist.items if checklist else ()
    held: tuple[Item | Task, ...] = (*boxes, *(task for task in book.thing.tasks if task.holds(severity)))
    return tuple(one for one in held if one.demand is not Demand.FORBIDS)


def of_one_line(incident: Incident, item: Item | Task, runbook: Runbook) -> tuple[str, ...]:
    """The ids of what the item is as well: the same line of the runbook, a box of a checklist and a task."""
    same = (one for one in items(incident, runbook) if (one.line, one.duty) == (item.line, item.duty))
    return tuple(one.id for one in same if one.id != item.id and item_text(one) == item_text(item))


def twins(incident: Incident, item: Item | Task, runbook: Runbook) -> frozenset[str]:
    """The ids of the item and of whatever asks for exactly the same: on its line, or the task that a box is the same as."""
    linked = {item.id, getattr(item, "same_as", "") or item.id}
    held = (one for one in items(incident, runbook) if one.duty == item.duty and linked & {one.id, getattr(one, "same_as", "")})
    return frozenset((item.id, *of_one_line(incident, item, runbook), *(one.id for one in held)))


def counts_from_resolution(item: Item | Task, runbook: Runbook) -> bool:
    """Whether it belongs to a post-incident phase, whose clock starts when the service is back."""
    task = item if isinstance(item, Task) else runbook.task(item.same_as)
    return task is not None and runbook.is_afterwards(task)


def after(incident: Incident, runbook: Runbook) -> tuple[Task, ...]:
    """What belongs to the time after the incident; it can be done and checked off when the incident is closed, too."""
    tasks = (item for item in items(incident, runbook) if isinstance(item, Task))
    return tuple(task for task in tasks if counts_from_resolution(task, runbook))


def reminders(runbook: Runbook) -> tuple[float, ...]:
    """Minutes after the resolution at which whoever resolved is reminded of what is still to be done: windows and deadlines."""
    phases = [phase for phase in runbook.phases if phase.clock is Clock.RESOLUTION]
    windows = [minutes for phase in phases for minutes in phase.window_minutes or ()]
    tasks = [task for task in runbook.tasks if counts_from_resolution(task, runbook)]
    due = [task.deadline_minutes for task in tasks if task.deadline_minutes]
    moments = tuple(sorted({minutes for minutes in (*windows, *due) if minutes > 0}))
    return moments or ((_DAY_MINUTES,) if tasks else ())


def due_at(incident: Incident, item: Item | Task, runbook: Runbook) -> float | None:
    """When the item has to be done, in seconds since the epoch; None where it has no deadline, or its clock has not started.

    What a severity asks for counts from when the incident got this severity, everything else from the detection.
    """
    if item.deadline_minutes is None or incident.duties_since is None:
        return None
    if counts_from_resolution(item, runbook):
        return incident.resolved.at + item.deadline_minutes * 60 if incident.resolved else None
    of_severity = isinstance(item, Item) or bool(item.severities)
    since = incident.reopened.at if incident.reopened else incident.detected_at
    return (incident.duties_since.at if of_severity else since) + item.deadline_minutes * 60


def acknowledge_due_at(incident: Incident, runbook: Runbook, policy: Policy) -> float | None:
    """Until when somebody has to acknowledge, by the runbook's own item or level, else by what the severity obliges to."""
    minutes = _promised(incident.severity, runbook, policy)
    if minutes is None:
        return None
    level = runbook.severity(incident.severity.value)
    own = [due_at(incident, one, runbook) for one in items(incident, runbook) if one.duty == ACKNOWLEDGE]
    since = incident.duties_since.at if incident.duties_since else incident.detected_at
    usual = since + minutes * 60
    return min((at for at in (*own, usual if level and level.acknowledge_minutes else None) if at is not None), default=usual)


def acknowledge_minutes(severity: Severity, runbook: Runbook, policy: Policy) -> float | None:
    """How long somebody who is paged has, by the same rule; None where nothing says it."""
    said = runbook.acknowledgements(severity.value)
    return min(said)[0] if said else _promised(severity, runbook, policy)


def _promised(severity: Severity, runbook: Runbook, policy: Policy) -> float | None:
    level = runbook.severity(severity.value)
    book = level.acknowledge_minutes if level else None
    return duty(severity, policy.immediately_minutes).acknowledge_minutes if book is None else book


def said_overdue(incident: Incident, item: Item | Task, runbook: Runbook) -> bool:
    """Whether the log says so already, of the deadline that counts now, by this name or another one of it."""
    due = due_at(incident, item, runbook)
    said = (incident.overdue[one] for one in twins(incident, item, runbook) if one in incident.overdue)
    return due is not None and any(one.at >= due - 1 for one in said)


def is_over(incident: Incident, item: Item | Task, runbook: Runbook) -> bool:
    """Whether its time has gone with the incident: once that is closed, only what is done afterwards can still be late."""
    return incident.closed is not None and not counts_from_resolution(item, runbook)


def done(incident: Incident, item: Item | Task) -> Tick | None:
    """Why the item counts as done now.

    It has to be acknowledged anew for a worse severity. In a reopened incident all is done anew but what still stands.
    """
    tick = incident.ticks.get(item.id)
    if tick is None or (item.duty == ACKNOWLEDGE and incident.acknowledged is None):
        return None
    reopened = incident.reopened_seq
    return tick if tick.done.seq > reopened or item.duty.partition("/")[0] in _STILL_STANDS else None


_STILL_STANDS = {"log", "severity", "detected", "channel", "actions", "commander"}
"""What was done once and stays done when the incident is reopened: its timeline, its channel, its action items."""
