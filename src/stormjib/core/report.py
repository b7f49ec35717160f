"""Conditions, actions, needs: what is known, what was done, what is lacking, from the incident alone; and the draft of an update.

The form is that of field reports of emergency services (CAN: conditions, actions, needs).
"""

from collections.abc import Iterator
from datetime import UTC, datetime

import msgspec

from stormjib.core import comms, duties, roles
from stormjib.core.incident import Incident, Run
from stormjib.core.policy import Policy
from stormjib.core.redact import shown
from stormjib.core.runbook import Runbook, item_text

_STATES = {
    "approved": "starts",
    "released": "starts",
    "started": "is running",
    "unknown": "has an unknown outcome",
    "settled": "has a recorded outcome",
}


class Report(msgspec.Struct, frozen=True):
    """Sentences without their full stop."""

    conditions: tuple[str, ...]
    actions: tuple[str, ...]
    needs: tuple[str, ...]

    @property
    def text(self) -> str:
        """As one paragraph, for a message."""
        parts = (("Conditions", self.conditions), ("Actions", self.actions), ("Needs", self.needs))
        return " ".join(f"{name}: {'; '.join(said) or 'none'}." for name, said in parts)


def report(incident: Incident, runbook: Runbook, policy: Policy) -> Report:
    """What there is now."""
    return Report(
        tuple(_conditions(incident, runbook, policy)), tuple(_actions(incident, 0.0)), tuple(_needs(incident, runbook, policy))
    )


class Draft(msgspec.Struct, frozen=True):
    """An update that a person changes and sends, and its stage."""

    stage: str
    text: str


def draft(incident: Incident, runbook: Runbook) -> Draft:
    """What may be told to colleagues: what happened since the last update."""
    told = [when.at for when, _ in incident.told]
    since = max(told, default=incident.detected_at)
    done = [*_changed(incident, since), *_actions(incident, since)]
    due = comms.next_update_at(incident, runbook)
    parts = [
        f"{incident.called}: {incident.headline}. It began at {_clock(incident.detected_at)} and is {_stands(incident)}",
        *([incident.suspects[1].impact.rstrip(".")] if incident.suspects and incident.suspects[1].proposed else []),
        f"Since {_clock(since)}: {'; '.join(done) or 'nothing new'}",
        *([f"The next update follows by {_clock(due)}"] if due else []),
    ]
    fixed = any(run.result and run.result.ok for run in incident.runs.values())
    known = bool(incident.suspects and incident.suspects[1].clear)
    stage = "Monitoring" if fixed else "Identified" if known else "Investigating"
    return Draft(stage if incident.open else comms.RESOLVED, _without_entries(". ".join(parts)) + ".")


def _stands(incident: Incident) -> str:
    """Its status, and since when it is acknowledged."""
    has = incident.acknowledged if incident.status == "acknowledged" else None
    return f"{incident.status} since {_clock(has.at)}" if has else incident.status


def _conditions(incident: Incident, runbook: Runbook, policy: Policy) -> Iterator[str]:
    level = f"{incident.called} since {_clock(incident.called_since or incident.detected_at)}"
    before = f", {incident.called_before} before, begun at {_clock(incident.detected_at)}" if incident.called_before else ""
    yield f"{level}{before}, {_stands(incident)}: {incident.headline}"
    if incident.suspects:
        ranking = incident.suspects[1]
        yield from (said.rstrip(".") for said in (ranking.sentence, ranking.impact) if said)
    if incident.firing:
        yield f"firing: {', '.join(incident.firing)}"
    if incident.debts:
        yield f"temporary and still on: {', '.join(incident.debts)}"
    held = [f"{one.title} {one.holder}" for one in roles.views(incident, runbook, policy) if one.holder]
    if held:
        yield f"roles: {', '.join(held)}"


def _actions(incident: Incident, since: float) -> Iterator[str]:
    for run_id, run in incident.runs.items():
        at = run.ended.at if run.ended else run.proposed.at
        if at >= since and (said := _of(run)):
            yield f"{run_id} ({shown(run.proposal.text)}) {said}"
    newest: dict[str, str] = {}
    for when, post in incident.posts:
        if when.at > since:
            why = incident.not_delivered(when, post)
            newest[post.audience] = f"{post.audience} {'not ' if why else ''}told at {_clock(when.at)} ({why or post.stage})"
    yield from newest.values()


def _of(run: Run) -> str:
    if run.result:
        return "is done" if run.result.ok else "failed"
    return _STATES.get(run.state, "")


def _changed(incident: Incident, since: float) -> Iterator[str]:
    has = incident.acknowledged
    if has and has.at > since:
        yield f"acknowledged by {has.by}"
    if incident.duties_since and incident.declared and incident.duties_since.at > max(since, incident.declared.at):
        yield f"it is {incident.called} now"
    if incident.suspects and incident.suspects[0].at > since and incident.suspects[1].clear:
        yield incident.suspects[1].sentence.rstrip(".")
    yield from (f"{debt} is off again" for debt, when in incident.debts_repaid.items() if when.at > since)
    yield from (f"{debt} is on" for debt in incident.debts)


def _needs(incident: Incident, runbook: Runbook, policy: Policy) -> Iterator[str]:
    if incident.needs:
        yield f"{incident.needs[1].rstrip('.')} ({incident.needs[0].by})"
    for run_id, run in incident.runs.items():
        if run.waits_for_person:
            wanted = "its outcome recorded" if run.state == "unknown" else "an approval"
            yield f"{run_id} ({shown(run.proposal.text)}) needs {wanted}"
    late = [one for one in duties.items(incident, runbook) if duties.said_overdue(incident, one, runbook)]
    yield from (f"overdue: {item_text(one)}" for one in late if not duties.done(incident, one))
    if lacking := roles.vacant(incident, runbook, policy):
        yield f"nobody holds {', '.join(lacking.values())}"


def _without_entries(text: str) -> str:
    """Numbers of entries are for those who have the timeline."""
    first, *others = text.split(" (entry ")
    return first + "".join(one.partition(")")[2] for one in others)


def _clock(at: float) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%H:%M} UTC"
