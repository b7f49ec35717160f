"""The log as the program uses it: the one way in, and what is handed on from there."""

from collections.abc import Callable, Sequence

from stormjib.core.alert import Alert
from stormjib.core.effects import AnyEffect
from stormjib.core.incident import Incident
from stormjib.core.log import AnyFact, Entry

Decide = Callable[[Incident], Sequence[AnyFact]]
"""What follows from the state of an incident: facts to append, none, or ``Refused`` with a sentence. It must not
change the incident, and must not block: it runs in the writer's thread."""

DecideAlerts = Callable[[Incident, Sequence[Alert], int], Sequence[AnyFact]]
"""The same with the firing alerts that were named, and how many of them have no entry of their own."""


Emitted = tuple[int, Entry, tuple[AnyEffect, ...]]
"""An entry on disk: its position in the whole log, itself, and the effects that it asks for."""


Dispatch = Callable[[Sequence[Emitted]], None]
"""Takes what a commit wrote, in the writer's thread; must not block and must not raise."""


Keeper = Callable[[str, str, bytes], None]
"""Keeps a runbook in the log, by its sha256, its file's name and its bytes as given; returns once it is on disk."""
