"""Builds of the intake with one line changed, each of which has to be found out by its account."""

from typing import NamedTuple


class Sabotage(NamedTuple):
    """In ``file``, below the package, ``old`` becomes ``new``."""

    name: str
    file: str
    old: str
    new: str


SABOTAGES = (
    Sabotage(
        "drop-one-of-a-batch", "engine/arrivals.py", "for alert in delivery.alerts:", "for alert in delivery.alerts[:1] or ():"
    ),
    Sabotage(
        "drop-before-judging",
        "integrations/alertmanager.py",
        "tuple(_alert(alert) for alert in webhook.alerts)",
        "tuple(_alert(alert) for alert in webhook.alerts[:20])",
    ),
    Sabotage("parser-loses-the-last", "integrations/generic.py", "return one.alerts\n", "return one.alerts[:-1] or one.alerts\n"),
    Sabotage(
        "forget-joined",
        "engine/intake.py",
        "self._counts[source, outcome, rule] += 1",
        "self._counts[source, outcome, rule] += outcome != JOINED",
    ),
    Sabotage(
        "forget-repeats",
        "engine/intake.py",
        "self._counts[source, outcome, rule] += 1",
        'self._counts[source, outcome, rule] += rule != "repeat"',
    ),
    Sabotage(
        "count-twice",
        "engine/intake.py",
        'counts[source, RECEIVED, ""] += delivery.received',
        'counts[source, RECEIVED, ""] += 2 * delivery.received',
    ),
    Sabotage(
        "lose-truncated",
        "engine/intake.py",
        'counts[source, TRUNCATED, ""] += delivery.truncated',
        'counts[source, TRUNCATED, ""] += 1',
    ),
    Sabotage(
        "lose-refused-items",
        "engine/intake.py",
        "counts[source, REFUSED, delivery.answer] += len(delivery.refused)",
        "counts[source, REFUSED, delivery.answer] += 1",
    ),
    Sabotage(
        "keep-waiting-for-ever",
        "engine/intake.py",
        "self._counts[source, WAITING, UNKNOWN_SEVERITY] -= 1",
        "self._counts[source, WAITING, UNKNOWN_SEVERITY] -= 0",
    ),
    Sabotage("merge-overwrites", "engine/change.py", "self.counts[key] += count", "self.counts[key] = count"),
    Sabotage(
        "count-later",
        "engine/ledger.py",
        "for key, count in self._group.counts.items() if count]",
        "for key, count in () if count]",
    ),
    Sabotage("store-overwrites", "store/rows.py", "count = count + excluded.count", "count = excluded.count"),
)
