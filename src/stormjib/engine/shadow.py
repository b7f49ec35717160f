"""What the system that pages today did, beside what we decided of the same alerts: both from the log."""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Final

import msgspec

from stormjib.core.catalogue.service import alike
from stormjib.core.incident import Incident
from stormjib.core.log import Entry, IncumbentReported
from stormjib.core.policy import Policy
from stormjib.core.shadow import Course, Difference, compared
from stormjib.engine.explain import Explanation
from stormjib.engine.intake import judge
from stormjib.ports import AlertState, Clock, LogReader

DAY_SECONDS: Final = 86_400.0
LATE_SECONDS: Final = 60.0
INCIDENTS_MAX: Final = 4_000
"""Of ours, the newest: a report of more begins with the oldest of these, and says so."""
ALERTS_MAX: Final = 50_000
PAGE: Final = 500
NOT_HERE: Final = "no alert of it has come here: point its sender at stormjib as well"


class Comparison(msgspec.Struct, frozen=True):
    """Of a window; ``theirs`` and ``ours`` are how many incidents there were."""

    shadow: bool
    since: float
    until: float
    theirs: int
    ours: int
    differences: Sequence[Difference]


class Shadow:
    """Any thread may ask."""

    def __init__(
        self, reader: LogReader, policy: Callable[[], Policy], explain: Callable[[int], Explanation], clock: Clock
    ) -> None:
        """``explain``: why an alert of this number did not page."""
        self._reader = reader
        self._policy = policy
        self._explain = explain
        self._clock = clock

    def compare(self, days: int = 7, late_seconds: float = LATE_SECONDS) -> Comparison:
        """The newest days; ``late_seconds``: what is later or earlier by more is a difference."""
        now, policy = self._clock(), self._policy()
        since = now - days * DAY_SECONDS
        ours = list(islice(self._ours(since, policy), INCIDENTS_MAX))
        since = ours[-1].opened_at if len(ours) == INCIDENTS_MAX else since
        theirs = folded(self._reported(), policy, since)
        found = compared(theirs, ours, late_seconds)
        return Comparison(policy.shadow, since, now, len(theirs), len(ours), self._with_why(found, policy))

    def _reported(self) -> Iterator[Entry]:
        position = 0
        while found := self._reader.facts_after("IncumbentReported", position):
            yield from (entry for _, entry in found)
            position = found[-1][0]

    def _ours(self, since: float, policy: Policy) -> Iterator[Course]:
        number = None
        while heads := self._reader.incidents(before_number=number, limit=PAGE):
            for head in heads:
                if head.declared_at < since:
                    return
                if (found := self._reader.replay(head.id)).declared:
                    yield of(found, policy)
            number = heads[-1].number

    def _with_why(self, found: Sequence[Difference], policy: Policy) -> list[Difference]:
        """Why we did not page, by the alert itself: of those that it may be, the one that came nearest in time."""
        lacking = [(place, one, alike(one.title)) for place, one in enumerate(found) if not (one.ours or one.why)]
        nearest: dict[int, tuple[float, int]] = {}
        for state in islice(self._alerts(), ALERTS_MAX) if lacking else ():
            name, summary = alike(state.alert.name), alike(state.alert.summary)
            for place, one, title in lacking:
                if (name in title or title == summary) and (
                    not one.service or alike(policy.name_of(state.alert.service)) == alike(one.service)
                ):
                    this = (abs(state.received_at - one.at), state.id)
                    nearest[place] = min(this, nearest.get(place, this))
        why = {place: self._explain(alert).outcome for place, (_, alert) in nearest.items()}
        why = {place: why.get(place, NOT_HERE) for place, *_ in lacking}
        return [msgspec.structs.replace(one, why=why.get(place, one.why)) for place, one in enumerate(found)]

    def _alerts(self) -> Iterator[AlertState]:
        number = None
        while found := self._reader.alerts(before_id=number, limit=PAGE):
            yield from found
            number = found[-1].id


def folded(entries: Iterator[Entry], policy: Policy, since: float) -> list[Course]:
    """Their incidents that began since then, by what they reported of each; a later report fills what an earlier one left open."""
    found: dict[tuple[str, str], Course] = {}
    earlier: set[tuple[str, str]] = set()
    for entry in entries:
        fact = entry.fact
        assert isinstance(fact, IncumbentReported)
        name, key = f"{fact.source.removesuffix('-webhook')} {fact.reference}", (fact.source, fact.reference)
        if key in earlier or fact.at < since:
            earlier.add(key)
            found.pop(key, None)
            continue
        one = found.get(key) or Course(id=name, title=fact.title, service="", severity="", opened_at=fact.at)
        named = policy.service_named(fact.integration) if fact.integration else None
        judged = judge(fact.severity, policy.severity_words, ()).severity if fact.severity else None
        paged = fact.did in {"opened", "paged"}
        people = one.people or (tuple(policy.person(who) or who for who in fact.who) if paged else ())
        found[key] = msgspec.structs.replace(
            one,
            title=one.title or fact.title,
            service=one.service or (policy.name_of(fact.service) if fact.service else named.name if named else ""),
            severity=judged.value if judged and (not one.severity or fact.did == "judged") else one.severity,
            word=fact.priority if fact.priority and (not one.word or fact.did == "judged") else one.word,
            opened_at=min(one.opened_at, fact.at),
            paged_at=one.paged_at or (fact.at if paged else 0.0),
            people=people,
            ended_at=fact.at if fact.did == "resolved" else one.ended_at,
            keys=one.keys | ({fact.key} if fact.key else set()),
            names=tuple(dict.fromkeys((*one.names, *filter(None, (fact.title,))))),
        )
    return list(found.values())


def of(incident: Incident, policy: Policy) -> Course:
    """One of ours."""
    first = next(((when, fact) for when, fact in incident.requested if not fact.asked_by), None)
    alerts, over = incident.alerts.values(), incident.resolved or incident.closed
    via = ", ".join(filter(None, (first[1].via if first else ()))) or "its escalation policy"
    said = next((one.labels.get("severity", "") for one in alerts if one.proposed == incident.worst), "")
    return Course(
        id=incident.id,
        title=incident.title,
        service=policy.name_of(incident.service),
        severity=incident.worst.value,
        opened_at=incident.declared.at if incident.declared else 0.0,
        paged_at=first[0].at if first else 0.0,
        people=first[1].people if first else (),
        ended_at=over.at if over else 0.0,
        keys=frozenset(part for one in alerts for part in (one.fingerprint, one.fingerprint.rpartition("/")[2])),
        names=tuple(dict.fromkeys(filter(None, (said for one in alerts for said in (one.name, one.summary))))),
        why={
            "people": f"paged by {via}",
            "severity": f"it is {incident.worst.value} here: {incident.raised_by or f'its alert says {said or incident.worst.value}'}",
            "group": "alerts of one service" + "".join(f", {name}" for name in policy.group_by) + " are one incident here",
            "paged": f"declared by {', '.join(sorted({one.name for one in alerts})) or 'a person'}",
        },
    )
