"""The incident as people see it at a moment: its picture, filled from the log, the runbook and the clock."""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from stormjib.core import actions, closure, comms, duties, guard
from stormjib.core.alert import StillFiring
from stormjib.core.checkup import History, key_of, words
from stormjib.core.fits import cited, fits, ran_since
from stormjib.core.incident import Happened, Incident, Run
from stormjib.core.incident_view import (
    Box,
    Group,
    IncidentView,
    LogsView,
    Look,
    MetricsView,
    Option,
    PhaseView,
    RunView,
    StepView,
    SuspectsView,
)
from stormjib.core.kinds import Clock, Demand, Mode
from stormjib.core.log import EvidenceCollected
from stormjib.core.next_step import next_step
from stormjib.core.policy import Policy
from stormjib.core.runbook import Command, Item, Runbook, Step, Task, item_text
from stormjib.core.snapshot import snapshots

_NOTHING: History = {}


class _Checks(NamedTuple):
    """What is known of commands, at a moment."""

    history: History
    now: float

    def words(self, command: Command) -> str:
        return words(self.history.get(key_of(command.text, command.target)), self.now)

    def works(self, command: Command) -> bool | None:
        known = self.history.get(key_of(command.text, command.target))
        return known.works if known else None


def room(
    incident: Incident,
    runbook: Runbook,
    policy: Policy,
    now: float,
    history: History = _NOTHING,
    *,
    alerts: StillFiring = closure.NO_MORE,
    held_back: str = "",
) -> IncidentView:
    """The whole picture at ``now`` (seconds since the epoch).

    ``history``: what the runbook's check knows of each command; ``alerts``: what the store knows of those that fire;
    ``held_back``: whom a storm of pages has kept from being told, in a sentence.
    """
    checks = _Checks(history, now)
    if incident.gone:
        runbook = Runbook(runbook.sha256, runbook.title)
    checklist = runbook.checklist(incident.severity.value)
    sentence, verb = next_step(incident, runbook, policy=policy, alerts=alerts)
    if held_back and verb == "acknowledge" and not incident.alarm:
        sentence = "Acknowledge: a page for it was held back, and the person on call may not know of it"
    return IncidentView(
        id=incident.id,
        title=incident.title,
        severity=incident.severity.value,
        called=incident.called,
        service=incident.service,
        status=incident.status,
        seq=incident.seq,
        now=now,
        detected_at=incident.detected_at,
        declared_at=_at(incident.declared),
        acknowledged_at=_at(incident.acknowledged),
        acknowledged_by=incident.acknowledged.by if incident.acknowledged else "",
        acknowledge_due_at=duties.acknowledge_due_at(incident, runbook, policy) if incident.open else None,
        resolved_at=_at(incident.resolved),
        closed_at=_at(incident.closed),
        channel=incident.channel.name if incident.channel else "",
        paged=tuple(page.who for _, page in incident.pages),
        firing=() if incident.closed else tuple(dict.fromkeys((*incident.firing, *(name for name, _, _ in alerts.unlisted)))),
        clearable=tuple(_clearable(incident, alerts)),
        alerts_total=incident.alerts_total,
        next_step=sentence,
        next_action=verb,
        next_update_at=comms.next_update_at(incident, runbook),
        phases=_phases(incident, runbook, now),
        checklist_title=checklist.title if checklist else "",
        checklist=tuple(_box(incident, item, runbook) for item in (checklist.items if checklist else ())),
        evidence=tuple(_look(incident, when, fact) for when, fact in incident.evidence),
        metrics=MetricsView(incident.metrics[0].seq, incident.metrics[0].at, incident.metrics[1]) if incident.metrics else None,
        logs=tuple(LogsView(when.seq, when.at, fact) for when, fact in incident.logs),
        suspects=SuspectsView(
            incident.suspects[0].seq, incident.suspects[0].at, incident.suspects[1], ran_since(incident, incident.suspects[0].seq)
        )
        if incident.suspects
        else None,
        runs=tuple(_run(run, runbook, policy) for run in incident.runs.values()),
        steps=tuple(_step(incident, step, runbook, policy, checks) for step in runbook.steps),
        resolution=closure.resolution_criteria(incident, runbook, policy=policy, alerts=alerts),
        closure=closure.closure_criteria(incident, runbook, policy=policy, alerts=alerts),
        debts=tuple(incident.debts),
        posts=tuple(
            (when.at, post.stage, post.audience, post.text, incident.not_delivered(when.seq, post.audience))
            for when, post in incident.posts
        ),
        failures=len(incident.failures),
        alarm=incident.alarm or held_back,
        raised_by=incident.raised_by,
        links=incident.links,
        episodes=(*incident.episodes, incident.episode),
        action_items=tuple((item.text, item.owner, item.due) for item in incident.action_items),
        last_update=comms.last_update(incident, runbook),
        action_items_done=tuple(incident.action_items_done),
        postmortem_sha256=incident.postmortem.document_sha256 if incident.postmortem else "",
        runbook_sha256=incident.runbook_sha256,
        runbook_title=runbook.title,
        offers=tuple(one.name for one in actions.TABLE if one.offered(incident)),
    )


def _clearable(incident: Incident, alerts: StillFiring) -> Iterator[tuple[str, str]]:
    """Each alert that fires by itself, and all of a name where there are several."""
    listed = {key: alert for key, alert in incident.alerts.items() if alert.firing}
    counts = Counter(alert.name for alert in listed.values())
    counts.update({name: count for name, count, _ in alerts.unlisted})
    for name, count in sorted(counts.items()):
        if count > 1:
            yield f"every {name}", f"all {count:,} of {name}"
    for key, alert in listed.items():
        labels = ", ".join(f"{name}={value}" for name, value in alert.labels.items() if name not in {"alertname", "severity"})
        yield key, f"{alert.name} ({labels})" if counts[alert.name] > 1 and labels else alert.name


def _at(when: Happened | None) -> float | None:
    return when.at if when else None


def _phases(incident: Incident, runbook: Runbook, now: float) -> tuple[PhaseView, ...]:
    minutes = (now - incident.detected_at) / 60
    after = (now - incident.resolved.at) / 60 if incident.resolved else None
    shown = []
    for phase in runbook.phases:
        window = phase.window_minutes
        clock = after if phase.clock is Clock.RESOLUTION else minutes
        inside = window is not None and clock is not None and window[0] <= clock < window[1]
        counts = phase.clock is Clock.RESOLUTION or incident.open
        current = not incident.closed and counts and (inside or phase.ongoing)
        shown.append(PhaseView(phase.title, phase.line, window, phase.ongoing, phase.mode.value, current))
    return tuple(shown)


def _box(incident: Incident, item: Item | Task, runbook: Runbook) -> Box:
    tick, after = duties.done(incident, item), duties.counts_from_resolution(item, runbook)
    # Nothing is owed any more once it is over, apart from what follows a recovery.
    owed = not incident.closed or (after and not incident.end)
    return Box(
        id=item.id,
        line=item.line,
        text=item_text(item),
        done=tick is not None,
        proof_seq=tick.proof_seq if tick else 0,
        who=tick.who if tick else "",
        note=tick.note if tick else "",
        due_at=duties.due_at(incident, item, runbook) if owed else None,
        overdue=owed and duties.said_overdue(incident, item, runbook),
        acknowledges=item.duty == duties.ACKNOWLEDGE,
        forbids=item.demand is Demand.FORBIDS,
        after=after,
    )


def _look(incident: Incident, when: Happened, fact: EvidenceCollected) -> Look:
    speaks_for = "" if fact.finding else cited(incident, when.seq)
    return Look(
        seq=when.seq,
        at=when.at,
        command_id=fact.command_id,
        line=fact.line,
        text=fact.text,
        target=fact.target,
        ok=fact.ok,
        finding=fact.finding or speaks_for,
        exit_code=fact.exit_code,
        seconds=fact.seconds,
        output_sha256=fact.output_sha256,
        output_bytes=fact.output_bytes,
        excerpt=fact.excerpt,
        ran_as=fact.ran_as,
        before_run=fact.before_run,
        timed_out=fact.timed_out,
        truncated=fact.truncated,
        source=fact.source,
        weight=fact.weight,
        verdict="note" if speaks_for and fact.verdict in {"ok", "ran"} else fact.verdict,
        before=ran_since(incident, when.seq),
    )


def _run(run: Run, runbook: Runbook, policy: Policy) -> RunView:
    asked = run.proposal
    command = runbook.command(asked.command_id)
    kept = snapshots(command, runbook, policy) if command else ()
    return RunView(
        run_id=asked.run_id,
        command_id=asked.command_id,
        line=asked.line,
        text=asked.text,
        risk=asked.risk.value,
        target=asked.target,
        state=run.state,
        asked_by=run.proposed.by,
        asked_at=run.proposed.at,
        reason=asked.reason,
        approvals=dict(run.approvals),
        approvals_needed=asked.approvals_needed,
        second_person=command is not None and guard.guard(command, policy).second_person,
        expires_at=asked.expires_at,
        snapshots=tuple(snapshot.text for snapshot in kept),
        runbook_sha256=asked.runbook_sha256,
        fingerprint=asked.fingerprint,
        ok=run.result.ok if run.result else None,
        conclusion=run.result.conclusion if run.result else run.note,
        excerpt=run.result.excerpt if run.result else "",
        output_sha256=run.result.output_sha256 if run.result else "",
        seconds=run.result.seconds if run.result else None,
        forced_by=f"{run.forced}: {run.approvals[run.forced]}" if run.forced else "",
    )


def _step(incident: Incident, step: Step, runbook: Runbook, policy: Policy, checks: _Checks) -> StepView:
    commands = runbook.commands_of(step.id)
    tasks = [task for task in runbook.tasks_of(step.id) if task.holds(incident.severity.value)]
    titles = dict.fromkeys([*(command.group for command in commands), *(task.group for task in tasks)])
    groups = tuple(
        Group(
            title=title,
            options=_ordered(
                [_option(incident, command, policy, checks) for command in commands if command.group == title], step.mode
            ),
            tasks=tuple(_box(incident, task, runbook) for task in tasks if task.group == title),
        )
        for title in titles
    )
    if step.mode is Mode.CHOOSE:
        groups = tuple(sorted(groups, key=lambda group: not any(option.fits for option in group.options)))
    return StepView(step.id, step.number, step.title, step.line, step.mode.value, step.phase, groups)


def _ordered(options: list[Option], mode: Mode) -> tuple[Option, ...]:
    """Of a menu, what fits a suspect comes first; commands of one sequence stay together and in order."""
    if mode is not Mode.CHOOSE:
        return tuple(options)
    first = {option.sequence or option.command_id for option in options if option.fits}
    return tuple(sorted(options, key=lambda option: (option.sequence or option.command_id) not in first))


def _option(incident: Incident, command: Command, policy: Policy, checks: _Checks) -> Option:
    verdict = guard.guard(command, policy)
    evidence = incident.collected(command.id)
    finished = [run for run in incident.runs.values() if run.proposal.command_id == command.id and run.result and run.ended]
    look = _look(incident, *evidence) if evidence else None
    last_seq, last_ok, last = (look.seq, look.ok, look.verdict) if look else (0, None, "")
    if finished and finished[-1].ended and finished[-1].result and finished[-1].ended.seq > last_seq:
        last_seq, last_ok = finished[-1].ended.seq, finished[-1].result.ok
        last = "done" if last_ok else "failed"
    return Option(
        command_id=command.id,
        line=command.line,
        label=command.label,
        text=command.text,
        runs_as=command.bounded or command.text,
        risk=verdict.risk.value,
        why=verdict.reason,
        target=command.target,
        unattended=verdict.unattended,
        approvals_needed=verdict.approvals_needed,
        second_person=verdict.second_person,
        alternative=command.alternative,
        sequence=command.sequence,
        condition=command.condition,
        endless=command.endless,
        secrets=command.secrets,
        last_seq=last_seq,
        last_ok=last_ok,
        last=last,
        last_before=ran_since(incident, last_seq) if last_seq else "",
        checked=checks.words(command) if verdict.unattended else "",
        works=checks.works(command) if verdict.unattended else None,
        fits=fits(incident, command),
        needs=verdict.needs,
    )
