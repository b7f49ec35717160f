"""Messages to people that the log asks for: an alert or a decision waits for them, somebody broke the glass."""

import shlex
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Final

from stormjib.core import comms, duties, ends, log
from stormjib.core.effects import audiences
from stormjib.core.effects.effect import AnyEffect, SendMessage, WakeAt
from stormjib.core.incident import Incident, Run
from stormjib.core.incident import joined as joins
from stormjib.core.log.messages import TEST
from stormjib.core.policy import Policy
from stormjib.core.risk import Risk
from stormjib.core.runbook import Runbook, item_text

DECIDE: Final = "decide"
AFTER: Final = "after"
ACTION: Final = "action"
"""Kinds of timers: a decision waits, what is to be done after the incident, an action item is due."""
OVERDUE: Final = "overdue"
JOINED: Final = "joined"
_REMINDED_MAX: Final = 4
_TOGETHER_SECONDS: Final = 60.0
"""What is late within a minute is told together."""
_WEEK_SECONDS: Final = 7 * 24 * 3600


def waits(fact: log.AlertWaits, policy: Policy) -> Iterator[AnyEffect]:
    """An alert of unknown severity: a message to everybody on call, and no page, for it may be nothing."""
    on = f" of {fact.service}" if fact.service else ""
    said = f"says severity {fact.said!r}, which is not known" if fact.said else "names no severity"
    teach = " The word can be given a meaning under [severity_words] in the settings." if fact.said else ""
    stands = f" This message stands for {fact.others} more such alerts of this hour, too." if fact.others else ""
    more = (
        f" More such alerts within this hour are not announced one by one: see {policy.base_url}/intake." if fact.is_last else ""
    )
    text = (
        f"The alert {fact.name}{on} {said}, so it opened no incident and paged nobody: {fact.summary or fact.name}. "
        f"Check it, and declare an incident if it is one: {policy.base_url}/.{teach}{stands}{more}"
    )
    for number, who in enumerate(fact.on_call or policy.responders):
        yield SendMessage(f"waits/{number}", audience=who, text=text)


def proposed(incident: Incident, at: float, asked: log.RunProposed, policy: Policy) -> Iterator[AnyEffect]:
    """Whoever may decide is told, and told again after half of the time; who has answered hears no more of it."""
    yield WakeAt(f"expire/{asked.run_id}", timer=f"expire/{asked.run_id}", at=asked.expires_at + 1)
    if not asked.approved_at_once:
        yield from decision_waits(incident.runs[asked.run_id], at, policy)
        yield WakeAt(f"{DECIDE}/{asked.run_id}", timer=f"{DECIDE}/{asked.run_id}", at=(at + asked.expires_at) / 2)


def decision_waits(run: Run, at: float, policy: Policy) -> Iterator[SendMessage]:
    """To everybody on call who has neither asked nor approved."""
    asked = run.proposal
    wanted = "a second person's approval" if asked.risk is Risk.DESTROY else "an approval"
    left_seconds = max(asked.expires_at - at, 0)
    left = f"{left_seconds / 60:.0f} minutes" if left_seconds >= 2 * 60 else f"{left_seconds:.0f} seconds"
    text = (
        f"{asked.run_id} waits for {wanted}: {asked.text} ({asked.risk.value} on {asked.on or 'the default target'}), "
        f"asked by {run.proposed.by}: {asked.reason.rstrip('.') or 'no reason given'}. "
        f"It expires in {left}. Approve or reject it: "
        f"{_address(asked.run_id, policy)}, or stormjib approve {asked.run_id} --reason '…'."
    )
    yield from _each(f"{DECIDE}/{asked.run_id}", text, {run.proposed.by, *run.approvals}, asked.on_call or policy.responders)


def forced(incident: Incident, fact: log.RunForced, runbook: Runbook, policy: Policy) -> Iterator[SendMessage]:
    """Nobody may learn of it by chance: everybody else on call is told at once, and leadership."""
    asked = incident.runs[fact.run_id].proposal
    text = (
        f"BREAK-GLASS in {incident.id}: {fact.who} alone runs {asked.text} ({asked.risk.value} on "
        f"{asked.on or 'the default target'}), which needs two people. Reason: {fact.reason.rstrip('.')}. "
        f"Check it now: {_address(fact.run_id, policy)}"
    )
    yield from _each(f"forced/{fact.run_id}", text, {fact.who}, fact.on_call or policy.responders)
    yield from audiences.told(f"forced/{fact.run_id}/leadership", comms.LEADERSHIP, text, runbook, policy)


def outcome_unknown(incident: Incident, run_id: str, policy: Policy) -> Iterator[SendMessage]:
    """To whoever asked, approved, or has the incident: it may have taken effect or not, and nothing goes on behind it by itself."""
    run = incident.runs[run_id]
    had = (incident.owner,) if incident.owner else ()
    text = (
        f"Nobody knows whether {run_id} took effect: {run.proposal.text} ({run.proposal.on or 'the default target'}). It is not run again "
        f"by itself. Find out what it did, and record it: {_address(run_id, policy)}, or stormjib settle {run_id} --took-effect yes|no --note '…'."
    )
    for number, who in enumerate(dict.fromkeys((run.proposed.by, *run.approvals, *had))):
        yield SendMessage(f"unknown/{run_id}/{number}", audience=who, text=text)


def ended(incident: Incident, fact: log.Ended, runbook: Runbook, policy: Policy) -> Iterator[SendMessage]:
    """Whoever was woken for it learns that it is over, or where it goes on; leadership, where it was told of it."""
    where = f"It goes on in {fact.into}." if fact.into else "Nothing is left to do."
    text = f"{incident.id} was ended by {fact.who} ({incident.status}): {fact.reason.rstrip('.')}. {where} It was: {incident.headline}"
    for number, who in enumerate(ends.people(incident)):
        if who != fact.who:
            yield SendMessage(f"ended/{number}", audience=who, text=text)
    if ends.told_leadership(incident) and comms.LEADERSHIP not in {post.audience for _, post in incident.posts}:
        yield from audiences.told(comms.LEADERSHIP, comms.LEADERSHIP, text, runbook, policy)


def resolved(incident: Incident, fact: log.Resolved, runbook: Runbook, policy: Policy) -> Iterator[SendMessage]:
    """Leadership learns that it is over, where it was told of it and nobody has posted that for it."""
    posted = [post.stage for _, post in incident.posts if post.audience == comms.LEADERSHIP][-1:]
    if policy.tells_end and ends.told_leadership(incident) and posted != [comms.RESOLVED]:
        because = f" {fact.reason.rstrip('.')}." if fact.reason else ""
        text = f"{incident.id} is resolved.{because} It was: {incident.headline}"
        yield from audiences.told(comms.LEADERSHIP, comms.LEADERSHIP, text, runbook, policy)


def joined(incident: Incident, seq: int, policy: Policy) -> Iterator[SendMessage]:
    """To whoever has the incident, else to all who were paged: nobody is paged for what joins, and it may be another problem."""
    alerts = joins.together(incident, seq) if incident.open else ()
    if not alerts:
        return
    named = "; ".join(
        f"{one.name}{': ' if one.summary else ''}{one.summary}{'' if one.firing else ' (clear again)'}" for one in alerts
    )
    split = shlex.quote(",".join(one.fingerprint if "," in one.name else one.name for one in alerts))
    books = dict.fromkeys(one.runbook for one in alerts if one.runbook)
    other = f" Another runbook is meant for that: {'; '.join(books)}." if books else ""
    text = (
        f"{len(alerts)} more alert{'s' if len(alerts) > 1 else ''} as bad as {incident.id} ({incident.title}) joined it: {named}.{other} "
        f"Nobody is paged for that. If it is another problem: stormjib incident split {incident.id} {split} --reason WHY; "
        f"{policy.base_url}/incidents/{incident.id}"
    )
    for number, who in enumerate(_holders(incident)):
        yield SendMessage(f"{JOINED}/{number}", audience=who, text=text)


def _holders(incident: Incident) -> tuple[str, ...]:
    """The person who has it, else whoever was paged: a sender of alerts reads no messages."""
    return (incident.owner,) if incident.owner else ends.people(incident)


def _each(key: str, text: str, but: set[str], people: tuple[str, ...]) -> Iterator[SendMessage]:
    for number, who in enumerate(people):
        if who not in but:
            yield SendMessage(f"{key}/{number}", audience=who, text=text)


def _address(run_id: str, policy: Policy) -> str:
    return f"{policy.base_url}/incidents/{run_id.rpartition('-R')[0]}#{run_id}"


def reminders(at: float, runbook: Runbook) -> Iterator[WakeAt]:
    """When somebody is reminded of what the runbook wants done after the incident; ``at`` is the resolution."""
    for number, minutes in enumerate(duties.reminders(runbook)):
        yield WakeAt(f"{AFTER}/{number}", timer=f"{AFTER}/{number}", at=at + minutes * 60)


def left_to_do(incident: Incident, number: int, at: float, runbook: Runbook, policy: Policy) -> Iterator[SendMessage]:
    """To whoever resolved it, and whoever had it: what is not done yet. Nothing where it was reopened meanwhile."""
    moments = duties.reminders(runbook)
    resolved = incident.resolved
    if resolved is None or number >= len(moments) or not -1 <= at - resolved.at - moments[number] * 60 <= _WEEK_SECONDS:
        return
    left = [item for item in duties.after(incident, runbook) if not duties.done(incident, item)]
    if not left:
        return
    named = "; ".join(f"{item_text(item)} ({item.id})" for item in left)
    text = (
        f"{incident.id} ({incident.title}) was resolved {moments[number] / 60:g} hours ago, and this is left to do: {named}. "
        f"Check it off: {policy.base_url}/incidents/{incident.id}#whole, or stormjib incident check-off {incident.id} ITEM."
    )
    for place, who in enumerate(dict.fromkeys((resolved.by, incident.owner or resolved.by))):
        yield SendMessage(f"{AFTER}/{number}/{place}", audience=who, text=text)


def overdue(
    incident: Incident, entry: log.Entry, fact: log.ItemOverdue, runbook: Runbook, policy: Policy
) -> Iterator[SendMessage]:
    """To whoever has the incident, or resolved it: what is late, in one message for all that is late together.

    As long as nobody has it, the escalation goes on, and says more than this.
    """
    before = [when.at for when in incident.overdue.values() if when.seq < entry.seq]
    had = incident.resolved or incident.acknowledged
    people = fact.told or ((incident.resolved.by,) if incident.resolved else _holders(incident) or policy.responders)
    if not fact.told and (had is None or any(entry.at - at < _TOGETHER_SECONDS for at in before)):
        return
    soon = entry.at + _TOGETHER_SECONDS
    late = {fact.item_id: fact.text}
    for item in duties.items(incident, runbook):
        due_at = duties.due_at(incident, item, runbook)
        over = duties.done(incident, item) or duties.is_over(incident, item, runbook)
        if due_at is not None and due_at <= soon and not (over or duties.twins(incident, item, runbook) & late.keys()):
            late[item.id] = item_text(item)
    named = "; ".join(f"{text} ({item_id})" for item_id, text in late.items())
    what, place, command = ("Do it, or check it off", "whole", f"incident check-off {incident.id} ITEM")
    if fact.told:
        what, place, command = (
            "A draft from the timeline is there to be changed and sent",
            "tell",
            f"status draft {incident.id}",
        )
    text = (
        f"Overdue in {incident.id} ({incident.title}): {named}. {what}: "
        f"{policy.base_url}/incidents/{incident.id}#{place}, or stormjib {command}."
    )
    for number, who in enumerate(people):
        yield SendMessage(f"{OVERDUE}/{fact.item_id}" + (f"/{number}" if number else ""), audience=who, text=text)


def due(number: int, day: str, again: int = 0) -> Iterator[WakeAt]:
    """The timer of an action item: at nine in the morning (UTC) of the day that it is due, and each week after it."""
    with suppress(ValueError):  # logs of old may hold a day that no calendar has
        at = datetime.fromisoformat(f"{day}T09:00:00+00:00").astimezone(UTC).timestamp() + again * _WEEK_SECONDS
        yield WakeAt(f"{ACTION}/{number}/{again}", timer=f"{ACTION}/{number}/{again}", at=at)


def action_due(incident: Incident, name: str, at: float, policy: Policy) -> Iterator[AnyEffect]:
    """To the owner of an action item, unless it is done: each week, four times."""
    number, again = (int(part) for part in name.split("/"))
    item = incident.action_items_open.get(number)
    last = next((wake.at for wake in due(number, item.due, _REMINDED_MAX)), 0.0) if item else 0.0
    if item is None or at > last:  # what is long over was not reminded of for want of a server
        return
    text = (
        f"Action item {number} of {incident.id} ({incident.title}) is due {item.due}: {item.text}. When it is done: "
        f"stormjib incident action-done {incident.id} {number}, or {policy.base_url}/incidents/{incident.id}#whole"
    )
    yield SendMessage(f"{ACTION}/{number}/{again}", audience=item.owner, text=text)
    if again + 1 < _REMINDED_MAX:
        yield from (wake for wake in due(number, item.due, again + 1) if wake.at > at)


def test(fact: log.ContactTestRequested) -> SendMessage:
    """Through one contact method, once."""
    text = f"stormjib tests this way to reach {fact.who}. Nobody has to do anything."
    return SendMessage(f"{TEST}{fact.who}/{fact.method}", audience=fact.who, text=text, method=fact.method)


def reach(fact: log.ReachReported, policy: Policy) -> Iterator[SendMessage]:
    """Once a week, while there is time to mend it."""
    text = (
        f"In the next four weeks an incident would reach nobody in time by a method that was proven: {' '.join(fact.sentences)} "
        f"A message such as this one proves none. Test how people are reached: stormjib contact test WHO. "
        f"All times: {policy.base_url}/oncall"
    )
    for number, who in enumerate(fact.told):
        yield SendMessage(f"weekly/{number}", audience=who, text=text)
