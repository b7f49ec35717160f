"""The facts that follow from an entry: those that the core derives, and the ranking of the suspects once the evidence is there."""

from collections.abc import Iterator
from typing import Final

from stormjib.core import initial_triage, values
from stormjib.core.derived_facts import proves
from stormjib.core.incident import Incident
from stormjib.core.log import AnyFact, EffectFailed, Entry, EvidenceCollected, LogsRead, MetricsReviewed, TimerDue
from stormjib.core.policy import Policy
from stormjib.core.runbook import Runbook
from stormjib.evidence.suspects import differs, rank


def ranks(incident: Incident, entry: Entry, runbook: Runbook, policy: Policy) -> Iterator[AnyFact]:
    """The ranking, once everything has answered or the time is up; again when later evidence changes who is the first."""
    fact = entry.fact
    if incident.declared is None or not incident.open:
        return
    if isinstance(fact, TimerDue):
        if fact.key != initial_triage.TIMER or incident.suspects is not None:
            return
    elif not isinstance(fact, EvidenceCollected | MetricsReviewed | LogsRead | EffectFailed):
        return
    lacking = initial_triage.missing(incident, values.filled(runbook, incident, policy), policy)
    if incident.suspects is None and lacking and not isinstance(fact, TimerDue):
        return
    found = rank(incident, policy, at=entry.at, missing=lacking)
    if incident.suspects is None or differs(incident.suspects[1], found):
        yield found


FOLLOWS: Final = (proves, ranks)
"""Whose facts are written after an entry, in this order; the incident is the state with the entry applied."""
