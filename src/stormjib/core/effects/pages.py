"""Pages: whom the log says to wake, and the timer of the level after theirs."""

from collections.abc import Iterator, Sequence

from stormjib.core.effects.effect import AnyEffect, Page, SendMessage, WakeAt
from stormjib.core.incident import Incident
from stormjib.core.incident.paging import ESCALATE
from stormjib.core.log import Entry, PageRequested
from stormjib.core.policy import Policy


def requested(incident: Incident, entry: Entry, fact: PageRequested, policy: Policy) -> Iterator[AnyEffect]:
    """From the fact alone: nothing is looked up that may have changed since."""
    yield from pages(incident, policy, fact.level, fact.people, by_hand=bool(fact.asked_by))
    if fact.next_seconds:
        yield next_level(incident, fact.level, entry.at + fact.next_seconds)
    text = (
        f"{incident.id} ({incident.headline}): {'; '.join(fact.passed)}. {', '.join(fact.people)} was paged instead. "
        f"See that somebody is on call, and whether {incident.id} is acknowledged: {policy.base_url}/incidents/{incident.id}"
    )
    for number, who in enumerate(fact.told):
        yield SendMessage(f"gap/{number}", audience=who, text=text)


def pages(incident: Incident, policy: Policy, level: int, people: Sequence[str], *, by_hand: bool = False) -> Iterator[Page]:
    """One for each of them."""
    url = f"{policy.base_url}/incidents/{incident.id}"
    for number, who in enumerate(people):
        key = f"page/{level}/{number}" if number else f"page/{level}"
        yield Page(
            key,
            who=who,
            rung=level,
            title=incident.headline,
            severity=incident.severity.value,
            url=url,
            service=incident.service,
            called=incident.called,
            by_hand=by_hand,
        )


def next_level(incident: Incident, level: int, at: float) -> WakeAt:
    """When the level after this one is paged, unless somebody has acknowledged by then. There always is one."""
    return WakeAt(f"{ESCALATE}/{level + 1}", timer=incident.paging.timer(level + 1), at=at)
