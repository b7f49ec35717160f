"""Builds that are broken on purpose: a test that stays green on one of them proves nothing."""

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

SOURCE: Final = Path(__file__).parents[1] / "src"


class Change(NamedTuple):
    """In this file, this text becomes that one."""

    file: str
    text: str
    instead: str


BUILDS: Final[Mapping[str, tuple[Change, ...]]] = {
    "the mark is saved before the start": (
        Change("engine/progress.py", "return self._order[0] - 1 if self._order else self.seen", "return self.seen"),
        Change(
            "engine/dispatcher.py",
            "        ready, self._ready = sorted(",
            "        self.save_mark()\n        time.sleep(1.5)\n        ready, self._ready = sorted(",
        ),
    ),
    "what was begun is taken for done": (
        Change(
            "engine/dispatcher.py",
            "begun.add_done_callback(partial(self._has_ended, waiting))",
            "begun.add_done_callback(lambda _: self._pools.forget(waiting.job)); self._ended.append(waiting.position)",
        ),
    ),
    "the claim is not written": (
        Change(
            "engine/claims.py",
            'claimed = self._append(job.incident, lambda now: self._may_start(now, command.run_id), f"{run}/started")',
            "claimed = Appended(())",
        ),
        Change(
            "engine/claims.py",
            "if not claimed.repeated and not any(isinstance(entry.fact, RunStarted) for entry in claimed.entries):",
            "if claimed.repeated:",
        ),
    ),
    "a claimed command runs again": (
        Change("engine/claims.py", "            if not claimed.repeated:\n", "            if claimed is not None:\n"),
    ),
    "the key of a page is random": (
        Change(
            "engine/outbox.py",
            "self._told(decided, job.key,",
            "self._told(decided, job.key + __import__('secrets').token_hex(4),",
        ),
    ),
    "timers are not derived again": (
        Change("engine/results.py", "if settled in self._settled:", "if job.lane.value == 'timer' or settled in self._settled:"),
    ),
    "what has no result is taken for done": (
        Change("engine/results.py", "if settled in self._settled:", "if job.lane.value != 'timer' or settled in self._settled:"),
    ),
    "nobody takes over what a kill left": (Change("engine/node.py", "        self.beat()\n        if", "        if"),),
    "an unknown outcome is not told": (
        Change(
            "engine/results.py",
            "return (OutcomeUnknown(command.run_id, command.command_id),) if",
            "return (OutcomeUnknown(command.run_id, command.command_id),) if command is None and",
        ),
    ),
}

INTAKE_BUILDS: Final[Mapping[str, tuple[Change, ...]]] = {
    "drop-one-of-a-batch": (
        Change(
            "engine/alert_intake.py",
            "for alert in delivery.alerts]):",
            "for alert in delivery.alerts[:1]]):",
        ),
    ),
    "drop-before-judging": (
        Change(
            "integrations/alertmanager.py",
            "tuple(_alert(alert) for alert in webhook.alerts)",
            "tuple(_alert(alert) for alert in webhook.alerts[:20])",
        ),
    ),
    "parser-loses-the-last": (
        Change("integrations/generic.py", "return one.alerts\n", "return one.alerts[:-1] or one.alerts\n"),
    ),
    "forget-joined": (
        Change(
            "engine/intake.py",
            "self._counts[source, outcome, rule] += 1",
            "self._counts[source, outcome, rule] += outcome != JOINED",
        ),
    ),
    "forget-repeats": (
        Change(
            "engine/intake.py",
            "self._counts[source, outcome, rule] += 1",
            'self._counts[source, outcome, rule] += rule != "repeat"',
        ),
    ),
    "count-twice": (
        Change(
            "engine/intake.py",
            'counts[source, RECEIVED, ""] += delivery.received',
            'counts[source, RECEIVED, ""] += 2 * delivery.received',
        ),
    ),
    "lose-truncated": (
        Change("engine/intake.py", 'counts[source, TRUNCATED, ""] += delivery.truncated', 'counts[source, TRUNCATED, ""] += 1'),
    ),
    "lose-refused-items": (
        Change(
            "engine/intake.py",
            "counts[source, REFUSED, delivery.answer] += len(delivery.refused)",
            "counts[source, REFUSED, delivery.answer] += 1",
        ),
    ),
    "keep-waiting-for-ever": (
        Change(
            "engine/intake.py",
            "self._counts[source, WAITING, UNKNOWN_SEVERITY] -= 1",
            "self._counts[source, WAITING, UNKNOWN_SEVERITY] -= 0",
        ),
    ),
    "merge-overwrites": (Change("engine/change.py", "self.counts[key] += count", "self.counts[key] = count"),),
    "count-later": (
        Change("engine/ledger.py", "for key, count in self._group.counts.items() if count]", "for key, count in () if count]"),
    ),
    "store-overwrites": (Change("store/sqlite/rows.py", "count = count + excluded.count", "count = excluded.count"),),
}
"""Each loses an alert, or the count of one."""


def build(changes: tuple[Change, ...], to: Path) -> Path:
    """Copy the program and break it; the directory that has to stand first in the path of modules."""
    shutil.copytree(SOURCE, to, ignore=shutil.ignore_patterns("__pycache__"))
    for change in changes:
        file = to / "stormjib" / change.file
        text = file.read_text()
        if text.count(change.text) != 1:
            raise ValueError(f"{change.file} has changed: it holds {change.text!r} {text.count(change.text)} times, not once.")
        file.write_text(text.replace(change.text, change.instead))
    return to


@contextmanager
def running(changes: tuple[Change, ...], where: Path) -> Iterator[None]:
    """Servers that are started meanwhile run the broken copy, which lies in ``where``."""
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = str(build(changes, where / "src"))
    try:
        yield
    finally:
        if before is None:
            del os.environ["PYTHONPATH"]
        else:
            os.environ["PYTHONPATH"] = before
