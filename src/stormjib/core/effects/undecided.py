"""Pages in logs of old, which hold no ``PageRequested``: they follow from the responders that the log has recorded."""

from collections.abc import Iterator
from typing import Final

from stormjib.core.effects import pages
from stormjib.core.effects.effect import AnyEffect
from stormjib.core.incident import Incident
from stormjib.core.incident.paging import escalation
from stormjib.core.log import EffectFailed, Entry, TimerDue
from stormjib.core.policy import NOBODY, Policy

_WIDE_WAITS: Final = (1, 1, 1, 2, 4, 6)
"""Once everybody is paged: how many ``escalate_minutes`` until the next time."""


def begun(incident: Incident, entry: Entry, policy: Policy) -> Iterator[AnyEffect]:
    """Everybody whom the escalation has reached."""
    if policy.decides_pages or not (incident.owes_page and incident.paging.since == entry.seq):
        return
    level = incident.paging.level
    yield from pages.pages(incident, policy, level, _ladder(policy)[: level + 1])
    yield pages.next_level(incident, level, entry.at + _seconds(policy, level))


def escalated(incident: Incident, entry: Entry, policy: Policy) -> Iterator[AnyEffect]:
    """Nobody has acknowledged in time."""
    due = escalation(entry.fact.key) if isinstance(entry.fact, TimerDue) else None
    if due and not policy.decides_pages and incident.owes_page and incident.paging.is_due(due):
        yield from pages.pages(incident, policy, due.level, _at(policy, due.level))
        level = incident.paging.level
        yield pages.next_level(incident, level, entry.at + _seconds(policy, level))


def unreachable(incident: Incident, entry: Entry, policy: Policy) -> Iterator[AnyEffect]:
    """A page that can't be delivered climbs at once."""
    fact = entry.fact
    if not isinstance(fact, EffectFailed) or not fact.permanent or policy.decides_pages or not incident.owes_page:
        return
    kind, _, level = fact.effect.partition("/")
    if kind == "page" and level.isdecimal() and int(level) + 1 < len(policy.responders):
        yield from pages.pages(incident, policy, int(level) + 1, _at(policy, int(level) + 1))


def _ladder(policy: Policy) -> tuple[str, ...]:
    return policy.responders or NOBODY


def _at(policy: Policy, level: int) -> tuple[str, ...]:
    ladder = _ladder(policy)
    return (ladder[level],) if level < len(ladder) else ladder


def _seconds(policy: Policy, level: int) -> float:
    wide = max(level - len(_ladder(policy)), -1)
    return policy.escalate_minutes * 60 * (_WIDE_WAITS[min(wide, len(_WIDE_WAITS) - 1)] if wide >= 0 else 1)
