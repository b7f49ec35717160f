"""The runbook's steps in the picture of an incident: their commands with what is known of each, their tasks, what was run."""

from collections.abc import Mapping
from typing import NamedTuple

from stormjib.core import comms, duties, guard, lacking
from stormjib.core.checkup import History, key_of, words
from stormjib.core.fits import cited, fits, ran_since
from stormjib.core.incident import Happened, Incident, Run
from stormjib.core.incident_view import Box, Group, Look, Option, RunView, StepView
from stormjib.core.kinds import Demand, Mode
from stormjib.core.log import EvidenceCollected
from stormjib.core.policy import Policy
from stormjib.core.redact import shown
from stormjib.core.runbook import Command, Item, Runbook, Step, Task, item_text
from stormjib.core.snapshot import snapshots


class Checks(NamedTuple):
    """What is known of commands, at a moment (``now``, seconds since the epoch)."""

    history: History
    now: float
    by_itself: frozenset[str]
    """The ids of those that run at the declaration."""
    asks: Mapping[str, tuple[str, ...]]
    """The names of the values that each command lacks as it is written, by its id."""

    def words(self, command: Command) -> str:
        """What the runbook's check knows of it, for people."""
        return words(self.history.get(key_of(command.text, command.on)), self.now)

    def works(self, command: Command) -> bool | None:
        """Whether it worked when last tried; None where nobody knows."""
        known = self.history.get(key_of(command.text, command.on))
        return known.works if known else None


def box_view(incident: Incident, item: Item | Task, runbook: Runbook, policy: Policy) -> Box:
    """An item as people check it off."""
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
        lacks="" if tick else comms.lacks(item.duty, runbook, policy),
    )


def look_view(incident: Incident, when: Happened, fact: EvidenceCollected) -> Look:
    """What a command said, with how far it still holds."""
    speaks_for = "" if fact.finding else cited(incident, when.seq)
    return Look(
        seq=when.seq,
        at=when.at,
        command_id=fact.command_id,
        line=fact.line if when.seq > incident.runbook_since else 0,
        text=fact.text,
        target=fact.on,
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


def run_view(run: Run, runbook: Runbook, policy: Policy) -> RunView:
    """A run with what its approval binds and what is stored before it."""
    asked = run.proposal
    command = runbook.command(asked.command_id)
    kept = snapshots(command, runbook, policy) if command else ()
    return RunView(
        run_id=asked.run_id,
        command_id=asked.command_id,
        line=asked.line,
        text=asked.text,
        risk=asked.risk.value,
        target=asked.on,
        state=run.state,
        asked_by=run.proposed.by,
        asked_at=run.proposed.at,
        reason=asked.reason,
        approvals=dict(run.approvals),
        approvals_needed=asked.approvals_needed,
        second_person=command is not None and guard.guard(command, policy).second_person,
        expires_at=asked.expires_at,
        snapshots=tuple(shown(snapshot.text) for snapshot in kept),
        runbook_sha256=asked.runbook_sha256,
        fingerprint=asked.fingerprint,
        ok=run.result.ok if run.result else None,
        conclusion=run.result.conclusion if run.result else run.note,
        excerpt=run.result.excerpt if run.result else "",
        output_sha256=run.result.output_sha256 if run.result else "",
        seconds=run.result.seconds if run.result else None,
        label=command.label if command else "",
        ended_at=run.ended.at if run.ended else None,
        forced_by=f"{run.forced}: {run.approvals[run.forced]}" if run.forced else "",
    )


def step_view(incident: Incident, step: Step, runbook: Runbook, policy: Policy, checks: Checks) -> StepView:
    """A step with its commands by group; in a menu what fits a suspect stands first."""
    commands = runbook.commands_of(step.id)
    tasks = [task for task in runbook.tasks_of(step.id) if task.holds(incident.severity.value)]
    titles = dict.fromkeys([*(command.group for command in commands), *(task.group for task in tasks)])
    groups = tuple(
        Group(
            title=title,
            options=_ordered(
                [_option(incident, command, policy, checks) for command in commands if command.group == title], step.mode
            ),
            tasks=tuple(box_view(incident, task, runbook, policy) for task in tasks if task.group == title),
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


def _option(incident: Incident, command: Command, policy: Policy, checks: Checks) -> Option:
    verdict = guard.guard(command, policy)
    works = checks.works(command) if verdict.unattended else None
    evidence = incident.collected(command.id, command.text)
    finished = [run for run in incident.runs.values() if run.proposal.command_id == command.id and run.result and run.ended]
    look = look_view(incident, *evidence) if evidence else None
    last_seq, last_ok, last = (look.seq, look.ok, look.verdict) if look else (0, None, "")
    if finished and finished[-1].ended and finished[-1].result and finished[-1].ended.seq > last_seq:
        last_seq, last_ok = finished[-1].ended.seq, finished[-1].result.ok
        last = "done" if last_ok else "failed"
    return Option(
        command_id=command.id,
        line=command.line,
        label=command.label,
        text=shown(command.text),
        runs_as=shown(command.bounded or command.text),
        risk=verdict.risk.value,
        why=verdict.misplaced or verdict.reason,
        target=command.on,
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
        checked=checks.words(command) if verdict.unattended and (works is not None or not look) else "",
        works=works,
        fits=fits(incident, command),
        needs=lacking.lacks(incident, verdict.needs) or verdict.needs,
        advice=lacking.advice(command, incident, verdict.needs) if verdict.needs else "",
        values=checks.asks.get(command.id, ()),
        misplaced=verdict.misplaced,
        fingerprint=command.seen,
        by_itself=command.id in checks.by_itself,
    )
