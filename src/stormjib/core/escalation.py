"""Whom to page now: decided when a level of the escalation begins, from who is on call then, and written down."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache, partial
from typing import Final
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from stormjib.core import duties
from stormjib.core.catalogue.escalation import Escalation, Level, named
from stormjib.core.catalogue.people import Team
from stormjib.core.incident import Incident, joined
from stormjib.core.incident.paging import escalation as timer_of
from stormjib.core.incident.waking import handed_over_seq
from stormjib.core.log import AlertReceived, Declared, EffectFailed, Entry, PageRequested, Reopened, SeverityChanged, TimerDue
from stormjib.core.log.people import UNANSWERED
from stormjib.core.oncall.schedule import Override, Schedule, Shift, shifts, within
from stormjib.core.policy import NOBODY, Policy
from stormjib.core.runbook import Runbook
from stormjib.core.severity import Severity
from stormjib.core.text.same import Same

CATCH_ALL_WAITS: Final = (1, 1, 1, 2, 4, 6)
"""Rounds of the catch-all: how many ``escalate_minutes`` until the next one. The last goes on for as long as it takes."""
ROUND: Final = 4
"""Tries of a page in some ten seconds, after which the next level is paged as well."""
_DAY_SECONDS: Final = 24 * 3600
_SEEN_DAYS: Final = 8
"""So far ahead it is known when somebody's turn ends."""

Found = dict[str, str]
"""Who, in the order of the pages, and by what."""


def follows(incident: Incident, entry: Entry, runbook: Runbook, policy: Policy) -> Iterator[PageRequested]:
    """The pages that an entry asks for; ``incident`` is the state with it applied."""
    fact, now = entry.fact, incident.paging
    decide = partial(_Decision, incident, entry.at, runbook, policy)
    if not (incident.policy and incident.policy.decides_pages):
        return
    if isinstance(fact, AlertReceived) and joined.asks_anew(incident, fact):
        has = incident.acknowledged
        reason = f"{fact.name} joined, and {has.by if has else ''} has acknowledged only what came before"
        yield replace(decide().level(0, reason), anew=True, joined=fact.said)
    if not incident.owes_page:
        return
    if isinstance(fact, Declared | SeverityChanged | Reopened) and now.since == entry.seq:
        reason = "" if isinstance(fact, Declared) else "it was reopened" if isinstance(fact, Reopened) else "it became worse"
        has_it = [who for who in incident.holders if isinstance(fact, SeverityChanged) and who != entry.by]
        yield decide().level(now.level, reason, reached=True, also=has_it)
    elif isinstance(fact, TimerDue):
        due = timer_of(fact.key)
        # A level that was paged early, for nobody before it could be reached, has its own time, and the timer before means nothing.
        since = max(now.since, handed_over_seq(incident))
        early = any(one.next_seconds and due and one.level >= due.level for when, one in incident.requested if when.seq >= since)
        if due and now.is_due(due) and not early:
            # Whom it was handed over to has had the whole time of a level already.
            had = incident.requested[-1][1] if incident.requested else None
            there = decide().beyond(due.level, UNANSWERED, had.people) if had and had.anew else None
            yield there or decide().level(due.level, UNANSWERED)
    elif isinstance(fact, EffectFailed) and fact.effect.startswith("page/") and (_is_lost(fact) and fact.attempt <= ROUND):
        yield from _unreachable(incident, fact, decide())


def _unreachable(incident: Incident, fact: EffectFailed, decided: "_Decision") -> Iterator[PageRequested]:
    """Nobody waits for levels that can't be reached, nor for a catch-all; where nobody at all is left, its time goes on."""
    level = int(fact.effect.split("/")[1])
    counting = [one for when, one in incident.requested if when.seq >= handed_over_seq(incident)]
    asked = next((one for one in reversed(counting) if one.level == level and (one.anew or not one.asked_by)), None)
    if incident.requested and incident.requested[-1][1].level > level:
        return  # they are paged already
    lost = {who for who, (_, failed) in incident.unreached.items() if _is_lost(failed)}
    if asked is None or not lost.issuperset(asked.people):
        return
    unknown = all(incident.unreached[who][1].unknown for who in asked.people)
    names = ", ".join(asked.people)
    reason = f"nobody knows whether the page to {names} has arrived" if unknown else f"{names} could not be reached"
    following = decided.beyond(level + 1, reason, lost) or decided.everybody_but(lost, level + 1, reason)
    if following:
        yield following


def _is_lost(failed: EffectFailed) -> bool:
    """Whether nobody waits for this page any more: it never arrives, its method is down, or several tries have failed.

    The site's own way is the next level's as well: while it is away, to page them is no help, and rings them once it is back.
    """
    return failed.permanent or failed.down or (failed.method != "" and failed.attempt >= ROUND)


def on_call(policy: Policy, service: str, at: float) -> tuple[str, ...]:
    """Whom an escalation of this service would page if it began now, in the order of its levels; never nobody."""
    plan = policy.escalation_of(service)
    open_levels = (level.page for level in plan.levels if _is_open(level, plan, at))
    return tuple(_find([*(name for page in open_levels for name in page), *plan.final], policy, at)[0] or _everybody(policy))


def people_of(name: str, policy: Policy, at: float) -> Found:
    """Who answers to the name of a person, a team or a schedule now."""
    return _find((name,), policy, at)[0]


def would_page(service: str, severity: Severity, runbook: Runbook, policy: Policy, *, level: int, at: float) -> PageRequested:
    """What this level of an incident of the service would ask for, if it began then."""
    return _Decision(Incident(id="", service=service, severity=severity), at, runbook, policy).level(level, "")


def would_page_in_turn(service: str, severity: Severity, runbook: Runbook, policy: Policy, at: float) -> tuple[str, ...]:
    """Whom the levels would page one after the other if an incident began then; the catch-all only where nobody comes before it."""
    plan, level, found = policy.escalation_of(service), 0, dict[str, None]()
    while level < len(plan.levels):
        asked = would_page(service, severity, runbook, policy, level=level, at=at)
        found |= {} if found and asked.level >= plan.last else dict.fromkeys(asked.people)
        at, level = at + asked.next_seconds, asked.level + 1
    return tuple(found)


def level_seconds(incident: Incident, at: float, runbook: Runbook, policy: Policy) -> float:
    """How long somebody has who is paged now in place of the level that was."""
    return _Decision(incident, at, runbook, policy).seconds(incident.paging.level)


class _Decision:
    """One moment of one incident."""

    def __init__(self, incident: Incident, at: float, runbook: Runbook, policy: Policy) -> None:
        self._incident, self._at, self._runbook, self._policy = incident, at, runbook, policy
        self._plan = policy.escalation_of(incident.service)

    def level(self, level: int, reason: str, *, reached: bool = False, also: Iterable[str] = ()) -> PageRequested:
        """The first level from this one on that has anybody now; ``reached``: and whoever is on call at those before it; ``also``: who has it."""
        plan, passed, gaps = self._plan, list[str](), list[str]()
        found: Found = {}
        while level < plan.last and not found:
            step = plan.levels[level % len(plan.levels)]
            if _is_open(step, plan, self._at):
                found, lacking = _find(step.page, self._policy, self._at)
                gaps += lacking
            else:
                passed.append(f"level {level} is outside its hours")
            level += not found
        if not found:
            found, lacking = _find(plan.final, self._policy, self._at)
            gaps += lacking
        everybody = {} if found else dict.fromkeys(_everybody(self._policy), "everybody, for nobody else is on call")
        before = self._before(level) if reached else {}
        known = (who for who in also if who in self._policy.responders or any(named(who, self._policy.people)))
        people = {**dict.fromkeys(known, "responsible so far"), **before, **found, **everybody}
        return PageRequested(
            level,
            tuple(people),
            reason,
            via=tuple(people.values()) if any(people.values()) else (),
            escalation=plan.name,
            passed=(*passed, *dict.fromkeys(gaps)),
            told=tuple(self._told(people)) if self._is_news(gaps) else (),
            next_seconds=self.seconds(level),
            steps=self._policy.steps_of(people, self._incident.severity.value, self._at),
        )

    def beyond(self, level: int, reason: str, without: Collection[str]) -> PageRequested | None:
        """The first level from this one on, to the catch-all, that has anybody but these; None where there is none."""
        asked = self.level(level, reason)
        while set(asked.people) <= set(without):
            if asked.level >= self._plan.last:
                return None
            asked = self.level(asked.level + 1, reason)
        return asked

    def everybody_but(self, lost: Collection[str], level: int, reason: str) -> PageRequested | None:
        """Whoever is left, where nobody of the escalation can be reached."""
        asked, left = self.level(level, reason), tuple(who for who in _everybody(self._policy) if who not in lost)
        why = ("everybody else, for nobody of the escalation can be reached",) * len(left)
        steps = self._policy.steps_of(left, self._incident.severity.value, self._at)
        return replace(asked, people=left, via=why, steps=steps) if left else None

    def seconds(self, level: int) -> float:
        """How long the people of a level have."""
        plan, severity = self._plan, self._incident.severity
        if level >= plan.last:
            return self._policy.escalate_minutes * 60 * CATCH_ALL_WAITS[min(level - plan.last, len(CATCH_ALL_WAITS) - 1)]
        own = plan.levels[level % len(plan.levels)].minutes(severity.value)
        usual = duties.acknowledge_minutes(severity, self._runbook, self._policy) if own is None else own
        return (self._policy.escalate_minutes if usual is None else usual) * 60

    def _before(self, level: int) -> Found:
        plan = self._plan
        steps = [plan.levels[number % len(plan.levels)] for number in range(min(level, plan.last))]
        return _find([name for step in steps if _is_open(step, plan, self._at) for name in step.page], self._policy, self._at)[0]

    def _is_news(self, gaps: Sequence[str]) -> bool:
        """Everybody hears of a gap once in an incident."""
        return not set(gaps) <= {sentence for _, one in self._incident.requested if one.told for sentence in one.passed}

    def _told(self, paged: Found) -> Iterator[str]:
        site = () if self._policy.responders == NOBODY else self._policy.responders
        people = _find(self._plan.catch_all or site, self._policy, self._at)[0]
        return (who for who in people or _everybody(self._policy) if who not in paged)


def _is_open(level: Level, plan: Escalation, at: float) -> bool:
    return not level.hours or within(level.hours, plan.time_zone, at)


def _find(names: Iterable[str], policy: Policy, at: float) -> tuple[Found, list[str]]:
    """Who answers to these names now, and which have nobody, in sentences. A name that nothing has is a person's."""
    found: Found = {}
    lacking: list[str] = []
    for name in names:
        target = next(named(name, policy.pageable), None)
        if isinstance(target, Schedule):
            turns = _turns(Same(target), Same(policy.overrides), int(at // _DAY_SECONDS))
            now = [turn for turn in turns if turn.start <= at < turn.end]
            people = {turn.person: f"schedule {target.name}{_until(turn, target.time_zone, at)}" for turn in now}
            lacks = f"nobody is on call in the schedule {target.name}"
        elif isinstance(target, Team):
            people = dict.fromkeys(target.members or filter(None, (target.lead,)), f"team {target.name}")
            lacks = f"the team {target.name} has nobody"
        else:
            people, lacks = {target.name if target else name: ""}, ""
        lacking += [] if people else [lacks]
        for who, how in people.items():
            found.setdefault(who, how)
    return found, lacking


@lru_cache(maxsize=256)
def _turns(schedule: Same[Schedule], overrides: Same[tuple[Override, ...]], day: int) -> tuple[Shift, ...]:
    """A page does not wait for the arithmetic of a week."""
    return shifts(schedule.thing, overrides.thing, day * _DAY_SECONDS, (day + _SEEN_DAYS) * _DAY_SECONDS)


def _until(turn: Shift, time_zone: str, at: float) -> str:
    if turn.end >= (at // _DAY_SECONDS + _SEEN_DAYS) * _DAY_SECONDS:
        return ""
    zone = ZoneInfo(time_zone)
    ends, now = datetime.fromtimestamp(turn.end, UTC).astimezone(zone), datetime.fromtimestamp(at, UTC).astimezone(zone)
    day = "" if ends.date() == now.date() else f"{ends:%a} {ends.day} {ends:%b} "
    return f", until {day}{ends:%H:%M} {time_zone}"


def _everybody(policy: Policy) -> tuple[str, ...]:
    """Never silence."""
    return tuple(one.name for one in policy.people) or policy.responders or NOBODY
