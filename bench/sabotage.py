"""Builds that are broken on purpose: a kill test that stays green on one of them proves nothing."""

import shutil
from collections.abc import Mapping
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
            "        while ready := self._lanes.ready():\n",
            "        self.save_mark()\n        time.sleep(1.5)\n        while ready := self._lanes.ready():\n",
        ),
    ),
    "the claim is not written": (
        Change(
            "engine/claim.py",
            'claimed = append(lambda now: _start(now, effect), f"run/{effect.run_id}/started", ())',
            "claimed = Appended((None,))",
        ),
    ),
    "a claimed command runs again": (
        Change("engine/claim.py", "if claimed.repeated:", "if claimed.repeated and effect is None:"),
    ),
    "the key of a page is random": (
        Change("engine/outbox.py", "effect_id=job.key,", "effect_id=job.key + __import__('secrets').token_hex(4),"),
    ),
    "timers are not derived again": (
        Change(
            "engine/results.py", "if settled in self._settled or", "if job.lane.value == 'timer' or settled in self._settled or"
        ),
    ),
    "what has no result is taken for done": (
        Change(
            "engine/results.py", "if settled in self._settled or", "if job.lane.value != 'timer' or settled in self._settled or"
        ),
    ),
    "nobody takes over what a kill left": (Change("engine/node.py", "        self.beat()\n        if", "        if"),),
    "an unknown outcome is not told": (
        Change(
            "engine/claim.py",
            "return (OutcomeUnknown(effect.run_id, effect.command_id),) if",
            "return (OutcomeUnknown(effect.run_id, effect.command_id),) if effect is None and",
        ),
    ),
}


def build(name: str, to: Path) -> Path:
    """Copy the program and break it; the directory that has to stand first in the path of modules."""
    shutil.copytree(SOURCE, to, ignore=shutil.ignore_patterns("__pycache__"))
    for change in BUILDS[name]:
        file = to / "stormjib" / change.file
        text = file.read_text()
        if text.count(change.text) != 1:
            raise ValueError(f"{change.file} has changed: it holds {change.text!r} {text.count(change.text)} times, not once.")
        file.write_text(text.replace(change.text, change.instead))
    return to
