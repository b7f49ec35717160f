"""Whatever people, timers and commands do in whatever order, the promises of a run and of a closure hold."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from tests.core.story import RUNBOOK, Story

from stormjib.core import closure
from stormjib.core.effects import Collect, RunCommand
from stormjib.core.incident import Refused, replay
from stormjib.core.log import (
    AlertCleared,
    AlertReceived,
    EvidenceCollected,
    OutcomeUnknown,
    RunFinished,
    RunStarted,
    TimerDue,
    Verified,
)
from stormjib.core.risk import Risk

COMMANDS = [command.id for command in RUNBOOK.commands]
PEOPLE = st.sampled_from(["ana", "bo", "cy"])
RUNS = st.integers(min_value=1, max_value=6).map(lambda number: f"INC-1-R{number}")


class Incident(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.story = Story()
        self.story.declare()
        self.started: list[str] = []

    def attempt(self, name, by, **given):
        """What the door does: ask the action, append what it says, note the commands that it asks for."""
        try:
            facts = self.story.decided(name, by, **given)
        except Refused as refusal:
            assert str(refusal).strip().endswith((".", "…", ")", "?")) or ":" in str(refusal)
            return
        self.tell(*facts, by=by)

    def tell(self, *facts, by="stormjib"):
        effects = self.story.tell(*facts, by=by)
        self.started += [effect.run_id for effect in effects if isinstance(effect, RunCommand)]
        for effect in effects:
            if isinstance(effect, Collect) and effect.before_run and len(effect.text) % 3:
                self.look(effect)

    def look(self, effect):
        fact = EvidenceCollected(
            effect.command_id, effect.line, effect.text, "x", True, 0, 0.1, "0" * 64, 1, "", before_run=effect.before_run
        )
        self.tell(fact)

    @rule(command=st.sampled_from(COMMANDS), who=PEOPLE, reason=st.sampled_from(["", "needed"]))
    def propose(self, command, who, reason):
        self.attempt("propose", who, command_id=command, reason=reason)

    @rule(run=RUNS, who=PEOPLE, reason=st.sampled_from(["", "agreed"]))
    def approve(self, run, who, reason):
        self.attempt("approve", who, run_id=run, reason=reason)

    @rule(run=RUNS, who=PEOPLE)
    def refuse(self, run, who):
        self.attempt("reject", who, run_id=run, reason="no")

    @rule(run=RUNS, kind=st.sampled_from(["release", "expire"]))
    def timer(self, run, kind):
        self.tell(TimerDue(f"{kind}/{run}"))

    @rule(run=RUNS, outcome=st.sampled_from(["ok", "failed", "unknown"]))
    def perform(self, run, outcome):
        """The engine performs only what was asked for, and claims it first."""
        if run not in self.started or self.story.incident.runs[run].state != "released":
            return
        command = self.story.incident.runs[run].proposal.command_id
        self.tell(RunStarted(run))
        if outcome == "unknown":
            self.tell(OutcomeUnknown(run, command))
        else:
            self.tell(RunFinished(run, command, outcome == "ok", 0, 1.0, "0" * 64, 1, ""))

    @rule(run=RUNS, who=PEOPLE)
    def settle(self, run, who):
        self.attempt("record-outcome", who, run_id=run, took_effect=True, note="looked")

    @rule(ok=st.booleans())
    def measure(self, ok):
        for step in closure.verification_steps(RUNBOOK):
            for task in RUNBOOK.tasks_of(step.id):
                if task.proved_by:
                    self.tell(Verified(task.id, task.line, task.label, ok, "measured"))

    @rule(firing=st.booleans())
    def alert(self, firing):
        now = self.story.at
        self.tell(AlertReceived("f1", "a", "Down", "api", "x", now) if firing else AlertCleared("f1", "Down", now))

    @rule(seconds=st.integers(min_value=1, max_value=3000))
    def wait(self, seconds):
        self.story.at += seconds

    @rule(who=PEOPLE)
    def acknowledge(self, who):
        self.attempt("acknowledge", who)

    @rule(who=PEOPLE)
    def resolve(self, who):
        self.attempt("resolve", who, policy=closure.UNMEASURED)

    @rule(who=PEOPLE)
    def close(self, who):
        self.attempt("close", who, policy=closure.UNMEASURED)

    @rule(who=PEOPLE)
    def tick_what_is_left(self, who):
        for criterion in closure.closure_criteria(self.story.incident, RUNBOOK):
            if not criterion.met and "incident check-off" in criterion.detail:
                item = criterion.detail.split()[-1]
                self.attempt("check-off", who, item_id=item)

    @invariant()
    def no_command_is_asked_for_twice(self):
        assert len(self.started) == len(set(self.started))

    @invariant()
    def every_command_was_approved_and_a_destroy_by_somebody_else(self):
        for run_id in self.started:
            run = self.story.incident.runs[run_id]
            assert len(run.approvals) >= run.proposal.approvals_needed >= 1
            if run.proposal.risk is Risk.DESTROY:
                assert set(run.approvals) - {run.proposed.by}
                assert all(run.approvals.values())

    @invariant()
    def closed_means_proven(self):
        if self.story.incident.closed:
            assert not self.story.incident.debts
            assert not [
                each for each in self.story.incident.runs.values() if each.state in {"approved", "released", "started", "unknown"}
            ]

    @invariant()
    def the_log_is_the_truth(self):
        assert replay("INC-1", self.story.entries) == self.story.incident


TestIncident = Incident.TestCase
TestIncident.settings = settings(max_examples=25, stateful_step_count=30, deadline=None)
