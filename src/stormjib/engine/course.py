"""The course of an alert: whether a message repeats the firing that is known, begins a new one, or comes late.

What counts is the order of arrival. A start that a sender gives is a name, never a number to compare: two replicas give
different ones for one firing, clocks are wrong, and a firing that goes on after a gap keeps the start that it had. Only an
end that lies long before the firing that goes on is that of another one, whatever their clocks.
"""

from typing import Final

import msgspec

from stormjib.core.alert import Alert, fingerprint
from stormjib.core.heartbeat import SOURCE, checked_in
from stormjib.core.redact.own import one_line
from stormjib.ports import AlertMark, AlertRow, Course

HEARD_SECONDS: Final = 600.0
"""How exactly it is known when an alert was last heard; each repetition would be a write otherwise."""
CLOCKS_DIFFER_SECONDS: Final = 300.0
"""By how much the clocks of two replicas may differ."""
SAME_SECONDS: Final = 0.001
"""A time that went through the store is the same to within it."""
STARTS_MAX: Final = 8
TURNS_MAX: Final = 20
LABELLED: Final = frozenset({"alertmanager", "grafana"})
"""Sources whose fingerprints stand for the labels."""
KEYED: Final = frozenset({"mail", "opsgenie", "pagerduty", "pagerduty-webhook", "sns", SOURCE})
"""Sources whose senders name an alert by a key of their own until it is over: another message with it is news of that alert."""
SENT_AGAIN: Final = frozenset({"pagerduty-webhook", "sns"})
"""Signed sources whose messages come again as they were: each firing has a start of its own there."""
JUDGING: Final = {"severity", "priority"}
"""Labels of which the same alert may have other values later."""

Known = AlertMark | AlertRow


def of(known: Known) -> Course:
    """What the messages have said so far."""
    course = known.course or Course(known.received_at, (known.starts_at,))
    return course if course.turns else msgspec.structs.replace(course, turns=(known.received_at,))


def joined(row: AlertRow, now: float, incident: str, *, listed: bool) -> AlertRow:
    """A row that changes now without a message; its course keeps when it was heard to begin."""
    course = of(row) if row.course else msgspec.structs.replace(of(row), heard_at=now)
    return msgspec.structs.replace(row, incident=incident, listed=listed, received_at=now, course=course)


def apart(known: Known, alert: Alert) -> str:
    """What tells the alert from the one that is known under its fingerprint; "" where that is this one.

    What a sender says is of its own alerts, whatever another one calls its.
    """
    if is_anothers(known, alert.sender):
        return alert.sender
    return "" if _is_same(known, alert) else identity(alert)


def _is_same(known: Known, alert: Alert) -> bool:
    """Whether the sender means that alert.

    A fingerprint is only what its sender says: under the one of another alert, a message would silence that. In
    Alertmanager it stands for the labels. A script's own means what the script wants, within one service.
    """
    if alert.service != known.service and alert.service and known.service:
        return alert.source in KEYED
    if alert.source not in LABELLED or known.labels in (None, alert.labels):
        return True
    return _lasting(known.labels) == _lasting(alert.labels)


def identity(alert: Alert) -> str:
    """What tells it apart from another one with its fingerprint: the same for its end."""
    return fingerprint(alert.source, {**_lasting(alert.labels), "service": alert.service})


def _lasting(labels: dict[str, str]) -> dict[str, str]:
    """Those that stay while an alert is judged anew; what is kept from before has lines as its sender broke them."""
    return {name: one_line(value) for name, value in labels.items() if name not in JUDGING}


def repeats(known: Known, start: float, *, is_over: bool) -> bool:
    """Whether a firing tells of the firing that goes on already.

    ``start`` 0: the sender says none. ``is_over``: what the known firing belonged to has ended without it. What waits for its users
    waits since its first message, whatever start the next one gives.
    """
    course = of(known)
    return (
        (start == 0 and not is_over)
        or start in course.starts
        or start in course.earlier
        or (not is_over if known.incident else waits_in(known) > 0)
    )


def waits_in(known: Known | None) -> int:
    """The entry that began the round in which it waits for its users; 0 where it does not."""
    return known.course.asked if known and known.course and known.firing and not known.incident else 0


def is_late(known: Known, alert: Alert) -> bool:
    """Whether a firing tells of one before the last.

    The start of the last one again is a firing that has come back, as after a gap in the network or after a person cleared it,
    however soon: where it was a message that another one overtook, it joins the open incident, and its own end follows.
    That a heartbeat stays away comes late where it has just checked in.
    """
    is_overtaken = 0 < checked_in(alert) < known.received_at - SAME_SECONDS
    course, start = of(known), round(alert.starts_at, 3)
    return is_overtaken or start in course.earlier or (known.source in SENT_AGAIN and start in course.starts)


def ends_another(known: Known, start: float, ended: float) -> bool:
    """Whether an end is that of a firing before the one that goes on. ``ended`` is when, 0 where the sender does not say it."""
    course = of(known)
    if start in course.starts:
        return False
    # A start may lie ahead of every clock; then the firing goes on since it came.
    began = min(*course.starts, known.received_at)
    return start in course.earlier or (start > 0 and 0 < ended < began - CLOCKS_DIFFER_SECONDS)


def begun(known: Known | None, start: float, now: float) -> Course | None:
    """After a new firing; None for the first one."""
    if known is None:
        return None
    before = of(known)
    earlier = tuple(dict.fromkeys((*before.earlier, *before.starts)))
    turns = (*before.turns, now)[-TURNS_MAX:]
    return Course(now, (start,), tuple(at for at in earlier if at != start)[-STARTS_MAX:], turns)


def turns_since(course: Course | None, at: float) -> int:
    """How often it has begun to fire since then."""
    return sum(turn >= at for turn in course.turns) if course else 0


def heard(known: Known, start: float, now: float) -> Course | None:
    """After a repetition; None where it is not worth being written."""
    course = of(known)
    is_news = start > 0 and start not in course.starts and start not in course.earlier
    if not is_news and now - course.heard_at < HEARD_SECONDS:
        return None
    starts = (*course.starts, start)[-STARTS_MAX:] if is_news else course.starts
    return msgspec.structs.replace(course, heard_at=now, starts=starts)


def is_anothers(known: Known, sender: str) -> bool:
    """Whether the alert that is known came with another sender's token; whose a heartbeat is was asked before it came here."""
    return bool(known.source != SOURCE and known.sender and sender and known.sender != sender)


def starting(alert: Alert, starts_at: float) -> Alert:
    """The alert with the start of its firing."""
    return alert if alert.starts_at == starts_at else msgspec.structs.replace(alert, starts_at=starts_at)


def row(alert: Alert, now: float, incident: str, *, listed: bool, count: int, course: Course | None) -> AlertRow:
    """The alert as it is known from now on; ``now`` is when it came."""
    return AlertRow(
        alert.source,
        alert.fingerprint,
        alert.firing,
        alert.starts_at,
        now,
        alert.severity,
        alert.service,
        alert.name,
        alert,
        incident,
        listed,
        count,
        course,
    )
