"""Pages: whom the log says to wake, and the timer of the level after theirs."""

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec.structs import replace

from stormjib.core.catalogue.contact import Step
from stormjib.core.effects.effect import AnyEffect, Page, SendMessage, WakeAt
from stormjib.core.incident import Incident
from stormjib.core.incident.paging import ESCALATE, StepDue
from stormjib.core.incident.waking import handed_over_seq, newest
from stormjib.core.log import EffectFailed, Entry, PageRequested
from stormjib.core.policy import Policy

SUMMARY_STEP: Final = "summary-step"


def requested(incident: Incident, entry: Entry, fact: PageRequested, policy: Policy) -> Iterator[AnyEffect]:
    """From the fact alone: nothing is looked up that may have changed since."""
    for number, page in enumerate(pages(incident, policy, fact.level, fact.people, fact)):
        method, *then = fact.methods_of(page.who) or ("",)
        yield replace(page, method=method, then=tuple(then), asked=entry.seq, asked_at=entry.at)
        for count, step in enumerate(fact.steps[number] if fact.steps else ()):
            if count:
                key = StepDue(entry.seq, number, count).key
                yield WakeAt(key, timer=key, at=entry.at + step.after_minutes * 60)
    if fact.next_seconds:
        yield next_level(incident, fact.level, entry.at + fact.next_seconds)
    text = (
        f"{incident.id} ({incident.headline}): {'; '.join(fact.passed)}. {', '.join(fact.people)} was paged instead. "
        f"See that somebody is on call, and whether {incident.id} is acknowledged: {policy.base_url}/incidents/{incident.id}"
    )
    for number, who in enumerate(fact.told):
        yield SendMessage(f"gap/{number}", audience=who, text=text)


def further(incident: Incident, entry: Entry, policy: Policy) -> Iterator[Page]:
    """The page by another method of the same person, from this entry on: the one before did not take it, or its time is over."""
    if isinstance(entry.fact, EffectFailed) and entry.fact.effect == f"summary/{entry.fact.who}" and entry.fact.attempt == 1:
        yield from summary(incident, policy, entry.fact.who, entry.fact.instead)
    for who, tried in incident.tried.items():
        asked = newest(incident, who)
        if asked is None:
            continue
        when, fact = asked
        for method in [one for one, since in tried.items() if since == entry.seq]:
            page = next(pages(incident, policy, fact.level, (who,), fact))
            key = f"page/{fact.level}/{fact.people.index(who)}/{method}"
            then = tuple(one for one in fact.methods_of(who) if one not in tried)
            yield replace(page, key=key, method=method, then=then, asked=when.seq, asked_at=when.at, further=True)


def summary_steps(incident: Incident, entry: Entry, who: str) -> Iterator[WakeAt]:
    """The later steps of somebody who got a page that sums up: the pages that it stands for would have had them too."""
    for count, step in enumerate(_steps(incident, who)):
        if count:
            key = f"{SUMMARY_STEP}/{count}/{who}"
            yield WakeAt(f"{key}@{entry.seq}", timer=f"{key}@{entry.seq}", at=entry.at + step.after_minutes * 60)


def summary_step(incident: Incident, policy: Policy, name: str) -> Iterator[Page]:
    """The same page by the method of such a step; whether anything of it is still unanswered is known when it is sent."""
    count, _, who = name.rpartition("@")[0].partition("/")
    for step in _steps(incident, who)[int(count) : int(count) + 1]:
        for page in summary(incident, policy, who, step.methods[0]):
            yield replace(page, further=True)


def _steps(incident: Incident, who: str) -> tuple[Step, ...]:
    asked = newest(incident, who)
    return asked[1].steps[asked[1].people.index(who)] if asked and asked[1].steps else ()


def summary(incident: Incident, policy: Policy, who: str, method: str = "") -> Iterator[Page]:
    """One page for all that a storm held back; whether and of how many it tells is known when it is sent. By the first method, or this."""
    asked = newest(incident, who)
    methods = asked[1].methods_of(who) if asked else ()
    method, at = method or next(iter(methods), ""), methods.index(method) if method in methods else 0
    yield Page(
        f"summary/{who}/{method}" if at else f"summary/{who}",
        who=who,
        rung=max((held.rung for _, held in incident.held if held.who == who), default=0),
        title=incident.wakes_for,
        severity=incident.severity.value,
        url=f"{policy.base_url}/",
        sums_up=True,
        asked_at=asked[0].at if asked else 0.0,
        service=incident.service,
        method=method,
        then=methods[at + 1 :],
    )


def pages(
    incident: Incident, policy: Policy, level: int, people: Sequence[str], asked: PageRequested | None = None
) -> Iterator[Page]:
    """One for each of them; ``asked``: what asked for them, None in logs of old."""
    url = f"{policy.base_url}/incidents/{incident.id}"
    title = f"{incident.wakes_for} ({incident.users})" if incident.users else incident.wakes_for
    by_hand = asked is not None and bool(asked.asked_by)
    if asked and asked.asked_by:
        why = f"{asked.reason} ({title})" if asked.reason else title
        title = f"{asked.asked_by} {'hands over' if asked.anew else 'asks for you'}: {why}"
    elif asked and asked.escalates:
        title = f"not acknowledged by {', '.join(_before(incident, asked)) or 'anybody'}: {title}"
        title += "" if incident.firing or not incident.alerts else " (no alert fires any more)"
    for number, who in enumerate(people):
        key = f"page/{level}/{number}" if number else f"page/{level}"
        yield Page(
            key,
            who=who,
            rung=level,
            title=title,
            severity=incident.severity.value,
            url=url,
            service=incident.service,
            called=incident.called,
            by_hand=by_hand,
        )


def _before(incident: Incident, asked: PageRequested) -> tuple[str, ...]:
    """Whom the levels before this one paged, since it was handed over, without those who surely got nothing."""
    since = max(incident.paging.since, handed_over_seq(incident))
    lost = {who for who, (_, failed) in incident.unreached.items() if not failed.unknown}
    earlier = (one.people for when, one in incident.requested if when.seq >= since and one is not asked)
    return tuple(dict.fromkeys(who for people in earlier for who in people if who not in lost))


def next_level(incident: Incident, level: int, at: float) -> WakeAt:
    """When the level after this one is paged, unless somebody has acknowledged by then. There always is one."""
    return WakeAt(f"{ESCALATE}/{level + 1}", timer=incident.paging.timer(level + 1), at=at)
