"""The pure core as the engine calls it: plain callables, so that a test can hand over its own."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from stormjib.core.alert import Alert
from stormjib.core.catalogue.finding import Meant
from stormjib.core.catalogue.service import Service
from stormjib.core.effects import AnyEffect
from stormjib.core.incident import Incident
from stormjib.core.log import AnyFact, Entry
from stormjib.core.policy import Policy
from stormjib.core.redact.own import NOTHING_OWN, Redactor
from stormjib.core.runbook import Runbook
from stormjib.core.severity import Words


class Meaning(NamedTuple):
    """What the site makes of an alert."""

    meant: Meant
    """The service that it is about, and why."""
    runbook_sha256: str
    """Of the runbook that a new incident follows that it opens."""
    runbook: str = ""
    """That runbook's name, and why it; "" where there was nothing to choose."""
    words: Words = ()
    """What that runbook calls the severities."""
    chosen: bool = False
    """Whether the alert's own name or labels choose that runbook."""
    service: Service | None = None
    """The service whose settings count for it."""


MayStart = Callable[[Incident, str], Sequence[AnyFact]]
"""Incident and run → ``RunStarted``, or why not any more, or nothing."""


@dataclass(frozen=True, slots=True)
class Rules:
    """How an incident evolves, what follows from an entry, and by which runbook and policy."""

    new: Callable[[str], Incident]
    """An incident that nothing has happened to, by its id."""
    evolve: Callable[[Incident, Entry], None]
    """Apply an entry in place."""
    follows: Sequence[Callable[[Incident, Entry, Runbook, Policy], Iterable[AnyFact]]]
    """Each gives facts that follow from an entry; they stand in the log right after it."""
    react: Callable[[Incident, Entry, Runbook, Policy], tuple[AnyEffect, ...]]
    """What the world must be told or asked because of an entry, from the state right after it."""
    runbook: Callable[[str], Runbook]
    """The runbook with this sha256; called for every append, so it has to be quick."""
    choose_runbook: Callable[[str], str]
    """The sha256 of the runbook that a new incident of this service follows."""
    policy: Callable[[], Policy]
    """What the site decides, now."""
    meaning: Callable[[Alert], Meaning] | None = None
    """What the site makes of an alert; called once for every alert that is new, so it has to be quick.

    Where it is None an alert means the service that it names, and ``choose_runbook`` chooses.
    """
    hide: Redactor = NOTHING_OWN
    """A text without secrets: the site's own, and those that look like one."""
